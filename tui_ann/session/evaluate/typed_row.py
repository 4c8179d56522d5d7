"""A row typed in the units of the file: its fields, what was seen in training, and what lies outside it."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.cells import as_numbers
from tui_ann.data.prepare.features import CategoryFeature, Feature, NumberFeature
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.read.table import Column, Table, spelled
from tui_ann.engine.tape import Array
from tui_ann.errors import DataError
from tui_ann.text import clean, count, counted, number

_DELIMITERS = (",", ";", "\t", "|")
_LABELS_NAMED = 6
_FILLINGS = {"mean": "the mean", "median": "the median", "most_frequent": "the most frequent number"}
"""What a number is that a rule fills in."""


@dataclass(frozen=True)
class RowField:
    """A field of the form: a column, and what the training rows had in it."""

    column: str
    """The column."""
    kind: str
    """Kind of the column according to the reader."""
    typical: str
    """The value that is taken if the field is empty, which is that of a missing cell if the run fills them in."""
    typical_is: str
    """What that value is, in words: `the mean`."""
    low: float | None = None
    """The smallest number of the training rows; `None` of labels, or if it is not known."""
    high: float | None = None
    """The largest."""
    labels: tuple[str, ...] = ()
    """The labels of the training rows; empty of numbers."""

    @property
    def seen(self) -> str:
        """What was seen in training, in words."""
        if self.labels:
            shown = ", ".join(clean(label, 20) for label in self.labels[:_LABELS_NAMED])
            more = len(self.labels) - _LABELS_NAMED
            return f"{shown} and {count(more)} more" if more > 0 else shown
        if self.low is None or self.high is None:
            return self.kind
        return f"{number(self.low)} … {number(self.high)}"


@dataclass(frozen=True, eq=False)
class TypedRow:
    """What was typed, as features."""

    x: Array | None
    """The features (m,), scaled; `None` if a field cannot be used."""
    words: Mapping[str, str]
    """A few words for each column whose value is unusual or cannot be used."""
    unusable: frozenset[str]
    """The columns whose value cannot be used."""


def fields_of(preprocessing: Preprocessing) -> tuple[RowField, ...]:
    """The fields of the form, in the order of the columns."""
    return tuple(_field(feature, preprocessing.missing) for feature in preprocessing.columns)


def typed_row(preprocessing: Preprocessing, texts: Mapping[str, str], decimal: str = ".") -> TypedRow:
    """Read the texts of the fields.

    Args:
        preprocessing: How rows are prepared.
        texts: The text of each column; a missing or empty one is the typical value.
        decimal: The decimal mark of the file; a point works as well.
    """
    words: dict[str, str] = {}
    unusable = set()
    columns: list[Column] = []
    for feature in preprocessing.columns:
        text = texts.get(feature.column, "").strip()
        if isinstance(feature, CategoryFeature):
            label, said = _label(feature, text) if text else (_typical_label(feature), "")
            columns.append(Column.of_labels(feature.column, [label]))
        else:
            value, said = _number(feature, text, decimal) if text else (_typical_number(feature), "")
            if math.isnan(value):
                unusable.add(feature.column)
            columns.append(Column.of_numbers(feature.column, [value]))
        if said:
            words[feature.column] = said
    if unusable:
        return TypedRow(None, words, frozenset(unusable))
    return TypedRow(preprocessing.features(Table.of(columns))[0], words, frozenset())


def texts_of_row(preprocessing: Preprocessing, table: Table, row: int) -> dict[str, str]:
    """The texts of a row of a table, for each field.

    Args:
        preprocessing: How rows are prepared.
        table: A table with the feature columns.
        row: The row, counted from 0.
    """
    return {feature.column: table.column(feature.column).raw(row) for feature in preprocessing.columns}


def texts_of_line(
    preprocessing: Preprocessing, line: str, names: Sequence[str], delimiter: str | None
) -> dict[str, str]:
    """The texts of a pasted line of CSV, for each field.

    The line has all columns of the file, or all without the target, or exactly the features; with a header line above
    it, columns are found by name.

    Args:
        preprocessing: How rows are prepared.
        line: The line, or a header line and a line.
        names: The columns of the file.
        delimiter: That of the file.

    Raises:
        DataError: The line does not have these columns.
    """
    lines = [each for each in line.splitlines() if each.strip()]
    if not lines:
        raise DataError("Nothing was pasted.", remedy="Copy a line of the file.", code="empty_line")
    wanted = [feature.column for feature in preprocessing.columns]
    rows = [_cells(each, delimiter) for each in lines[:2]]
    if len(rows) == 2 and set(wanted) <= set(rows[0]):
        return _by_name(rows[0], rows[1], wanted)
    cells = rows[0]
    targets = set(preprocessing.target.names)
    for columns in (list(names), [name for name in names if name not in targets], wanted):
        if len(columns) == len(cells) and set(wanted) <= set(columns):
            return _by_name(columns, cells, wanted)
    raise DataError(
        f"The line has {counted(len(cells), 'cell')}, the file has {counted(len(names), 'column')} and the network "
        f"{counted(len(wanted), 'column')} of features.",
        remedy="Paste a whole line of the file, or the header line and the line.",
        code="bad_line",
    )


def _by_name(columns: Sequence[str], cells: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    texts = dict(zip(columns, cells, strict=False))
    return {name: texts.get(name, "").strip() for name in wanted}


def _cells(line: str, delimiter: str | None) -> list[str]:
    """The cells of a line, by the delimiter of the file or else the one that divides it most."""
    options = [sign for sign in (delimiter, *_DELIMITERS) if sign is not None and len(sign) == 1]
    split = [next(csv.reader([line], delimiter=sign), []) for sign in options]
    if split and len(split[0]) > 1:
        return split[0]
    best = max(split, key=len, default=[line])
    return best if len(best) > 1 else line.split()


def _field(feature: Feature, missing: str) -> RowField:
    if isinstance(feature, CategoryFeature):
        typical = _typical_label(feature)
        return RowField(feature.column, feature.kind, typical, "the most frequent label", labels=feature.labels)
    typical = spelled(float(f"{_typical_number(feature):.6g}"))
    words = _FILLINGS[missing if feature.fill is not None else "mean"]
    return RowField(feature.column, feature.kind, typical, words, feature.low, feature.high)


def _typical_number(feature: NumberFeature) -> float:
    """The number of an empty field: that of a missing cell, so that `predict` gives the same answer, else the mean."""
    return feature.mean if feature.fill is None else feature.fill


def _typical_label(feature: CategoryFeature) -> str:
    """The label of an empty field."""
    known = (feature.fill, feature.most_frequent, feature.labels[0])
    return next(label for label in known if label is not None)


def _number(feature: NumberFeature, text: str, decimal: str) -> tuple[float, str]:
    """The number of a text, nan if it is none, and a word about it."""
    plain = text.replace("−", "-")
    if feature.unit is not None:
        plain = plain.replace(feature.unit, "", 1).strip()
    if decimal == "," and "." not in plain:
        plain = plain.replace(",", ".")
    value = float("nan")
    if feature.kind == "number":
        try:
            value = float(plain)
        except ValueError:
            wanted = f"number in {feature.unit}" if feature.unit is not None else "number"
            return value, f"{quoted(text)} is no {wanted}"
    else:
        table = Table.of([Column.of_labels(feature.column, [plain], kind="date")])
        try:
            value = float(as_numbers(table, table.columns[0])[0])
        except DataError:
            return value, f"{quoted(text)} is no {feature.kind}"
    if not np.isfinite(value):
        return float("nan"), f"{quoted(text)} is no finite number"
    if feature.low is not None and value < feature.low - 1e-9 * abs(feature.low):
        return value, f"below {number(feature.low)}, the smallest in training"
    if feature.high is not None and value > feature.high + 1e-9 * abs(feature.high):
        return value, f"above {number(feature.high)}, the largest in training"
    return value, ""


def _label(feature: CategoryFeature, text: str) -> tuple[str, str]:
    """The label of a text, and a word about it."""
    if text in feature.labels:
        return text, ""
    folded = {label.casefold(): label for label in feature.labels}
    if text.casefold() in folded:
        return folded[text.casefold()], ""
    try:
        as_number = spelled(float(text))
    except (ValueError, OverflowError):
        as_number = text
    if as_number in feature.labels:
        return as_number, ""
    return text, "rare in training, or not there" if feature.rare else "no training row has it"
