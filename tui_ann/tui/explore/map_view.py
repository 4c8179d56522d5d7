"""Map: the decision map or the fitted surface over two features, with the points of the data."""

from collections.abc import Mapping

import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.explore.answers import Neuron
from tui_ann.session.explore.moment import PARTS
from tui_ann.session.explore.own_data import Cell, frame_of
from tui_ann.session.explore.plane import Floats, Plane, all_rows, feature_columns, telling_columns
from tui_ann.tui.content.canvas import Canvas, drawing
from tui_ann.tui.content.plane_map import MapShown, MapWish, map_shown, whats
from tui_ann.tui.content.plane_view import PlaneOfData
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.explore.map_editor import MapEditor
from tui_ann.tui.explore.view import ExploreView, PickedPoint
from tui_ann.tui.services.picture_queue import Outdated, PictureQueue
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.plane_map import PlaneMap


class MapView(ExploreView):
    """What the network answers over a plane of its inputs."""

    NAME, TITLE = "map", "Map"
    BESIDE = ("activations", "histograms")

    def __init__(self, queue: PictureQueue) -> None:
        self._map = PlaneMap()
        super().__init__(queue, self._map)
        self._editor = MapEditor(lambda: self.host, self._look)
        self.verbs = {
            "x_axis": lambda: self._choose_axis(0),
            "y_axis": lambda: self._choose_axis(1),
            "neuron": self._choose_neuron,
            "held": self._hold,
            "add": self._editor.add,
            "turn": self._editor.turn,
            "take": self._editor.take,
            "remove": self._editor.remove,
            "draw": self._draw_own,
        }
        self._columns: tuple[str, str | None] | None = None
        self._what: Neuron | int = 0
        self._held: int | None = None
        self._data: tuple[tuple[Dataset, tuple[str, str | None], int | None], PlaneOfData] | None = None
        self._shown: MapShown | None = None
        self._canvas: Canvas | None = None
        self._at: tuple[Dataset | None, dict[str, Cell]] | None = None
        """The picked place in the units of the file, and the data it was picked in: an edit changes their scales."""
        self._upwards: float | None = None

    def begin(self) -> None:
        """Forget the axes and the neuron."""
        super().begin()
        self._columns, self._what, self._held, self._data, self._shown = None, 0, None, None, None
        self._canvas = self._at = self._upwards = None
        self._editor.begin()
        self._map.set_data(None, None, "")

    def show_nothing(self, note: str) -> None:
        """Show the empty plane of an experiment that is drawn, or why there is no map."""
        if not self._show_drawing():
            super().show_nothing(note)

    def refresh_picture(self) -> None:
        """Ask for the map of the moment."""
        moment, size = self.moment, self._map.size
        if self._show_drawing() or moment is None or size.width < 4 or size.height < 4:
            return
        columns, what, held, point, known = self._columns, self._what, self._held, self.point, self._data
        at, upwards, frame = self._at, self._upwards, frame_of(moment.experiment)
        middle = "▒" if few_colours(self.app) else "dark" if self.app.current_theme.dark else "pale"

        def work(outdated: Outdated) -> tuple[object, MapShown]:
            dataset = moment.dataset
            chosen = columns or telling_columns(dataset)
            key = (dataset, chosen, held)
            data = known[1] if known is not None and known[0] == key else PlaneOfData.of(dataset, chosen, held, frame)
            first = dataset.X_train[0] if point is None else np.asarray(point.x)
            if at is not None and at[0] is not dataset:
                first = _again(data.plane, at[1])
            return (key, data), map_shown(
                moment, data, MapWish(what, first, (size.width, size.height), upwards, middle)
            )

        self.compute(work, self._show_map)

    def _show_map(self, result: tuple[object, MapShown]) -> None:
        """Show a map."""
        key, shown = result
        self._data = key  # type: ignore[assignment]
        self._shown, self._canvas = shown, shown.canvas
        if self._at is not None and self._at[0] is not shown.data.dataset:
            self._move_to(*shown.cross)
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
        self._move_to(event.across, event.upwards, reach=int(event.mouse))

    async def on_plane_map_dragged(self, event: PlaneMap.Dragged) -> None:
        """Move a point with the mouse."""
        event.stop()
        await self._editor.drag(event.begin, event.end)

    def _move_to(self, across: float, upwards: float, *, reach: int = 0) -> None:
        """Pick the row or the place in a cell, for every view."""
        canvas, area = self._canvas, self._map.area
        if canvas is None or area is None:
            return
        self._upwards = upwards
        data = canvas.data
        self._at = (None if data is None else data.dataset, canvas.axes_at((across, upwards)))
        if data is None:
            return
        near = canvas.near((across, upwards), (area.width, area.height), reach)
        if near is not None:
            self._upwards = float(canvas.upwards[near])
            self._at = (data.dataset, canvas.axes_at((float(canvas.across[near]), self._upwards)))
            self.pick(_picked(data, near))
        else:
            self.pick(PickedPoint(_again(data.plane, self._at[1]), ""))

    # The points.

    def _look(self) -> tuple[Canvas, tuple[float, float], tuple[int, int]] | None:
        """The points, the picked place, and the cells of the map."""
        area, canvas = self._map.area, self._canvas
        if area is None or canvas is None:
            return None
        return canvas, self._map.cross or (0.5, 0.5), (area.width, area.height)

    def _show_drawing(self) -> bool:
        """Show the plane of an experiment that is drawn and lacks points yet; returns whether it is one."""
        table = self.host.session.own_data.drawn if self.host.used else None
        if table is None:
            return False
        self._canvas, view = drawing(table)
        self._shown, self._ticket = None, 0
        self.show_note("")
        self.name_pane("Draw your own data over x1, x2")
        add, turn = self.host.key_of("explore.add"), self.host.key_of("explore.turn")
        sentence = f"{add} adds a point at the cross · {turn} changes its class · with both classes it trains"
        self._map.set_data(view, self._map.cross or (0.5, 0.5), sentence)
        return True

    async def _draw_own(self) -> None:
        """Open an empty plane to draw one's own data."""
        await self.host.opener.open_drawing()

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
        self._what, self._upwards = what, None
        self.refresh_picture()
        self.screen.refresh_bindings()

    @property
    def can_step_back(self) -> bool:
        """Whether a neuron is drawn instead of the output."""
        return isinstance(self._what, Neuron)

    def step_back(self) -> bool:
        """Draw the output again."""
        back = self.can_step_back
        if back:
            self._draw(0)
        return back

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


def _again(plane: Plane, cells: Mapping[str, Cell]) -> Floats:
    """The features (m,) of a place on a plane, given by the cells of its axes."""
    values = []
    for axis in (plane.x, plane.y):
        if axis is not None:
            cell = cells.get(axis.column, (axis.low + axis.high) / 2)
            place = axis.labels.index(cell) if isinstance(cell, str) and cell in axis.labels else cell
            values.append(np.array([float(place)]))
    x: Floats = plane.features(values[0], values[1] if len(values) > 1 else None)[0]
    return x
