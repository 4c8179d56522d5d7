"""Predictions of a network as labels, numbers in the target's original units or probabilities, and their metrics."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.cells import as_known_labels, as_numbers
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.prepare.split import Rows, Split
from tui_ann.data.prepare.unknown_labels import named_labels
from tui_ann.data.read.report import reading_notes
from tui_ann.data.read.table import Table
from tui_ann.engine.layers import Dense
from tui_ann.engine.metrics import class_codes
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.errors import DataError, SessionError
from tui_ann.session.run.judging import PARTS, judge, metric_names
from tui_ann.session.run.threads import suited_threads
from tui_ann.text import counted


class LeftOut(NamedTuple):
    """A row of the file without a prediction."""

    row: int
    """Its row in the file, counted from 1."""
    line: int
    """Physical line on which it starts."""
    reason: str
    """The reason of a `Reject`, or `missing_cells`."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """One prediction for each row that could be used."""

    targets: tuple[str, ...]
    """The columns predicted."""
    classes: tuple[str, ...]
    """The labels in the order of the probabilities; empty for regression."""
    rows: Rows
    """(n,) the table row of each prediction; rows with missing cells may be left out."""
    row_numbers: NDArray[np.int64]
    """(n,) the row in the file, counted from 1, including rows that could not be read or used."""
    lines: NDArray[np.int64]
    """(n,) the physical line of the file where that row starts."""
    left_out: tuple[LeftOut, ...]
    """Rows of the file without a prediction, in file order."""
    predicted: list[Any]
    """(n,) a label, a number in the target's original units, or a tuple of numbers for several targets."""
    probabilities: NDArray[np.float64] | None
    """(n, classes), if the output layer gives probabilities."""
    actual: list[Any] | None
    """(n,) the true values in the same form, `None` where a cell is missing; `None` if the table has no target."""
    parts: NDArray[np.intp] | None
    """(n,) the part of the run that each row belongs to: an index into `PARTS`, −1 for none; `None` for other data."""
    metrics: Mapping[str, float]
    """Metrics of the predictions, if the table has the target."""
    metrics_by_part: Mapping[str, Mapping[str, float]]
    """The same for the rows of each part of the run; empty for other data."""
    threshold: float
    """The second of two classes is predicted where its probability is at least this."""
    notes: tuple[str, ...]
    """What was done to the rows, one sentence each."""

    def __len__(self) -> int:
        """Number of predictions."""
        return len(self.predicted)

    def to_json(self) -> dict[str, Any]:
        """The object that `predict --json` prints; numbers that are not finite are null."""
        return {"rows": self.rows_to_json(slice(None)), **self.about_to_json()}

    def rows_to_json(self, rows: slice) -> list[dict[str, Any]]:
        """Some of the rows of that object."""
        columns: dict[str, Iterable[Any]] = {
            "row": self.row_numbers[rows].tolist(),
            "line": self.lines[rows].tolist(),
            "predicted": [_plain(value, self.targets) for value in self.predicted[rows]],
        }
        if self.probabilities is not None:
            shares = _or_none(self.probabilities[rows])
            columns["probabilities"] = (dict(zip(self.classes, row, strict=True)) for row in shares)
        if self.actual is not None:
            columns["actual"] = [_plain(value, self.targets) for value in self.actual[rows]]
        columns["part"] = self.part_names(rows)
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def about_to_json(self) -> dict[str, Any]:
        """What that object says besides the rows."""
        return {
            "left_out": [row._asdict() for row in self.left_out],
            "metrics": _finite_values(self.metrics),
            "metrics_by_part": {part: _finite_values(values) for part, values in self.metrics_by_part.items()},
        }

    def part_names(self, rows: slice = slice(None)) -> list[str | None]:
        """The part of the run that each row belongs to; `None` for none."""
        if self.parts is None:
            return [None] * len(self.predicted[rows])
        names: list[str | None] = np.array([*PARTS, None], object)[self.parts[rows]].tolist()
        return names


def predict(
    network: Network,
    preprocessing: Preprocessing,
    table: Table,
    metrics: Iterable[str],
    threshold: float = 0.5,
    split: Split | None = None,
) -> Predictions:
    """Predict every usable row of a table.

    Args:
        network: The network.
        preprocessing: The fitted preprocessing of this network.
        table: Any table with the columns that the network was trained on.
        metrics: Names of extra metrics; some are always computed.
        threshold: The second of two classes is predicted where its probability is at least this.
        split: The rows of the table in each part of the run, if it is the run's own table.

    Raises:
        DataError: A column is missing, or a cell cannot be used.
        SessionError: The threshold is not a probability.
    """
    check_threshold(preprocessing, threshold)
    applied = preprocessing.apply(table)
    with suited_threads(network.largest_matrix, 1):
        y_hat = np.asarray(network.predict(applied.X), np.float64)
    names = metric_names(preprocessing.task, metrics)
    actual, judged, Y, notes = truth(preprocessing, table, applied.rows)
    parts = None if split is None else part_codes(split, table.n_rows)[applied.rows]
    read = reading_notes(table, [feature.column for feature in preprocessing.columns])
    return Predictions(
        targets=preprocessing.target.names,
        classes=preprocessing.classes,
        rows=applied.rows,
        row_numbers=table.row_numbers[applied.rows],
        lines=table.lines[applied.rows],
        left_out=_left_out(table, applied.rows),
        predicted=_predicted(preprocessing, y_hat, threshold),
        probabilities=_probabilities(network, preprocessing, y_hat),
        actual=actual,
        parts=parts,
        metrics=judge(preprocessing, names, Y, y_hat[judged], threshold) if len(judged) else {},
        metrics_by_part={
            part: judge(preprocessing, names, Y[mine], y_hat[judged[mine]], threshold)
            for index, part in enumerate(PARTS)
            if parts is not None and len(mine := np.flatnonzero(parts[judged] == index))
        },
        threshold=threshold,
        notes=(*read, *applied.notes, *notes, *_no_numbers(y_hat)),
    )


def check_threshold(preprocessing: Preprocessing, threshold: float) -> None:
    """Refuse a threshold that decides nothing.

    Args:
        preprocessing: Knows what is predicted.
        threshold: The second of two classes is predicted where its probability is at least this.

    Raises:
        SessionError: It is no probability, or the network does not give one probability for two classes.
    """
    if not 0 <= threshold <= 1:
        raise SessionError(
            f"A threshold of {threshold:g} is not a probability.", remedy="Give one from 0 to 1.", code="bad_threshold"
        )
    if threshold != 0.5 and (preprocessing.task != "binary" or preprocessing.target.one_hot):
        what = "numbers" if preprocessing.task == "regression" else f"the likeliest of {len(preprocessing.classes)}"
        raise SessionError(
            f"A threshold turns one probability into one of two classes, but this network predicts {what}.",
            remedy="Leave the threshold out.",
            code="bad_threshold",
        )


def part_codes(split: Split, n: int) -> NDArray[np.intp]:
    """The part of each of n rows, an index into `PARTS`; −1 for rows that the run left out."""
    parts = np.full(n, -1, np.intp)
    for index, rows in enumerate((split.train, split.validation, split.test)):
        parts[rows] = index
    return parts


def _left_out(table: Table, used: Rows) -> tuple[LeftOut, ...]:
    """The rows that could not be read, and those that could not be used."""
    free = np.ones(table.n_rows, bool)
    free[used] = False
    unused = np.flatnonzero(free)
    numbers = table.row_numbers
    dropped = [LeftOut(int(numbers[row]), int(table.lines[row]), "missing_cells") for row in unused]
    # The number of an unreadable row follows the rows read above it and the earlier unreadable ones.
    rejects = sorted(table.rejects, key=lambda reject: reject.line)
    above = np.searchsorted(table.lines, [reject.line for reject in rejects])
    unread = [
        LeftOut(int(kept) + place, reject.line, reject.reason)
        for place, (kept, reject) in enumerate(zip(above, rejects, strict=True), start=1)
    ]
    return tuple(sorted((*dropped, *unread)))


def _no_numbers(y_hat: Array) -> list[str]:
    """A sentence if ŷ is no number in some rows, whose answers say nothing."""
    rows = int(np.isnan(y_hat).any(axis=1).sum())
    if not rows:
        return []
    return [f"In {counted(rows, 'row')} the output of the network is not a number, so the answer there says nothing."]


def _predicted(preprocessing: Preprocessing, y_hat: Array, threshold: float) -> list[Any]:
    if preprocessing.task == "regression":
        return preprocessing.numbers(y_hat)
    return preprocessing.labels(class_codes(y_hat, threshold))


def gives_probabilities(network: Network, preprocessing: Preprocessing) -> bool:
    """Whether the outputs are probabilities of classes."""
    last = network.layers[-1]
    return preprocessing.task != "regression" and isinstance(last, Dense) and bool(last.g.outputs_in_words)


def _probabilities(network: Network, preprocessing: Preprocessing, y_hat: Array) -> NDArray[np.float64] | None:
    if not gives_probabilities(network, preprocessing):
        return None
    return np.hstack([1.0 - y_hat, y_hat]) if y_hat.shape[1] == 1 else y_hat


def truth(
    preprocessing: Preprocessing, table: Table, rows: Rows
) -> tuple[list[Any] | None, NDArray[np.intp], Array, list[str]]:
    """The targets of the table (one per row), which rows can be evaluated, their Y, and notes."""
    nothing = np.empty(0, np.intp)
    if not preprocessing.has_target(table):
        return None, nothing, np.empty((0, 0)), []
    try:
        if preprocessing.task == "regression":
            return (*_true_numbers(preprocessing, table, rows), [])
        return _true_labels(preprocessing, table, rows)
    except DataError as error:
        return None, nothing, np.empty((0, 0)), [f"The predictions cannot be evaluated: {error.message}"]


def _true_numbers(preprocessing: Preprocessing, table: Table, rows: Rows) -> tuple[list[Any], NDArray[np.intp], Array]:
    names = preprocessing.target.names
    values = np.column_stack([as_numbers(table, table.column(name))[rows] for name in names])
    known = np.isfinite(values).all(axis=1)
    shown = _or_none(values)
    actual = [row[0] for row in shown] if len(names) == 1 else list(map(tuple, shown))
    judged = np.flatnonzero(known)
    return actual, judged, preprocessing.targets(table, rows[judged])


def _true_labels(
    preprocessing: Preprocessing, table: Table, rows: Rows
) -> tuple[list[Any], NDArray[np.intp], Array, list[str]]:
    target = preprocessing.target
    codes, labels = as_known_labels(table.column(target.names[0]), target.classes, target.kind)
    codes = codes[rows]  # −1, the last place below, where the cell is missing
    actual = np.array([*labels, None], object)[codes].tolist()
    place = {label: index for index, label in enumerate(preprocessing.classes)}
    classes = np.array([*(place.get(label, -1) for label in labels), -1], np.intp)[codes]
    judged = np.flatnonzero(classes >= 0)
    n_classes = len(preprocessing.classes)
    Y = np.eye(n_classes)[classes[judged]] if preprocessing.target.one_hot else classes[judged, None].astype(np.float64)
    strange = np.flatnonzero((codes >= 0) & (classes < 0))
    notes = []
    if len(strange):
        found = named_labels(codes[strange], labels, table.lines[rows[strange]], preprocessing.classes)
        notes.append(
            f"Column {quoted(target.names[0])}: {found}. {counted(len(strange), 'row')} with a label that the network "
            "does not know; not evaluated."
        )
    return actual, judged, Y, notes


def _plain(value: Any, targets: tuple[str, ...]) -> Any:
    """A prediction for JSON; several targets are keyed by name."""
    if isinstance(value, tuple):
        return {name: _finite(part) for name, part in zip(targets, value, strict=True)}
    return _finite(value)


def _or_none(values: NDArray[np.float64]) -> list[Any]:
    """Numbers (n, k) as lists, `None` where they are not finite."""
    known = np.isfinite(values)
    if known.all():
        whole: list[Any] = values.tolist()
        return whole
    cells = values.astype(object)
    cells[~known] = None
    shown: list[Any] = cells.tolist()
    return shown


def _finite_values(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _finite(value) for name, value in values.items()}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
