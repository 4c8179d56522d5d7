"""The two pictures of Weights: the neurons as images, and a table of numbers with the way of one of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from textual.containers import Horizontal, Vertical
from textual.message import Message

from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.neuron_images import NeuronImages, PixelGrid, pixel_grid
from tui_ann.session.explore.recording import RecordedMoment
from tui_ann.session.explore.weight_way import Index, way_of
from tui_ann.text import count
from tui_ann.text.symbols import parameter_symbol, spelled
from tui_ann.tui.content.plan import WeightColumns
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.matrix_view import MatrixView
from tui_ann.tui.widgets.neuron_images import NeuronDetail, NeuronGrid
from tui_ann.tui.widgets.weight_way import WeightWay


class NeuronPanel(Horizontal):
    """All neurons of the first layer as images, and the chosen one large."""

    DEFAULT_CSS = """
    NeuronPanel { height: 1fr; & NeuronDetail { width: 28; margin-left: 2; } }
    """

    def __init__(self) -> None:
        self.grid, self.detail = NeuronGrid(), NeuronDetail()
        super().__init__(self.grid, self.detail)
        self._found: NeuronImages | None = None
        self._shown: NeuronImages | None = None
        self._one_scale = self._by_number = False
        self._grid: tuple[object, PixelGrid | None] = (None, None)

    def grid_of(self, moment: RunMoment) -> PixelGrid | None:
        """Which feature is which pixel, found out once for each table; `None` if they form no square."""
        if self._grid[0] is not moment.table:
            self._grid = (moment.table, pixel_grid(moment.preprocessing, moment.table))
        return self._grid[1]

    def set_images(self, found: NeuronImages) -> None:
        """Show the neurons of a moment."""
        self._found = found
        self._show()

    def begin(self) -> None:
        """Return to each neuron's own scale, and to those with the largest weights first."""
        self._one_scale = self._by_number = False
        self._found = self._shown = None

    def switch_scale(self) -> None:
        """Switch between one scale for all neurons and one for each."""
        self._one_scale = not self._one_scale
        self._show()

    def switch_order(self) -> None:
        """Switch between the largest weights first and the order of the neurons."""
        self._by_number = not self._by_number
        self._show()

    def _show(self) -> None:
        if self._found is not None:
            self._shown = self._found.by_number() if self._by_number else self._found
            self.grid.set_images(self._shown, self._one_scale)
            self.detail.set_neuron(self._shown, self.grid.place)

    @property
    def title(self) -> str:
        """What is shown, for the frame."""
        title = f"{parameter_symbol('W1')} as images"
        if self._found is None:
            return title
        side = self._found.side
        return f"{title} · {count(len(self._found.units))} neurons × {side}×{side} pixels"

    def on_neuron_grid_neuron_chosen(self, event: NeuronGrid.NeuronChosen) -> None:
        """Show the chosen neuron large."""
        event.stop()
        if self._shown is not None:
            self.detail.set_neuron(self._shown, self.grid.place)


class WeightTable(Vertical):
    """A table of numbers, and the way of the one under the cursor over the run."""

    DEFAULT_CSS = """
    WeightTable {
        height: 1fr;
        & MatrixView { height: 1fr; }
        & WeightWay { height: 1fr; max-height: 16; margin-top: 1; }
    }
    """

    class NumberChosen(Message):
        """Another number was chosen."""

    def __init__(self) -> None:
        self.matrix, self.way = MatrixView(), WeightWay()
        self.matrix.choosable, self.matrix.titled = False, True
        super().__init__(self.matrix, self.way)
        self._parameter, self._is_vector = "", False
        self._kept: Sequence[RecordedMoment] = ()

    @property
    def index(self) -> Index:
        """Place of the chosen number in its array, counted from 0."""
        row, column = self.matrix.index(*self.matrix.cursor)
        return (row,) if self._is_vector else (row, column)

    def choose(self, index: Index) -> None:
        """Choose a number of the array, by its place counted from 0."""
        if index != self.index:
            row, column = (*index, 0)[:2]
            self.matrix.move_cursor(*self.matrix.index(row, column))  # which is its own inverse

    @property
    def title(self) -> str:
        """What is shown, for the frame."""
        return f"{spelled(self._parameter, index=[place + 1 for place in self.index])} over the updates"

    def set_array(self, name: str, array: NDArray[np.floating], columns: WeightColumns) -> None:
        """Show an array.

        Args:
            name: Its name, such as `W1`.
            array: (neurons, inputs) or (neurons,).
            columns: What its columns are.
        """
        self._parameter, self._is_vector = name, array.ndim == 1
        self.matrix.set_data(array, parameter_symbol(name), columns.symbol, columns.names)

    def set_moments(self, kept: Sequence[RecordedMoment]) -> None:
        """Draw the way of the chosen number over these moments."""
        self._kept = kept
        symbol = spelled(self._parameter, index=[place + 1 for place in self.index])
        self.way.set_way(symbol, *way_of(kept, self._parameter, self.index))

    def on_grid_view_cursor_moved(self, event: GridView.CursorMoved) -> None:
        """Draw the way of another number."""
        event.stop()
        if self._parameter:
            self.set_moments(self._kept)
            self.post_message(self.NumberChosen())

    def on_described(self, event: Described) -> None:
        """Leave out what the table says: the curve says it too."""
        if event.widget is self.matrix:
            event.stop()
