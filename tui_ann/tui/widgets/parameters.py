"""The numbers of a network: values, gradient, or last change of its parameters, as many as fit on one line or two."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from tui_ann.text.symbols import Symbol, parameter_symbol
from tui_ann.tui.content.plan import WeightColumns
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.matrix_view import MatrixView
from tui_ann.tui.widgets.tabs_line import TabsLine

Arrays = Mapping[str, NDArray[np.floating]]
_MOST_TABLES = 8
"""Maximum number of tables."""
_ROW_GAP = 1
"""Lines between two lines of tables."""
_LEAST_WIDTH = 30
"""Cells in which a part of a table is worth showing beside others."""
_GAP = 2
"""Cells between two tables."""
_BETWEEN = _GAP + 1
"""Cells that a table needs beside its numbers, for a scroll bar and the gap."""


class ParameterTable(Vertical):
    """Tabs W¹ b¹ W² …, tabs value · ∂L/∂W · ΔW, and the selected table, with the next ones beside it if they fit.

    `set_data` sets the arrays by name; `choose`, `step` and `next_kind` switch tabs.
    """

    DEFAULT_CSS = f"""
    ParameterTable {{
        height: 1fr;
        & > Horizontal {{ height: 1; }}
        & #parameter-kinds {{ width: 26; }}
        & #parameter-tables {{ height: 1fr; & MatrixView {{ display: none; margin-right: {_GAP}; }} }}
        & .parameter-band {{ height: 1fr; }}
        & #parameter-note {{ display: none; height: 1fr; content-align: center middle; color: $dim-text; }}
        &.-without {{ & #parameter-tables {{ display: none; }} & #parameter-note {{ display: block; }} }}
    }}
    """

    class NumberChosen(Message):
        """Another number was chosen."""

    KINDS: ClassVar[tuple[str, ...]] = ("value", "gradient", "change")
    """The kinds of tables."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._arrays: tuple[Arrays, Arrays, Arrays] = ({}, {}, {})
        self._tables, self._lower = ([MatrixView() for _ in range(_MOST_TABLES)] for _ in range(2))
        for table in (*self._tables, *self._lower):
            table.choosable, table.titled, table.can_focus = False, True, table is self._tables[0]
        self._names: list[str] = []
        self._weight_columns: Mapping[str, WeightColumns] = {}
        self._omitted: Collection[str] = ()
        self._chosen = 0
        self._kind = 0

    def compose(self) -> ComposeResult:
        """Two lines of tabs side by side, the table, and a note to show without a table."""
        with Horizontal():
            yield TabsLine(id="parameter-names")
            yield TabsLine(id="parameter-kinds")
        with Vertical(id="parameter-tables"):
            for tables in (self._tables, self._lower):
                yield Horizontal(*tables, classes="parameter-band")
        yield Static(id="parameter-note", markup=False)

    def set_data(
        self,
        parameters: Arrays,
        gradients: Arrays,
        changes: Arrays,
        *,
        columns: Mapping[str, WeightColumns] | None = None,
        omitted: Collection[str] = (),
    ) -> None:
        """Show the parameters of a network.

        Args:
            parameters: Values by name, W1 (neurons, inputs), b1 (neurons,) …, in the order of the tabs.
            gradients: ∂L/∂ of each trainable parameter.
            changes: What the last update added to each parameter.
            columns: What the columns of each weight matrix are.
            omitted: Parameters that are too large to show live.
        """
        self._arrays = (parameters, gradients, changes)
        self._weight_columns, self._omitted = columns or {}, omitted
        names = [*parameters, *sorted(set(self._omitted) - set(parameters))]
        if names != self._names:
            self._names = names
            self._chosen = min(self._chosen, max(0, len(names) - 1))
        self._show()

    @property
    def chosen(self) -> str | None:
        """Name of the selected parameter."""
        return self._names[self._chosen] if self._names else None

    @property
    def matrix(self) -> MatrixView:
        """The table of the selected parameter; the others are only looked at."""
        return self._tables[0]

    def choose(self, name: str) -> None:
        """Show another parameter; an unknown name changes nothing."""
        if name in self._names:
            self._chosen = self._names.index(name)
            self._show()

    @property
    def number(self) -> tuple[str, tuple[int, ...]] | None:
        """The selected parameter, and the place of the number under the cursor; `None` without one."""
        array = self._arrays[0].get(self.chosen or "")
        if array is None or self.chosen is None:
            return None
        place = self.matrix.index(*self.matrix.cursor)
        return self.chosen, place[: array.ndim]

    def choose_number(self, name: str, index: tuple[int, ...]) -> None:
        """Put the cursor on a number; an unknown one changes nothing.

        Args:
            name: Its parameter.
            index: Its place, counted from 0.
        """
        if name in self._names and (name, index) != self.number:
            self.choose(name)
            row, column = (*index, 0)[:2]
            self.matrix.move_cursor(
                *self.matrix.index(row, column)
            )  # the table may be turned, which is its own inverse

    def on_grid_view_cursor_moved(self, event: GridView.CursorMoved) -> None:
        """Say that another number was chosen."""
        event.stop()
        if event.grid is self.matrix:
            self.post_message(self.NumberChosen())

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (−1) parameter."""
        if self._names:
            self._chosen = (self._chosen + by) % len(self._names)
            self._show()
            self.post_message(self.NumberChosen())

    def begin(self) -> None:
        """Reset to the values of the first parameter, for another network."""
        self._chosen = self._kind = 0
        self.matrix.move_cursor(0, 0)
        self._show()

    def next_kind(self) -> None:
        """Cycle through values, gradient and last change."""
        self._kind = (self._kind + 1) % len(self.KINDS)
        self._show()

    def on_tabs_line_chosen(self, event: TabsLine.Chosen) -> None:
        """Switch to the clicked tab."""
        event.stop()
        if event.tabs.id == "parameter-names":
            self._chosen = event.index
        else:
            self._kind = event.index
        self._show()
        self.post_message(self.NumberChosen())

    def _show(self) -> None:
        name = self.chosen
        letter = parameter_symbol(Symbol.parse(name or "W").kind)
        labels = [parameter_symbol(other) for other in self._names]
        self.query_one("#parameter-names", TabsLine).set_data(labels, self._chosen)
        self.query_one("#parameter-kinds", TabsLine).set_data(["value", f"∂L/∂{letter}", f"Δ{letter}"], self._kind)
        array = self._arrays[self._kind].get(name) if name else None
        self.set_class(array is None, "-without")
        if array is None:
            self._tables[0].clear()
            self.query_one("#parameter-note", Static).update(self._why_without(name))
            return
        self._fill()

    def _fill(self) -> None:
        """Fill the tables from the selected parameter on, until the line is full; the last may be a part.

        Those that the line has no room for stand in a second one below if it holds their whole height.
        """
        arrays = self._arrays[self._kind]
        names = [name for name in self._names[self._chosen :] if name in arrays][:_MOST_TABLES]
        whole = self._fill_band(self._tables, names)
        rest = names[whole:]
        height = 1 + max(table.n_rows for table in self._tables[: max(1, whole)])
        below = self.size.height - 1 - height - _ROW_GAP
        fits = bool(whole and rest) and arrays[rest[0]].shape[0] < below
        fits = fits and self._fill_band(self._lower, rest) > 0
        fits = fits and all(table.n_rows < below for table in self._lower if table.display)
        for table in self._tables[whole:] if fits else ():
            table.display = False
        upper, lower = self.query(".parameter-band").results(Horizontal)
        lower.display = fits
        upper.styles.height = height + _ROW_GAP if fits else "1fr"

    def _fill_band(self, tables: Sequence[MatrixView], names: Sequence[str]) -> int:
        """Fill a line of tables; return how many of them are whole."""
        left, whole = self.size.width, 0
        for table, name in zip_longest(tables, names[: len(tables)]):
            if name is None:
                table.display = False
                continue
            symbol = parameter_symbol(name)
            title = (symbol, f"∂L/∂{symbol}", f"Δ{symbol}")[self._kind]
            table.room = left - _BETWEEN
            columns = self._weight_columns.get(name, WeightColumns())
            table.set_data(self._arrays[self._kind][name], title, columns.symbol, columns.names)
            needed = table.natural_width + _BETWEEN
            first = table is tables[0]
            table.display = first or left >= min(needed, _LEAST_WIDTH)
            table.styles.width = "1fr" if needed >= left or (first and len(names) == 1) else needed - _GAP
            whole += needed <= left
            left -= needed if table.display else left
        return whole

    def on_resize(self) -> None:
        """Show as many tables as fit now."""
        if self.chosen in self._arrays[self._kind]:
            self._fill()

    def on_described(self, event: Described) -> None:
        """Pass on only the description of the selected table."""
        if event.widget is not self.matrix:
            event.stop()

    def _why_without(self, name: str | None) -> str:
        if name is None:
            return "start values are drawn at the first update"
        if name in self._omitted:
            return f"{parameter_symbol(name)} is too large to be shown live"
        return ("no value", "not trained, so no gradient", "not trained, so no change")[self._kind]
