"""Answers and data points as the picture of a plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.network import Network
from tui_ann.session.explore.answers import AnswerKind, Answers, Points, answers_at, points_on, target_span
from tui_ann.session.explore.plane import Plane
from tui_ann.text import clean
from tui_ann.tui.draw.class_marks import MOST_COLOURS, WRONG, marked, marks
from tui_ann.tui.draw.maps import BY_CLASS, DEPTHS, DIVERGING, SEQUENTIAL, class_levels, levels_of
from tui_ann.tui.draw.plane_picture import MapMarks, PlanePicture

_POINT = "●"
_MANY = 0.25
"""A larger share of rows than this is many."""


@dataclass(frozen=True, eq=False)
class PlaneOfData:
    """A plane with the data points on it, which do not change while a run trains."""

    dataset: Dataset
    """The data."""
    plane: Plane
    """The plane."""
    points: Points
    """The points."""
    span: tuple[float, float]
    """Smallest and largest value of the first target, for a regression."""

    @classmethod
    def of(
        cls,
        dataset: Dataset,
        columns: tuple[str, str | None],
        row: int | None = None,
        frame: tuple[float, float] | None = None,
    ) -> Self:
        """The plane of two columns through a dataset, the others held at their means or as in a row.

        Args:
            dataset: The data.
            columns: Across and upwards.
            row: The row whose other features are held.
            frame: What the axes contain in any case.
        """
        plane = Plane.of(dataset, *columns, row, frame)
        span = target_span(dataset) if dataset.task == "regression" else (0.0, 1.0)
        return cls(dataset, plane, points_on(plane, dataset), span)

    def span_of(self, output: int) -> tuple[float, float]:
        """Smallest and largest value of a target, counted from 0; 0 and 1 where the targets are classes."""
        return target_span(self.dataset, output) if output and self.dataset.task == "regression" else self.span


def wrong_points(points: Points, answers: Answers) -> NDArray[np.bool_]:
    """Which points have another class than the answers for them say (n,); none where the answers are no classes."""
    if points.codes is None or answers.codes is None:
        return np.zeros(len(points), bool)
    return np.asarray(points.codes != answers.codes)


def decided_elsewhere(network: Network, data: PlaneOfData, answers: Answers) -> bool:
    """Whether a plane gives many of its points another class than they get with their own other columns.

    Args:
        network: A network that nothing else uses meanwhile.
        data: The plane with the points.
        answers: The answers for the points themselves.
    """
    places = data.points.places
    known = np.isfinite(places).all(axis=1)
    if answers.codes is None or not data.plane.held or not known.any():
        return False
    drawn = answers_at(network, data.plane.preprocessing, data.plane.features(places[known, 0], places[known, 1]))
    return bool(np.mean(drawn.codes != answers.codes[known]) > _MANY)


def plane_picture(answers: Answers, classes: Sequence[str], found: MapMarks | None = None) -> PlanePicture:
    """The picture of answers on a grid, (half rows, columns).

    Args:
        answers: The answers.
        classes: The labels of the classes.
        found: The points on it.
    """
    found = found or MapMarks()
    values = answers.values
    if answers.kind is AnswerKind.CLASSES:
        assert answers.codes is not None
        levels = class_levels(answers.codes, values, answers.low)
        return PlanePicture(levels, values, BY_CLASS, found, marks(classes), answers.codes)
    scale = SEQUENTIAL if answers.kind is AnswerKind.NUMBER else DIVERGING
    with np.errstate(all="ignore"):
        shares = np.clip((values - answers.low) / ((answers.high - answers.low) or 1.0), 0.0, 1.0)
    return PlanePicture(levels_of(values, answers.low, answers.high), shares, scale, found)


def plane_marks(
    plane: Plane, points: Points, answers: Answers, classes: Sequence[str], kind: AnswerKind, output: int = 0
) -> MapMarks:
    """The points on a plane, the wrong ones last and with a mark of their own; points not trained on are faint.

    Args:
        plane: The plane.
        points: The examples.
        answers: The answers for them.
        classes: The labels of the classes.
        kind: What the map below shows.
        output: The target that is shown, of several numbers.
    """
    across = plane.x.place(points.places[:, 0], 1)
    upwards = np.full(len(points), 0.5) if plane.y is None else plane.y.place(points.places[:, 1], 1)
    if points.codes is None:
        depth = levels_of(points.targets[:, output], answers.low, answers.high, DEPTHS) - 1
        tints = np.maximum(depth, 0) if kind is AnswerKind.NUMBER else (depth >= DEPTHS // 2).astype(np.int64)
        signs = np.full(len(points), ord(_POINT), np.uint32)
        order = np.arange(len(points))
    else:
        signs = np.array([ord(mark) for mark in marks(classes)], np.uint32)[points.codes]
        tints = points.codes % (MOST_COLOURS if kind is AnswerKind.CLASSES else 2)
        wrong = wrong_points(points, answers)
        signs[wrong] = ord(WRONG)
        order = np.argsort(wrong, kind="stable")
    faint = points.parts > 0
    return MapMarks(across[order], upwards[order], signs[order], tints[order].astype(np.int64), faint[order])


def class_legend(classes: Sequence[str], kind: AnswerKind) -> list[tuple[str, int]]:
    """The marks of the classes with their labels, each with its tint.

    Args:
        classes: The labels of the classes; none for a number.
        kind: What the map below shows.
    """
    if not classes:
        return [(f"{_POINT} brighter: larger", -1)]
    tints = MOST_COLOURS if kind is AnswerKind.CLASSES else 2
    return [
        (f"{marked(clean(label, 16), sign, 16)}  ", place % tints)
        for place, (label, sign) in enumerate(zip(classes, marks(classes), strict=True))
    ]
