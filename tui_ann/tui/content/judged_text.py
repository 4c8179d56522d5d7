"""Judged rows in words: the columns of their list, figures, curves and sentences about the threshold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.engine.arrays import mean
from tui_ann.engine.threshold_sweep import ThresholdSweep
from tui_ann.session.evaluate.confusion import Confusion
from tui_ann.session.evaluate.evaluation import RunEvaluation
from tui_ann.session.evaluate.figures import Figure
from tui_ann.session.evaluate.listing import ACTUAL, ANSWER, WORST, answer_of
from tui_ann.session.evaluate.one_row import RowStory
from tui_ann.session.evaluate.rows import JudgedRows
from tui_ann.session.evaluate.thresholds import ThresholdPictures
from tui_ann.text import clean, count, counted, number, share
from tui_ann.tui.draw.confusion import ConfusionPicture, FigureLine
from tui_ann.tui.draw.row_story import StoryLine, StoryPicture
from tui_ann.tui.draw.score_curve import ScoreCurve

_SHORT = {
    "loss": "loss",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "auc": "AUC",
    "log_loss": "log loss",
    "mae": "MAE",
    "rmse": "RMSE",
    "r2": "R²",
}
_ORDER = ("precision", "recall", "f1", "accuracy", "balanced_accuracy", "auc", "log_loss", "mae", "rmse", "r2", "loss")
_LOWER = ("mae", "rmse", "log_loss", "loss")
"""Figures that are better if they are lower."""
CURVES = ("ROC", "Precision and recall", "Lift", "Calibration")
"""The curves over all thresholds."""


@dataclass(frozen=True, eq=False)
class JudgedColumn:
    """A column of the list of rows."""

    key: str
    """What the list is sorted by here."""
    title: str
    """Its title; cleaned where it is drawn."""
    text: Callable[[int], str]
    """The text of the row at a place."""
    right: bool = False
    """Whether its cells are numbers."""
    look: Callable[[int], str] = lambda place: ""
    """`right`, `wrong`, `positive`, `negative` or empty, of the row at a place."""


def columns_of(rows: JudgedRows, threshold: float) -> list[JudgedColumn]:
    """The columns of the list: truth, answer, verdict, then the features in the order of the file.

    Args:
        rows: The rows.
        threshold: The second of two classes is predicted where ŷ is at least this.
    """
    columns = _numbers(rows) if rows.task == "regression" else _classes(rows, threshold)
    table, places = rows.table, rows.places
    wanted = {feature.column for feature in rows.preprocessing.columns}
    for column in table.columns:
        if column.name in wanted:
            columns.append(
                JudgedColumn(
                    f"column:{column.name}",
                    column.name,
                    lambda place, column=column: column.raw(int(places[place])) or "·",  # type: ignore[misc]
                    column.is_number,
                )
            )
    return columns


def _classes(rows: JudgedRows, threshold: float) -> list[JudgedColumn]:
    classes, codes, says = rows.preprocessing.classes, rows.codes, rows.decided(threshold)
    answer, two = answer_of(rows), len(classes) == 2

    def verdict(place: int) -> str:
        said = "" if two else f" {clean(classes[says[place]], 16)}"
        if codes[place] < 0:
            return f"· {clean(classes[says[place]], 16)}"
        if codes[place] == says[place]:
            return f"✓{said}"
        return f"✗{said or (' missed' if codes[place] == 1 else ' alarm')}"

    def look(place: int) -> str:
        return "" if codes[place] < 0 else "right" if codes[place] == says[place] else "wrong"

    def side(place: int) -> str:
        return ("positive" if says[place] == 1 else "negative") if two else ""

    return [
        JudgedColumn(ACTUAL, "actual", lambda place: classes[codes[place]] if codes[place] >= 0 else "·"),
        JudgedColumn(ANSWER, "ŷ", lambda place: share(float(answer[place]), 3), True, side),
        JudgedColumn(WORST, "says", verdict, look=look),
    ]


def _numbers(rows: JudgedRows) -> list[JudgedColumn]:
    names = rows.preprocessing.target.names
    columns = []
    for j, name in enumerate(names):
        of = "" if len(names) == 1 else f" {name}"
        columns += [
            JudgedColumn(ACTUAL if not j else f"actual:{j}", f"actual{of}", _number_at(rows.actual[:, j]), True),
            JudgedColumn(ANSWER if not j else f"answer:{j}", f"ŷ{of}", _number_at(rows.predicted[:, j]), True),
        ]
    error = rows.predicted[:, 0] - rows.actual[:, 0]
    signed = _number_at(error, sign=True)
    return [*columns, JudgedColumn(WORST, "ŷ − y" if len(names) == 1 else f"error {names[0]}", signed, True)]


def _number_at(values: np.ndarray[tuple[int], np.dtype[np.float64]], *, sign: bool = False) -> Callable[[int], str]:
    return lambda place: "·" if np.isnan(values[place]) else number(float(values[place]), 4, sign=sign)


def figure_lines(figures: Sequence[Figure]) -> list[FigureLine]:
    """The figures as they are drawn, the most telling first; the loss last, and not if it is the log loss.

    Args:
        figures: The figures.
    """
    by_name = {figure.name: figure for figure in figures}
    if "log_loss" in by_name and "loss" in by_name and abs(by_name["loss"].value - by_name["log_loss"].value) < 1e-9:
        del by_name["loss"]
    ranked = sorted(by_name.values(), key=lambda figure: _ORDER.index(figure.name.partition(" ")[0]))
    return [_figure_line(figure) for figure in ranked]


def answer_lines(rows: JudgedRows, threshold: float) -> list[FigureLine]:
    """What is answered to rows without a target: how many of each class, or where the numbers lie.

    Args:
        rows: The rows.
        threshold: The second of two classes is the answer where ŷ is at least this.
    """
    if not len(rows):
        return []
    if rows.task != "regression":
        classes = rows.preprocessing.classes
        counts = np.bincount(rows.decided(threshold), minlength=len(classes)).tolist()
        named = sorted(zip(counts, classes, strict=True), reverse=True)
        return [
            FigureLine(f"says {clean(label, 20)}", count(n), f"{number(100 * n / len(rows), 3)} %")
            for n, label in named
        ]
    lines = []
    for name, values in zip(rows.preprocessing.target.names, rows.predicted.T, strict=True):
        for word, value in (("least", values.min()), ("mean", mean(values)), ("most", values.max())):
            lines.append(FigureLine(f"{word} {clean(name, 20)}", number(float(value), 4)))
    return lines


def _figure_line(figure: Figure) -> FigureLine:
    name, _, target = figure.name.partition(" ")
    shown = _SHORT[name] + (f" {clean(target, 12)}" if target else "")
    better = None
    if figure.baseline is not None and np.isfinite([figure.baseline, figure.value]).all():
        better = figure.value < figure.baseline if name in _LOWER else figure.value > figure.baseline
    written = number if name in _LOWER else share
    return FigureLine(
        shown,
        written(figure.value, 3),
        _spread(figure),
        f"({written(figure.baseline, 3)})" if figure.baseline is not None else "",
        worse=better is False,
    )


def _spread(figure: Figure) -> str:
    """± half of the interval; the interval itself where ± would reach beyond what the figure can be."""
    if figure.interval is None:
        return ""
    low, high = figure.interval
    half, name = (high - low) / 2, figure.name.partition(" ")[0]
    lower = name in _LOWER
    if (name == "r2" or figure.value >= half) and (lower or figure.value + half <= 1):
        return f"±{number(half, 2)}"
    below = 0.99 <= low < 1 and not lower  # not rounded up to 1
    return f"{'0.99' if below else number(low, 2)}–{number(high, 2)}"


def matrix_order(confusion: Confusion) -> list[int]:
    """The order of the classes in the picture: of two classes that which is looked for comes first."""
    return [1, 0] if len(confusion.classes) == 2 else list(range(len(confusion.classes)))


def matrix_picture(confusion: Confusion, chosen: tuple[int, int] | None) -> ConfusionPicture:
    """The confusion matrix as it is drawn.

    Args:
        confusion: The matrix.
        chosen: The true and the predicted class whose rows are listed.
    """
    order = matrix_order(confusion)
    place = {code: index for index, code in enumerate(order)}
    meanings = [[confusion.meaning(a, p) if len(order) == 2 else "" for p in order] for a in order]
    return ConfusionPicture(
        [confusion.classes[code] for code in order],
        confusion.counts[np.ix_(order, order)],
        meanings,
        chosen=None if chosen is None else (place[chosen[0]], place[chosen[1]]),
    )


def score_curve(pictures: ThresholdPictures, name: str, threshold: float) -> tuple[ScoreCurve, str]:
    """A curve over all thresholds, and what it says at one of them.

    Args:
        pictures: The charts of two classes.
        name: One of `CURVES`.
        threshold: The threshold.
    """
    sweep, at = pictures.sweep, pictures.sweep.place(threshold)
    rate = sweep.positives / max(1, sweep.positives + sweep.negatives)
    if name == "Calibration":
        found = pictures.calibration
        full = found.rows > 0
        curve = ScoreCurve(
            name, "ŷ", "share of the class", found.mean_score[full], found.share[full], (0.0, 1.0), marks=True
        )
        return curve, f"mean distance {number(found.error, 2)} · dotted: means what it says"
    if name == "ROC":
        x, y = sweep.false_positive_rate, sweep.true_positive_rate
        words = f"◆ {_share_text(y[at])} found, {_share_text(x[at])} false alarms"
        return ScoreCurve(name, "false alarms →, found ↑", "found", x, y, (0.0, 1.0), (x[at], y[at])), words
    if name == "Precision and recall":
        x, y = sweep.true_positive_rate, sweep.precision
        words = f"average {share(sweep.average_precision, 3)} · ◆ precision {_share_text(y[at])}"
        return ScoreCurve(name, "recall →, precision ↑", "precision", x, y, (rate, rate), (x[at], y[at])), words
    if name == "Lift":
        x, y = sweep.taken, sweep.lift
        words = f"◆ {_share_text(x[at])} of the rows taken, {number(float(y[at]), 2)} × as many found as by chance"
        return ScoreCurve(name, "share of the rows taken →, lift ↑", "lift", x, y, (1.0, 1.0), (x[at], y[at])), words
    raise ValueError(f"there is no curve {name!r}")


def _share_text(value: float) -> str:
    return "–" if np.isnan(value) else f"{number(100 * float(value), 3)} %"


def threshold_sentence(pictures: ThresholdPictures, threshold: float) -> str:
    """What the threshold does, next to what ½ would do.

    Args:
        pictures: The charts of two classes.
        threshold: The threshold.
    """
    sweep, positive = pictures.sweep, clean(pictures.positive, 20)
    missed, alarms = mistakes(sweep, threshold)
    here = (
        f"at {number(threshold, 3)}: {count(missed)} of {count(sweep.positives)} {positive} missed, "
        f"{counted(alarms, 'false alarm')}"
    )
    if threshold == 0.5:
        return here
    missed, alarms = mistakes(sweep, 0.5)
    return f"{here} · at 0.5: {count(missed)} missed, {counted(alarms, 'alarm')}"


def mistakes(sweep: ThresholdSweep, threshold: float) -> tuple[int, int]:
    """Misses and false alarms at a threshold."""
    at = sweep.place(threshold)
    return int(sweep.false_negatives[at]), int(sweep.false_positives[at])


def answer_text(rows: JudgedRows, story: RowStory, threshold: float) -> str:
    """The answer for a row: `ŷ of price = 4.3`, or of several classes `ŷ = P(malignant) = 0.43 · says benign`.

    Args:
        rows: Rows like it, for the classes and units.
        story: The row.
        threshold: The second of two classes is predicted where ŷ is at least this.
    """
    if rows.task == "regression":
        numbers = zip(story.numbers, rows.preprocessing.target.names, strict=True)
        return "ŷ " + ", ".join(f"of {clean(name, 30)} = {number(value, 5)}" for value, name in numbers)
    classes = rows.preprocessing.classes
    words = f"ŷ = P({clean(classes[story.code], 20)}) = {share(story.answer, 3)}"
    if len(classes) == 2:
        words += f" · says {clean(classes[int(story.answer >= threshold)], 20)}"
    return words


def story_picture(
    rows: JudgedRows, story: RowStory, values: Mapping[str, str], threshold: float, notes: Sequence[str]
) -> StoryPicture:
    """A row as it is drawn.

    Args:
        rows: Rows like it.
        story: What moved its answer.
        values: The text of each column.
        threshold: The threshold of two classes.
        notes: Sentences below the answer.
    """
    shares = story.shares
    lines = [StoryLine(mover.column, values.get(mover.column, ""), shares[mover.column]) for mover in story.strongest]
    likely = rows.gives_probabilities
    positive = story.answer >= threshold if rows.has_threshold else True
    return StoryPicture(
        lines,
        answer_text(rows, story, threshold),
        story.answer if likely else None,
        threshold if rows.has_threshold else None,
        positive,
        notes,
        "columns moved it less",
    )


def nearest_text(rows: JudgedRows, story: RowStory, labels: Sequence[str]) -> str:
    """The nearest training rows: their lines and what they are.

    Args:
        rows: Rows like it.
        story: The row.
        labels: The truth of each.
    """
    if not story.nearest:
        return ""
    named = [f"line {near.line} ({clean(label, 16)})" for near, label in zip(story.nearest, labels, strict=True)]
    return f"nearest training rows: {', '.join(named)}"


def baseline_sentence(found: RunEvaluation) -> str:
    """What the baseline gets: `always 'benign': accuracy 0.632`; empty if it is not known."""
    main = next((figure for figure in found.figures if figure.name.partition(" ")[0] in ("accuracy", "mae")), None)
    if main is None or main.baseline is None or found.baseline is None:
        return ""
    return f"{found.baseline.what}: {_SHORT[main.name.partition(' ')[0]]} {number(main.baseline, 3)}"


def rows_sentence(found: RunEvaluation) -> str:
    """How many rows are wrong, or how far they are off."""
    if found.confusion is None:
        return ""
    return f"{count(found.confusion.wrong)} wrong of {count(found.confusion.n)}"
