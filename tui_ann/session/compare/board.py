"""Everything that Compare shows at one moment: the curves, the table and the sentence, worked out by one thread."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.session.compare.bands import Band, band_of
from tui_ann.session.compare.comparison import ComparedRun, Comparison
from tui_ann.session.compare.curves import CurveStore, WantedCurve
from tui_ann.session.compare.goals import Goal, main_value, proposed_goal
from tui_ann.session.compare.groups import GroupReader
from tui_ann.session.compare.quantities import LOSS, VALIDATION, AlongAxis, higher_is_better, quantities_of
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
    together: bool | None = None
    """Whether runs that differ in seeds and folds alone are one; `None` if there are `groups.OFTEN` of them."""


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
class BoardGroup:
    """A run, or several that differ in seeds and folds alone."""

    runs: tuple[BoardRun, ...]
    """The runs; the letter of the first stands for all."""
    bands: tuple[Band, Band] | None
    """The curves of several runs as one, on the training part and on the validation part."""

    @property
    def first(self) -> BoardRun:
        """The first run."""
        return self.runs[0]

    def best(self, goal: Goal | None) -> BoardRun:
        """The run with the best value of the goal's quantity; the first one without values."""
        if goal is None:
            return self.first
        validation = goal.name.startswith(VALIDATION)
        name, part = goal.name.removeprefix(VALIDATION), "validation" if validation else "train"
        sign = 1.0 if higher_is_better(name) else -1.0
        found = {run: run.facts.figures.get(part, {}).get(name) for run in self.runs}
        known = {run: sign * value for run, value in found.items() if value is not None and math.isfinite(value)}
        return max(known, key=lambda run: known[run]) if known else self.first


@dataclass(frozen=True, eq=False)
class Board:
    """All of it."""

    wish: BoardWish
    """What it shows."""
    runs: tuple[BoardRun, ...]
    """The runs by their letters, hidden ones too."""
    groups: tuple[BoardGroup, ...]
    """The same runs as they are drawn: repeats as one."""
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
        self._groups = GroupReader()
        self.curves = CurveStore()
        """The curves."""

    def read(self, wish: BoardWish) -> Board:
        """The board now."""
        runs = self._comparison.entries
        facts = [self._facts.of(run.source) for run in runs]
        histories = [each.history for each in facts]
        groups = self._groups.groups(runs, [each.status for each in facts], wish.together)
        rows = [[histories[place] for place in group] for group in groups]
        goal = wish.goal or proposed_goal(rows, main_value(histories))
        table = make_table(runs, facts, goal, groups)
        found = tuple(
            BoardRun(
                run,
                each,
                self._curve(run, each, wish, validation=False),
                self._curve(run, each, wish, validation=True),
            )
            for run, each in zip(runs, facts, strict=True)
        )
        together = tuple(self._together([found[place] for place in group]) for group in groups)
        return Board(wish, found, together, table, goal, winner_in_words(table, goal), quantities_of(histories))

    def _together(self, runs: Sequence[BoardRun]) -> BoardGroup:
        if len(runs) == 1:
            return BoardGroup(tuple(runs), None)
        return BoardGroup(
            tuple(runs), (band_of([run.train for run in runs]), band_of([run.validation for run in runs]))
        )

    def _curve(self, run: ComparedRun, facts: RunFacts, wish: BoardWish, *, validation: bool) -> RunCurve:
        wanted = WantedCurve(wish.quantity, wish.along, validation, wish.smoothing)
        return self.curves.of(run.source, facts.history, wanted)
