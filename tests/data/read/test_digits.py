"""Numbers converted in bulk are exactly those of Python's `float`."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tui_ann.data.read.block_cells import BlockForm
from tui_ann.data.read.compiled_scanner import CompiledScanner
from tui_ann.data.read.digits import PADDING, CellSpans, Decimals, decimals
from tui_ann.data.read.layout import TableLayout
from tui_ann.data.read.scan_library import scan_library
from tui_ann.data.read.sniff import Cut

needs_c = pytest.mark.skipif(scan_library() is None, reason="this installation has no compiled reader")
each_way = pytest.mark.parametrize("way", ["numpy", pytest.param("c", marks=needs_c)])


class Converted(NamedTuple):
    """The values of cells, and which of them are proved."""

    values: NDArray[np.float64]
    proved: NDArray[np.bool_]


def converted(texts: Sequence[str], way: str) -> Converted:
    """The values of texts, by NumPy or by C."""
    return _by_c(texts) if way == "c" else Converted(*_by_numpy(texts)[:2])


def _by_c(texts: Sequence[str]) -> Converted:
    library = scan_library()
    assert library is not None
    form = BlockForm(TableLayout(Cut(","), 2), "utf-8", (1,), (0,))
    block = "".join(f"x,{text}\n" for text in texts).encode()
    cells = CompiledScanner(library).cells(block, len(texts), form)
    assert cells is not None
    proved = cells.starts[:, 1] < cells.ends[:, 1]
    proved[cells.others] = False
    return Converted(cells.values[0], proved)


def _by_numpy(texts: Sequence[str]) -> Decimals:
    codes = np.frombuffer(("\n" * PADDING + "\n".join(texts) + "\n").encode(), np.uint8)
    ends = np.flatnonzero(codes == ord("\n"))[PADDING:]
    starts = np.concatenate([[PADDING], ends[:-1] + 1])
    points = [
        start + text.find(".") if "." in text else end for text, start, end in zip(texts, starts, ends, strict=True)
    ]
    return decimals(CellSpans(codes, starts, np.array(points), ends))


def assert_right(texts: Sequence[str], way: str) -> Converted:
    """Assert that each value that is proved is that of `float`, with its sign."""
    found = converted(texts, way)
    expected = np.array([float(text) for text, proved in zip(texts, found.proved, strict=True) if proved])
    assert found.values[found.proved].tobytes() == expected.tobytes()
    return found


def many(form: str, scale: float = 1.0) -> list[str]:
    values = np.random.default_rng(1).standard_normal(3000) * scale
    return [format(value, form) for value in values.tolist()]


@pytest.mark.parametrize(
    ("texts", "share"),
    [
        (many(".6g"), 0.99),
        (many(""), 0.99),
        (many(".18e"), 1.0),
        (many("+.3f", 1e9), 1.0),
        (many(".0f", 1e6), 1.0),
        (many(".10e", 1e200), 1.0),
        (many(".10E", 1e-200), 1.0),
        (many(".1e", 1e-290), 0.0),
    ],
)
@each_way
def test_numbers_of_programs_are_proved(texts: list[str], share: float, way: str) -> None:
    assert assert_right(texts, way).proved.mean() >= share


@each_way
def test_numbers_in_the_middle_of_two_floats_are_left_to_the_caller(way: str) -> None:
    middles = [f"{2**53 + 2 * k + 1}.0" for k in range(500)]
    assert not assert_right(middles, way).proved.any()


@pytest.mark.parametrize(
    "text",
    ["", "-", "+", ".", "e5", "1e", "1e+", "--1", "01", "00.5", "1_0", "nan", "inf", "0x1", "1.2e3.4", f"{2**60}"],
)
@each_way
def test_other_texts_are_not_proved(text: str, way: str) -> None:
    assert not converted([text] * 100, way).proved.any()


@each_way
@given(
    texts=st.lists(
        st.text("0123456789012345678.+-eE", max_size=26).filter(lambda text: text.count(".") < 2), min_size=64
    )
)
def test_whatever_is_proved_is_a_number(texts: list[str], way: str) -> None:
    assert_right(texts, way)


@each_way
@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_any_float_is_read_back(values: list[float], way: str) -> None:
    assert_right([repr(value) for value in values], way)
