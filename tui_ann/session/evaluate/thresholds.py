"""The threshold of two classes: what every threshold would do, and the cheapest one for the costs of mistakes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.threshold_sweep import Calibration, ThresholdSweep, is_cheaper
from tui_ann.errors import SessionError
from tui_ann.session.evaluate.rows import ALL, PART_WORDS, JudgedRows, rows_of_part
from tui_ann.session.predicting import Answerer
from tui_ann.text import number


@dataclass(frozen=True)
class Costs:
    """What a mistake costs, in any unit."""

    miss: float = 1.0
    """Of a row of the second class that is not found."""
    alarm: float = 1.0
    """Of a row of the first class that is taken for the second."""

    def __post_init__(self) -> None:
        for name, value in (("miss", self.miss), ("false alarm", self.alarm)):
            if not 0 <= value < float("inf"):
                raise SessionError(
                    f"A {name} cannot cost {number(value)}.", remedy="Give a number from 0 on.", code="bad_cost"
                )


@dataclass(frozen=True, eq=False)
class ThresholdPictures:
    """What the charts of the threshold show."""

    sweep: ThresholdSweep
    """ROC, precision and recall, lift."""
    calibration: Calibration
    """Whether ŷ means what it says."""
    positive: str
    """The label of the second class, whose probability ŷ is."""
    negative: str
    """The label of the first class."""
    scores: tuple[NDArray[np.float64], NDArray[np.float64]]
    """ŷ of the rows of the first class, and of the second."""

    def histograms(self, cells: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of each class in cells of equal width from 0 to 1, (cells,) each.

        Args:
            cells: How many.
        """
        first, second = (np.histogram(scores, bins=cells, range=(0.0, 1.0))[0] for scores in self.scores)
        return np.asarray(first, np.int64), np.asarray(second, np.int64)


def pictures_of(rows: JudgedRows) -> ThresholdPictures | None:
    """The charts of rows with two classes and one probability; `None` of others, or if no target is known."""
    if not rows.has_threshold or not rows.known.any() or not np.isfinite(rows.y_hat).all():
        return None
    y, score = rows.codes[rows.known], rows.y_hat[rows.known, 0]
    negative, positive = rows.preprocessing.classes
    return ThresholdPictures(
        ThresholdSweep.of(y, score),
        Calibration.of(y, score),
        positive,
        negative,
        (score[y == 0], score[y == 1]),
    )


@dataclass(frozen=True, eq=False)
class CheapestThreshold:
    """The threshold with the least cost on one part, and its cost on another part, which it was not chosen on.

    It is ½ unless another is cheaper than ½.
    """

    costs: Costs
    """What mistakes cost."""
    threshold: float
    """The threshold."""
    chosen_on: str
    """The part that it was chosen on."""
    judged_on: str
    """The part that the costs below are of; the same if there is no other."""
    rows: int
    """Rows of that part."""
    cost: float
    """Cost of all mistakes on that part at the threshold."""
    usual_cost: float
    """The same at ½."""
    choosing: ThresholdSweep
    """The part that it was chosen on, at every threshold."""

    def beats(self, threshold: float) -> bool:
        """Whether it is cheaper than a threshold on the part that it was chosen on.

        Args:
            threshold: The other threshold.
        """
        cost = self.choosing.cost(self.costs.miss, self.costs.alarm)
        mine, other = (float(cost[self.choosing.place(each)]) for each in (self.threshold, threshold))
        return is_cheaper(mine, other)

    def not_beaten(self, threshold: float) -> str:
        """That nothing is cheaper than a threshold, in words.

        Args:
            threshold: The threshold.
        """
        return f"No threshold is cheaper than {number(threshold, 3)} on {_named(self.chosen_on)} ({self._costs})"

    @property
    def _costs(self) -> str:
        return f"a miss costs {number(self.costs.miss)}, a false alarm {number(self.costs.alarm)}"

    @property
    def sentence(self) -> str:
        """All of it in words."""
        chosen, judged = _named(self.chosen_on), _named(self.judged_on)
        if not self.beats(0.5):
            where = "there" if self.judged_on == self.chosen_on else f"on {judged}"
            return f"{self.not_beaten(0.5)}; its mistakes cost {number(self.usual_cost)} {where}."
        how = f"Cheapest threshold {number(self.threshold, 3)} ({self._costs}), chosen on {chosen}"
        cost = f"it costs {number(self.cost)} instead of {number(self.usual_cost)} at 0.5"
        if self.judged_on == self.chosen_on:
            return f"{how}; {cost} there. No other part is left to judge it on, so this is too good."
        return f"{how}; on {judged} {cost}."


def _named(part: str) -> str:
    return PART_WORDS[ALL] if part == ALL else f"the {PART_WORDS.get(part, part)}"


def cheapest_threshold(answerer: Answerer, costs: Costs) -> CheapestThreshold | None:
    """The cheapest threshold of a run: chosen on the validation part, judged on the test part.

    If there is no validation part, it is chosen on the training part; if there is no test part, it is judged where it
    was chosen, or on the validation part if it was not chosen there.  All rows of a file that has changed since are one
    part.

    Args:
        answerer: The network, with its data.
        costs: What mistakes cost.

    Returns:
        `None` if the network does not give one probability for two classes.
    """
    dataset = answerer.dataset
    if dataset is None or dataset.task != "binary" or dataset.Y_train.shape[1] != 1:
        return None
    chosen_on = ALL if answerer.file_changed else "validation" if len(dataset.X_validation) else "train"
    judged_on = "test" if len(dataset.X_test) and chosen_on != ALL else chosen_on
    choosing, judging = (pictures_of(rows_of_part(answerer, part)) for part in (chosen_on, judged_on))
    if choosing is None or judging is None:
        return None
    threshold = choosing.sweep.cheapest(costs.miss, costs.alarm)
    cost = judging.sweep.cost(costs.miss, costs.alarm)
    sweep = judging.sweep
    return CheapestThreshold(
        costs,
        threshold,
        chosen_on,
        judged_on,
        sweep.positives + sweep.negatives,
        float(cost[sweep.place(threshold)]),
        float(cost[sweep.place(0.5)]),
        choosing.sweep,
    )
