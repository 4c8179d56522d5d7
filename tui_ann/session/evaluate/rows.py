"""The rows that are judged, with the answers of the network: a part of the run's own data, or those of another file."""

import os
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.prepare.split import Rows, Split
from tui_ann.data.read.options import ReadOptions
from tui_ann.data.read.report import reading_notes
from tui_ann.data.read.table import Table
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.metrics import class_codes
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.session.predicting import Answerer
from tui_ann.session.run.build import Progress
from tui_ann.session.run.judging import PARTS
from tui_ann.session.run.predictions import gives_probabilities, part_codes, truth
from tui_ann.session.run.threads import suited_threads

ALL = "all"
"""Every row of the run's own data."""
PART_CHOICES = ("test", "validation", "train", ALL)
"""The parts that can be judged, that which says most about new rows first."""
PART_WORDS = {"train": "training part", "validation": "validation part", "test": "test part", ALL: "all rows"}
"""How they are called."""
CHANGED = "The data file has changed since this run was trained: which rows it was trained on is not known."
"""What is said of the rows of such a file, whose parts are not those of the run."""


@dataclass(frozen=True, eq=False)
class JudgedRows:
    """Rows with their answers.  Arrays have a row for each; what is not known of a row is nan."""

    what: str
    """Which rows these are, in words: `test part`, or the name of a file."""
    part: str
    """One of `PART_CHOICES`; empty for the rows of another file."""
    preprocessing: Preprocessing
    """How they were prepared."""
    table: Table
    """The table that they are from."""
    places: Rows
    """(n,) the row of the table of each."""
    parts: NDArray[np.intp]
    """(n,) the part of the run that each belongs to, an index into `PARTS`; −1 for none."""
    X: Array
    """(n, m) features, scaled."""
    Y: Array
    """(n, k) targets, scaled; nan where the table has none, or a label that the network does not know."""
    y_hat: Array
    """(n, k) outputs."""
    losses: Array
    """(n,) the data loss of each; nan where the target is not known."""
    gives_probabilities: bool
    """Whether the outputs are probabilities."""
    notes: tuple[str, ...] = ()
    """What was done to the rows, one sentence each."""

    def __len__(self) -> int:
        return len(self.X)

    @property
    def task(self) -> str:
        """`regression`, `binary` or `multiclass`."""
        return self.preprocessing.task

    @property
    def has_threshold(self) -> bool:
        """Whether one probability is turned into one of two classes."""
        return self.task == "binary" and self.y_hat.shape[1] == 1

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """(n,) whether the target is known."""
        known: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(self.Y), axis=1)
        return known

    @cached_property
    def lines(self) -> NDArray[np.int64]:
        """(n,) the physical line of the file where each row starts."""
        return self.table.lines[self.places]

    @cached_property
    def codes(self) -> NDArray[np.intp]:
        """(n,) the true class of each, −1 if it is not known; all −1 for a regression."""
        if self.task == "regression":
            return np.full(len(self), -1, np.intp)
        return np.where(self.known, class_codes(np.nan_to_num(self.Y)), -1)

    def decided(self, threshold: float = 0.5) -> NDArray[np.intp]:
        """(n,) the class that is predicted for each.

        Args:
            threshold: The second of two classes is predicted where ŷ is at least this.
        """
        return class_codes(self.y_hat, threshold)

    @cached_property
    def probabilities(self) -> Array:
        """(n, classes) of a classification: the probability of each class, or the output that stands for it."""
        return self.y_hat if self.y_hat.shape[1] > 1 else np.hstack([1.0 - self.y_hat, self.y_hat])

    @cached_property
    def actual(self) -> Array:
        """(n, targets) of a regression: the true numbers in the units of the target."""
        return self.preprocessing.undo(self.Y)

    @cached_property
    def predicted(self) -> Array:
        """(n, targets) of a regression: the predicted numbers in the units of the target."""
        return self.preprocessing.undo(self.y_hat)

    @cached_property
    def badness(self) -> Array:
        """(n,) how wrong each answer is, for sorting: | actual − ŷ |, or the loss; nan if that is not known.

        Of classes it is 1 − the probability of the true class; with several targets it is the loss.
        """
        if self.task == "regression":
            return np.abs(self.predicted - self.actual)[:, 0] if self.Y.shape[1] == 1 else self.losses
        if not self.gives_probabilities:
            return self.losses
        true = np.take_along_axis(self.probabilities, np.maximum(self.codes, 0)[:, None], axis=1)[:, 0]
        return np.where(self.codes >= 0, 1.0 - true, np.nan)

    def only(self, wanted: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """Some of these rows.

        Args:
            wanted: Which, as a mask (n,) or as places.
        """
        return replace(
            self,
            places=self.places[wanted],
            parts=self.parts[wanted],
            X=self.X[wanted],
            Y=self.Y[wanted],
            y_hat=self.y_hat[wanted],
            losses=self.losses[wanted],
        )


def rows_of_part(answerer: Answerer, part: str) -> JudgedRows:
    """The rows of a part of the run's own data, in the order of the file.

    Args:
        answerer: The network, with its data.
        part: One of `PART_CHOICES`.

    Raises:
        DataError: The file has changed, and has a cell that cannot be used.
        SessionError: There is no such part, its data are not at hand, or its file has changed and it is not `ALL`.
    """
    dataset, table = answerer.dataset, answerer.table
    if part not in PART_CHOICES:
        raise SessionError(
            f"There is no part {part!r}.", remedy=f"Choose from {', '.join(PART_CHOICES)}.", code="no_such_part"
        )
    if dataset is None or table is None:
        raise SessionError("The data of this run are not at hand.", remedy="Name a data file.", code="no_data")
    if answerer.file_changed:
        if part != ALL:
            raise SessionError(
                CHANGED, remedy="Restore the file, name a copy of it as it was, or judge all rows.", code="data_changed"
            )
        found = rows_of_file(answerer, table)
        return replace(found, what=PART_WORDS[ALL], part=ALL, notes=(*found.notes, CHANGED))
    rows = dataset.rows
    named = {"train": rows.train, "validation": rows.validation, "test": rows.test}
    X = {"train": dataset.X_train, "validation": dataset.X_validation, "test": dataset.X_test}
    Y = {"train": dataset.Y_train, "validation": dataset.Y_validation, "test": dataset.Y_test}
    chosen = PARTS if part == ALL else (part,)
    places = np.concatenate([named[name] for name in chosen])
    if not len(places):
        setting = {"test": "data.test_split", "validation": "data.validation_split"}[part]
        raise SessionError(
            f"The {PART_WORDS[part]} has no rows.", remedy=f"Judge another part, or set {setting}.", code="empty_part"
        )
    order = np.argsort(places, kind="stable")
    return _judged(
        answerer,
        PART_WORDS[part],
        part,
        dataset.preprocessing,
        table,
        places[order],
        np.concatenate([X[name] for name in chosen])[order],
        np.concatenate([Y[name] for name in chosen])[order],
        rows,
    )


def largest_unseen_part(answerer: Answerer) -> str:
    """The part that says most about new rows: the test part if it has rows, else the validation part, else training.

    Of a changed file it is all rows, because its parts are not those of the run.
    """
    dataset = answerer.dataset
    if answerer.file_changed:
        return ALL
    if dataset is None:
        return PARTS[0]
    sizes = {"test": len(dataset.X_test), "validation": len(dataset.X_validation)}
    return next((name for name, size in sizes.items() if size), PARTS[0])


def rows_of_file(
    answerer: Answerer,
    data: Table | str | os.PathLike[str],
    *,
    missing: str | None = None,
    options: ReadOptions | None = None,
    progress: Progress | None = None,
) -> JudgedRows:
    """The rows of a file that can be used.

    Args:
        answerer: The network.
        data: The file, or its table.
        missing: The rule for missing cells; by default that of the run if it fills them in, else `drop`.
        options: Reader options of the file.
        progress: Gets the progress of reading.

    Raises:
        DataError: It cannot be read, lacks a column, or has a cell that cannot be used.
    """
    if isinstance(data, Table):
        table, own = data, data.report.sha256 == answerer.sha256 if answerer.sha256 else False
    else:
        table, own = answerer.read(data, options, progress)
    preprocessing = answerer.preparing(missing)
    applied = preprocessing.apply(table)
    _, judged, Y_judged, notes = truth(preprocessing, table, applied.rows)
    Y = np.full((len(applied.rows), preprocessing.target.outputs), np.nan)
    if len(judged):
        Y[judged] = Y_judged
    name = table.path.name if table.path is not None else "the file"
    read = reading_notes(table, [feature.column for feature in preprocessing.columns])
    if not preprocessing.has_target(table):
        names = ", ".join(preprocessing.target.names)
        notes = [*notes, f"The file has no column {names}, so its rows are predicted but not judged."]
    return replace(
        _judged(
            answerer,
            name,
            "",
            preprocessing,
            table,
            applied.rows,
            applied.X,
            Y,
            answerer.split_of(table) if own else None,
        ),
        notes=(*read, *applied.notes, *notes),
    )


def _judged(
    answerer: Answerer,
    what: str,
    part: str,
    preprocessing: Preprocessing,
    table: Table,
    places: Rows,
    X: Array,
    Y: Array,
    split: Split | None,
) -> JudgedRows:
    network = answerer.network
    with suited_threads(network.largest_matrix, 1):
        logits = network.logits(X)
        y_hat = np.asarray(network.y_hat(logits), np.float64)
    known = ~np.isnan(Y).any(axis=1)
    losses = np.full(len(X), np.nan)
    if known.any():
        with np.errstate(all="ignore"):
            losses[known] = LOSSES[network.loss].per_example(Y[known], np.asarray(logits[known], np.float64))
    parts = np.full(len(X), -1, np.intp) if split is None else part_codes(split, table.n_rows)[places]
    gives = gives_probabilities(network, preprocessing)
    return JudgedRows(what, part, preprocessing, table, places, parts, X, Y, y_hat, losses, gives)
