"""Different values are counted by hash, or sorted where that does not do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tui_ann.compiled import VARIABLE
from tui_ann.data.read import distinct
from tui_ann.data.read.distinct import count_distinct
from tui_ann.data.read.scan_library import scan_library

needs_c = pytest.mark.skipif(scan_library() is None, reason="this installation has no compiled reader")


@pytest.fixture(params=["numpy", "c"])
def _each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, request.param)


@pytest.mark.usefixtures("_each_way")
@pytest.mark.parametrize("times", [1, 3000])
def test_missing_values_are_not_counted_and_zeros_are_one(times: int) -> None:
    assert count_distinct(np.tile([2.0, np.nan, 1.0, 2.0, np.nan], times)) == 2
    assert count_distinct(np.tile([np.nan], times)) == 0
    assert count_distinct(np.tile([0.0, -0.0], times)) == 1
    assert count_distinct(np.tile([np.inf, -np.inf, 5e-324, -5e-324, 1.7e308], times)) == 5
    assert count_distinct(np.array([])) == 0


@pytest.mark.usefixtures("_each_way")
@pytest.mark.parametrize("n", [4096, 5000, 70_000, 300_000])
@pytest.mark.parametrize("step", [1e-7, 1.0, 1024.0])
def test_many_are_counted(n: int, step: float) -> None:
    rng = np.random.default_rng(1)
    values = np.multiply(rng.permutation(n), step, dtype=np.float64)
    assert count_distinct(values) == n
    assert count_distinct(values[::2]) == n // 2
    some = np.multiply(rng.integers(0, n // 3, n), step, dtype=np.float64)
    assert count_distinct(some) == len(np.unique(some))


@needs_c
@given(st.lists(st.floats(), max_size=200))
def test_any_values_are_counted_as_by_sorting(values: list[float]) -> None:
    library = scan_library()
    assert library is not None
    numbers = np.array(values)
    assert distinct._by_hash(library, numbers) == len({value for value in values if value == value})


def with_hashes(hashes: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The numbers that have these hashes in `distinct.h`."""
    bits = hashes ^ (hashes >> np.uint64(29)) ^ (hashes >> np.uint64(58))
    bits = bits * np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
    values: NDArray[np.float64] = (bits ^ (bits >> np.uint64(32))).view(np.float64)
    found: NDArray[np.float64] = values[~np.isnan(values)]
    return found


@needs_c
def test_values_chosen_to_collide_are_sorted() -> None:
    library = scan_library()
    assert library is not None
    values = with_hashes(np.arange(1, 6001, dtype=np.uint64) << np.uint64(20))
    assert distinct._by_hash(library, values) == -1
    assert count_distinct(values) == len(values)
