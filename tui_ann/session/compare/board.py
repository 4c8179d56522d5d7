"""Everything that Compare shows at one moment: the curves, the table and the sentence, worked out by one thread."""

from dataclasses import dataclass

import numpy as np

from tui_ann.session.compare.comparison import ComparedRun, Comparison
from tui_ann.session.compare.curves import CurveStore, WantedCurve
from tui_ann.session.compare.goals import Goal, main_value, proposed_goal
from tui_ann.session.compare.quantities import LOSS, AlongAxis, quantities_of
from tui_ann.session.compare.run_facts import FactReader, RunFacts
from tui_ann.session.compare.table import ComparisonTable, make_table
from tui_ann.session.compare.thinning import RunCurve
from tui_ann.session.compare.winner import winner_in_words


@dataclass(frozen=True)
class BoardWish:
    """What a person wants to see."""

    quantity: str = LOSS
    """What is drawn, one of `quantities_of`."""
    along: AlongAxis = AlongAxis.EPOCHS
    """The horizontal axis."""
    smoothing: float = 0.0
    """The weight β of what came before, see `smoothed`."""
    goal: Goal | None = None
    """The value to reach; `None` proposes one."""


@dataclass(frozen=True, eq=False)
class BoardRun:
    """One run."""

    run: ComparedRun
    """The run."""
    facts: RunFacts
    """How far it is, and its figures."""
    train: RunCurve
    """Its curve on the training part."""
    validation: RunCurve
    """Its curve on the validation part; without finite values if there is none."""

    @property
    def validated(self) -> bool:
        """Whether there is a curve on the validation part."""
        return bool(np.isfinite(self.validation.y).any())


@dataclass(frozen=True, eq=False)
class Board:
    """All of it."""

    wish: BoardWish
    """What it shows."""
    runs: tuple[BoardRun, ...]
    """The runs by their letters, hidden ones too."""
    table: ComparisonTable
    """The table."""
    goal: Goal | None
    """The value to reach: that of the wish, or the proposed one; `None` without any values."""
    winner: str
    """Which run is best, in a sentence; empty if there is nothing to say."""
    quantities: tuple[str, ...]
    """What can be drawn."""


class BoardReader:
    """Works out boards.  For one thread at a time; curves and figures of runs that have ended are kept.

    Args:
        comparison: The runs.
    """

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self._facts = FactReader()
        self.curves = CurveStore()
        """The curves."""

    def read(self, wish: BoardWish) -> Board:
        """The board now."""
        runs = self._comparison.entries
        facts = [self._facts.of(run.source) for run in runs]
        histories = [each.history for each in facts]
        goal = wish.goal or proposed_goal(histories, main_value(histories))
        table = make_table(runs, facts, goal)
        found = tuple(
            BoardRun(
                run,
                each,
                self._curve(run, each, wish, validation=False),
                self._curve(run, each, wish, validation=True),
            )
            for run, each in zip(runs, facts, strict=True)
        )
        return Board(wish, found, table, goal, winner_in_words(table, goal), quantities_of(histories))

    def _curve(self, run: ComparedRun, facts: RunFacts, wish: BoardWish, *, validation: bool) -> RunCurve:
        wanted = WantedCurve(wish.quantity, wish.along, validation, wish.smoothing)
        return self.curves.of(run.source, facts.history, wanted)
