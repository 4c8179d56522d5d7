"""Map: the decision map or the fitted surface over two features, with the points of the data."""

import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.explore.answers import Neuron
from tui_ann.session.explore.moment import PARTS
from tui_ann.session.explore.plane import all_rows, feature_columns, telling_columns
from tui_ann.tui.content.plane_map import MapShown, MapWish, map_shown, point_near, whats
from tui_ann.tui.content.plane_view import PlaneOfData
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.explore.view import ExploreView, PickedPoint
from tui_ann.tui.services.picture_queue import Outdated, PictureQueue
from tui_ann.tui.widgets.plane_map import PlaneMap


class MapView(ExploreView):
    """What the network answers over a plane of its inputs."""

    NAME, TITLE = "map", "Map"
    BESIDE = ("activations", "histograms")

    def __init__(self, queue: PictureQueue) -> None:
        self._map = PlaneMap()
        super().__init__(queue, self._map)
        self.verbs = {
            "x_axis": lambda: self._choose_axis(0),
            "y_axis": lambda: self._choose_axis(1),
            "neuron": self._choose_neuron,
            "output": lambda: self._draw(0),
            "held": self._hold,
        }
        self._columns: tuple[str, str | None] | None = None
        self._what: Neuron | int = 0
        self._held: int | None = None
        self._data: tuple[tuple[Dataset, tuple[str, str | None], int | None], PlaneOfData] | None = None
        self._shown: MapShown | None = None

    def begin(self) -> None:
        """Forget the axes and the neuron."""
        super().begin()
        self._columns, self._what, self._held, self._data, self._shown = None, 0, None, None, None
        self._map.set_data(None, None, "")

    def refresh_picture(self) -> None:
        """Ask for the map of the moment."""
        moment, size = self.moment, self._map.size
        if moment is None or size.width < 4 or size.height < 4:
            return
        columns, what, held, point, known = self._columns, self._what, self._held, self.point, self._data
        dark = self.app.current_theme.dark

        def work(outdated: Outdated) -> tuple[object, MapShown]:
            dataset = moment.dataset
            chosen = columns or telling_columns(dataset)
            first = dataset.X_train[0] if point is None else np.asarray(point.x)
            key = (dataset, chosen, held)
            data = known[1] if known is not None and known[0] == key else PlaneOfData.of(dataset, chosen, held)
            return (key, data), map_shown(moment, data, MapWish(what, first, (size.width, size.height), dark))

        self.compute(work, self._show_map)

    def _show_map(self, result: tuple[object, MapShown]) -> None:
        """Show a map."""
        key, shown = result
        self._data = key  # type: ignore[assignment]
        self._shown = shown
        self.name_pane(shown.title)
        sentence = shown.sentence
        if self._columns is None and shown.data.plane.held:
            sentence += " · these two columns tell most about the target"
        self._map.set_data(shown.view, shown.cross, sentence)

    def on_resize(self) -> None:
        """Compute the map of the new size."""
        super().on_resize()
        self.call_after_refresh(self.refresh_picture)

    # The picked point.

    def on_plane_map_moved(self, event: PlaneMap.Moved) -> None:
        """Pick the point under the cross: a row of the data if there is one in its cell, else the place itself."""
        event.stop()
        shown, area, moment = self._shown, self._map.area, self.moment
        if shown is None or area is None or moment is None:
            return
        data, plane = shown.data, shown.data.plane
        near = point_near(data, event.across, event.upwards, area.width, area.height, reach=int(event.mouse))
        if near is not None:
            self.pick(_picked(data, near))
            return
        x = np.array([plane.x.low + event.across * (plane.x.high - plane.x.low)])
        y = None if plane.y is None else np.array([plane.y.low + event.upwards * (plane.y.high - plane.y.low)])
        self.pick(PickedPoint(plane.features(x, y)[0], ""))

    # What is shown.

    def _choose_axis(self, axis: int) -> None:
        """Ask for the column of an axis."""
        if self._shown is None:
            return
        plane = self._shown.data.plane
        names = feature_columns(plane.preprocessing)
        if len(names) < 2:
            self.host.tell("There is only one feature: it is across, and the answer upwards.")
            return
        now = plane.x.column, (plane.y.column if plane.y else names[0])
        choices = [Choice(name, name, "across" * (name == now[0]) or "upwards" * (name == now[1])) for name in names]

        def take(choice: Choice | None) -> None:
            if choice is None:
                return
            columns = [*now]
            other = 1 - axis
            if columns[other] == choice.value:  # the two change places
                columns[other] = columns[axis]
            columns[axis] = choice.value
            self._columns = (columns[0], columns[1])
            self.refresh_picture()

        title = ("What is across", "What is upwards")[axis]
        self.host.push_screen(ChooseDialog(title, choices, now[axis]), take)

    def _choose_neuron(self) -> None:
        """Ask which neuron is drawn."""
        plan, shown = self.plan, self._shown
        if plan is None or shown is None:
            return
        layers = [layer for layer in plan.experiment.network.layers if isinstance(layer, DenseSpec)]
        known = whats(shown.data.plane.preprocessing, [(layer.units, layer.activation) for layer in layers])
        choices = [Choice(what, symbol, note) for what, symbol, note in known]

        def take(choice: Choice | None) -> None:
            if choice is not None:
                self._draw(choice.value)

        self.host.push_screen(ChooseDialog("What is drawn", choices, self._what), take)

    def _draw(self, what: Neuron | int) -> None:
        self._what = what
        self.refresh_picture()

    def _hold(self) -> None:
        """Hold the other features as in the picked row, or at their means."""
        shown = self._shown
        if shown is None:
            return
        if not shown.data.plane.held:
            self.host.tell("Every feature is an axis: there are no others to hold.")
        elif self._held is not None:
            self._held = None
        else:
            self._held = _place_of(shown.data.dataset, self.point)
            if self._held is None:
                self.host.tell("Pick a row of the data first: the arrows and the mouse do.")
        self.refresh_picture()


def _picked(data: PlaneOfData, place: int) -> PickedPoint:
    """A point of the data as a picked point."""
    dataset, step = data.dataset, -(-data.points.whole // max(1, len(data.points)))
    at, part = place * step, int(data.points.parts[place])
    before = [0, len(dataset.X_train), len(dataset.X_train) + len(dataset.X_validation)][part]
    return PickedPoint(data.points.X[place], PARTS[part], at - before)


def _place_of(dataset: Dataset, point: PickedPoint | None) -> int | None:
    """The place of a picked row over all parts; the first row if none is picked."""
    if point is None:
        return 0
    same = np.flatnonzero((all_rows(dataset) == point.x).all(axis=1))
    return int(same[0]) if len(same) else None
