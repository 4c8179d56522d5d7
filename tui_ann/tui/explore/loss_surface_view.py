"""Loss surface: the loss over two parameters or directions, with the path of the run and L(η) along its gradient."""

from collections.abc import Mapping

import numpy as np

from tui_ann.engine.inspect.directions import PlaneKind, place_of
from tui_ann.engine.tape import Array
from tui_ann.session.explore.descents import Descent, ThreeDescents
from tui_ann.session.explore.landscape import Landscape, LandscapePicture, PlaneWish
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.parameter_path import ParameterPath, PathFinder, PathState, path_finder
from tui_ann.text import number
from tui_ann.tui.content.landscape import (
    LandscapeShown,
    axis_names,
    coordinates,
    cursor_sentence,
    landscape_shown,
    place_spelled,
)
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.picture_queue import Outdated, PictureQueue
from tui_ann.tui.widgets.loss_surface import LossSurface

_REFINING = 0.03
"""Seconds for which a grid is refined before other pictures get their turn."""
_REPEATING = 0.2
"""Seconds for which a path or other descents are computed before they are shown."""
_MOST_CHOICES = 400
"""Maximum parameters offered for an axis: those that moved most."""
_KINDS = tuple(PlaneKind)


class _Computed:
    """What the threads keep between two pictures; each attribute is used by one thread at a time."""

    def __init__(self) -> None:
        self.landscape: Landscape | None = None
        self.finder: tuple[object, int, PathFinder] | None = None
        self.three: ThreeDescents | None = None

    def landscape_of(self, moment: RunMoment, *, same_place: bool) -> Landscape:
        """The loss around the run of a moment."""
        known = self.landscape
        if known is None or not (known.of(moment) or known.follow(moment, same_place=same_place)):
            known = self.landscape = Landscape(moment)
        return known

    def path_of(self, moment: RunMoment, outdated: Outdated, seconds: float) -> ParameterPath:
        """The path of the run of a moment."""
        if self.finder is None or self.finder[:2] != (moment.source, moment.run):
            self.finder = (moment.source, moment.run, path_finder(moment.source, moment.dataset))
        return self.finder[2].find(outdated, seconds)


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
            "x_axis": lambda: self._choose_axis(0),
            "y_axis": lambda: self._choose_axis(1),
            "kind": self._next_kind,
            "add": self._toggle_descents,
        }
        self._computed = _Computed()
        self._forget()

    def _forget(self) -> None:
        self._wish = PlaneWish()
        self._path: tuple[object, int, ParameterPath] | None = None
        self._shown: LandscapeShown | None = None
        self._descents: tuple[Descent, ...] = ()
        self._start: Mapping[str, Array] | None = None
        self._chosen: Array | None = None

    def begin(self) -> None:
        """Forget the plane, the path and the descents."""
        super().begin()
        self._computed = _Computed()
        self._forget()
        self.picture.cursor = None
        self.picture.set_data(None, "")

    @property
    def shown(self) -> LandscapePicture | None:
        """What is shown."""
        return None if self._shown is None else self._shown.picture

    @property
    def descents(self) -> tuple[Descent, ...]:
        """The descents that are overlaid."""
        return self._descents

    @property
    def _trains(self) -> bool:
        return self.moment is not None and self.moment.snapshot.status == "running"

    def refresh_picture(self) -> None:
        """Ask for the picture of the moment, and for more of its path."""
        self._ask_picture()
        self._ask_slowly()

    def on_resize(self) -> None:
        """Compute the picture of the new size."""
        super().on_resize()
        self.call_after_refresh(self._ask_picture)

    # The picture.

    def _ask_picture(self) -> None:
        """Ask for the picture, a little finer than before."""
        moment, size = self.moment, self.picture.size
        if moment is None or size.width < 8 or size.height < 4:
            return
        computed, wish, descents, chosen = self._computed, self._wish, self._descents, self._chosen
        path = self._known_path(moment)

        def work(outdated: Outdated) -> LandscapeShown | None:
            landscape = computed.landscape_of(moment, same_place=chosen is not None)
            theta = np.array(moment.network.theta, float)
            known = path or ParameterPath(np.array([moment.update]), theta[None], PathState.COMING)
            found = landscape.picture(moment, known, wish, outdated, _REFINING, _to_be_seen(descents))
            if found is None:
                return None
            at = None
            if chosen is not None and not np.array_equal(chosen, theta):
                place = found.plane.coordinates(chosen)[0]
                at = (float(place[0]), float(place[1]))
            return landscape_shown(found, descents, at, size, moment.experiment.training)

        self.compute(work, self._show)

    def _show(self, shown: LandscapeShown | None) -> None:
        """Show a picture; while the run rests, ask for a finer one."""
        if shown is None:
            return
        self._shown = shown
        self.name_pane(shown.title)
        self._draw()
        if not shown.picture.finished and not self._trains:
            self._ask_picture()

    def _draw(self) -> None:
        """Draw what is known, with the cursor."""
        if self._shown is None:
            return
        sentence, cursor = self._shown.sentence, self.picture.cursor
        if cursor is not None:
            at_cursor = cursor_sentence(self._shown.picture, *cursor, self.host.key_of("list.choose"))
            sentence = f"{at_cursor} · {sentence}"
        self.picture.set_data(self._shown.view, sentence)

    def on_loss_surface_moved(self, event: LossSurface.Moved) -> None:
        """Show the numbers at the cursor."""
        event.stop()
        self._draw()

    # The path and the other descents.

    def _known_path(self, moment: RunMoment) -> ParameterPath | None:
        known = self._path
        return known[2] if known is not None and known[:2] == (moment.source, moment.run) else None

    def _ask_slowly(self) -> None:
        """Ask for more of the path, or of the other descents."""
        moment, computed, start = self.moment, self._computed, self._start
        if moment is None:
            return
        if start is not None and not (self._descents and all(descent.done for descent in self._descents)):

            def descend(outdated: Outdated) -> tuple[Descent, ...]:
                if computed.three is None:
                    computed.three = ThreeDescents(moment.experiment, moment.dataset, start)
                return computed.three.go_on(outdated, _REPEATING)

            self.compute(descend, self._take_descents, slow=True)
            return
        seconds = 0.0 if self._trains or self._known_path(moment) is None else _REPEATING

        def find(outdated: Outdated) -> tuple[RunMoment, ParameterPath]:
            return moment, computed.path_of(moment, outdated, seconds)

        self.compute(find, self._take_path, slow=True)

    def _take_path(self, found: tuple[RunMoment, ParameterPath]) -> None:
        moment, path = found
        before = self._known_path(moment)
        self._path = (moment.source, moment.run, path)
        if before is None or len(before) != len(path) or before.state is not path.state:
            self._ask_picture()
        if path.state is PathState.COMING and not self._trains:
            self._ask_slowly()

    def _take_descents(self, descents: tuple[Descent, ...]) -> None:
        if self._start is not None:
            self._descents = descents
            self._ask_picture()
            self._ask_slowly()

    def _toggle_descents(self) -> None:
        """Overlay batch, mini-batch and stochastic descent from the start of the run, or remove them."""
        if self._start is not None:
            self._start, self._descents, self._computed.three = None, (), None
            self._ask_picture()
            return
        self._start = None if self.moment is None else self.moment.start
        if self._start is None:
            self.host.tell("The start of this run is not known, so nothing can descend from it.")
            return
        self._computed.three = None
        self._ask_slowly()

    # The plane.

    def _next_kind(self) -> None:
        """Show two parameters, the plane of the path, or two random directions."""
        shown = self.shown
        if shown is not None and shown.plane.exact:
            self.host.tell("There are only two parameters: this picture shows all of the loss.")
            return
        kind = _KINDS[(_KINDS.index(self._wish.kind) + 1) % len(_KINDS)]
        self._wish = PlaneWish(kind, self._wish.positions)
        self.picture.cursor = None
        self._ask_picture()

    def _choose_axis(self, axis: int) -> None:
        """Ask for the parameter of an axis."""
        shown = self.shown
        if shown is None:
            return
        places = shown.plane.places
        moved = np.ptp(shown.path.thetas, axis=0)
        order = np.argsort(-moved, kind="stable")[:_MOST_CHOICES].tolist()
        now = [place.position for place in places] if places else sorted(order[:2])
        choices = [
            Choice(
                position,
                place_spelled(place_of(shown.layout, position)),
                f"now {number(float(shown.theta[position]), 3)} · moved {number(float(moved[position]), 2)}",
            )
            for position in order
        ]

        def take(choice: Choice | None) -> None:
            if choice is None:
                return
            if choice.value == now[1 - axis]:  # the two change places
                now[1 - axis] = now[axis]
            now[axis] = choice.value
            self._wish = PlaneWish(PlaneKind.PARAMETERS, (now[0], now[1]))
            self.picture.cursor = None
            self._ask_picture()

        title = ("What is across", "What is upwards")[axis]
        self.host.push_screen(ChooseDialog(title, choices, now[axis], "Those that moved most come first."), take)

    # The start.

    def on_loss_surface_chosen(self, event: LossSurface.Chosen) -> None:
        """Make the place of the cursor the start of the next training."""
        event.stop()
        moment, picture = self.moment, self.shown
        if moment is None or picture is None:
            return
        a, b = coordinates(picture, event.across, event.upwards)
        theta = picture.plane.point(a, b)
        others = moment.start or moment.snapshot.parameters
        values = {parameter.name: parameter.view(theta) for parameter in picture.layout if parameter.trainable}
        typed = {name: np.array(values.get(name, array), array.dtype) for name, array in others.items()}
        x_name, y_name = axis_names(picture.plane)
        label = f"start at {x_name} {number(a, 3)}, {y_name} {number(b, 3)}"
        edit = self.host.session.runs.start_at(typed, label)
        self._chosen, self._start, self._descents, self._computed.three = theta, None, (), None
        if picture.plane.places is not None:
            self._wish = PlaneWish(
                PlaneKind.PARAMETERS, (picture.plane.places[0].position, picture.plane.places[1].position)
            )
        self.host.bench.changed()
        lost = f"{edit.loses} " if edit.loses else ""
        self.host.tell(f"The next training will {label}. {lost}{self.host.key_of('app.undo')} takes it back.")


def _to_be_seen(descents: tuple[Descent, ...]) -> Array | None:
    """The points of descents that have come to their end and are not to be missed in the picture."""
    if not descents or not all(descent.done for descent in descents):
        return None
    paths = [descent.thetas for descent in descents if not descent.diverged]
    return np.concatenate(paths) if paths else None
