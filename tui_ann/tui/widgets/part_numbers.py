"""The numbers of one part of an update as a table of any size, with a cursor to select one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tui_ann.engine.inspect.part import Part
from tui_ann.text import cell_width, count, number
from tui_ann.text.symbols import spelled, subscript
from tui_ann.tui.content.plan import WeightColumns
from tui_ann.tui.widgets.matrix_view import MatrixView


class PartNumbers(MatrixView):
    """A part's value. Columns are the examples of the batch, or the inputs of a weight matrix."""

    def __init__(self) -> None:
        super().__init__(id="part-numbers")
        self.empty = ""
        """The text to show if there is no table."""
        self._examples: Sequence[int] = ()
        self._ndim = 2
        self._letter = "n"
        self._alone = ""
        """The name of a single number that belongs to no neuron."""

    def set_part(self, part: Part | None, examples: Sequence[int], columns: Mapping[str, WeightColumns]) -> None:
        """Show a part.

        Args:
            part: The part; None clears the table.
            examples: Rows of the training data in the batch, counted from 0.
            columns: What the columns of each weight matrix are.
        """
        if part is None:
            self._examples, self._ndim, self._alone = (), 2, ""
            self.set_data(np.zeros((0, 0)), "")
            return
        shown = part.clean
        value = shown[0] if shown.ndim == 3 else np.atleast_1d(shown)
        self._ndim = part.value.ndim
        by_example = part.value.ndim == 2 and not part.symbol.is_matrix
        by_example = by_example and part.value.shape[1] == len(examples)
        self._examples = examples if by_example and len(examples) > 1 else ()
        self._letter = {"x": "x", "y": "y", "l": "#"}.get(str(part.symbol), "n")
        self._alone = spelled(part.name) if part.value.ndim == 0 else ""
        meant = columns.get(str(part.symbol.value), WeightColumns()) if part.symbol.is_matrix else WeightColumns()
        self.set_data(value, spelled(part.name), meant.symbol, meant.names)

    @property
    def place(self) -> tuple[int, ...]:
        """Index of the cursor in the part's value, counted from 0; () for a single number."""
        row, column = self.index(*self.cursor)
        return {0: (), 1: (row,), 2: (row, column)}.get(self._ndim, (0, row, column))

    def describe(self) -> str:
        """Return the number under the cursor, or why there is none."""
        if self._alone and self.n_rows:
            return f"{self._alone} = {number(float(self._matrix[0, 0]), 7)}"
        return super().describe() if self.n_rows else self.empty

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave left and right to the screen if there is only one column."""
        if action == "move" and parameters[0] in ("left", "right"):
            return self.n_columns > 1
        return super().check_action(action, parameters)

    def column_name(self, column: int) -> str:
        """Return the example of a column, or its symbol."""
        if not self._examples:
            return super().column_name(column)
        example = count(self._examples[column] + 1)
        return f"ex {example}" if cell_width(example) < 5 else example  # a blank separates columns

    def row_name(self, row: int) -> str:
        """Return the symbol of a row: the neuron, the input, or the example."""
        return "" if self._alone else self._letter + subscript(row + 1)
