"""The table of compared runs: what differs in their settings, their results, and when they reached the goal."""

import math
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tui_ann.engine.tape import Array
from tui_ann.experiment.spec import Experiment
from tui_ann.session.compare.columns import (
    BEFORE_FORK,
    EPOCHS,
    NAME,
    SECONDS,
    SETTING,
    TO_EPOCHS,
    TO_SECONDS,
    TREND,
    ComparedColumn,
    Filled,
    figure_name,
    figure_text,
    summarised,
)
from tui_ann.session.compare.comparison import ComparedRun
from tui_ann.session.compare.differences import Difference, differences, same_in_words, value_in_words
from tui_ann.session.compare.goals import Goal, reached
from tui_ann.session.compare.groups import test_rows, validating_rows
from tui_ann.session.compare.quantities import LOSS, higher_is_better
from tui_ann.session.compare.run_facts import RunFacts
from tui_ann.session.run.results import MAIN
from tui_ann.session.run_note import small_curve
from tui_ann.text import TIME_DIGITS, count, number

_PARTS = {"validation": "val ", "test": "test ", "train": ""}
"""What stands before the name of a figure of each part."""


@dataclass(frozen=True, eq=False)
class TableRow:
    """A run, or several that differ in seeds and folds alone."""

    runs: tuple[ComparedRun, ...]
    """The runs."""
    values: tuple[Any, ...]
    """The value of each column, to sort by; `None` if there is none.  Of several runs the mean."""
    texts: tuple[str, ...]
    """The same as text."""
    spreads: tuple[float | None, ...]
    """The standard deviation (n − 1) of each column's values; `None` where there are not two."""

    @property
    def run(self) -> ComparedRun:
        """The run, or the first of several: the letter of the row is its letter."""
        return self.runs[0]

    @property
    def current(self) -> bool:
        """Whether the run of the open experiment is in it."""
        return any(run.current for run in self.runs)


@dataclass(frozen=True, eq=False)
class ComparisonTable:
    """All of it."""

    columns: tuple[ComparedColumn, ...]
    """From left to right."""
    rows: tuple[TableRow, ...]
    """By the letters of the runs."""
    best: frozenset[tuple[str, str]]
    """Letter of the run and key of the column, for the best of each column that has one; all runs that share it."""
    same: str
    """The settings that are equal, in a line."""
    differing: tuple[Difference, ...]
    """The settings that differ."""
    unlike: str
    """Why no run is the best: what the runs do not have in common; empty if they can be compared."""

    def place(self, key: str) -> int:
        """The index of a column.

        Raises:
            KeyError: There is no such column.
        """
        for place, column in enumerate(self.columns):
            if column.key == key:
                return place
        raise KeyError(key)

    def sorted_rows(self, key: str, *, falling: bool = False) -> list[TableRow]:
        """The rows by the values of a column; those without a value last.

        Args:
            key: The key of the column; that of a column that is no longer there leaves the order.
            falling: Whether the largest is first.
        """
        if key not in {column.key for column in self.columns}:
            return list(self.rows)
        place = self.place(key)
        known = [row for row in self.rows if _sortable(row.values[place])]
        known.sort(key=lambda row: _sort_key(row.values[place]), reverse=falling)
        return known + [row for row in self.rows if row not in known]


def make_table(
    runs: Sequence[ComparedRun],
    facts: Sequence[RunFacts],
    goal: Goal | None,
    groups: Sequence[Sequence[int]] | None = None,
) -> ComparisonTable:
    """Work out the table.

    Args:
        runs: The runs.
        facts: Those of each run.
        goal: The value to reach.
        groups: The runs of each row by their places; by default each run has its own.
    """
    places = groups if groups is not None else [(place,) for place in range(len(runs))]
    experiments = [run.source.experiment for run in runs if run.settings_known]
    differing = tuple(_for_all(each, runs) for each in differences(experiments))
    columns = [Filled(ComparedColumn(NAME, "run"), [run.name for run in runs])]
    for each in differing:
        column = ComparedColumn(SETTING + each.key, each.title, differs=True, write=value_in_words)
        columns.append(Filled(column, each.values))
    metrics = {name for experiment in experiments for name in experiment.training.metrics} | {*MAIN}
    metrics |= {
        name.partition(" ")[0]
        for run, each in zip(runs, facts, strict=True)
        for figures in each.figures.values()
        for name in figures
        if not run.settings_known
    }
    unseen = any("validation" in each.figures for each in facts)
    columns += _results(facts, "validation" if unseen else "train", metrics)
    columns += _times(facts, goal)
    trends = [small_curve(_some(each.history.epochs.trend(LOSS))) for each in facts]
    columns.append(Filled(ComparedColumn(TREND, "loss curve"), trends))
    columns += [each for part in ("test", "train") for each in _results(facts, part, metrics)]
    together = summarised(list({filled.column.key: filled for filled in columns}.values()), places)
    made = tuple(summary.column for summary in together)
    rows = tuple(
        TableRow(
            tuple(runs[place] for place in group),
            tuple(each.values[at] for each in together),
            tuple(each.texts[at] for each in together),
            tuple(each.spreads[at] for each in together),
        )
        for at, group in enumerate(places)
    )
    shown = [row for row in rows if row.run.shown]  # a hidden run decides nothing, and is not the best
    other = _other_work([run for row in shown for run in row.runs])
    unlike = other or _other_rows(shown, validating_rows, "validate")
    best = frozenset(
        (row.run.letter, column.key)
        for place, column in enumerate(made)
        if not (_other_rows(shown, test_rows, "test") or other if column.key.startswith("test:") else unlike)
        for row in _best(shown, made, place)
    )
    same_data = len(experiments) == len(runs) and not any(run.other_data for run in runs)
    same = same_in_words(experiments, same_data=same_data)
    return ComparisonTable(made, rows, best, same, differing, unlike)


def _other_work(runs: Sequence[ComparedRun]) -> str:
    """Why no results of the runs can be compared; empty if they can."""
    losses = {run.source.experiment.training.loss for run in runs if run.settings_known}
    other = any(run.other_data for run in runs) or len(losses) > 1
    return "the runs do not have the same data and the same loss" if other else ""


def _other_rows(rows: Sequence[TableRow], which: Callable[[Experiment], tuple[object, ...]], verb: str) -> str:
    """Why results on a part cannot be compared: its rows are not the same for all; empty if they are."""
    parts = {frozenset(which(run.source.experiment) for run in row.runs) for row in rows if _known(row)}
    return f"the runs {verb} on different rows" if len(parts) > 1 else ""


def _known(row: TableRow) -> bool:
    """Whether the settings of its runs are known."""
    return all(run.settings_known for run in row.runs)


def _for_all(difference: Difference, runs: Sequence[ComparedRun]) -> Difference:
    """A difference with a value for every run: none for those whose settings are not known."""
    known = iter(difference.values)
    values = tuple(next(known) if run.settings_known else None for run in runs)
    return Difference(difference.key, difference.title, values)


def _some(values: Array) -> list[float]:
    """Enough values for a small curve."""
    return [float(value) for value in values[:: max(1, len(values) // 64)]]


def _results(facts: Sequence[RunFacts], part: str, wanted: Container[str]) -> list[Filled]:
    """The loss and the wanted metrics of one part."""
    found = []
    penalised = any(each.penalty for each in facts)
    for name in dict.fromkeys(name for each in facts for name in each.figures.get(part, {})):
        if name == LOSS or name.partition(" ")[0] in wanted:
            title = _PARTS[part] + figure_name(name, penalised=penalised)
            better = 1 if higher_is_better(name) else -1
            column = ComparedColumn(f"{part}:{name}", title, better, write=partial(figure_text, name))
            found.append(Filled(column, [_figure(each.figures, part, name) for each in facts]))
    return found


def _times(facts: Sequence[RunFacts], goal: Goal | None) -> list[Filled]:
    """When the goal was reached, and how long the whole run is."""
    found: list[Filled] = []
    if goal is not None:
        found_at = [reached(each.history, goal, each.forked) for each in facts]
        inherited = {place: BEFORE_FORK for place, each in enumerate(found_at) if each and each.inherited}
        when = [None if each is None or each.inherited else each for each in found_at]
        to = number(goal.value, 6)
        epochs = ComparedColumn(TO_EPOCHS, f"to {to}", -1, write=count)
        seconds = ComparedColumn(TO_SECONDS, f"s to {to}", write=_seconds)
        found.append(Filled(epochs, [each.epoch if each else None for each in when], inherited))
        found.append(Filled(seconds, [each.seconds if each else None for each in when]))
    found.append(Filled(ComparedColumn(EPOCHS, "epochs", write=count), [each.epochs for each in facts]))
    found.append(Filled(ComparedColumn(SECONDS, "seconds", write=_seconds), [each.seconds for each in facts]))
    return found


def _figure(figures: Mapping[str, Mapping[str, float | None]], part: str, name: str) -> float | None:
    value = figures.get(part, {}).get(name)
    return value if value is not None and not math.isnan(value) else None


def _seconds(value: float) -> str:
    return number(value, TIME_DIGITS)


def _best(rows: Sequence[TableRow], columns: Sequence[ComparedColumn], place: int) -> list[TableRow]:
    """The rows with the best value of a column; none if all are equally good or only one run has a value."""
    column = columns[place]
    known = [row for row in rows if row.values[place] is not None]
    if not column.better or len(rows) < 2 or not known:
        return []
    best = max(known, key=lambda row: column.better * row.values[place]).values[place]
    winners = [row for row in known if row.values[place] == best]
    return winners if len(winners) < len(rows) else []


def _sortable(value: Any) -> bool:
    return value is not None and value != ""


def _sort_key(value: Any) -> tuple[bool, Any]:
    """Numbers by size, before everything else by its text."""
    numeric = isinstance(value, int | float)
    return (not numeric, value if numeric else str(value).casefold())
