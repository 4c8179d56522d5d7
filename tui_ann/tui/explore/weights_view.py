"""Weights: every number of the network with its way over the run, and the first layer as images."""

from dataclasses import replace

from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.neuron_images import NeuronImages, neuron_images
from tui_ann.session.explore.weight_way import way_as_csv
from tui_ann.tui.content.plan import WeightColumns
from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.explore.weight_panels import NeuronPanel, WeightTable
from tui_ann.tui.services.output_file import ask_output, file_name
from tui_ann.tui.services.picture_queue import PictureQueue


class WeightsView(ExploreView):
    """The numbers of the network.

    Features that are the pixels of a square are shown as images first; `kind` switches between the two.
    """

    NAME, TITLE = "weights", "Weights"
    TOPIC = "weight_images"

    DEFAULT_CSS = """
    WeightsView {
        & > NeuronPanel { display: none; }
        &.-images > NeuronPanel { display: block; }
        &.-images > WeightTable { display: none; }
    }
    """

    def __init__(self, queue: PictureQueue) -> None:
        self.images, self.table = NeuronPanel(), WeightTable()
        super().__init__(queue, self.images, self.table)
        self.verbs = {
            "layer_before": lambda: self._turn(-1),
            "layer_after": lambda: self._turn(1),
            "kind": self._switch,
            "write": self._write,
        }
        self._of_images = {"scale": self.images.switch_scale, "order": self.images.switch_order}
        self._of_both = self.verbs
        self.verbs = {**self._of_both, **self._of_images}
        self._parameter = "W1"
        self._wants_images = True

    def begin(self) -> None:
        """Return to the first weight, and to images where there are some."""
        super().begin()
        self._parameter, self._wants_images = "W1", True
        self.table.matrix.move_cursor(0, 0)
        self.images.begin()

    def refresh_picture(self) -> None:
        """Show the numbers of the moment, or ask for the images."""
        moment = self.moment
        if moment is None:
            return
        self.records.see(moment)
        grid = self.images.grid_of(moment) if self._wants_images else None
        shows_images = grid is not None
        if shows_images != self.has_class("-images"):
            self.set_class(shows_images, "-images")
            if self.has_class("-active"):
                self.call_after_refresh(self.focus_inside)
        verbs = {**self._of_both, **(self._of_images if shows_images else {})}
        if verbs != self.verbs:
            self.verbs = verbs
            self.screen.refresh_bindings()
        if grid is not None:
            self.compute(lambda outdated: neuron_images(moment, grid), self._show_images)
            return
        if self.records.lacks(moment) and not self.host.runner.running:
            self.compute(
                lambda outdated: self.records.replay(moment, outdated),
                lambda done: done and self.call_later(self.refresh_picture),
                slow=True,
            )
        self._show_table(moment)

    def _show_images(self, found: NeuronImages) -> None:
        self.images.set_images(found)
        self.name_pane(self.images.title)

    def _show_table(self, moment: RunMoment) -> None:
        """Show the chosen array, and the way of the number under the cursor."""
        parameters, chosen = moment.snapshot.parameters, self.host.choices.weight
        if chosen is not None:
            self._parameter = chosen[0]
        if self._parameter not in parameters:
            self._parameter = next(iter(parameters), "")
        array = parameters.get(self._parameter)
        if array is None:
            self.show_note("The weights of this network are too many to be shown here.")
            return
        columns = self.plan.weight_columns.get(self._parameter, WeightColumns()) if self.plan else WeightColumns()
        self.table.set_array(self._parameter, array, columns)
        if chosen is not None and chosen[0] == self._parameter and len(chosen[1]) == array.ndim:
            self.table.choose(chosen[1])
        self.table.set_moments(self.records.up_to(moment.update))
        self.name_pane(self.table.title)

    def on_weight_table_number_chosen(self, event: WeightTable.NumberChosen) -> None:
        """Name the number, and keep it for the other screens."""
        event.stop()
        self.host.choices = replace(self.host.choices, weight=(self._parameter, self.table.index))
        if not self.has_class("-images"):
            self.name_pane(self.table.title)

    def _turn(self, step: int) -> None:
        """Go to the next parameter (1) or the previous one (−1)."""
        if self.moment is not None:
            names = list(self.moment.snapshot.parameters)
            place = names.index(self._parameter) if self._parameter in names else 0
            self._parameter = names[(place + step) % len(names)]
            shape = self.moment.snapshot.parameters[self._parameter].shape
            same_row = tuple(min(at, size - 1) for at, size in zip((self.table.index[0], 0), shape, strict=False))
            self.host.choices = replace(self.host.choices, weight=(self._parameter, same_row))
            self._wants_images = False
            self.refresh_picture()

    def _switch(self) -> None:
        """Switch between images and numbers, where there are images."""
        self._wants_images = not self._wants_images
        self.refresh_picture()

    def _write(self) -> None:
        """Write the way of the chosen number into a file."""
        moment, name, index = self.moment, self._parameter, self.table.index
        if moment is None or self.has_class("-images"):
            self.host.tell(f"Choose a number first: {self.host.key_of('explore.kind')} shows the numbers.")
            return
        place = "-".join(str(each + 1) for each in index)
        proposed = f"{file_name(self.host.open_name)}-{name}-{place}.csv"
        ask_output(self.host, proposed, lambda: way_as_csv(self.records.up_to(moment.update), name, index))
