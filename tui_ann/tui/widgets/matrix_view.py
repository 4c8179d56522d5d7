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

from tui_ann.text import clean, number
from tui_ann.text.symbols import subscript, subscripts, superscript
from tui_ann.tui.content.colours import letters_on
from tui_ann.tui.draw.shades import shade
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.picture import ramp

_CELL = 8
_LEVELS = 8


class MatrixView(GridView):
    """A virtual table of numbers. `set_data` sets the matrix and the names of its rows and columns.

    All numbers share one power of ten, shown in the corner if it is not 1, so that they can be compared.
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
        self._heat: list[Style] = []

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
        rows, columns = self._matrix.shape
        label_width = max(6 if self._exponent else 0, len(f"n{rows}") + 1)
        self.lay_out(rows, [_CELL] * columns, label_width)

    @property
    def numbers(self) -> NDArray[np.floating]:
        """The matrix, (rows, columns)."""
        return self._matrix

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
        row, column = self.cursor
        rows, columns = self._matrix.shape
        index = subscripts(row + 1, column + 1) if columns > 1 else subscript(row + 1)
        text = f"{self._symbol}{index} = {number(float(self._matrix[row, column]), 7)}"
        if column < len(self._column_names):
            text += f" ({clean(self._column_names[column], 30)})"
        return f"{text} · {rows} × {columns}"

    def header(self, column: int, width: int) -> tuple[str, Style]:
        """Return the symbol of a column."""
        text = self._column_symbol + subscript(column + 1) if self._column_symbol else self._symbol
        classes = ("grid--crosshair",) if column == self.cursor[1] and self.has_focus else ()
        return text[:width].rjust(width), self.style_of("grid--header", *classes)

    def row_label(self, row: int, width: int) -> tuple[str, Style]:
        """Return the symbol of a row: the neuron."""
        lit = row == self.cursor[0] and self.has_focus
        return ("n" + subscript(row + 1)).ljust(width), self.style_of("grid--crosshair" if lit else "grid--label")

    def corner(self, width: int) -> tuple[str, Style]:
        """Return the common power of ten."""
        text = f"×10{superscript(self._exponent)}" if self._exponent else ""
        return text[:width].ljust(width), self.style_of("grid--header")

    def cell(self, row: int, column: int, width: int) -> tuple[str, Style]:
        """Return a number with its sign, on the background for its size."""
        if not self._heat:
            self._heat = self._heat_styles()
        value = float(self._matrix[row, column])
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
        return repr(float(self._matrix[row, column]))

    def _heat_styles(self) -> list[Style]:
        """Return styles from the most negative through 0 to the most positive."""
        own = self.visual_style
        ground, letters = own.background or Color(0, 0, 0), own.foreground or Color(255, 255, 255)
        sides = []
        for name in ("matrix--negative", "matrix--positive"):
            colors = ramp(ground, self.get_visual_style(name), _LEVELS + 4, lowest=0.06)[:_LEVELS]
            sides.append(
                [Style(color=letters_on(color, letters).rich_color, bgcolor=color.rich_color) for color in colors]
            )
        return [*reversed(sides[0]), self.style_of(), *sides[1]]
