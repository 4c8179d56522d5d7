"""The compiled scanner and NumPy split any block alike, bit for bit."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.data.read.test_fast_rows import CELLS
from tui_ann.data.read.block_cells import BlockForm, Scanner
from tui_ann.data.read.blocks import UnfitError
from tui_ann.data.read.compiled_scanner import CompiledScanner
from tui_ann.data.read.layout import TableLayout
from tui_ann.data.read.numpy_scanner import NumPyScanner
from tui_ann.data.read.plain_blocks import split_block
from tui_ann.data.read.scan_library import ScanBlock, scan_library
from tui_ann.data.read.sniff import Cut

LIBRARY = scan_library()
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="this installation has no compiled reader")


def form(width: int, numbers: tuple[int, ...], delimiter: str = ",") -> BlockForm:
    layout = TableLayout(Cut(delimiter), width, header=[f"x{place}" for place in range(width)])
    return BlockForm(layout, "utf-8", numbers, tuple(place for place in range(width) if place not in numbers))


def split(text: bytes, of: BlockForm, scanner: Scanner) -> tuple[object, ...]:
    """What a scanner makes of a block, so that it can be compared."""
    try:
        block = split_block(text, of, scanner)
    except UnfitError:
        return ("unfit",)
    if block is None:
        return ()
    values = np.where(np.isnan(block.values), np.nan, block.values)  # a NaN has many forms
    for column, place in enumerate(of.numbers):
        if place in block.failed:
            values[column] = 0.0
    return (block.n, values.tobytes(), block.marks, block.texts, block.failed)


def assert_alike(text: bytes, of: BlockForm) -> tuple[object, ...]:
    assert LIBRARY is not None
    ours = split(text, of, CompiledScanner(LIBRARY))
    assert ours == split(text, of, NumPyScanner())
    return ours


@st.composite
def blocks(draw: st.DrawFn) -> tuple[bytes, BlockForm]:
    """Lines of cells, or of any bytes, and a form that they mostly have."""
    width = draw(st.integers(2, 5))
    numbers = tuple(place for place in range(width) if draw(st.booleans()))
    delimiter = draw(st.sampled_from(",;\t|"))
    kinds = [draw(st.sampled_from(["float", "short", "whole", "digits", "doubtful"])) for _ in range(width)]
    cell = st.one_of(*CELLS.values(), st.sampled_from(["", " ", "  1.5", "1.5 ", "NA", "x0", "\t", "a\rb"]))
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    lines = []
    for _ in range(draw(st.integers(1, 80))):
        if draw(st.integers(0, 40)) == 0:
            lines.append(delimiter.join(draw(st.lists(cell, max_size=6))))
        else:
            usual = draw(st.integers(0, 20)) > 0
            lines.append(delimiter.join(draw(CELLS[kind] if usual else cell) for kind in kinds))
    text = (end.join(lines) + draw(st.sampled_from(["", end]))).encode()
    if draw(st.integers(0, 9)) == 0:
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.binary(max_size=3)) + text[place:]
    return text or b"\n", form(width, numbers, delimiter)


@example((b"1,2", form(2, (0, 1))))
@example((b"-,+\n", form(2, (0, 1))))
@example((b"1,2e", form(2, (0, 1))))
@example((b"1,2e-", form(2, (0, 1))))
@example((b"x0,x1\n", form(2, (0, 1))))
@example((b",\n1,2\n", form(2, (0,))))
@example((b"\n\n\n", form(2, (0,))))
@example((b"1.234,5\r\n,\r\n", form(2, (0, 1))))
@given(blocks())
def test_any_block_is_split_alike(block: tuple[bytes, BlockForm]) -> None:
    assert_alike(*block)


@pytest.mark.parametrize(
    "cells",
    [
        [float(x).hex() and repr(x * 5e-324) for x in range(1, 200)],
        [f"{2**53 + k}.0" for k in range(200)],
        [f"{2**53 + k}e0" for k in range(200)],
        [f"0.{'0' * (k % 30)}{10**15 + 7 * k}" for k in range(200)],
        [f"{k}.{'9' * (k % 25)}" for k in range(200)],
        [f"-{k}.5E{k - 100:+}" for k in range(200)],
        [f"+{k}e{3 * k}" for k in range(120)],
        [f"{k}e-{k:03}" for k in range(300)],
        ["9007199254740991", "9007199254740992", "9007199254740993"],
        ["99999999999999999999e0", "1844674407370955161.6", "18446744073709551616.0"],
    ],
)
def test_hard_numbers_are_converted_alike_and_as_by_python(cells: list[str]) -> None:
    found = assert_alike("".join(f"{cell},a\n" for cell in cells).encode(), form(2, (0,)))
    if found[-1] == frozenset():
        assert found[1] == np.array([[float(cell) for cell in cells]]).tobytes()


def test_a_thousands_mark_is_doubted_alike() -> None:
    for cell in ("1.234", "123.456", "1234.567", ".123", "0.123", "1.234e5", "1.2", "-1.234", "01.234", "1.2345", "1."):
        assert_alike(f"{cell},5\n".encode() * 100, form(2, (0, 1)))


def test_a_block_that_is_not_as_described_is_refused() -> None:
    assert LIBRARY is not None
    text = b"1,2\n3,4\n"
    scanner = CompiledScanner(LIBRARY)
    for lines in (1, 3):
        with pytest.raises(ValueError, match="described"):
            scanner.cells(
                text + b"5" * 20 * (lines == 3) + b",\n" * (lines == 3), lines + (lines == 3), form(2, (0, 1))
            )
    with pytest.raises(ValueError, match="described"):
        scanner.cells(b"1,2\n3,4", 1, form(2, (0, 1)))
    assert scanner.cells(text, 1000, form(2, (0, 1))) is None
    assert LIBRARY.block(ScanBlock()) == 2
