"""The epochs of a run: one record each, stored as a row of numbers, so that 100,000 epochs need little memory."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, overload

import numpy as np

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
    """Time spent training since the start of the run, without pauses."""

    @property
    def loss(self) -> float:
        """The training loss, penalties included."""
        return self.values["loss"]


_FIELDS = ("epoch", "examples", "updates", "penalty", "learning_rate", "gradient_norm", "seconds")
"""The fields that are single numbers, in the order of a row; the values and the norms follow."""


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


class EpochRecords(Sequence[EpochRecord]):
    """An append-only sequence of records.  Another thread may read it at the same time.

    Args:
        records: The first records.
    """

    def __init__(self, records: Iterable[EpochRecord] = ()) -> None:
        self._rows: Array = np.zeros((0, len(_FIELDS)))
        self._names: list[ColumnNames] = []
        self._count = 0
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
        records._rows, records._names, records._count = table.rows, list(table.names), len(table.rows)
        return records

    @classmethod
    def of_columns(cls, values: Mapping[str, Array], fields: Mapping[str, Array]) -> Self:
        """The records in columns, without the norms of single parameters.

        Args:
            values: (epochs,) of each value by Keras' name.
            fields: (epochs,) of the other numbers of an `EpochRecord`; those that are missing are 0.
        """
        columns = [fields.get(name) for name in _FIELDS] + list(values.values())
        count = max((len(column) for column in columns if column is not None), default=0)
        rows = np.zeros((count, len(columns)))
        for place, column in enumerate(columns):
            if column is not None:
                rows[:, place] = column
        return cls.of(EpochTable(rows, [ColumnNames(0, tuple(values), ())] if count else []))

    def first(self, count: int) -> EpochTable:
        """A copy of the first records."""
        return EpochTable(self._rows[:count].copy(), [names for names in self._names if names.first < count])

    def view(self, count: int) -> Self:
        """The first records, without a copy, only to read: what is appended here later is not in it."""
        return type(self).of(EpochTable(self._rows[:count], [names for names in self._names if names.first < count]))

    def append(self, record: EpochRecord) -> None:
        """Add a record."""
        values, norms = tuple(record.values), tuple(record.gradient_norms)
        if not self._names or (self._names[-1].values, self._names[-1].norms) != (values, norms):
            self._names.append(ColumnNames(self._count, values, norms))
        row = [*(getattr(record, name) for name in _FIELDS), *record.values.values(), *record.gradient_norms.values()]
        self._reserve(len(row))
        self._rows[self._count, : len(row)] = row
        self._count += 1

    @property
    def ends(self) -> Array:
        """Updates done at the end of each epoch: (epochs,)."""
        ends: Array = self._rows[: self._count, _FIELDS.index("updates")].astype(np.int64)
        return ends

    @property
    def penalties(self) -> Array:
        """What the penalties add to the loss of each epoch: (epochs,); 0 where it is not known."""
        penalties: Array = self._rows[: self._count, _FIELDS.index("penalty")].copy()
        return penalties

    def column(self, name: str) -> Array:
        """A value of every epoch (epochs,); NaN if the record lacks it."""
        count = self._count
        column, rows = np.full(count, np.nan), self._rows
        for names in self._names:  # the next names overwrite the rows from theirs on
            if names.first >= count:  # another thread is just adding them; the rows may be too short for them
                break
            column[names.first :] = np.nan
            if name in names.values:
                place = len(_FIELDS) + names.values.index(name)
                column[names.first :] = rows[names.first : count, place]
        return column

    def field(self, name: str) -> Array:
        """A single number of every epoch (epochs,): `epoch`, `examples`, `updates`, `gradient_norm`, `seconds` ….

        Raises:
            ValueError: There is no such number.
        """
        numbers: Array = self._rows[: self._count, _FIELDS.index(name)].copy()
        return numbers

    def norm(self, name: str) -> Array:
        """‖∂L/∂·‖ of a parameter in every epoch (epochs,); NaN where it is not known."""
        count = self._count
        column, rows = np.full(count, np.nan), self._rows
        for names in self._names:
            if names.first >= count:
                break
            column[names.first :] = np.nan
            if name in names.norms:
                place = len(_FIELDS) + len(names.values) + names.norms.index(name)
                column[names.first :] = rows[names.first : count, place]
        return column

    @property
    def norm_names(self) -> tuple[str, ...]:
        """The parameters of which the norms are known, in order."""
        return self._names[-1].norms if self._names else ()

    def curves(self, most: int) -> tuple[Array, Array, Array]:
        """Updates done at the end of each epoch, the losses and the validation losses: (epochs,) each.

        Args:
            most: How many epochs to read; there may already be more.
        """
        count = min(most, self._count)
        return self.ends[:count].astype(np.float64), self.column("loss")[:count], self.column("val_loss")[:count]

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[EpochRecord]:
        return (self[index] for index in range(self._count))

    @overload
    def __getitem__(self, index: int) -> EpochRecord: ...
    @overload
    def __getitem__(self, index: slice) -> list[EpochRecord]: ...
    def __getitem__(self, index: int | slice) -> EpochRecord | list[EpochRecord]:
        if isinstance(index, slice):
            return [self[place] for place in range(self._count)[index]]
        place = range(self._count)[index]
        names = self._names[bisect_right(self._names, place, key=lambda names: names.first) - 1]
        epoch, examples, updates, penalty, learning_rate, gradient_norm, seconds, *named = self._rows[place].tolist()
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

    def _reserve(self, width: int) -> None:
        """Reserve room for one more row of this width."""
        room, wide = self._rows.shape
        if self._count < room and width <= wide:
            return
        rows = np.zeros((max(64, room, 2 * self._count), max(width, wide)))
        rows[:room, :wide] = self._rows
        self._rows = rows
