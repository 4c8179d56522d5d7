"""The columns of the table of compared runs: a value and a text for each run, summarised for repeats."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tui_ann.session.compare.quantities import LOSS
from tui_ann.text import count, number, share

NAME, EPOCHS, SECONDS, TO_EPOCHS, TO_SECONDS = "name", "epochs", "seconds", "to_epochs", "to_seconds"
TREND, REPEATS = "trend", "runs"
SETTING = "set:"
"""The begin of the key of a setting's column."""
SHORT = {"accuracy": "acc", "precision": "prec"}
"""Metrics with a shorter name in a table."""
SHARES = ("accuracy", "precision", "recall", "f1", "auc")
"""Metrics of which 1 is the best possible; they are not rounded up to it."""
BEFORE_FORK = "before fork"
"""The text of a goal that was reached by the run from which this one was forked."""
_SEVERAL = "…"
"""The text of a setting in which repeats differ."""


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
    write: Callable[[Any], str] = str
    """Writes a number of it."""


class Filled(NamedTuple):
    """A column with its cells."""

    column: ComparedColumn
    values: Sequence[Any]
    """The value of each run; `None` if there is none."""
    missing: Mapping[int, str] = {}
    """Texts of runs without a value, by their places, where there is more to say than that there is none."""

    @property
    def texts(self) -> list[str]:
        """The same as text."""
        return [
            self.missing.get(place, "—") if value is None else self.column.write(value)
            for place, value in enumerate(self.values)
        ]


class SummarisedColumn(NamedTuple):
    """A column with a cell for each row: a run, or several repeats."""

    column: ComparedColumn
    values: Sequence[Any]
    texts: Sequence[str]
    spreads: Sequence[float | None]


class _Cell(NamedTuple):
    value: Any
    text: str
    spread: float | None


def summarised(columns: Sequence[Filled], groups: Sequence[Sequence[int]]) -> list[SummarisedColumn]:
    """The columns with one cell for each group; settings in which only repeats differ have none.

    Args:
        columns: A cell for each run.
        groups: The runs of each row by their places.
    """
    several = any(len(group) > 1 for group in groups)
    found = []
    for filled in columns:
        texts = filled.texts
        cells = [_cell(filled, texts, group) for group in groups]
        shown = {cell.text for cell in cells}
        if not (several and filled.column.differs and len(shown) == 1):
            found.append(
                SummarisedColumn(filled.column, *zip(*cells, strict=True))
                if cells
                else SummarisedColumn(filled.column, *[()] * 3)
            )
        if several and filled.column.key == NAME:
            sizes = [len(group) for group in groups]
            found.append(
                SummarisedColumn(ComparedColumn(REPEATS, "runs"), sizes, list(map(count, sizes)), [None] * len(groups))
            )
    return found


def _cell(filled: Filled, texts: Sequence[str], group: Sequence[int]) -> _Cell:
    """What several runs have in one column: what they share, or the mean ± standard deviation of their numbers."""
    column, values = filled.column, [filled.values[place] for place in group]
    alone = len(group) == 1 or column.key == TREND
    if alone or (all(value == values[0] for value in values) and not column.better):
        return _Cell(values[0], texts[group[0]], None)
    if column.differs or isinstance(values[0], str):
        return _Cell(None, _SEVERAL, None)
    numbers = [float(value) for value in values if value is not None]
    if column.key in (TO_EPOCHS, TO_SECONDS) and len(numbers) < len(group):
        return _Cell(None, f"{len(numbers)} of {len(group)}" if numbers else "—", None)
    if not numbers:
        return _Cell(None, "—", None)
    # Without the rounding of a sum where all are equal.
    mean = numbers[0] if len(set(numbers)) == 1 else math.fsum(numbers) / len(numbers)
    if len(numbers) == 1:
        return _Cell(mean, column.write(mean), None)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in numbers) / (len(numbers) - 1))
    return _Cell(mean, f"{number(mean, 4)} ± {number(spread, 2)}", spread)


def figure_name(name: str, *, penalised: bool) -> str:
    """The loss or a metric in a table; a loss from which penalties were left out is the data loss."""
    if name == LOSS and penalised:
        return "data loss"
    return " ".join([SHORT.get(word, word) for word in name.split(" ")])


def figure_text(name: str, value: float) -> str:
    """A result in a table."""
    return share(value) if name.partition(" ")[0] in SHARES else number(value)
