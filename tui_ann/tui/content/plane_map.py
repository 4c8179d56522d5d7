"""The Map view: what the network answers over a plane, with the points and the picked one, from a frozen moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.session.explore.answers import AnswerKind, Neuron, answers_at
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.plane import Floats, PlaneAxis
from tui_ann.text import clean
from tui_ann.text.symbols import Symbol, spelled
from tui_ann.tui.content.canvas import Canvas
from tui_ann.tui.content.map_words import (
    drawn_name,
    map_legend,
    map_titles,
    output_name,
    point_numbers,
    point_sentences,
)
from tui_ann.tui.content.plane_view import PlaneOfData, decided_elsewhere, plane_marks, plane_picture, wrong_points
from tui_ann.tui.draw.plane_axes import AxisView, PlaneView, area_of


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
    few: bool = False
    """Whether there are too few colours for a map."""


@dataclass(frozen=True, eq=False)
class MapShown:
    """What is shown."""

    data: PlaneOfData
    """The plane with the points."""
    view: PlaneView
    """The picture."""
    titles: tuple[str, ...]
    """Its title, from the longest form to the shortest."""
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
    numbers = point_numbers(network, wish.x, width)
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
    found = replace(found, upwards=upwards[np.argsort(wrong_points(points, at_points), kind="stable")])
    place = plane.places(wish.x[None])[0]
    high = float((at_cross.values[0] - y.low) / (y.high - y.low)) if wish.upwards is None else wish.upwards
    if plane.y is not None:
        high = float(plane.y.place(place[1:], 1)[0])
    cross = float(plane.x.place(place[:1], 1)[0]), high
    value = float(at_cross.values[0]) if at_cross.kind is AnswerKind.NUMBER else None
    canvas = Canvas(x, y, across, upwards, points.rows, preprocessing.target.names[0], data, value)
    legend = map_legend(data, answers, at_points, output, wish.middle, width, few=wish.few)
    view = PlaneView(x, y, plane_picture(answers, classes, found), legend, numbers, curve)
    name = drawn_name(preprocessing, network, what)
    said = point_sentences(data, at_cross, wish.x, place, name, wish.row, output)
    titles = map_titles(answers, plane, name, decided_elsewhere=decided_elsewhere(network, data, at_points))
    return MapShown(data, view, titles, " · ".join(said), cross, canvas)


def _heights(data: PlaneOfData, y: AxisView, output: int) -> Floats:
    """The places of the points upwards, as shares: their second column, or with one column their target."""
    points, plane = data.points, data.plane
    if plane.y is not None:
        return plane.y.place(points.places[:, 1], 1)
    values = points.targets[:, output if points.codes is None else -1]
    return np.asarray((values - y.low) / (y.high - y.low))


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
