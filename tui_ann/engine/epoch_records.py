"""The epochs of a run: one record each, stored as a row of numbers; of a long run only some are kept."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self, overload

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.record_thinning import most_records, thin
from tui_ann.engine.tape import Array


@dataclass(frozen=True)
class EpochRecord:
    """One epoch."""

    epoch: int
    """The first is 1."""
    values: Mapping[str, float]
    """`loss`, the metrics, `val_loss` and the validation metrics, by Keras' names."""
    penalty: float
    """The share of `loss` that the penalties on the weights make up."""
    learning_rate: float
    """η at its end."""
    gradient_norm: float
    """‖∂L/∂θ‖ of its last update."""
    gradient_norms: Mapping[str, float]
    """The same for each parameter by name."""
    examples: int
    """Examples used since the start of the run, counted again in every epoch."""
    updates: int
    """Updates done since the start of the run."""
    seconds: float
    """Time spent training since the start of the run, without pauses, in whole microseconds."""

    @property
    def loss(self) -> float:
        """The training loss, penalties included."""
        return self.values["loss"]


_FIELDS = ("epoch", "examples", "updates", "penalty", "learning_rate", "gradient_norm", "seconds")
"""The fields that are single numbers, in the order of a row; the values and the norms follow."""
_EPOCH = 0
_TREND = 512
"""Values of a trend of a long run."""


@dataclass(frozen=True)
class ColumnNames:
    """The names of the values and norms in the rows; they change with the metrics."""

    first: int
    """Index of the first row with these names."""
    values: tuple[str, ...]
    norms: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class EpochTable:
    """Records as numbers and names, as they are stored."""

    rows: Array
    """(epochs, columns): the numbers of `_FIELDS`, then the values, then the norms."""
    names: list[ColumnNames]
    stride: int = 1
    """The epochs that are multiples of this are a fair sample of those that were thinned."""
    thinned: int = 0
    """Up to this epoch only some have a row; 0 if all have."""


class EpochCurves(NamedTuple):
    """The losses of some epochs."""

    ends: Array
    """Updates done at the end of each (n,)."""
    training: Array
    """The loss of each (n,)."""
    validation: Array
    """The validation loss of each, NaN if there is none (n,)."""
    numbers: Array
    """The number of each; the first is 1 (n,)."""


class _Kept(NamedTuple):
    """The records at one moment; it is replaced as one, so that a reader in another thread sees no half of it."""

    rows: Array
    """(room, columns), as in `EpochTable`; only the first `size` rows are records."""
    names: tuple[ColumnNames, ...]
    size: int
    stride: int
    thinned: int


class EpochRecords(Sequence[EpochRecord]):
    """The records that are kept of a run, in order.  Another thread may read it at the same time.

    It has every epoch while they are few; of a long run those that `record_thinning` chooses, so that it needs no more
    than `record_thinning.MEMORY` however long the run is.  Its length is that of the records, `done` that of the run.

    Args:
        records: The first records.
    """

    def __init__(self, records: Iterable[EpochRecord] = ()) -> None:
        self._kept = _Kept(np.zeros((0, len(_FIELDS))), (), 0, 1, 0)
        for record in records:
            self.append(record)

    @classmethod
    def of(cls, table: EpochTable) -> Self:
        """The records in a table.

        Raises:
            ValueError: Its rows are too short.
        """
        if table.rows.ndim != 2 or table.rows.shape[1] < len(_FIELDS):
            raise ValueError(f"a table of epochs has the shape {table.rows.shape}")
        records = cls()
        records._kept = _Kept(table.rows, tuple(table.names), len(table.rows), table.stride, table.thinned)
        return records

    @classmethod
    def of_columns(cls, values: Mapping[str, Array], fields: Mapping[str, Array]) -> Self:
        """The records in columns, without the norms of single parameters.

        Args:
            values: (epochs,) of each value by Keras' name.
            fields: (epochs,) of the other numbers of an `EpochRecord`; those that are missing are 0, and epochs are
                counted from 1.
        """
        columns = [fields.get(name) for name in _FIELDS] + list(values.values())
        count = max((len(column) for column in columns if column is not None), default=0)
        rows = np.zeros((count, len(columns)))
        rows[:, _EPOCH] = np.arange(1, count + 1)
        for place, column in enumerate(columns):
            if column is not None:
                rows[:, place] = column
        return cls.of(EpochTable(rows, [ColumnNames(0, tuple(values), ())] if count else []))

    def table(self, until: int | None = None) -> EpochTable:
        """A copy of the records, or of those up to an epoch."""
        part = self.view(until)._kept
        return EpochTable(part.rows[: part.size].copy(), list(part.names), part.stride, part.thinned)

    def view(self, until: int | None = None) -> Self:
        """The records of now, or of those the ones up to an epoch, without a copy and only to read."""
        kept, view = self._kept, type(self)()
        count = kept.size if until is None else _place(kept, until + 1)
        names = tuple(names for names in kept.names if names.first < count)
        view._kept = kept._replace(rows=kept.rows[:count], names=names, size=count)
        return view

    def append(self, record: EpochRecord) -> None:
        """Add a record."""
        rows, names, count, stride, thinned = self._kept
        values, norms = tuple(record.values), tuple(record.gradient_norms)
        if not names or (names[-1].values, names[-1].norms) != (values, norms):
            names = (*names, ColumnNames(count, values, norms))
        row = [*(getattr(record, name) for name in _FIELDS), *record.values.values(), *record.gradient_norms.values()]
        room, wide = rows.shape
        if count >= room or len(row) > wide:
            more = np.zeros((max(64, room, 2 * count), max(len(row), wide)))
            more[:room, :wide] = rows
            rows = more
        rows[count, : len(row)] = row
        self._kept = _Kept(rows, names, count + 1, stride, thinned)

    def put_back(self, record: EpochRecord) -> None:
        """Add a record that was thinned out, in its place."""
        if self.at(record.epoch) is None:
            later = [each for each in self if each.epoch > record.epoch]
            self._kept = self.view(record.epoch)._kept
            for each in (record, *later):
                self.append(each)

    @property
    def done(self) -> int:
        """Epochs of the run, which may be more than the records: the number of the last one."""
        kept = self._kept
        return int(kept.rows[kept.size - 1, _EPOCH]) if kept.size else 0

    @property
    def thinned(self) -> int:
        """Up to this epoch not every epoch has a record; 0 if all have."""
        return self._kept.thinned

    @property
    def full(self) -> bool:
        """Whether they are so many that they should be thinned."""
        rows, _, count, _, _ = self._kept
        return count >= most_records(rows.shape[1])

    def thin(self, pinned: Collection[int] = ()) -> None:
        """Drop records: a fair sample stays, and the lowest and highest of each value; see `record_thinning`.

        They must be `full`.

        Args:
            pinned: Epochs that stay in any case.
        """
        rows, names, count, stride, _ = self._kept
        values = []
        for each, end in zip(names, [*(later.first for later in names[1:]), count], strict=True):
            columns = [_FIELDS.index("gradient_norm"), *range(len(_FIELDS), len(_FIELDS) + len(each.values))]
            values.append((each.first, rows[each.first : end, columns]))
        left = thin(rows[:count, _EPOCH], values, stride, pinned, most_records(rows.shape[1]))
        firsts = [*np.searchsorted(left.places, [each.first for each in names]).tolist(), len(left.places)]
        kept = tuple(
            replace(each, first=first)
            for each, first, end in zip(names, firsts, firsts[1:], strict=False)
            if first < end
        )
        self._kept = _Kept(rows[left.places], kept, len(left.places), left.stride, left.until)

    def at(self, epoch: int | None) -> EpochRecord | None:
        """The record of an epoch; `None` if there is no such epoch, or its record was thinned out."""
        kept = self._kept
        if epoch is None or not (place := _place(kept, epoch + 1)) or kept.rows[place - 1, _EPOCH] != epoch:
            return None
        return _record(kept, place - 1)

    def those_of(self, epochs: Collection[int]) -> tuple[EpochRecord, ...]:
        """The records of some epochs, in order; those that are not there are left out."""
        found = (self.at(epoch) for epoch in sorted(epochs))
        return tuple(record for record in found if record is not None)

    def after(self, epoch: int) -> list[EpochRecord]:
        """The records of the epochs after this one."""
        kept = self._kept
        return [_record(kept, place) for place in range(_place(kept, epoch + 1), kept.size)]

    @property
    def fair(self) -> NDArray[np.bool_]:
        """Which records are a fair sample of the run, without those kept for their values (records,)."""
        rows, _, count, stride, thinned = self._kept
        epochs = rows[:count, _EPOCH]
        sample: NDArray[np.bool_] = (epochs % stride == 0) | (epochs > thinned)
        return sample

    def trend(self, name: str) -> Array:
        """A value over the run (n,): of every epoch while they are few, else of a fair sample, evenly spaced."""
        view = self.view()
        values = view.column(name)
        if not view.thinned:
            return values
        fair = np.flatnonzero(view.fair)
        spaced = np.searchsorted(view.field("epoch")[fair], np.linspace(1, view.done, _TREND), side="right") - 1
        return values[fair[np.maximum(spaced, 0)]]

    @property
    def ends(self) -> Array:
        """Updates done at the end of each epoch: (records,)."""
        return self.field("updates").astype(np.int64)

    @property
    def penalties(self) -> Array:
        """What the penalties add to the loss of each epoch: (records,); 0 where it is not known."""
        return self.field("penalty")

    def column(self, name: str) -> Array:
        """A value of every record (records,); NaN if the record lacks it."""
        return _column(self._kept, lambda names: names.values.index(name) if name in names.values else None)

    def norm(self, name: str) -> Array:
        """‖∂L/∂·‖ of a parameter in every record (records,); NaN where it is not known."""

        def place(names: ColumnNames) -> int | None:
            return len(names.values) + names.norms.index(name) if name in names.norms else None

        return _column(self._kept, place)

    def field(self, name: str) -> Array:
        """A single number of every record (records,): `epoch`, `examples`, `updates`, `gradient_norm`, `seconds` ….

        Raises:
            ValueError: There is no such number.
        """
        kept = self._kept
        numbers: Array = kept.rows[: kept.size, _FIELDS.index(name)].copy()
        return numbers

    @property
    def norm_names(self) -> tuple[str, ...]:
        """The parameters of which the norms are known, in order."""
        names = self._kept.names
        return names[-1].norms if names else ()

    def curves(self, until: int | None = None) -> EpochCurves:
        """The losses of the records.

        Args:
            until: The last epoch; there may already be more.  By default all.
        """
        part = self.view(until)
        return EpochCurves(
            part.ends.astype(np.float64), part.column("loss"), part.column("val_loss"), part.field("epoch")
        )

    def __len__(self) -> int:
        return self._kept.size

    def __iter__(self) -> Iterator[EpochRecord]:
        return (_record(kept, place) for kept in (self._kept,) for place in range(kept.size))

    @overload
    def __getitem__(self, index: int) -> EpochRecord: ...
    @overload
    def __getitem__(self, index: slice) -> list[EpochRecord]: ...
    def __getitem__(self, index: int | slice) -> EpochRecord | list[EpochRecord]:
        kept = self._kept
        if isinstance(index, slice):
            return [_record(kept, place) for place in range(kept.size)[index]]
        return _record(kept, range(kept.size)[index])


def _place(kept: _Kept, epoch: int) -> int:
    """How many records are of epochs before this one."""
    if kept.size and kept.rows[0, _EPOCH] == 1 and kept.rows[kept.size - 1, _EPOCH] == kept.size:
        return max(0, min(epoch - 1, kept.size))
    return int(np.searchsorted(kept.rows[: kept.size, _EPOCH], epoch))


def _column(kept: _Kept, place_of: Callable[[ColumnNames], int | None]) -> Array:
    """A named number of every record (records,); NaN where it is not known."""
    column = np.full(kept.size, np.nan)
    for names in kept.names:  # the next names overwrite the records from theirs on
        column[names.first :] = np.nan
        if (place := place_of(names)) is not None:
            column[names.first :] = kept.rows[names.first : kept.size, len(_FIELDS) + place]
    return column


def _record(kept: _Kept, place: int) -> EpochRecord:
    names = kept.names[bisect_right(kept.names, place, key=lambda names: names.first) - 1]
    epoch, examples, updates, penalty, learning_rate, gradient_norm, seconds, *named = kept.rows[place].tolist()
    return EpochRecord(
        epoch=int(epoch),
        values=dict(zip(names.values, named, strict=False)),
        penalty=penalty,
        learning_rate=learning_rate,
        gradient_norm=gradient_norm,
        gradient_norms=dict(zip(names.norms, named[len(names.values) :], strict=False)),
        examples=int(examples),
        updates=int(updates),
        seconds=seconds,
    )
