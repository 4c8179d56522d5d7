"""Loss surface: the loss over two parameters or directions, with the path of the run and L(η) along its gradient."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tui_ann.engine.tape import Array
from tui_ann.session.explore.descents import Descent
from tui_ann.session.explore.landscape import Landscape, LandscapePicture
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.parameter_path import ParameterPath, PathState
from tui_ann.text import number
from tui_ann.tui.content.landscape import LandscapeShown, axis_names, coordinates, cursor_sentence, landscape_shown
from tui_ann.tui.explore.plane_choice import PlaneChoice
from tui_ann.tui.explore.surface_overlays import SurfaceOverlays
from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.picture_queue import Outdated, PictureQueue
from tui_ann.tui.widgets.loss_surface import LossSurface

_REFINING = 0.03
"""Seconds for which a grid is refined before other pictures get their turn."""


class _Kept:
    """What the thread of the pictures keeps between two of them."""

    landscape: Landscape | None = None

    def landscape_of(self, moment: RunMoment, *, same_place: bool) -> Landscape:
        """The loss around the run of a moment.

        Args:
            moment: The moment.
            same_place: Whether a new run starts in the plane shown.
        """
        known = self.landscape
        if known is None or not (known.of(moment) or known.follow(moment, same_place=same_place)):
            known = self.landscape = Landscape(moment)
        return known


class LossSurfaceView(ExploreView):
    """The loss around the parameters of the run."""

    NAME, TITLE = "surface", "Loss surface"
    BESIDE = ("map", "histograms")
    TOPIC = "loss_surface"

    def __init__(self, queue: PictureQueue) -> None:
        self.picture = LossSurface()
        """The picture."""
        super().__init__(queue, self.picture)
        self.verbs = {
            "x_axis": lambda: self._plane.choose_axis(0, self.shown),
            "y_axis": lambda: self._plane.choose_axis(1, self.shown),
            "kind": lambda: self._plane.next_kind(self.shown),
            "descents": lambda: self.overlays.toggle(),
        }
        self._clear()

    def _clear(self) -> None:
        self._kept = _Kept()
        self._plane = PlaneChoice(lambda: self.host, self.picture, self._ask_picture)
        self.overlays = SurfaceOverlays(self, self._ask_picture)
        """The path and the descents."""
        self._shown: LandscapeShown | None = None
        self._chosen: Array | None = None
        self._shapes: Mapping[str, tuple[int, ...]] | None = None
        self.picture.cursor = None
        self.picture.set_data(None, "")

    def begin(self) -> None:
        """Forget the plane, the path and the descents."""
        super().begin()
        self._clear()

    def show_moment(self, moment: RunMoment) -> None:
        """Show a moment; nothing that was chosen holds for another network, and no descent for other rows.

        Args:
            moment: The moment.
        """
        shapes, before = moment.shapes, self.moment
        if self._shapes is not None and shapes != self._shapes:
            self._takes.clear()
            self._clear()
        elif before is not None and before.rows is not moment.rows:
            self.overlays.drop_descents()
        self._shapes = shapes
        super().show_moment(moment)

    @property
    def shown(self) -> LandscapePicture | None:
        """What is shown."""
        return None if self._shown is None else self._shown.picture

    def refresh_picture(self) -> None:
        """Ask for the picture of the moment, and for more of its path."""
        self._ask_picture()
        self.overlays.ask()

    def on_resize(self) -> None:
        """Compute the picture of the new size."""
        super().on_resize()
        self.call_after_refresh(self._ask_picture)

    def _ask_picture(self) -> None:
        """Ask for the picture, a little finer than before."""
        moment, size = self.moment, self.picture.size
        if moment is None or size.width < 8 or size.height < 4:
            return
        kept, wish, descents, chosen = self._kept, self._plane.wish, self.overlays.descents, self._chosen
        path, cursor = self.overlays.path_of(moment), self.picture.cursor

        def work(outdated: Outdated) -> LandscapeShown | None:
            landscape = kept.landscape_of(moment, same_place=chosen is not None)
            theta = np.array(moment.network.theta, float)
            known = path or ParameterPath(np.array([moment.update]), theta[None], PathState.COMING)
            found = landscape.picture(moment, known, wish, outdated, _REFINING, _to_be_seen(descents))
            if found is None:
                return None
            at = None
            if chosen is not None and not np.allclose(chosen, known.thetas[0]):  # else it is the start already
                place = found.plane.coordinates(chosen)[0]
                at = (float(place[0]), float(place[1]))
            shown = landscape_shown(found, descents, at, size, moment.experiment.training)
            if cursor is None:
                return shown
            loss = landscape.loss.value(found.plane.point(*coordinates(found, *cursor)))
            return replace(shown, at_cursor=(cursor, loss))

        self.compute(work, self._show)

    def _show(self, shown: LandscapeShown | None) -> None:
        """Show a picture; while the run rests, ask for a finer one."""
        if shown is None or self.moment is None:
            return
        self._shown = shown
        self.name_pane(*shown.titles)
        self._draw()
        if not shown.picture.finished and self.moment.snapshot.status != "running":
            self._ask_picture()

    def _draw(self) -> None:
        """Draw what is known, with the numbers at the cursor."""
        if self._shown is None:
            return
        sentence, cursor = self._shown.sentence, self.picture.cursor
        if cursor is not None:
            known = self._shown.at_cursor
            loss = known[1] if known is not None and known[0] == cursor else None
            at_cursor = cursor_sentence(self._shown.picture, *cursor, self.host.key_of("list.choose"), loss)
            sentence = f"{at_cursor} · {sentence}"
        self.picture.set_data(self._shown.view, sentence)

    def on_loss_surface_moved(self, event: LossSurface.Moved) -> None:
        """Show the numbers at the cursor: at once from the grid, then exactly."""
        event.stop()
        self._draw()
        self._ask_picture()

    def on_loss_surface_chosen(self, event: LossSurface.Chosen) -> None:
        """Make the place of the cursor the start of the next training."""
        event.stop()
        moment, picture = self.moment, self.shown
        if moment is None or picture is None:
            return
        a, b = coordinates(picture, event.across, event.upwards)
        theta = picture.plane.point(a, b)
        others = moment.start or moment.snapshot.parameters
        chosen = {parameter.name: parameter.view(theta) for parameter in picture.layout if parameter.trainable}
        start = {name: np.array(chosen.get(name, array), array.dtype) for name, array in others.items()}
        across, up = axis_names(picture.plane)
        label = f"start at {across} {number(a, 3)}, {up} {number(b, 3)}"
        edit = self.host.session.runs.start_at(start, label)
        self._chosen, self.picture.cursor = theta, None
        self.overlays.drop_descents()
        self._plane.keep(picture)
        self.host.bench.changed()
        lost = f"{edit.loses} " if edit.loses else ""
        self.host.tell(f"The next training will {label}. {lost}{self.host.key_of('app.undo')} takes it back.")


def _to_be_seen(descents: tuple[Descent, ...]) -> Array | None:
    """The points of descents that have come to their end and are not to be missed in the picture."""
    if not descents or not all(descent.done for descent in descents):
        return None
    paths = [descent.thetas for descent in descents if not descent.diverged]
    return np.concatenate(paths) if paths else None
