"""What the name of a column says about its part in a table: an answer, a group, a part of a calendar.

The names are declared in `text/targets.toml`.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from tui_ann.data.read.table import Column

MOST_CLASSES = 10
"""Whole numbers with more different values than this are not classes."""
MOSTLY = 0.5
"""A column with a larger share of missing cells is not proposed."""

_SIGNS = re.compile(r"[\W_]+")
_WORDS = re.compile(r"[A-ZÄÖÜ]?[a-zäöüß]+|[A-ZÄÖÜ]+(?![a-zäöüß])")


@cache
def _declared() -> dict[str, frozenset[str]]:
    text = (files("tui_ann.text") / "targets.toml").read_text(encoding="utf-8")
    return {name: frozenset(words) for name, words in tomllib.loads(text).items()}


@cache
def _object_id() -> re.Pattern[str]:
    objects = "|".join(sorted(_declared()["objects"], key=len, reverse=True))
    return re.compile(rf"(?:{objects})id\w{{0,2}}|id(?:{objects})")


def called_answers(columns: Sequence[Column]) -> Iterator[Column]:
    """The columns with the name of an answer: the clearest names first, then from the last column to the first."""
    names = _declared()
    named = [(_bare(column.name), column) for column in reversed(columns)]
    present = {name for name, _ in named}
    yield from (column for name, column in named if name in names["answers"])
    yield from (column for name, column in named if name == "y" and "z" not in present)  # x, y, z are coordinates
    yield from (column for name, column in named if name in names["telling"])
    yield from (column for name, column in named if name in names["two_values"] and column.distinct == 2)
    yield from (column for name, column in named if name in names["scores"] and column.is_number)
    yield from (column for name, column in named if name in names["classes"] and why_unlikely(column) is None)


def why_unlikely(column: Column) -> str | None:
    """Why a column is hardly the one to predict, in words after its name; `None` if nothing speaks against it."""
    names, bare = _declared(), _bare(column.name)
    if column.missing > MOSTLY * max(1, len(column)):
        return f"is missing in {100 * column.missing / len(column):.0f} % of the rows"
    if bare in names["calendar"]:
        return "is a part of the date"
    if column.distinct <= MOST_CLASSES:
        return None
    words = {bare, *(word.casefold() for word in _WORDS.findall(column.name))}
    identifies = "id" in words or _object_id().fullmatch(bare) is not None
    if not identifies and (words.isdisjoint(names["groups"]) or 2 * column.distinct > len(column)):
        return None
    if not _counts(column):
        return None
    return "is the number of an object" if identifies else "is the number of a group"


def _bare(name: str) -> str:
    return _SIGNS.sub("", name.casefold())


def _counts(column: Column) -> bool:
    """Whether the values are whole numbers, or labels."""
    if not column.is_number:
        return True
    values = column.numbers[~np.isnan(column.numbers)]
    return bool(np.all(values == np.floor(values)))
