"""The words of a map: its title, what is said about the picked point, its numbers, and the legend."""

from __future__ import annotations

import numpy as np

from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.session.explore.answers import AnswerKind, Answers, Neuron, mean_error
from tui_ann.session.explore.plane import Floats, Plane, PlaneAxis
from tui_ann.session.run.judging import PARTS
from tui_ann.text import cell_width, clean, count, counted, in_prose, number, share
from tui_ann.text.symbols import Symbol, spelled
from tui_ann.tui.content.plane_view import PlaneOfData, class_legend, wrong_points
from tui_ann.tui.draw.class_areas import named
from tui_ann.tui.draw.class_marks import WRONG, marks
from tui_ann.tui.draw.fitting import longest_of

_MOST_Z = 6
"""Most z's of a layer that are written out."""


def drawn_name(preprocessing: Preprocessing, network: Network, what: Neuron | int) -> str:
    """The symbol of what is drawn: an output, or a neuron."""
    if not isinstance(what, Neuron):
        return output_name(preprocessing, what)
    dense = [layer for layer in network.layers if isinstance(layer, Dense)]
    several = dense[what.layer - 1].units > 1
    return spelled(Symbol("a", what.layer), index=(what.unit + 1,) if several else ())


def output_name(preprocessing: Preprocessing, output: int) -> str:
    """ŷ, with the name of its target where there are several numbers."""
    names = () if preprocessing.classes else preprocessing.target.names
    return f"ŷ {clean(names[output], 30)}" if len(names) > 1 else "ŷ"


def map_titles(answers: Answers, plane: Plane, name: str, *, decided_elsewhere: bool = False) -> tuple[str, ...]:
    """The title of a map, from the longest form to the shortest.

    Args:
        answers: What is drawn.
        plane: The plane.
        name: The symbol of what is drawn.
        decided_elsewhere: Whether the map judges many rows otherwise than their own ŷ, which is said then.
    """
    over = plane.x.column if plane.y is None else f"{plane.x.column}, {plane.y.column}"
    over = f" over {clean(over, 60)}"
    match answers.kind:
        case AnswerKind.NEURON:
            forms = [f"Neuron {name}"]
        case AnswerKind.NUMBER:
            forms = [f"Fitted {'curve' if plane.y is None else 'surface'} {name}"]
        case AnswerKind.SHARE:
            share = f"ŷ = P({clean(plane.preprocessing.classes[-1], 16)})"
            forms = [share] if plane.y is None else [f"Decision map · {share}", share]
        case AnswerKind.CLASSES:
            forms = ["Decision map · likeliest class", "Likeliest class"]
    whole = (*(f"{form}{over}" for form in forms), *forms)
    if not decided_elsewhere:
        return whole
    return (*(f"{form} · the other columns decide too" for form in whole), f"{forms[-1]} · others decide too", *forms)


def point_sentences(
    data: PlaneOfData, answers: Answers, x: Floats, place: Floats, name: str, row: int | None, output: int
) -> list[str]:
    """What is said about the picked point, the most important first.

    Args:
        data: The plane with the points.
        answers: The answer for the point.
        x: The point (m,).
        place: Where it is on the axes.
        name: The symbol of what is drawn.
        row: The row of the table that is meant if several are this point.
        output: The target that is shown, of several numbers.
    """
    plane, preprocessing = data.plane, data.plane.preprocessing
    where = ", ".join(_coordinate(axis, value) for axis, value in zip((plane.x, plane.y), place, strict=True) if axis)
    own = plane.features(place[:1], place[1:] if plane.y is not None else None)[0]
    return [
        *_answered(answers, preprocessing, name, where),
        *_row(data, x, row, answers, output),
        *([] if np.allclose(own, x) else ["with its own other features"]),
        *([f"the map: {plane.held}"] if plane.held else []),
    ]


def _coordinate(axis: PlaneAxis, value: float) -> str:
    """A value on an axis: a label of a category, or a number."""
    if not axis.labels:
        return in_prose(float(value), 3)
    return clean(axis.labels[min(max(0, round(float(value))), len(axis.labels) - 1)], 20)


def _answered(answers: Answers, preprocessing: Preprocessing, name: str, where: str) -> list[str]:
    """The answer for the picked point."""
    likely = answers.kind in (AnswerKind.SHARE, AnswerKind.CLASSES)
    value = (share if likely else in_prose)(float(answers.values[0]), 3)
    if answers.kind is AnswerKind.CLASSES:
        assert answers.codes is not None
        label = clean(preprocessing.classes[int(answers.codes[0])], 20)
        return [f"╋ P({label}) at ({where}) = {value}"]
    said = [f"╋ {name}({where}) = {value}"]
    if answers.kind is AnswerKind.SHARE and answers.codes is not None:
        said.append(f"says {clean(preprocessing.classes[int(answers.codes[0])], 20)}")
    return said


def _row(data: PlaneOfData, x: Floats, meant: int | None, answer: Answers, output: int) -> list[str]:
    """Which row of the data the picked point is, and whether its own ŷ is wrong."""
    points, preprocessing = data.points, data.plane.preprocessing
    same = np.flatnonzero((x == points.X).all(axis=1))
    if not len(same):
        return []
    row = int(same[np.argmax(points.rows[same] == meant)])  # the first, unless another is meant
    what = f"{PARTS[int(points.parts[row])]} row {count(int(points.rows[row]) + 1)}"
    if points.codes is not None:
        wrong = answer.codes is not None and answer.codes[0] != points.codes[row]
        label = clean(preprocessing.classes[int(points.codes[row])], 20)
        return [f"{what}: {label}", *(["ŷ is wrong"] if wrong else [])]
    name = output_name(preprocessing, output).replace("ŷ", "y")
    return [f"{what}: {name} = {in_prose(float(points.targets[row, output]), 3)}"]


def map_legend(
    data: PlaneOfData, answers: Answers, at_points: Answers, output: int, middle: str, width: int, *, few: bool
) -> list[tuple[str, int]]:
    """Marks of the classes, how many points are wrong, and what the middle or the ends mean; each with its tint.

    Args:
        data: The plane with the points.
        answers: What is drawn.
        at_points: The answers for the points.
        output: The target that is shown, of several numbers.
        middle: How the middle of a map looks: `dark`, `pale` or a shade.
        width: Cells available.
        few: Whether there are too few colours for a map.
    """
    points, classes = data.points, data.plane.preprocessing.classes
    sampled = "" if points.whole == len(points) else " sampled"
    parts = class_legend(classes, answers.kind) if classes else []
    room = width - sum(cell_width(text) for text, _ in parts) - 2
    texts = []
    if points.codes is not None and at_points.codes is not None:
        wrong = f"{WRONG} {count(int(wrong_points(points, at_points).sum()))}"
        rows = f"{wrong} of {count(len(points))}{sampled} rows wrong"
        # Where other columns are held, the map may judge a row otherwise than its own ŷ does.
        of = f"{wrong} of {count(len(points))}{sampled} wrong by own ŷ"
        own = [f"{rows} by their own ŷ", of, f"{wrong} wrong by own ŷ", f"{WRONG} own ŷ wrong"]
        texts.append(longest_of(own if data.plane.held else [rows, f"{wrong} wrong"], room))
    else:
        texts.append(f"{count(len(points))} rows sampled" if sampled else f"all {counted(len(points), 'row')}")
        if points.codes is None and answers.kind is AnswerKind.NUMBER:
            texts[0] += f", mean |ŷ − y| {in_prose(mean_error(at_points, points, output), 3)}"
    if data.plane.y is not None:
        if answers.kind in (AnswerKind.SHARE, AnswerKind.NEURON):
            name = "ŷ" if answers.kind is AnswerKind.SHARE else "a"
            texts.append(f"{middle}: {name} = {in_prose((answers.low + answers.high) / 2, 2)}")
        elif answers.kind is AnswerKind.NUMBER:
            texts.append(f"from {in_prose(answers.low, 3)} to {in_prose(answers.high, 3)}")
        elif few:
            texts.append(f"{named(marks(classes)[0])}: ŷ there")
    if (points.parts > 0).any():
        texts.append("faint: not trained on")
    return [*parts, *((f"· {text}" if place or parts else text, -1) for place, text in enumerate(texts))]


def point_numbers(network: Network, x: Floats, width: int) -> str:
    """The z's of a point, layer by layer, as many as fit; in a deep network the layers in the middle are left out.

    Args:
        network: The network.
        x: The point (m,).
        width: Cells available.
    """
    layers = [(int(name[1:]), values) for name, values in network.signals(x).items() if name.startswith("z")]

    def written(most: int, kept: int = len(layers)) -> str:
        parts = []
        for place, (layer, values) in enumerate(layers):
            if kept - 1 <= place < len(layers) - 1:
                parts += ["…"] * (place == kept - 1)
                continue
            shown = " ".join(number(float(value), 2, sign=True) for value in values[:most])
            more = f" … ({count(len(values))})" if len(values) > most else ""
            parts.append(f"{spelled(Symbol('z', layer))} {shown}{more}")
        return "  ".join(parts)

    forms = [(most, len(layers)) for most in range(_MOST_Z, 0, -1)] + [(1, kept) for kept in range(len(layers), 0, -1)]
    return longest_of([written(*form) for form in forms], width)
