"""The losses of updates in bounded memory: none is lost that a curve needs."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.engine import update_losses
from tui_ann.engine.update_losses import LossRecord

quick = settings(max_examples=25, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(update_losses, "EXACT", 1024)
        patch.setattr(update_losses, "MOST_BLOCKS", 32)
        yield


def losses(n: int) -> np.ndarray:
    values = np.random.default_rng(n).normal(size=n)
    values[7::101] = np.nan
    return values


def recorded(values: np.ndarray, piece: int = 13) -> LossRecord:
    record = LossRecord()
    for at in range(0, len(values), piece):
        record.extend(values[at : at + piece])
    return record


def assert_true(now: update_losses.UpdateLosses, values: np.ndarray) -> None:
    """Every loss is there: each of the last, and older ones as the extremes of just their block."""
    assert len(now) == len(values)
    np.testing.assert_array_equal(now.values, values[now.start :])
    blocks = values[: now.start].reshape(-1, now.stride)
    np.testing.assert_array_equal(now.low, np.nanmin(blocks, axis=1))
    np.testing.assert_array_equal(now.high, np.nanmax(blocks, axis=1))


@quick
@given(st.integers(0, 9999) | st.sampled_from([1023, 1024, 1025]), st.integers(7, 600))
def test_the_latest_are_kept_one_by_one_and_older_ones_by_their_extremes(n: int, piece: int) -> None:
    values = losses(n)
    now = recorded(values, piece).now
    assert_true(now, values)
    assert len(now.values) >= min(n, 512)
    assert len(now.values) <= 1024
    assert len(now.low) <= 32


@quick
@given(st.integers(0, 8000) | st.sampled_from([7990, 7999, 8000]))
def test_a_run_that_goes_back_and_on_again_ends_with_the_same_losses(at: int) -> None:
    values = losses(8000)
    record = recorded(values)
    record.cut(at)
    assert len(record.now) == at
    for start in range(at, 8000, 7):
        record.extend(values[start : start + 7])
    straight = recorded(values).now
    again = record.now
    assert again.stride == straight.stride
    both = min(len(straight.low), len(again.low))
    np.testing.assert_array_equal(again.low[:both], straight.low[:both])
    np.testing.assert_array_equal(again.high[:both], straight.high[:both])
    np.testing.assert_array_equal(again.values[-512:], straight.values[-512:])


def test_what_was_handed_out_stays_as_it_was() -> None:
    values = losses(1000)
    record = recorded(values[:500])
    moment, copy = record.now, record.now.values.copy()
    for verb in (lambda: record.extend(values[500:]), lambda: record.cut(490), lambda: record.extend(values[:300])):
        verb()
        np.testing.assert_array_equal(moment.values, copy)
        assert len(moment) == 500


def test_losses_that_were_kept_are_gone_on_from() -> None:
    values = losses(7000)
    kept = recorded(values[:4000]).now
    record = LossRecord()
    record.take_over(kept)
    record.extend(values[4000:])
    assert_true(record.now, values)


def test_ten_million_updates_fit_in_a_few_megabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_losses, "EXACT", 1 << 18)
    monkeypatch.setattr(update_losses, "MOST_BLOCKS", 1 << 17)
    record, piece = LossRecord(), np.linspace(1, 2, 100_000)
    for _ in range(100):
        record.extend(piece)
    now = record.now
    assert len(now) == 10_000_000
    assert record._buffer.nbytes + now.low.nbytes + now.high.nbytes < 8 << 20
    assert now.low.min() == 1
    assert now.high.max() == 2
