"""A moment of a run, judged on some rows: what a screen shows, worked out off its event loop."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from tui_ann.data.read.table import Table
from tui_ann.session.evaluate.evaluating import answerer_at
from tui_ann.session.evaluate.evaluation import RunEvaluation, quick_evaluation
from tui_ann.session.evaluate.figures import ConstantAnswer, baseline_of
from tui_ann.session.evaluate.one_row import RowStory, rows_like, told
from tui_ann.session.evaluate.rows import ALL, PART_CHOICES, JudgedRows, largest_unseen_part, rows_of_file, rows_of_part
from tui_ann.session.evaluate.thresholds import CheapestThreshold, Costs, cheapest_threshold
from tui_ann.session.explore.moment import RunMoment
from tui_ann.session.predicting import Answerer
from tui_ann.session.step.alone import AloneRow
from tui_ann.text import line_name, number


@dataclass(frozen=True)
class JudgeWish:
    """What is to be judged."""

    part: str = ""
    """One of `PART_CHOICES`; empty for that which says most about new rows."""
    file: Path | None = None
    """Another file, instead of a part of the run's own data."""
    asked: int = 0
    """How often another file was asked for: it is read again each time, because it may have changed."""
    threshold: float = 0.5
    """The second of two classes is predicted where ŷ is at least this."""
    costs: Costs = field(default_factory=Costs)
    """What mistakes cost."""

    @property
    def source(self) -> tuple[Path | None, int]:
        """Says whether two wishes are about one table."""
        return self.file, self.asked


@dataclass(frozen=True, eq=False)
class JudgedMoment:
    """A moment with its judged rows."""

    moment: RunMoment
    """The moment."""
    wish: JudgeWish
    """What was asked for."""
    rows: JudgedRows
    """The rows with their answers."""
    baseline: ConstantAnswer | None
    """What the figures are compared with."""
    evaluation: RunEvaluation
    """Figures, matrix and charts at the threshold; without intervals and importance."""
    cheapest: CheapestThreshold | None
    """The cheapest threshold for the costs."""
    parts: tuple[str, ...]
    """The parts that have rows."""
    table: Table | None
    """The table of the other file."""

    @property
    def answerer(self) -> Answerer:
        """Who answers, with the parameters of this moment; only for the thread that judges."""
        return answerer_at(self.moment)

    def story(self, place: int, target: int = 0) -> RowStory:
        """Why a judged row has its answer; only for the thread that judges.

        Args:
            place: Its place.
            target: Which target of a regression, counted from 0.

        Raises:
            SessionError: The training rows are not at hand.
        """
        itself = None if self.wish.file is not None else rows_like(self.rows, place)
        code = target if self.rows.task == "regression" else None
        return told(self.answerer, self.rows.X[place], code=code, itself=itself)

    def truth_of_training(self, story: RowStory) -> list[str]:
        """The truth of the nearest training rows, in words."""
        dataset = self.moment.dataset
        near = [row.place for row in story.nearest]
        Y = dataset.Y_train[near]
        if dataset.task == "regression":
            return [number(float(value), 4) for value in dataset.preprocessing.undo(Y)[:, story.code]]
        codes = (Y[:, 0] >= 0.5).astype(int) if Y.shape[1] == 1 else Y.argmax(axis=1)
        return dataset.preprocessing.labels(codes)

    def alone(self, place: int) -> AloneRow | None:
        """A judged row to be shown alone on Step; `None` if its target is not known."""
        rows = self.rows
        if not rows.known[place]:
            return None
        line = f"line {line_name(rows.lines[place])}"
        return AloneRow(rows.X[place], rows.Y[place], f"{line}, {rows.what if rows.part else 'another file'}")


def judge_moment(moment: RunMoment, wish: JudgeWish, before: JudgedMoment | None = None) -> JudgedMoment:
    """Judge a moment of a run; only one thread may do so, because it uses the network of the moment.

    Args:
        moment: The moment.
        wish: What is to be judged.
        before: What was judged last, from which everything that is the same is taken.

    Raises:
        DataError: The file cannot be read, or lacks a column of the run.
        SessionError: The part has no rows, or the data of the run are not at hand.
    """
    same = before is not None and before.moment is moment
    if same and before is not None and before.wish.part == wish.part and before.wish.source == wish.source:
        rows, table, baseline, parts = before.rows, before.table, before.baseline, before.parts
        cheapest = before.cheapest
        if before.wish.costs != wish.costs:
            cheapest = cheapest_threshold(before.answerer, wish.costs)
    else:
        answerer = answerer_at(moment)
        rows, table = _rows(answerer, wish, before)
        baseline, parts = baseline_of(answerer), parts_with_rows(answerer)
        cheapest = cheapest_threshold(answerer, wish.costs)
    if not rows.has_threshold and wish.threshold != 0.5:
        wish = replace(wish, threshold=0.5)
    quick = quick_evaluation(rows, wish.threshold, baseline=baseline, loss=moment.experiment.training.loss)
    return JudgedMoment(moment, wish, rows, baseline, quick, cheapest, parts, table)


def _rows(answerer: Answerer, wish: JudgeWish, before: JudgedMoment | None) -> tuple[JudgedRows, Table | None]:
    if wish.file is None:
        part = wish.part or largest_unseen_part(answerer)
        if part != ALL and part not in parts_with_rows(answerer):
            part = largest_unseen_part(answerer)  # another experiment was opened, or its split or file has changed
        return rows_of_part(answerer, part), None
    table = before.table if before is not None and before.wish.source == wish.source else None
    rows = rows_of_file(answerer, wish.file if table is None else table)
    return rows, rows.table


def parts_with_rows(answerer: Answerer) -> tuple[str, ...]:
    """The parts that can be judged, that which says most about new rows first."""
    dataset = answerer.dataset
    if dataset is None:
        return ()
    if answerer.file_changed:
        return (ALL,)
    sizes = {"test": len(dataset.X_test), "validation": len(dataset.X_validation), "train": len(dataset.X_train)}
    filled = [name for name in PART_CHOICES if sizes.get(name)]
    return (*filled, ALL) if len(filled) > 1 else tuple(filled)


def typed_alone(judged: JudgedMoment, x: np.ndarray[tuple[int], np.dtype[np.float64]], actual: str) -> AloneRow | None:
    """A typed row to be shown alone on Step; `None` if its target was not typed, or cannot be used.

    Args:
        judged: The moment.
        x: Its features, scaled.
        actual: The text of its target.
    """
    preprocessing = judged.rows.preprocessing
    target = preprocessing.target
    text = actual.strip()
    if not text or len(target.names) > 1:
        return None
    if target.task == "regression":
        try:
            y = np.array([(float(text.replace(",", ".").replace("−", "-")) - target.offset[0]) / target.scale[0]])
        except ValueError:
            return None
    elif text not in target.classes:
        return None
    else:
        code = target.classes.index(text)
        y = np.eye(len(target.classes))[code] if target.one_hot else np.array([float(code)])
    return AloneRow(x, y, "the typed row")
