"""The Map view: what the network answers over a plane, with the points and the picked one, from a frozen moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.session.explore.answers import AnswerKind, Answers, Neuron, answers_at
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.plane import Floats, Plane, PlaneAxis
from tui_ann.session.run.judging import PARTS
from tui_ann.text import clean, count, number
from tui_ann.text.symbols import Symbol, spelled
from tui_ann.tui.content.canvas import Canvas
from tui_ann.tui.content.plane_view import PlaneOfData, class_legend, plane_marks, plane_picture
from tui_ann.tui.draw.plane_axes import AxisView, PlaneView, area_of

_MOST_Z = 6
"""Most z's of a layer that are written out."""


class MapWish(NamedTuple):
    """What is to be shown."""

    what: Neuron | int
    """A neuron, or the number of an output."""
    x: Floats
    """The picked point (m,)."""
    size: tuple[int, int]
    """Cells and rows of the picture with its axes."""
    upwards: float | None
    """With one column, the height of the picked place as a share; by default that of the answer."""
    middle: str
    """How the middle of a map looks: `dark`, `pale` or a shade."""
    row: int | None = None
    """The row of the table that is meant if several are the picked point."""


@dataclass(frozen=True, eq=False)
class MapShown:
    """What is shown."""

    data: PlaneOfData
    """The plane with the points."""
    view: PlaneView
    """The picture."""
    title: str
    """Its title."""
    sentence: str
    """What it shows, in a sentence."""
    cross: tuple[float, float]
    """The picked point, as shares of the axes."""
    canvas: Canvas
    """The points, to pick and edit them."""


def map_shown(moment: RunMoment, data: PlaneOfData, wish: MapWish) -> MapShown:
    """The Map view of a moment; call it in the thread that computes pictures.

    Args:
        moment: The moment.
        data: The plane.
        wish: What is shown.
    """
    network, plane, preprocessing = moment.network, data.plane, moment.preprocessing
    points, what = data.points, wish.what
    output = what if isinstance(what, int) else 0
    span = data.span_of(output)
    at_points = answers_at(network, preprocessing, points.X, what, span)
    at_cross = answers_at(network, preprocessing, wish.x[None], what, span)
    if at_points.kind is AnswerKind.NEURON:
        span = (at_points.low, at_points.high)
    x, y = _axis(plane.x), _axis(plane.y) if plane.y is not None else _value_axis(preprocessing, what, span)
    width, height = wish.size
    numbers = _numbers(network, wish.x)
    area = area_of(x, y, width, height, bool(numbers))
    classes = preprocessing.classes
    if plane.y is None:
        cells = plane.grid(2 * area.width, 1)
        answers = answers_at(network, preprocessing, cells, what, span).shaped(1, 2 * area.width)
        curve = (answers.values[0] - y.low) / (y.high - y.low)
    else:
        cells = plane.grid(area.width, 2 * area.height)
        answers = answers_at(network, preprocessing, cells, what, span).shaped(2 * area.height, area.width)
        curve = None
    found = plane_marks(plane, points, at_points, classes, answers.kind, output)
    across, upwards = plane.x.place(points.places[:, 0], 1), _heights(data, y, output)
    order = _wrong_last(at_points, data)
    found = replace(found, upwards=upwards[order])
    place = plane.places(wish.x[None])[0]
    high = float((at_cross.values[0] - y.low) / (y.high - y.low)) if wish.upwards is None else wish.upwards
    if plane.y is not None:
        high = float(plane.y.place(place[1:], 1)[0])
    cross = float(plane.x.place(place[:1], 1)[0]), high
    value = float(at_cross.values[0]) if at_cross.kind is AnswerKind.NUMBER else None
    canvas = Canvas(x, y, across, upwards, points.rows, preprocessing.target.names[0], data, value)
    view = PlaneView(
        x, y, plane_picture(answers, classes, found), _legend(data, answers, at_points, wish), numbers, curve
    )
    over = plane.x.column if plane.y is None else f"{plane.x.column}, {plane.y.column}"
    name = _name(preprocessing, network, what)
    title = f"{_heading(answers, plane, name)} over {clean(over, 60)}"
    where = ", ".join(_coordinate(axis, value) for axis, value in zip((plane.x, plane.y), place, strict=True) if axis)
    said = _said(at_cross, preprocessing, name, where)
    own = plane.features(place[:1], place[1:] if plane.y is not None else None)[0]
    if not np.allclose(own, wish.x):
        said += ", with its own other features"
    row = _row(data, wish, preprocessing, at_cross)
    parts = [f"╋ {said}", *row, *([f"the map: {plane.held}"] if plane.held else [])]
    return MapShown(data, view, title, " · ".join(parts), cross, canvas)


def _heights(data: PlaneOfData, y: AxisView, output: int) -> Floats:
    """The places of the points upwards, as shares: their second column, or with one column their target."""
    points, plane = data.points, data.plane
    if plane.y is not None:
        return plane.y.place(points.places[:, 1], 1)
    values = points.targets[:, output if points.codes is None else -1]
    return np.asarray((values - y.low) / (y.high - y.low))


def _wrong_last(at_points: Answers, data: PlaneOfData) -> slice | NDArray[np.intp]:
    """The order in which points are drawn."""
    if data.points.codes is None or at_points.codes is None:
        return slice(None)
    return np.argsort(at_points.codes != data.points.codes, kind="stable")


def drawable(preprocessing: Preprocessing, network: Sequence[tuple[int, str]]) -> list[tuple[Neuron | int, str, str]]:
    """Everything that can be drawn: the outputs, then every neuron; each with its symbol and a note.

    Args:
        preprocessing: The preprocessing.
        network: Units and activation of each dense layer.
    """
    classes, targets = preprocessing.classes, preprocessing.target.names
    found: list[tuple[Neuron | int, str, str]] = []
    if classes:
        found.append((0, "ŷ", "the decision"))
    else:
        found += [(place, "ŷ", clean(name, 40)) for place, name in enumerate(targets)]
    for layer, (units, activation) in enumerate(network, start=1):
        last = layer == len(network)
        if last and (not classes or units == 1):
            continue
        for unit in range(units):
            symbol = spelled(Symbol("a", layer), index=(unit + 1,))
            note = f"probability of {clean(classes[unit], 30)}" if last and unit < len(classes) else activation
            found.append((Neuron(layer, unit), symbol, note))
    return found


def _axis(axis: PlaneAxis) -> AxisView:
    return AxisView(axis.column, axis.low, axis.high, axis.labels)


def _value_axis(preprocessing: Preprocessing, what: Neuron | int, span: tuple[float, float]) -> AxisView:
    """The axis of what is drawn, where only one column varies."""
    margin = 0.1 * (span[1] - span[0])
    several = not preprocessing.classes and len(preprocessing.target.names) > 1
    if isinstance(what, Neuron):
        name = f"a{what.layer}"
    elif several:
        name = f"{output_name(preprocessing, what)}, y"
    else:
        name = "ŷ" if preprocessing.classes else "ŷ, y"
    return AxisView(name, span[0] - margin, span[1] + margin)


def _name(preprocessing: Preprocessing, network: Network, what: Neuron | int) -> str:
    if not isinstance(what, Neuron):
        return output_name(preprocessing, what)
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    several = dense[what.layer - 1].units > 1
    return spelled(Symbol("a", what.layer), index=(what.unit + 1,) if several else ())


def output_name(preprocessing: Preprocessing, output: int) -> str:
    """ŷ, with the name of its target where there are several numbers."""
    names = () if preprocessing.classes else preprocessing.target.names
    return f"ŷ {clean(names[output], 30)}" if len(names) > 1 else "ŷ"


def _coordinate(axis: PlaneAxis, value: float) -> str:
    """A value on an axis: a label of a category, or a number."""
    if not axis.labels:
        return number(float(value), 3)
    return clean(axis.labels[min(max(0, round(float(value))), len(axis.labels) - 1)], 20)


def _heading(answers: Answers, plane: Plane, name: str) -> str:
    preprocessing = plane.preprocessing
    match answers.kind:
        case AnswerKind.NEURON:
            return f"Neuron {name}"
        case AnswerKind.NUMBER:
            return f"Fitted {'curve' if plane.y is None else 'surface'} {name}"
        case AnswerKind.SHARE:
            share = f"ŷ = P({clean(preprocessing.classes[-1], 16)})"
            return share if plane.y is None else f"Decision map · {share}"
        case AnswerKind.CLASSES:
            return "Decision map · likeliest class"


def _said(answers: Answers, preprocessing: Preprocessing, name: str, where: str) -> str:
    """The answer for the picked point."""
    value = number(float(answers.values[0]), 3)
    if answers.kind is AnswerKind.CLASSES:
        assert answers.codes is not None
        label = clean(preprocessing.classes[int(answers.codes[0])], 20)
        return f"P({label}) at ({where}) = {value}"
    said = f"{name}({where}) = {value}"
    if answers.kind is AnswerKind.SHARE and answers.codes is not None:
        said += f", so {clean(preprocessing.classes[int(answers.codes[0])], 20)}"
    return said


def _row(data: PlaneOfData, wish: MapWish, preprocessing: Preprocessing, answer: Answers) -> list[str]:
    """Which row of the data the picked point is, and whether its own ŷ is right."""
    points = data.points
    same = np.flatnonzero((wish.x == points.X).all(axis=1))
    if not len(same):
        return []
    row = int(same[np.argmax(points.rows[same] == wish.row)])  # the first, unless another is meant
    what = f"{PARTS[int(points.parts[row])]} row {count(int(points.rows[row]) + 1)}"
    if points.codes is not None:
        wrong = answer.codes is not None and answer.codes[0] != points.codes[row]
        return [
            f"{what}: {clean(preprocessing.classes[int(points.codes[row])], 20)}{', so ŷ is wrong' if wrong else ''}"
        ]
    output = wish.what if isinstance(wish.what, int) else 0
    name = output_name(preprocessing, output).replace("ŷ", "y")
    return [f"{what}: {name} = {number(float(points.targets[row, output]), 3)}"]


def _legend(data: PlaneOfData, answers: Answers, at_points: Answers, wish: MapWish) -> list[tuple[str, int]]:
    """Marks of the classes, how many are wrong, and what the middle or the ends mean."""
    points, plain = data.points, -1
    classes = data.plane.preprocessing.classes
    rows = f"all {count(len(points))} rows" if points.whole == len(points) else f"{count(len(points))} rows sampled"
    parts = class_legend(classes, answers.kind) if classes else []
    if points.codes is not None and at_points.codes is not None:
        own = " by their own ŷ" if data.plane.held else ""
        rows += f", {count(int((at_points.codes != points.codes).sum()))} wrong{own}"
    elif points.codes is None and answers.kind is AnswerKind.NUMBER:
        output = wish.what if isinstance(wish.what, int) else 0
        rows += f", mean |ŷ − y| {number(float(np.abs(at_points.values - points.targets[:, output]).mean()), 3)}"
    parts.append((f"· {rows}" if parts else rows, plain))
    if data.plane.y is not None:
        if answers.kind in (AnswerKind.SHARE, AnswerKind.NEURON):
            name = "ŷ" if answers.kind is AnswerKind.SHARE else "a"
            parts.append((f"· {wish.middle}: {name} = {number((answers.low + answers.high) / 2, 2)}", plain))
        elif answers.kind is AnswerKind.NUMBER:
            ends = number(answers.low, 3), number(answers.high, 3)
            parts.append((f"· from {ends[0]} to {ends[1]}", plain))
    if (points.parts > 0).any():
        parts.append(("· faint: not trained on", plain))
    return parts


def _numbers(network: Network, x: Floats) -> str:
    """The z's of the picked point, layer by layer."""
    parts = []
    for symbol, values in network.signals(x).items():
        if symbol.startswith("z"):
            shown = " ".join(number(float(value), 2, sign=True) for value in values[:_MOST_Z])
            more = f" … ({count(len(values))})" if len(values) > _MOST_Z else ""
            parts.append(f"{spelled(Symbol('z', int(symbol[1:])))} {shown}{more}")
    return "  ".join(parts)
