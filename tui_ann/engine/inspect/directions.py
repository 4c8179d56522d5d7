"""Planes through the space of the parameters, in which the loss around a run is shown: θ = origin + a·across + b·up.

A network has one picture for each plane, and no plane shows everything.  How much of a path it shows is a number: the
share of the path's variance, 1 if the whole path lies in the plane.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tui_ann.engine.arrays import Array, norm
from tui_ann.engine.parameter_layout import Parameter

_NEGLIGIBLE = 1e-6
"""A direction in which the path extends this little, relative to its length, is rounding."""


class PlaneKind(StrEnum):
    """How a plane was chosen."""

    PARAMETERS = "parameters"
    """Two parameters, the others as they are."""
    PATH = "path"
    """The two principal directions of the path."""
    RANDOM = "random"
    """Two random directions, scaled like the weights of each neuron."""


@dataclass(frozen=True)
class ParameterPlace:
    """One number among the parameters."""

    name: str
    """Its parameter: `W1`."""
    index: tuple[int, ...]
    """Its index in it, counted from 0."""
    position: int
    """Its position in θ."""


@dataclass(frozen=True, eq=False)
class ParameterPlane:
    """A plane through the space of the parameters."""

    kind: PlaneKind
    """How it was chosen."""
    origin: Array
    """The point at (0, 0), (P,)."""
    across: Array
    """The first direction (P,)."""
    up: Array
    """The second direction (P,), not parallel to the first."""
    places: tuple[ParameterPlace, ParameterPlace] | None = None
    """The two parameters that the coordinates are, if it was chosen so."""

    @property
    def exact(self) -> bool:
        """Whether there are only two parameters, so that nothing is hidden."""
        return len(self.origin) <= 2

    def point(self, a: float, b: float) -> Array:
        """θ (P,) at the coordinates a and b."""
        return self.origin + a * self.across + b * self.up

    def coordinates(self, thetas: Array) -> Array:
        """The coordinates (n, 2) of the points of the plane that are nearest to thetas (n, P)."""
        away = np.atleast_2d(thetas) - self.origin
        basis = np.stack([self.across, self.up])
        with np.errstate(all="ignore"):
            solved: Array = np.linalg.solve(basis @ basis.T, basis @ away.T).T
        return solved

    def distances(self, thetas: Array) -> Array:
        """How far thetas (n, P) are from the plane, (n,)."""
        thetas = np.atleast_2d(thetas)
        places = self.coordinates(thetas)
        with np.errstate(all="ignore"):
            away = thetas - self.origin - places @ np.stack([self.across, self.up])
            lengths: Array = np.sqrt(np.einsum("ij,ij->i", away, away))
        return lengths

    def share(self, path: Array) -> float:
        """Share of the variance of a path (n, P) that lies in the plane, 0 to 1; NaN if the path stays in place."""
        with np.errstate(all="ignore"):
            centred = path - path.mean(axis=0)
            total = float(np.einsum("ij,ij->", centred, centred))
            rest = ParameterPlane(self.kind, np.zeros_like(self.origin), self.across, self.up).distances(centred)
            return 1.0 - float(rest @ rest) / total if total > 0.0 else float("nan")


def place_of(layout: Sequence[Parameter], position: int) -> ParameterPlace:
    """Which number of which parameter has a position in θ.

    Raises:
        ValueError: There is no such position.
    """
    for parameter in layout:
        within = position - parameter.offset
        if not parameter.trainable or within < 0:
            continue
        columns = parameter.shape[1] if len(parameter.shape) == 2 else 1
        row, column = divmod(within, parameter.stride)
        if row < parameter.shape[0] and column < columns:
            return ParameterPlace(parameter.name, (row, column)[: len(parameter.shape)], position)
    raise ValueError(f"there is no parameter at {position}")


def position_of(layout: Sequence[Parameter], name: str, index: Sequence[int]) -> int:
    """The position in θ of one number of a parameter.

    Raises:
        ValueError: There is no such trainable parameter.
    """
    for parameter in layout:
        if parameter.name == name and parameter.trainable:
            row, column = (*index, 0)[:2]
            return parameter.offset + parameter.stride * row + column
    raise ValueError(f"there is no trainable parameter {name}")


def most_moved(path: Array) -> tuple[int, int]:
    """The positions of the two parameters with the largest range on a path (n, P), in the order of θ."""
    with np.errstate(all="ignore"):
        ranges = np.nan_to_num(path.max(axis=0) - path.min(axis=0))
    first, second = sorted(np.argsort(-ranges, kind="stable")[:2].tolist())
    return first, second


def parameter_plane(layout: Sequence[Parameter], theta: Array, first: int, second: int) -> ParameterPlane:
    """The plane of two parameters through θ: its coordinates are their values, the others are as in θ.

    Args:
        layout: The parameters.
        theta: Where the others are (P,).
        first: Position in θ of the one across.
        second: Position of the one upwards.

    Raises:
        ValueError: Both are the same, or there is no such position.
    """
    if first == second:
        raise ValueError("a plane needs two different parameters")
    places = place_of(layout, first), place_of(layout, second)
    origin = np.array(theta, float)
    origin[[first, second]] = 0.0
    across, up = np.zeros_like(origin), np.zeros_like(origin)
    across[first] = up[second] = 1.0
    return ParameterPlane(PlaneKind.PARAMETERS, origin, across, up, places)


def path_plane(layout: Sequence[Parameter], path: Array, theta: Array) -> ParameterPlane:
    """The plane through θ that holds most of the variance of a path: its two principal directions, of length 1.

    They are the eigenvectors of the covariance of the path with the largest eigenvalues (Li, Xu, Taylor, Studer &
    Goldstein, "Visualizing the loss landscape of neural nets", 2018, §7).  A path that is straight or stays in place
    leaves a direction open; that is drawn at random.  Signs are such that the path goes right and up.

    Args:
        layout: The parameters.
        path: The points of the path in order (n, P).
        theta: A point that the plane goes through (P,).
    """
    centred = np.asarray(path, float) - np.mean(path, axis=0)
    largest, vectors = np.linalg.eigh(centred @ centred.T)
    onwards = np.asarray(path[-1], float) - path[0]
    found: list[Array] = []
    for value, vector in list(zip(largest, vectors.T, strict=True))[:-3:-1]:
        if value > _NEGLIGIBLE**2 * largest[-1] and value > 0.0:
            direction = vector @ centred
            found.append(direction / norm(direction) * (-1.0 if direction @ onwards < 0.0 else 1.0))
    spare = random_plane(layout, theta)
    for direction in (spare.across, spare.up, *np.eye(len(theta))[:2]):
        for known in found:
            direction = direction - (direction @ known) * known
        if len(found) < 2 and norm(direction) > _NEGLIGIBLE:
            found.append(direction / norm(direction))
    return ParameterPlane(PlaneKind.PATH, np.array(theta, float), found[0], found[1])


def random_plane(layout: Sequence[Parameter], theta: Array, seed: int = 0) -> ParameterPlane:
    """The plane through θ of two random directions with filter normalisation.

    A direction is drawn from a normal distribution; the part that belongs to the weights of one neuron is then scaled
    to the length of those weights, dᵢ ← dᵢ/‖dᵢ‖ · ‖θᵢ‖ (Li et al. 2018, §4), so that a step of 1 means the same for
    small weights and for large ones.  Biases, γ, β and α do not move, as in the authors' pictures; if all weights are
    0, nothing is scaled.

    Args:
        layout: The parameters.
        theta: The centre (P,).
        seed: Of the two directions.
    """
    rng = np.random.default_rng(seed)
    across, up = (_scaled(layout, theta, rng.normal(size=len(theta))) for _ in range(2))
    return ParameterPlane(PlaneKind.RANDOM, np.array(theta, float), across, up)


def _scaled(layout: Sequence[Parameter], theta: Array, drawn: Array) -> Array:
    """A drawn direction with filter normalisation."""
    theta, scaled = np.array(theta, float), np.zeros_like(drawn)
    for parameter in layout:
        if parameter.trainable and len(parameter.shape) == 2:
            rows, weights = parameter.view(drawn), parameter.view(theta)
            lengths = np.linalg.norm(weights, axis=1) / np.linalg.norm(rows, axis=1)
            parameter.view(scaled)[:] = rows * lengths[:, None]
    return scaled if scaled.any() else drawn
