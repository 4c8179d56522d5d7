"""The view Loss surface: what is drawn of the loss around a run, its title, and its sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.inspect.directions import ParameterPlace, ParameterPlane, PlaneKind
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.session.explore.descents import Descent
from tui_ann.session.explore.landscape import LandscapePicture
from tui_ann.session.explore.parameter_path import PathState
from tui_ann.session.explore.step_curve import StepCurve, Zone
from tui_ann.text import count, counted, duration, in_prose, number
from tui_ann.text.symbols import spelled
from tui_ann.tui.draw.contour import NOW, ContourView, DrawnPath
from tui_ann.tui.draw.landscape import LandscapeView, LegendLine
from tui_ann.tui.draw.plane_axes import CROSS, AxisView
from tui_ann.tui.draw.step_plot import FLAT, LandscapeInk, StepView

_NEAR = 0.5
"""A point of a path this far from the plane, of the farthest of its points, is faint."""
_TICKS = 3
"""Ticks of an axis that show its scale."""
_LINE = "━"
_ALONG_THE_GRADIENT = ("sgd", "momentum", "nesterov")
"""Update rules whose η is a step along the gradient."""


Cursor = tuple[float, float]
"""A place in the picture, as shares of the axes."""


@dataclass(frozen=True, eq=False)
class LandscapeShown:
    """What is shown."""

    picture: LandscapePicture
    """The loss."""
    view: LandscapeView
    """The drawing."""
    titles: tuple[str, ...]
    """Its title, from the longest form to the shortest."""
    sentence: str
    """What it shows, in a sentence."""
    at_cursor: tuple[Cursor, float] | None = None
    """The cursor when it was computed, and the loss there."""


def landscape_shown(
    picture: LandscapePicture,
    descents: Sequence[Descent],
    chosen: tuple[float, float] | None,
    size: tuple[int, int],
    training: TrainingSettings,
) -> LandscapeShown:
    """What is drawn of the loss around a run; call it in the thread that computes pictures.

    Args:
        picture: The loss.
        descents: Other descents from the start of the run.
        chosen: The start chosen for the next training, in the plane.
        size: Columns and rows of the drawing.
        training: How the run is trained.
    """
    box = picture.grid.box
    x_name, y_name = axis_names(picture.plane)
    columns, rows = max(8, size[0]), max(8, 2 * size[1])
    a = box.left + (np.arange(columns) + 0.5) / columns * (box.right - box.left)
    b = box.top - (np.arange(rows) + 0.5) / rows * (box.top - box.bottom)
    contour = ContourView(
        AxisView(x_name, box.left, box.right, least=_TICKS),
        AxisView(y_name, box.bottom, box.top, least=_TICKS),
        picture.grid.at(a, b),
        [_path(picture), *(_descent(picture, descent, tint) for tint, descent in enumerate(descents, start=1))],
        None if chosen is None else _shares(picture, np.array([chosen]))[0],
    )
    steps = None if picture.curve is None else step_view(picture.curve, training)
    view = LandscapeView(contour, steps, _legend(descents))
    return LandscapeShown(picture, view, titles_of(picture), sentence_of(picture, training))


def place_spelled(place: ParameterPlace) -> str:
    """A number among the parameters by its symbol."""
    return spelled(place.name, index=[index + 1 for index in place.index])


def axis_names(plane: ParameterPlane) -> tuple[str, str]:
    """The names of both axes."""
    match plane.kind:
        case PlaneKind.PARAMETERS:
            assert plane.places is not None
            return place_spelled(plane.places[0]), place_spelled(plane.places[1])
        case PlaneKind.PATH:
            return "PC 1", "PC 2"
        case PlaneKind.RANDOM:
            return "d₁", "d₂"


def titles_of(picture: LandscapePicture) -> tuple[str, ...]:
    """Which plane is shown, with its share of the path's variance, from the longest form to the shortest."""
    plane = picture.plane
    across, up = axis_names(plane)
    share = "" if math.isnan(picture.share) else _percent(picture.share)
    part, brief = share and f" · {share} of the path's variance", share and f" · {share} of variance"
    match plane.kind:
        case PlaneKind.PARAMETERS if plane.exact:
            return (f"Loss over {across} and {up}",)
        case PlaneKind.PARAMETERS:
            held = "now" if picture.base_update == picture.update else f"after update {count(picture.base_update)}"
            short = f"Loss over {across} and {up}"
            long: tuple[str, ...] = (f"{short}, the others as {held}{part}", f"{short}, others as {held}{part}")
            long = *long, f"{across}, {up}, others as {held}{part}", f"{short}{part}"
            return *long, f"Loss over {across}, {up}{part}", f"{across}, {up}{brief}", short
        case PlaneKind.PATH:
            whole, part = share and f", with {share} of its variance", share and f" · {share}"
            name = "Plane of the path"
            return f"Loss over the plane of the path{whole}", f"{name}{whole}", f"{name}{part}", name
        case PlaneKind.RANDOM:
            whole, name = share and f", with {share} of the path's variance", "Random directions"
            return f"Loss over two random directions{whole}", f"{name}{whole}", f"{name}{brief}", name


def _percent(part: float) -> str:
    """A share in per cent, without rounding up to all of it."""
    return f"{min(100.0 * part, 99.9) if part < 1.0 - 1e-9 else 100.0:.3g} %"


def sentence_of(picture: LandscapePicture, training: TrainingSettings) -> str:
    """What the picture shows, the most important first."""
    curve, parts = picture.curve, []
    whole = picture.rows >= picture.all_rows
    sample = "" if whole else f" on {count(picture.rows)} of {count(picture.all_rows)} rows"
    made = f"after {counted(picture.update, 'update')}"
    if picture.restored is not None:
        epoch, update = picture.restored
        made = f"after {counted(update, 'update')} · the weights of epoch {count(epoch)} restored"
    if picture.base_update != picture.update:
        parts.append(f"the run goes off; here it is around update {count(picture.base_update)}")
    elif curve is not None:
        parts.append(f"{NOW} loss {in_prose(curve.curvature.loss)}{sample} {made}")
    if curve is not None:
        parts += judged(curve, training)
    elif picture.base_update == picture.update:
        parts.append(f"{NOW} {made}: the gradient is 0 here")
    parts.append(f"lowest point drawn {in_prose(picture.grid.lowest[2])}")
    if picture.moved_most and not picture.plane.exact and picture.update:
        parts.append("these two moved most")
    if not whole and not parts[0].startswith(f"{NOW} loss"):
        parts.append(f"drawn{sample}")
    match picture.path.state:
        case PathState.KEPT:
            parts.append(f"path of {count(len(picture.path))} kept moments")
        case PathState.ENDS if len(picture.path) > 1:
            parts.append("only the ends of the path are known")
        case PathState.ENDS | PathState.COMING | PathState.EVEN:
            pass
    return " · ".join(parts)


def cursor_sentence(
    picture: LandscapePicture, across: float, upwards: float, key: str, loss: float | None = None
) -> str:
    """What is at the cursor.

    Args:
        picture: The loss.
        across: Its place, as a share of the axis.
        upwards: The same upwards.
        key: The key that chooses it as start.
        loss: The loss there; by default what lies between the nodes of the grid, which is said to be about so.
    """
    a, b = coordinates(picture, across, upwards)
    about = "=" if loss is not None else "≈"
    if loss is None:
        loss = float(picture.grid.at(np.array([a]), np.array([b]))[0, 0])
    height = f"{about} {in_prose(loss)}" if math.isfinite(loss) else "is not finite"
    # Without the names of the axes, which stand beside them: the number must have room in a narrow pane.
    return f"{CROSS} loss({number(a, 3)}, {number(b, 3)}) {height} · {key} starts there"


def coordinates(picture: LandscapePicture, across: float, upwards: float) -> tuple[float, float]:
    """The coordinates of a place in the picture, given as shares of the axes."""
    box = picture.grid.box
    return box.left + across * (box.right - box.left), box.bottom + upwards * (box.top - box.bottom)


def judged(curve: StepCurve, training: TrainingSettings) -> list[str]:
    """What today's η is good for: for one plain step over all rows, and that the run makes others, if it does."""
    if training.optimizer not in _ALONG_THE_GRADIENT:
        return [f"{training.optimizer} scales each step by itself"]
    gain, batch = curve.gain, training.variant == "batch"
    others = [] if batch else [f"the run makes {training.variant} steps"]
    if curve.zone(curve.eta) is Zone.TOO_SMALL and gain <= FLAT * abs(curve.curvature.loss):
        step = "step" if batch else "full-batch step"
        return [f"near a minimum: no {step} along ∇L gains more than {number(gain, 2)}", *others]
    return [
        f"η {number(curve.eta, 3)} is {curve.zone(curve.eta)}{'' if batch else ' for one full-batch step'}",
        *others,
    ]


def step_view(curve: StepCurve, training: TrainingSettings) -> StepView:
    """L(η) with its words.

    Args:
        curve: The curve.
        training: How the run is trained.
    """
    bend, zones = curve.curvature, [str(zone) for zone in Zone]
    words = judged(curve, training)
    if bend.along_gradient > 0:
        words.append(f"curvature along ∇L {number(bend.along_gradient, 3)}")
        single = "single " if bend.best_step > bend.limit > 0 else ""
        words.append(f"best {single}step 1/that = {number(bend.best_step, 3)}")
    else:
        words.append("along ∇L the loss bends down")
    if bend.largest > 0:
        repeated = ", if repeated" if bend.along_gradient > 0 and bend.best_step > bend.limit else ""
        words.append(f"limit 2/λmax = {number(bend.limit, 3)}{repeated}")
    eta = curve.eta if training.optimizer in _ALONG_THE_GRADIENT else None
    return StepView(curve.etas, curve.losses, bend.loss, eta, curve.ends, zones, words)


def _path(picture: LandscapePicture) -> DrawnPath:
    """The path of the run, with the moment itself on it."""
    now, places, distances, updates = picture.update, picture.places, picture.distances, picture.path.updates
    if picture.restored is not None:  # what the run did afterwards is faint; its end is ◆ itself
        now, kept = picture.restored[1], updates < picture.update
        places, distances, updates = places[kept], distances[kept], updates[kept]
    past = updates <= now
    here = int(past.sum())
    points = np.insert(places, here, picture.now, axis=0)
    farthest = float(np.nanmax(distances, initial=0.0))
    faint = np.insert(~past | (distances > _NEAR * farthest) & (distances > 0), here, False)
    across, upwards = np.array(_shares(picture, points)).T
    return DrawnPath(across, upwards, faint, now=here)


def _descent(picture: LandscapePicture, descent: Descent, tint: int) -> DrawnPath:
    across, upwards = np.array(_shares(picture, picture.plane.coordinates(descent.thetas))).T
    return DrawnPath(across, upwards, np.zeros(len(across), bool), tint, sign=descent.variant[0])


def _shares(picture: LandscapePicture, points: np.ndarray) -> list[tuple[float, float]]:
    """Points of the plane as shares of the axes."""
    box = picture.grid.box
    with np.errstate(all="ignore"):
        across = (points[:, 0] - box.left) / (box.right - box.left)
        upwards = (points[:, 1] - box.bottom) / (box.top - box.bottom)
    return list(zip(across.tolist(), upwards.tolist(), strict=True))


def _legend(descents: Sequence[Descent]) -> list[LegendLine]:
    """The descents: how long, how low, in what time."""
    if not descents:
        return []
    epochs = max(descent.epochs for descent in descents)
    head = LegendLine("", LandscapeInk.AXIS, f"{counted(epochs, 'epoch')} each: loss, time")
    return [head, *(_legend_line(place, descent) for place, descent in enumerate(descents))]


def _legend_line(place: int, descent: Descent) -> LegendLine:
    loss = "diverged" if descent.diverged else number(descent.loss, 3)
    time = duration(descent.seconds) if descent.seconds >= 1.0 else f"{1000 * descent.seconds:.0f} ms"
    figures = f"{loss} {time}{'' if descent.done else '…'}" if descent.updates else "…"
    return LegendLine(_LINE + descent.variant[0], LandscapeInk.DESCENT + place, f"{descent.variant:<10} {figures}")
