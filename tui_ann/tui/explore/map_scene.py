"""What the Map view shows: axes, neuron, what is held, and the picked place; the view asks it for pictures."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.explore.answers import Neuron
from tui_ann.session.explore.moment import PARTS, RunMoment
from tui_ann.session.explore.own_data import Cell, frame_of
from tui_ann.session.explore.plane import Floats, Plane, all_rows, feature_columns, offered, telling_columns
from tui_ann.tui.content.canvas import Canvas, drawing
from tui_ann.tui.content.plane_map import MapShown, MapWish, drawable, map_shown
from tui_ann.tui.content.plane_view import PlaneOfData
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.explore.map_editor import MapEditor, Place
from tui_ann.tui.explore.view import ExploreView, PickedPoint
from tui_ann.tui.services.picture_queue import Outdated, Work
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.plane_map import PlaneMap


class MapScene:
    """What is shown on the map.

    Args:
        view: The view.
        picture: Its map.
    """

    def __init__(self, view: ExploreView, picture: PlaneMap) -> None:
        self._view, self._picture = view, picture
        self.editor = MapEditor(lambda: view.host, self._look, self._stay)
        """Edits the points."""
        self.begin()

    def begin(self) -> None:
        """Forget what was chosen for the experiment that was open before."""
        self._held: int | None = None
        self._data: tuple[Any, PlaneOfData] | None = None
        self._upwards: float | None = None
        self._axes: tuple[str, str | None] | None = None
        """The columns of the plane that was edited: other rows may make others tell most."""
        self._at: tuple[Dataset | None, dict[str, Cell]] | None = None
        """The picked place in the units of the file, and the data it was picked in: an edit changes their scales."""
        self.what: Neuron | int = 0
        """What is drawn: a neuron, or the number of an output."""
        self.shown: MapShown | None = None
        """What is shown."""
        self.canvas: Canvas | None = None
        """The points that can be picked and edited."""
        self.editor.begin()

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """What the actions of `explore` do, by the second half of their ids."""
        return {
            "x_axis": partial(self._choose_axis, 0),
            "y_axis": partial(self._choose_axis, 1),
            "neuron": self._choose_neuron,
            "held": self._hold,
            "add": self.editor.add,
            "turn": self.editor.turn,
            "take": self.editor.take,
            "remove": self.editor.remove,
            "draw": self._draw_own,
        }

    # Pictures.

    def work(self, moment: RunMoment, point: PickedPoint | None) -> Work:
        """The computation of the map of a moment, for the thread of pictures.

        Args:
            moment: The moment.
            point: The picked point.
        """
        columns, what, held, known, at, upwards, axes, row = (
            self._view.host.choices.columns, self.what, self._held, self._data, self._at, self._upwards, self._axes,
            self.editor.row,
        )  # fmt: skip
        app, size = self._view.app, (self._picture.size.width, self._picture.size.height)
        few = few_colours(app)
        middle = "▒" if few else "dark" if app.current_theme.dark else "pale"
        frame = frame_of(moment.experiment)

        def work(outdated: Outdated) -> tuple[tuple[Any, PlaneOfData], MapShown]:
            dataset = moment.dataset
            shown = offered(columns, dataset) or offered(axes, dataset) or telling_columns(dataset)
            key = (dataset, shown, held)
            data = known[1] if known is not None and known[0] == key else PlaneOfData.of(*key, frame)
            x = dataset.X_train[0] if point is None else np.asarray(point.x)
            if at is not None and at[0] is not dataset:
                x = _features(data.plane, at[1])
            return (key, data), map_shown(moment, data, MapWish(what, x, size, upwards, middle, row, few))

        return work

    def take(self, result: tuple[tuple[Any, PlaneOfData], MapShown]) -> None:
        """Show a map.

        Args:
            result: What the work returned.
        """
        self._data, shown = result
        self.shown, self.canvas = shown, shown.canvas
        if self._at is not None and self._at[0] is not shown.data.dataset:
            self.pick(shown.cross)
        self._view.name_pane(*shown.titles)
        sentence = shown.sentence
        if self._view.host.choices.columns is None and shown.data.plane.held:
            sentence += " · these two columns tell most about the target"
        self._picture.set_data(shown.view, shown.cross, sentence)

    def show_drawing(self) -> bool:
        """Show the plane of an experiment that is drawn and lacks points yet; returns whether it is one."""
        host = self._view.host
        table = host.session.own_data.drawn if host.used else None
        if table is None:
            return False
        self.canvas, plane = drawing(table)
        self.shown = None
        self._view.show_note("")
        self._view.name_pane("Draw your own data over x1, x2")
        add, turn = host.key_of("explore.add"), host.key_of("explore.turn")
        sentence = f"{add} adds a point at the cross · {turn} changes its class · two classes train"
        self._picture.set_data(plane, self._picture.cross or (0.5, 0.5), sentence)
        return True

    # The picked place.

    def pick(self, place: Place, reach: int = 0) -> None:
        """Pick the row in a cell, or the place itself, for every view.

        Args:
            place: The centre of the cell.
            reach: How many cells away a row may be.
        """
        canvas, area = self.canvas, self._picture.area
        if canvas is None or area is None:
            return
        data = canvas.data
        near = None if data is None else canvas.near(place, (area.width, area.height), reach, self.editor.row)
        if near is not None:
            place = float(canvas.across[near]), float(canvas.upwards[near])
        self.editor.row = None if near is None else int(canvas.rows[near])
        self._upwards = place[1]
        self._at = (None if data is None else data.dataset, canvas.axes_at(place))
        if data is not None:
            free = PickedPoint(_features(data.plane, self._at[1]), "")
            self._view.pick(free if near is None else _picked(data, near))

    def _stay(self, canvas: Canvas, place: Place) -> None:
        """Keep the place of an edit and the columns of the plane."""
        data = canvas.data
        self._upwards = place[1]
        self._at = (None if data is None else data.dataset, canvas.axes_at(place))
        if data is not None:
            self._axes = data.plane.x.column, None if data.plane.y is None else data.plane.y.column

    def _look(self) -> tuple[Canvas, Place, tuple[int, int]] | None:
        """The points, the picked place, and the cells of the map."""
        area, canvas = self._picture.area, self.canvas
        if area is None or canvas is None:
            return None
        return canvas, self._picture.cross or (0.5, 0.5), (area.width, area.height)

    # What is shown.

    def draw(self, what: Neuron | int) -> None:
        """Draw a neuron, or an output.

        Args:
            what: The neuron, or the number of the output.
        """
        self.what, self._upwards = what, None
        self._view.leave = partial(self.draw, 0) if isinstance(what, Neuron) else None
        host, moment = self._view.host, self._view.moment
        neuron = (what.layer, what.unit) if isinstance(what, Neuron) else None
        host.choices = replace(host.choices, neuron=neuron)
        if moment is not None:  # which has every view look at the neuron
            self._view.pick(self._view.point or PickedPoint(moment.dataset.X_train[0], "train", 0))
        self._view.refresh_picture()
        self._view.screen.refresh_bindings()

    def _choose_axis(self, axis: int) -> None:
        """Ask for the column of an axis."""
        if self.shown is None:
            return
        plane = self.shown.data.plane
        names = feature_columns(plane.preprocessing)
        if len(names) < 2:
            self._view.host.tell("There is only one feature: it is across, and the answer upwards.")
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
            host = self._view.host
            host.choices = replace(host.choices, columns=(columns[0], columns[1]))
            self._view.refresh_picture()

        title = ("What is across", "What is upwards")[axis]
        self._view.host.push_screen(ChooseDialog(title, choices, now[axis]), take)

    def _choose_neuron(self) -> None:
        """Ask which neuron is drawn."""
        plan, shown = self._view.plan, self.shown
        if plan is None or shown is None:
            return
        layers = [layer for layer in plan.experiment.network.layers if isinstance(layer, DenseSpec)]
        known = drawable(shown.data.plane.preprocessing, [(layer.units, layer.activation) for layer in layers])
        choices = [Choice(what, symbol, note) for what, symbol, note in known]

        def take(choice: Choice | None) -> None:
            if choice is not None:
                self.draw(choice.value)

        self._view.host.push_screen(ChooseDialog("What is drawn", choices, self.what), take)

    def _hold(self) -> None:
        """Hold the other features as in the picked row, or at their means."""
        shown = self.shown
        if shown is None:
            return
        if not shown.data.plane.held:
            self._view.host.tell("Every feature is an axis: there are no others to hold.")
        elif self._held is not None:
            self._held = None
        else:
            self._held = _place_of(shown.data.dataset, self._view.point)
            if self._held is None:
                self._view.host.tell("Pick a row of the data first: the arrows and the mouse do.")
        self._view.refresh_picture()

    async def _draw_own(self) -> None:
        """Open an empty plane to draw one's own data."""
        await self._view.host.opener.open_drawing()


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


def _features(plane: Plane, cells: Mapping[str, Cell]) -> Floats:
    """The features (m,) of a place on a plane, given by the cells of its axes."""
    values = []
    for axis in (plane.x, plane.y):
        if axis is not None:
            cell = cells.get(axis.column, (axis.low + axis.high) / 2)
            place = axis.labels.index(cell) if isinstance(cell, str) and cell in axis.labels else cell
            values.append(np.array([float(place)]))
    x: Floats = plane.features(values[0], values[1] if len(values) > 1 else None)[0]
    return x
