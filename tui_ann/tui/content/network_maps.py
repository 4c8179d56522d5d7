"""What the units of a network answer over two features, for the drawn network: computed from a frozen moment."""

from __future__ import annotations

from collections.abc import Sequence

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.session.explore.answers import AnswerKind, answers_at, in_words, input_maps, unit_maps
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.explore.plane import Plane, find_feature, telling_columns
from tui_ann.tui.content.map_words import output_name
from tui_ann.tui.content.plane_view import PlaneOfData, class_legend, plane_marks, plane_picture, wrong_points
from tui_ann.tui.draw.class_marks import WRONG
from tui_ann.tui.draw.network_maps import MapSizes, NetworkMaps


def map_columns(dataset: Dataset, wanted: tuple[str, str | None] | None = None) -> tuple[str, str] | None:
    """The two columns over which the units are drawn: the wanted ones, or those that tell most; each one feature.

    Args:
        dataset: The data.
        wanted: Columns that were chosen.

    Returns:
        `None` if there are no two such columns.
    """
    single = [feature.column for feature in dataset.preprocessing.columns if len(feature.names) == 1]
    if wanted is not None and wanted[1] is not None and wanted[0] in single and wanted[1] in single:
        return wanted[0], wanted[1]
    first, second = telling_columns(dataset)
    if second is not None and first in single and second in single:
        return first, second
    return (single[0], single[1]) if len(single) > 1 else None


def axis_features(plane: Plane) -> tuple[int, int]:
    """The features that are the axes, counted from 0."""
    assert plane.y is not None
    return find_feature(plane.preprocessing, plane.x.column)[1], find_feature(plane.preprocessing, plane.y.column)[1]


def network_maps(moment: RunMoment, data: PlaneOfData, sizes: MapSizes, layers: int) -> NetworkMaps:
    """The maps of a moment, for the places of a drawn network.

    Args:
        moment: The moment; its network is used, so call this in the thread that computes pictures.
        data: The plane.
        sizes: The sizes of the maps.
        layers: Number of dense layers.
    """
    network, plane, preprocessing = moment.network, data.plane, moment.preprocessing
    wide, tall = sizes.tile
    _, _, size, high = sizes.answer
    answers = answers_at(network, preprocessing, plane.grid(size, high), span=data.span).shaped(high, size)
    at_points = answers_at(network, preprocessing, data.points.X, span=data.span)
    classes = preprocessing.classes
    found = plane_marks(plane, data.points, at_points, classes, answers.kind)
    legend = class_legend(classes, answers.kind)
    if wrong_points(data.points, at_points).any():
        legend.append((f"{WRONG} wrong", -1))
    x, y = axis_features(plane)
    across, upwards = input_maps(plane, wide, tall)
    hidden = tuple(range(1, layers + (answers.kind is AnswerKind.CLASSES or network.outputs > 1)))
    return NetworkMaps(
        {x: across, y: upwards},
        unit_maps(network, plane, wide, tall, hidden) if hidden else {},
        plane_picture(answers, classes, found),
        legend,
        _notes(in_words(at_points, data.points), plane),
        f"{output_name(preprocessing, 0)} in colours" if answers.kind is AnswerKind.NUMBER else "decision",
    )


def _notes(verdict: str, plane: Plane) -> Sequence[str]:
    return [verdict, *([plane.held] if plane.held else [])]
