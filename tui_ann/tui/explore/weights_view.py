"""Weights: every number of the network with its way over the run, and the first layer as images."""

from textual import on
from textual.containers import Horizontal, Vertical

from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.neuron_images import NeuronImages, neuron_images, pixel_grid
from tui_ann.session.explore.weight_way import Index, way_as_csv, way_of
from tui_ann.text.symbols import parameter_symbol, spelled
from tui_ann.tui.content.plan import WeightColumns
from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.output_file import ask_output, file_name
from tui_ann.tui.services.picture_queue import PictureQueue
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.matrix_view import MatrixView
from tui_ann.tui.widgets.neuron_images import NeuronDetail, NeuronGrid
from tui_ann.tui.widgets.weight_way import WeightWay


class WeightsView(ExploreView):
    """The numbers of the network.

    Features that are the pixels of a square are shown as images first; `kind` switches between the two.
    """

    NAME, TITLE = "weights", "Weights"
    TOPIC = "weight_images"

    DEFAULT_CSS = """
    WeightsView {
        & > #weight-images { display: none; height: 1fr; }
        & > #weight-table { height: 1fr; }
        &.-images > #weight-images { display: block; }
        &.-images > #weight-table { display: none; }
        & NeuronDetail { width: 28; margin-left: 2; }
        & MatrixView { height: 1fr; }
        & WeightWay { height: 1fr; max-height: 16; margin-top: 1; }
    }
    """

    def __init__(self, queue: PictureQueue) -> None:
        self.matrix, self.way = MatrixView(), WeightWay()
        self.images, self.detail = NeuronGrid(), NeuronDetail()
        self.matrix.choosable, self.matrix.titled = False, True
        super().__init__(
            queue,
            Horizontal(self.images, self.detail, id="weight-images"),
            Vertical(self.matrix, self.way, id="weight-table"),
        )
        self.verbs = {
            "layer_before": lambda: self._turn(-1),
            "layer_after": lambda: self._turn(1),
            "kind": self._switch,
            "write": self._write,
        }
        self._parameter = "W1"
        self._wants_images = True
        self._found: NeuronImages | None = None
        self._gridded: tuple[object, bool] = (None, False)

    def begin(self) -> None:
        """Return to the first weight, and to images where there are some."""
        super().begin()
        self._parameter, self._wants_images, self._found, self._gridded = "W1", True, None, (None, False)
        self.matrix.move_cursor(0, 0)

    @property
    def index(self) -> Index:
        """Place of the chosen number in its array, counted from 0."""
        row, column = self.matrix.index(*self.matrix.cursor)
        array = self.moment.snapshot.parameters.get(self._parameter) if self.moment is not None else None
        return (row,) if array is not None and array.ndim == 1 else (row, column)

    def refresh_picture(self) -> None:
        """Show the numbers of the moment, or ask for the images."""
        moment = self.moment
        if moment is None:
            return
        self.records.see(moment)
        shows_images = self._wants_images and self._has_images(moment)
        if shows_images != self.has_class("-images"):
            self.set_class(shows_images, "-images")
            if self.has_focus_within or self.has_class("-active"):
                self.call_after_refresh(self.focus_inside)
        if shows_images:
            self.name_pane("W¹ as images" if self._found is None else self._images_title(self._found))
            grid = pixel_grid(moment.preprocessing, moment.table)
            if grid is not None:
                self.compute(lambda outdated: neuron_images(moment, grid), self._show_images)
            return
        if self.records.lacks(moment) and not self.host.runner.running:
            self.compute(lambda outdated: self.records.replay(moment, outdated), self._replayed, slow=True)
        self._show_matrix(moment)

    def _has_images(self, moment: RunMoment) -> bool:
        """Whether the features are pixels; found out once for each table."""
        if self._gridded[0] is not moment.table:
            self._gridded = (moment.table, pixel_grid(moment.preprocessing, moment.table) is not None)
        return self._gridded[1]

    # Images.

    def _show_images(self, found: NeuronImages) -> None:
        self._found = found
        self.images.set_images(found)
        self.detail.set_neuron(found, self.images.place)
        self.name_pane(self._images_title(found))

    def _images_title(self, found: NeuronImages) -> str:
        return f"{parameter_symbol('W1')} as images · {len(found.units)} neurons × {found.side}×{found.side} pixels"

    def on_neuron_grid_neuron_chosen(self, event: NeuronGrid.NeuronChosen) -> None:
        """Show the chosen neuron large."""
        event.stop()
        if self._found is not None:
            self.detail.set_neuron(self._found, self.images.place)

    # Numbers.

    def _show_matrix(self, moment: RunMoment) -> None:
        parameters = moment.snapshot.parameters
        if self._parameter not in parameters:
            self._parameter = next(iter(parameters), "")
        array = parameters.get(self._parameter)
        if array is None:
            self.show_note("The weights of this network are too many to be shown here.")
            return
        columns = self.plan.weight_columns.get(self._parameter, WeightColumns()) if self.plan else WeightColumns()
        self.matrix.set_data(array, parameter_symbol(self._parameter), columns.symbol, columns.names)
        self._show_way()

    def _show_way(self) -> None:
        """Draw the way of the number under the cursor."""
        moment = self.moment
        if moment is None or self._parameter not in moment.snapshot.parameters:
            return
        kept = self.records.up_to(moment.update)
        self.way.set_way(self._symbol, *way_of(kept, self._parameter, self.index))
        self.name_pane(f"{self._symbol} over the updates")

    @property
    def _symbol(self) -> str:
        return spelled(self._parameter, index=[place + 1 for place in self.index])

    def _replayed(self, done: bool) -> None:
        if done and not self.has_class("-images"):
            self._show_way()

    @on(GridView.CursorMoved)
    def _choose_number(self, event: GridView.CursorMoved) -> None:
        event.stop()
        self._show_way()

    def _turn(self, step: int) -> None:
        """Go to the next parameter (1) or the previous one (−1)."""
        if self.moment is not None:
            names = list(self.moment.snapshot.parameters)
            place = names.index(self._parameter) if self._parameter in names else 0
            self._parameter = names[(place + step) % len(names)]
            self._wants_images = False
            self.refresh_picture()

    def _switch(self) -> None:
        """Switch between images and numbers, where there are images."""
        self._wants_images = not self._wants_images
        self.refresh_picture()

    def on_described(self, event: Described) -> None:
        """Leave out what the table says: the curve says it too."""
        if event.widget is self.matrix:
            event.stop()
            event.prevent_default()

    def _write(self) -> None:
        """Write the way of the chosen number into a file."""
        moment, name, index = self.moment, self._parameter, self.index
        if moment is None or self.has_class("-images"):
            self.host.tell("Choose a number first: the images have none.")
            return
        place = "-".join(str(each + 1) for each in index)
        proposed = f"{file_name(self.host.open_name)}-{name}-{place}.csv"
        ask_output(self.host, proposed, lambda: way_as_csv(self.records.up_to(moment.update), name, index))
