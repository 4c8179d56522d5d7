"""A matrix of any size as a table of signed numbers; the background of each shows its sign and size.

Where there are too few colours for that, a shade before each number shows its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from textual.color import Color

from tui_ann.text import cell_width, clean, count, fit, number
from tui_ann.text.rounding import in_full
from tui_ann.text.symbols import subscript, subscripts, superscript
from tui_ann.tui.content.colours import letters_on
from tui_ann.tui.draw.shades import shade
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.picture import ramp

_CELL = 8
_LEVELS = 8
_MOST_ACROSS = 6
"""Maximum columns of a matrix of one row; more are easier to read from top to bottom."""
_WIDEST_NAME = 24


class MatrixView(GridView):
    """A virtual table of numbers. `set_data` sets the matrix and the names of its rows and columns.

    All numbers share one power of ten, shown in the corner if it is not 1, so that they can be compared.  A matrix of
    one long row stands upright, with the names of its columns at the left.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"matrix--positive", "matrix--negative", "matrix--broken"}
    DEFAULT_CSS = """
    MatrixView {
        & > .matrix--positive { color: $data-positive; }
        & > .matrix--negative { color: $data-negative; }
        & > .matrix--broken { color: $text-error; text-style: bold; }
    }
    """

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._matrix: NDArray[np.floating] = np.zeros((0, 0))
        self._symbol = self._column_symbol = ""
        self._column_names: Sequence[str] = ()
        self._largest = 1.0
        self._exponent = 0
        self._corner = ""
        self._heat: list[Style] = []
        self.upright = False
        """Whether the only row of the matrix is shown as a column."""
        self.room: int | None = None
        """Cells that the table may take; by default its present width."""
        self.natural_width = 0
        """Cells that the whole table takes."""
        self.titled = False
        """Whether the symbol of the matrix is shown in the corner."""

    def set_data(
        self,
        matrix: NDArray[np.floating],
        symbol: str,
        column_symbol: str = "x",
        column_names: Sequence[str] = (),
    ) -> None:
        """Show a matrix.

        Args:
            matrix: (neurons, inputs), or (neurons,) for biases, shown as one column.
            symbol: Its symbol: W¹, ∂L/∂W¹.
            column_symbol: Symbol of its columns: x, a¹; "" for a single column under the matrix' own symbol.
            column_names: Names of the columns, shown for the selected cell.
        """
        self._matrix = matrix if matrix.ndim == 2 else matrix[:, None]
        self._symbol, self._column_symbol, self._column_names = symbol, column_symbol, column_names
        finite = self._matrix[np.isfinite(self._matrix)]
        self._largest = float(np.abs(finite).max()) if finite.size else 0.0
        power = int(np.floor(np.log10(self._largest))) if self._largest > 0 else 0
        if self._largest == 0 or -2 <= power <= 2:
            self._exponent = 0
        elif power != self._exponent and not (self._exponent and 0 <= self._exponent - power <= 1):
            self._exponent = power  # hysteresis, so that the corner does not flicker between two powers
        self._arrange()

    def _arrange(self) -> None:
        """Set rows, columns and their widths; a long single row stands upright."""
        rows, columns = self._matrix.shape
        cell = _CELL + (self._exponent == 0 and self._largest >= 100)  # a blank between the widest numbers
        if columns == 1:
            cell = max(cell, cell_width(self.column_name(0)) + 1)  # new b^[3]
        power = f"×10{superscript(self._exponent)}" if self._exponent else ""
        self._corner = f"{self._symbol} {power}".strip() if self.titled else power
        corner = cell_width(self._corner)
        flat = max(2, corner, cell_width(self.row_name(max(0, rows - 1)))) + 1
        room = self.size.width if self.room is None else self.room
        self.upright = rows == 1 and columns > 1 and (columns > _MOST_ACROSS or 0 < room < flat + columns * cell)
        self.natural_width = flat + columns * cell
        if self.upright:
            names = (
                _named(self.column_name(column), self._column_names, column) for column in range(min(columns, 1000))
            )
            label = max(corner, min(_WIDEST_NAME, max(map(cell_width, names)))) + 1
            self.natural_width = label + cell
            self.lay_out(columns, [cell], label)
        else:
            self.lay_out(rows, [cell] * columns, flat)

    on_resize = _arrange

    def index(self, row: int, column: int) -> tuple[int, int]:
        """Row and column of the matrix for a cell of the table, both counted from 0."""
        return (column, row) if self.upright else (row, column)

    # Overridden by subclasses.

    def row_name(self, row: int) -> str:
        """Return the symbol of a row of the matrix: the neuron."""
        return "n" + subscript(row + 1)

    def column_name(self, column: int) -> str:
        """Return the symbol of a column of the matrix: the input."""
        if self._column_symbol:
            return self._column_symbol + subscript(column + 1)
        return "" if self.titled else self._symbol

    def clear(self) -> None:
        """Show no matrix."""
        self.set_data(np.zeros((0, 0)), "", "")

    def notify_style_update(self) -> None:
        """Use the colours of the new theme."""
        self._heat = []
        super().notify_style_update()

    def describe(self) -> str:
        """Return the cell under the cursor in full; empty if there is no matrix."""
        if not self._symbol:
            return ""
        if not self._matrix.size:
            return f"{self._symbol} is empty."
        row, column = self.index(*self.cursor)
        rows, columns = self._matrix.shape
        index = subscripts(row + 1, column + 1) if columns > 1 else subscript(row + 1)
        text = f"{self._symbol}{index} = {number(float(self._matrix[row, column]), 7)}"
        if column < len(self._column_names):
            text += f" ({clean(self._column_names[column], 30)})"
        return f"{text} · {count(rows)} × {count(columns)}"

    def header(self, column: int, width: int) -> tuple[str, Style]:
        """Return the symbol of a column."""
        text = self.row_name(0) if self.upright else self.column_name(column)
        classes = ("grid--crosshair",) if column == self.cursor[1] and self.has_focus else ()
        return fit(text, width, "right"), self.style_of("grid--header", *classes)

    def row_label(self, row: int, width: int) -> tuple[str, Style]:
        """Return the symbol of a row."""
        lit = row == self.cursor[0] and self.has_focus
        text = self.row_name(row)
        if self.upright:
            text = _named(self.column_name(row), self._column_names, row)
        return fit(clean(text, width - 1), width), self.style_of("grid--crosshair" if lit else "grid--label")

    def corner(self, width: int) -> tuple[str, Style]:
        """Return the common power of ten, and the symbol of a titled table."""
        return fit(self._corner, width), self.style_of("grid--header")

    def cell(self, row: int, column: int, width: int) -> tuple[str, Style]:
        """Return a number with its sign, on the background for its size."""
        if not self._heat:
            self._heat = _heat_styles(self)
        value = float(self._matrix[self.index(row, column)])
        if value - value != 0:  # nan or infinite
            return number(value, sign=True, width=width), self.style_of("matrix--broken")
        shown = value / 10.0**self._exponent
        if abs(shown) < 0.0005:
            shown = 0.0  # a sign before 0.000 is meaningless and flickers
        text = number(shown, decimals=3, sign=True, width=width)
        if value == 0 or not self._largest:
            return text, self._heat[_LEVELS]
        share = abs(value) / self._largest
        if few_colours(self.app):
            digits = text.lstrip()
            return (shade(share) + digits).rjust(width) if digits != text else text, self.style_of()
        level = min(_LEVELS, 1 + int(share * _LEVELS))
        return text, self._heat[_LEVELS + (level if value > 0 else -level)]

    def text_at(self, row: int, column: int) -> str:
        """Return a number in full."""
        return in_full(self._matrix[self.index(row, column)])


def _named(symbol: str, names: Sequence[str], index: int) -> str:
    """Return a symbol with its name, if it has one."""
    return f"{symbol} {clean(names[index])}" if index < len(names) else symbol


def _heat_styles(view: MatrixView) -> list[Style]:
    """Return styles from the most negative through 0 to the most positive."""
    own = view.visual_style
    ground, letters = own.background or Color(0, 0, 0), own.foreground or Color(255, 255, 255)
    sides = []
    for name in ("matrix--negative", "matrix--positive"):
        colors = ramp(ground, view.get_visual_style(name), _LEVELS + 4, lowest=0.06)[:_LEVELS]
        sides.append([Style(color=letters_on(color, letters).rich_color, bgcolor=color.rich_color) for color in colors])
    return [*reversed(sides[0]), view.style_of(), *sides[1]]
