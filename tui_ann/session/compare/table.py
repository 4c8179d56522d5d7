"""The table of compared runs: what differs in their settings, their results, and when they reached the goal."""

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tui_ann.engine.tape import Array
from tui_ann.session.compare.comparison import ComparedRun
from tui_ann.session.compare.differences import Difference, differences, same_in_words, value_in_words
from tui_ann.session.compare.goals import Goal, reached
from tui_ann.session.compare.quantities import LOSS, higher_is_better
from tui_ann.session.compare.run_facts import RunFacts
from tui_ann.session.run.results import MAIN
from tui_ann.session.run_note import small_curve
from tui_ann.text import count, number, share

NAME, EPOCHS, SECONDS, TO_EPOCHS, TO_SECONDS = "name", "epochs", "seconds", "to_epochs", "to_seconds"
TREND = "trend"
SETTING = "set:"
"""The begin of the key of a setting's column."""
_PARTS = {"validation": "val ", "test": "test ", "train": ""}
"""What stands before the name of a figure of each part."""
SHORT = {"accuracy": "acc", "precision": "prec"}
"""Metrics with a shorter name in a table."""
SHARES = ("accuracy", "precision", "recall", "f1", "auc")
"""Metrics of which 1 is the best possible; they are not rounded up to it."""


@dataclass(frozen=True)
class ComparedColumn:
    """A column."""

    key: str
    """What it is: `name`, `set:training.learning_rate`, `validation:loss`, `to_epochs` …"""
    title: str
    """Its heading."""
    better: int = 0
    """1 if a larger value is better, −1 if a smaller one is, 0 if there is no better."""
    differs: bool = False
    """Whether it is a setting in which the runs differ."""


@dataclass(frozen=True, eq=False)
class TableRow:
    """A run."""

    run: ComparedRun
    """The run."""
    values: tuple[Any, ...]
    """The value of each column, to sort by; `None` if there is none."""
    texts: tuple[str, ...]
    """The same as text."""


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
    comparable: bool
    """Whether all runs have the same data and the same loss; otherwise none is the best."""

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


class _Filled(NamedTuple):
    """A column with its cells."""

    column: ComparedColumn
    values: Sequence[Any]
    texts: Sequence[str]


def make_table(runs: Sequence[ComparedRun], facts: Sequence[RunFacts], goal: Goal | None) -> ComparisonTable:
    """Work out the table.

    Args:
        runs: The runs.
        facts: Those of each run.
        goal: The value to reach.
    """
    experiments = [run.source.experiment for run in runs if run.settings_known]
    differing = tuple(_for_all(each, runs) for each in differences(experiments))
    names = [run.name for run in runs]
    columns = [_Filled(ComparedColumn(NAME, "run"), names, names)]
    for each in differing:
        texts = [value_in_words(value) for value in each.values]
        columns.append(_Filled(ComparedColumn(SETTING + each.key, each.title, differs=True), each.values, texts))
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
    trends = [small_curve(_some(each.history.column(LOSS))) for each in facts]
    columns.append(_Filled(ComparedColumn(TREND, "loss curve"), [None] * len(runs), trends))
    columns += [each for part in ("test", "train") for each in _results(facts, part, metrics)]
    columns = list({filled.column.key: filled for filled in columns}.values())
    made = tuple(filled.column for filled in columns)
    rows = tuple(
        TableRow(run, tuple(each.values[place] for each in columns), tuple(each.texts[place] for each in columns))
        for place, run in enumerate(runs)
    )
    comparable = not any(run.other_data for run in runs) and len({each.training.loss for each in experiments}) < 2
    best = frozenset(
        (row.run.letter, made[place].key)
        for place in range(len(made))
        for row in _best(rows, made, place)
        if comparable
    )
    same_data = len(experiments) == len(runs) and not any(run.other_data for run in runs)
    same = same_in_words(experiments, same_data=same_data)
    return ComparisonTable(made, rows, best, same, differing, comparable)


def _for_all(difference: Difference, runs: Sequence[ComparedRun]) -> Difference:
    """A difference with a value for every run: none for those whose settings are not known."""
    known = iter(difference.values)
    values = tuple(next(known) if run.settings_known else None for run in runs)
    return Difference(difference.key, difference.title, values)


def _some(values: Array) -> list[float]:
    """Enough values for a small curve."""
    return [float(value) for value in values[:: max(1, len(values) // 64)]]


def _results(facts: Sequence[RunFacts], part: str, wanted: Container[str]) -> list[_Filled]:
    """The loss and the wanted metrics of one part."""
    found = []
    for name in dict.fromkeys(name for each in facts for name in each.figures.get(part, {})):
        if name == LOSS or name.partition(" ")[0] in wanted:
            values = [_figure(each.figures, part, name) for each in facts]
            title = _PARTS[part] + " ".join([SHORT.get(word, word) for word in name.split(" ")])
            better = 1 if higher_is_better(name) else -1
            column = ComparedColumn(f"{part}:{name}", title, better)
            found.append(_Filled(column, values, [figure_text(name, value) for value in values]))
    return found


def _times(facts: Sequence[RunFacts], goal: Goal | None) -> list[_Filled]:
    """When the goal was reached, and how long the whole run is."""
    found: list[_Filled] = []
    if goal is not None:
        when = [reached(each.history, goal) for each in facts]
        to = number(goal.value, 6)
        epochs = [each.epoch if each else None for each in when]
        seconds = [each.seconds if each else None for each in when]
        found.append(_Filled(ComparedColumn(TO_EPOCHS, f"to {to}", -1), epochs, [_count(each) for each in epochs]))
        found.append(
            _Filled(ComparedColumn(TO_SECONDS, f"s to {to}", -1), seconds, [_seconds(each) for each in seconds])
        )
    done = [each.epochs for each in facts]
    spent = [each.seconds for each in facts]
    found.append(_Filled(ComparedColumn(EPOCHS, "epochs"), done, [count(each) for each in done]))
    found.append(_Filled(ComparedColumn(SECONDS, "seconds"), spent, [_seconds(each) for each in spent]))
    return found


def figure_text(name: str, value: float | None) -> str:
    """A result in a table."""
    if value is None:
        return "—"
    return share(value) if name.partition(" ")[0] in SHARES else number(value)


def _figure(figures: Mapping[str, Mapping[str, float | None]], part: str, name: str) -> float | None:
    value = figures.get(part, {}).get(name)
    return value if value is not None and not math.isnan(value) else None


def _count(value: int | None) -> str:
    return "—" if value is None else count(value)


def _seconds(value: float | None) -> str:
    return "—" if value is None else number(value, 3)


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
