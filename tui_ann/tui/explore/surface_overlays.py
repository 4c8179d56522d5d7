"""What lies on a loss surface: the path of the run and other descents, computed beside the pictures, slice by slice."""

from collections.abc import Callable, Mapping

from tui_ann.engine.tape import Array
from tui_ann.session.explore.descents import Descent, ThreeDescents
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.parameter_path import ParameterPath, PathFinder, PathState, path_finder
from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.services.picture_queue import Outdated

_SLICE = 0.2
"""Seconds for which a path or other descents are computed before they are shown."""


class SurfaceOverlays:
    """The path of the run shown in a view, and the descents that are overlaid.

    Args:
        view: The view; computes in its slow queue.
        changed: Called when there is more to draw.
    """

    def __init__(self, view: ExploreView, changed: Callable[[], None]) -> None:
        self._view, self._changed = view, changed
        self.descents: tuple[Descent, ...] = ()
        """The descents, as far as they have come; none unless wanted."""
        self._start: Mapping[str, Array] | None = None
        self._path: tuple[object, int, ParameterPath] | None = None
        self._finder: tuple[object, int, PathFinder] | None = None
        self._three: ThreeDescents | None = None

    def path_of(self, moment: RunMoment) -> ParameterPath | None:
        """The path of the run of a moment, as far as it is known."""
        known = self._path
        return known[2] if known is not None and known[:2] == (moment.source, moment.run) else None

    def ask(self) -> None:
        """Ask for more of the descents, if they are wanted, else of the path."""
        moment, start = self._view.moment, self._start
        if moment is None:
            return
        if start is None or (self.descents and all(descent.done for descent in self.descents)):
            self._ask_path(moment)
            return

        def descend(outdated: Outdated) -> tuple[Descent, ...]:
            if self._three is None or self._three.start is not start:
                self._three = ThreeDescents(moment.experiment, moment.dataset, start)
            return self._three.go_on(outdated, _SLICE)

        self._view.compute(descend, self._take_descents, slow=True)

    def _ask_path(self, moment: RunMoment) -> None:
        rests = moment.snapshot.status != "running"
        seconds = _SLICE if rests and self.path_of(moment) is not None else 0.0

        def find(outdated: Outdated) -> tuple[RunMoment, ParameterPath]:
            if self._finder is None or self._finder[:2] != (moment.source, moment.run):
                self._finder = (moment.source, moment.run, path_finder(moment.source, moment.data))
            return moment, self._finder[2].find(outdated, seconds)

        self._view.compute(find, self._take_path, slow=True)

    def _take_path(self, found: tuple[RunMoment, ParameterPath]) -> None:
        moment, path = found
        before = self.path_of(moment)
        self._path = (moment.source, moment.run, path)
        if before is None or len(before) != len(path) or before.state is not path.state:
            self._changed()
        if path.state is PathState.COMING and moment.snapshot.status != "running":
            self.ask()

    def _take_descents(self, descents: tuple[Descent, ...]) -> None:
        if self._start is not None:
            self.descents = descents
            self._changed()
            self.ask()

    def toggle(self) -> None:
        """Overlay batch, mini-batch and stochastic descent from the start of the run, or remove them."""
        if self._start is not None:
            self.drop_descents()
            self._changed()
            return
        self._start = None if self._view.moment is None else self._view.moment.start
        if self._start is None:
            self._view.host.tell("The start of this run is not known, so nothing can descend from it.")
            return
        self._start = dict(self._start)
        self.ask()

    def drop_descents(self) -> None:
        """Remove the descents."""
        self._start, self.descents = None, ()
