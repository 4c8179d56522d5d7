"""One row: the columns that moved its answer most, with bars to the sign and size of their push, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from tui_ann.text import cell_width, clean, count, fit
from tui_ann.tui.draw.cells import Cells

_BAR = "▇"
_VALUE = 12


class RowInk(IntEnum):
    """Ink of a cell."""

    PLAIN = 0
    LABEL = 1
    VALUE = 2
    POSITIVE = 3
    NEGATIVE = 4
    NOTE = 5
    THRESHOLD = 6


@dataclass(frozen=True)
class StoryLine:
    """A column of the row."""

    name: str
    """The column; cleaned here."""
    value: str
    """Its value in the file; cleaned here."""
    push: float
    """How much it moved the answer, as a share of the largest push, from −1 to 1."""


@dataclass(frozen=True)
class StoryPicture:
    """A row as it is drawn."""

    lines: Sequence[StoryLine]
    """Its columns, that which moved most first."""
    answer: str
    """The answer in words: `ŷ = P(malignant) = 0.91 · says malignant`."""
    share: float | None = None
    """ŷ, for the bar of a probability."""
    threshold: float | None = None
    """The threshold on that bar."""
    positive: bool = True
    """Whether the answer is the second of two classes."""
    notes: Sequence[str] = ()
    """Sentences below it."""
    more: str = "more"
    """What the columns that do not fit are called."""


def draw_row(picture: StoryPicture, width: int, height: int) -> Cells:
    """Draw the row; columns that do not fit are counted.

    Args:
        picture: The row.
        width: Width in cells.
        height: Height in cells.
    """
    cells = Cells(width, height)
    if width < 10 or height < 1:
        return cells
    notes = [line for note in picture.notes for line in _wrapped(note, width)]
    notes = notes[: max(0, height - 4)]
    room = height - 1 - len(notes)
    hidden = max(0, len(picture.lines) - max(0, room))
    shown = len(picture.lines) - hidden - (1 if hidden and room else 0)
    name_width = min(max((cell_width(clean(line.name)) for line in picture.lines), default=0), max(8, width // 3))
    value_width = min(_VALUE, max((cell_width(clean(line.value)) for line in picture.lines), default=1))
    x = name_width + value_width + 3
    for row, line in enumerate(picture.lines[: max(0, shown)]):
        cells.write(0, row, fit(line.name, name_width), RowInk.LABEL)
        cells.write(name_width + 1, row, fit(line.value, value_width, "right"), RowInk.VALUE)
        ink = RowInk.POSITIVE if line.push > 0 else RowInk.NEGATIVE
        length = round(abs(line.push) * max(0, width - x - 1))
        if line.push and width > x + 1:
            cells.write(x, row, ("+" if line.push > 0 else "−") + _BAR * max(length, 0), ink)
    row = max(0, shown)
    if hidden and room:
        cells.write(0, row, clean(f"{count(len(picture.lines) - shown)} {picture.more}", width), RowInk.NOTE)
        row += 1
    end = cells.write(0, row, clean(picture.answer, width), RowInk.VALUE) + 1
    if picture.share is not None and width - end >= 8:
        _share(cells, picture, end, row, min(30, width - end))
    for below, note in enumerate(notes, start=row + 1):
        cells.write(0, below, note, RowInk.NOTE)
    return cells


def _share(cells: Cells, picture: StoryPicture, x: int, y: int, wide: int) -> None:
    assert picture.share is not None
    filled = round(min(1.0, max(0.0, picture.share)) * wide)
    ink = RowInk.POSITIVE if picture.positive else RowInk.NEGATIVE
    cells.write(x, y, _BAR * filled, ink)
    cells.write(x + filled, y, "▁" * (wide - filled), RowInk.NOTE)
    if picture.threshold is not None:
        cells.write(x + min(wide - 1, int(picture.threshold * wide)), y, "┆", RowInk.THRESHOLD)


def _wrapped(text: str, width: int) -> list[str]:
    """A sentence in lines, broken at blanks."""
    lines: list[str] = []
    for word in clean(text).split(" "):
        if lines and cell_width(lines[-1]) + 1 + cell_width(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(clean(word, width))
    return lines
