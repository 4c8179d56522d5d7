"""The loss around one run: a plane, the grid of losses on it, and the path of the run in it.

The grid is kept until another plane is wanted, the run rests at another moment, or the path leaves it: while a run
trains, only its path moves.  Over two parameters of a unit that has no others, it never changes.
"""

from dataclasses import dataclass

import numpy as np

from tui_ann.engine.inspect.directions import (
    ParameterPlane,
    PlaneKind,
    most_moved,
    parameter_plane,
    path_plane,
    random_plane,
)
from tui_ann.engine.inspect.loss_function import LossFunction
from tui_ann.engine.network import Network
from tui_ann.engine.parameter_layout import Parameter
from tui_ann.engine.tape import Array
from tui_ann.session.explore.loss_grid import GridWork, LossGrid, box_around
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.parameter_path import ParameterPath, PathState
from tui_ann.session.explore.step_curve import StepCurve, step_curve
from tui_ann.session.run.build import Cancelled

ROWS, FEWER_ROWS = 512, 128
"""Maximum examples for a loss, of a small and of a large network."""
_LARGE = 1 << 12
"""Parameters from which a network counts as large here."""
_GONE = 100.0
"""A run this many times as far from its start as usual on its path has gone off."""
_ENOUGH = 3
"""Points of a path from which the two parameters that moved most are chosen for good."""


@dataclass(frozen=True)
class PlaneWish:
    """Which plane is wanted."""

    kind: PlaneKind = PlaneKind.PARAMETERS
    """Its kind."""
    positions: tuple[int, int] | None = None
    """The parameters across and upwards, by their position in θ; `None` for those that moved most."""


@dataclass(frozen=True, eq=False)
class LandscapePicture:
    """What is known of the loss around a moment of a run."""

    wish: PlaneWish
    """The plane that was wanted."""
    plane: ParameterPlane
    """The plane."""
    grid: LossGrid
    """Losses over a rectangle of it."""
    path: ParameterPath
    """The path of the run, also beyond the moment."""
    places: Array
    """The points of the path in the plane (n, 2)."""
    distances: Array
    """How far each is from the plane (n,)."""
    theta: Array
    """The parameters at the moment (P,)."""
    now: tuple[float, float]
    """The moment in the plane."""
    update: int
    """Updates made at the moment."""
    base_update: int
    """The update whose parameters the plane goes through: an earlier one if the run has gone off."""
    share: float
    """Share of the path's variance that lies in the plane; NaN if it has no length."""
    curve: StepCurve | None
    """L(η) along −∇L where the plane goes through; `None` if the gradient is 0."""
    rows: int
    """Examples that the loss was computed for."""
    all_rows: int
    """Examples of the training part."""
    layout: tuple[Parameter, ...]
    """The parameters and their positions."""
    finished: bool
    """Whether the grid will not become finer."""
    restored: tuple[int, int] | None = None
    """The epoch whose parameters were restored at the end, and the updates made then."""

    @property
    def moved_most(self) -> bool:
        """Whether the two parameters were chosen because they moved most."""
        return self.wish.positions is None and self.plane.kind is PlaneKind.PARAMETERS


class Landscape:
    """Computes pictures of the loss around one run; used by one thread at a time.

    Args:
        moment: Any moment of the run.
    """

    def __init__(self, moment: RunMoment) -> None:
        network, data = moment.network, moment.part("train")
        self._built = _function_of(network)
        self._dataset = moment.dataset
        most = ROWS if network.n_parameters < _LARGE else FEWER_ROWS
        self.loss = LossFunction(network, data.X, data.Y, most=most)
        """L(θ) on rows of the training part."""
        self.source, self.run = moment.source, moment.run
        self._all_rows = len(data.X)
        self._work: GridWork | None = None
        self._wish = PlaneWish()
        self._update = -1
        self._positions: tuple[int, int] | None = None
        self._points = 0
        self._settled = False
        self._known_curve: tuple[Array, float, StepCurve | None] | None = None

    def of(self, moment: RunMoment) -> bool:
        """Whether this is about the run of a moment, whose penalties may have changed on the way."""
        same = self.source is moment.source and self.run == moment.run
        return same and self._built == _function_of(moment.network)

    def follow(self, moment: RunMoment, *, same_place: bool) -> bool:
        """Go on with another run of the same network on the same data; the axes stay.

        Args:
            moment: A moment of that run.
            same_place: Whether it starts in the plane shown, so that the grid stays as well.

        Returns:
            False if it has another network or other data.
        """
        if self._built != _function_of(moment.network) or self._dataset is not moment.dataset:
            return False
        self.source, self.run = moment.source, moment.run
        self._update, self._points = (moment.update, 1) if same_place else (-1, 0)
        self._settled = same_place
        return True

    def picture(
        self,
        moment: RunMoment,
        path: ParameterPath,
        wish: PlaneWish,
        cancelled: Cancelled,
        seconds: float,
        others: Array | None = None,
    ) -> LandscapePicture | None:
        """The picture of a moment, with the grid refined for so many seconds.

        Args:
            moment: The moment.
            path: The path of the run, as far as it is known.
            wish: The plane.
            cancelled: Called every few nodes; returns whether to stop.
            seconds: How long to refine.
            others: Other parameters that are to be seen (n, P).

        Returns:
            `None` if it was cancelled before there was any grid.
        """
        theta, around = np.array(moment.network.theta, float), path
        base, base_update = theta, moment.update
        if not self._at_home(theta, path.until(moment.update)):
            around = path.until(moment.update).near_start()
            base, base_update = around.thetas[-1], int(around.updates[-1])
        curve = self._curve(base, moment.snapshot.learning_rate)
        resting = moment.snapshot.status != "running"
        also = np.concatenate([base[None], *([] if others is None else [others])])
        work = self._kept(moment.update, also, around, wish, resting=resting)
        if work is None:
            work = self._begin(moment.update, also, around, wish)
        work.go_on(cancelled, seconds)
        if work.grid is None:
            return None
        now = work.plane.coordinates(theta)[0]
        return LandscapePicture(
            wish=wish,
            plane=work.plane,
            grid=work.grid,
            path=path,
            places=work.plane.coordinates(path.thetas),
            distances=work.plane.distances(path.thetas),
            theta=theta,
            now=(float(now[0]), float(now[1])),
            update=moment.update,
            base_update=base_update,
            share=work.plane.share(path.thetas),
            curve=curve,
            rows=self.loss.rows,
            all_rows=self._all_rows,
            layout=self.loss.layout,
            finished=work.done,
            restored=moment.restored,
        )

    def _at_home(self, theta: Array, path: ParameterPath) -> bool:
        """Whether θ is near its path and has a finite loss, unlike that of a run that diverges."""
        with np.errstate(all="ignore"):
            away = float(np.linalg.norm(theta - path.thetas[0]))
            return away <= _GONE * path.usual_distance and bool(np.isfinite(self.loss.value(theta)))

    def _curve(self, theta: Array, eta: float) -> StepCurve | None:
        """L(η) at θ, computed once while the run rests."""
        known = self._known_curve
        if known is None or known[1] != eta or not np.array_equal(known[0], theta):
            known = self._known_curve = (theta, eta, step_curve(self.loss, theta, eta))
        return known[2]

    def _kept(
        self, update: int, also: Array, path: ParameterPath, wish: PlaneWish, *, resting: bool
    ) -> GridWork | None:
        """The grid so far, if it still serves for the path and other parameters."""
        work = self._work
        if work is None or wish.kind is not self._wish.kind:
            return None
        if resting and update != self._update and not work.plane.exact:
            return None
        if resting and not self._settled and path.state is PathState.EVEN:
            self._positions = None  # so that the picture is that of the run, however its path became known
            return None
        if resting and wish.kind is PlaneKind.PATH and len(path) != self._points:
            return None
        if wish.kind is PlaneKind.PARAMETERS and self._positions_for(path, wish) != _positions(work.plane):
            return None
        shown = np.concatenate([path.thetas[path.updates <= update], also])
        return work if work.box.holds(work.plane.coordinates(shown)) else None

    def _begin(self, update: int, also: Array, path: ParameterPath, wish: PlaneWish) -> GridWork:
        """A new grid around the path and other parameters, of which the first are those of the moment."""
        layout, theta, least = self.loss.layout, also[0], 0.0
        match wish.kind:
            case PlaneKind.PARAMETERS:
                plane = parameter_plane(layout, theta, *self._positions_for(path, wish))
            case PlaneKind.PATH:
                plane = path_plane(layout, path.thetas, theta)
            case PlaneKind.RANDOM:
                plane, least = random_plane(layout, theta), 1.0
        box = box_around(plane.coordinates(np.concatenate([path.thetas, also[::-1]])), least)
        self._wish, self._update, self._points = wish, update, len(path)
        self._settled = path.state is PathState.EVEN
        self._work = GridWork(self.loss, plane, box)
        return self._work

    def _positions_for(self, path: ParameterPath, wish: PlaneWish) -> tuple[int, int]:
        """The parameters across and upwards."""
        if wish.positions is not None:
            return wish.positions
        if self._positions is None or self._points < _ENOUGH:
            self._positions = most_moved(path.thetas)
        return self._positions


def _function_of(network: Network) -> tuple[object, ...]:
    """What makes the loss of a network a function of θ on given rows: its layers with their penalties, and the loss."""
    return network.inputs, network.layers, network.loss


def _positions(plane: ParameterPlane) -> tuple[int, int] | None:
    return None if plane.places is None else (plane.places[0].position, plane.places[1].position)
