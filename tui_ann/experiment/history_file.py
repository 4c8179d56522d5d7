"""`history.csv`: one row per epoch, named as in Keras' CSVLogger; it can be read at any time, even after a kill."""

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import cannot_write, write_text

AFTER = ("learning_rate", "gradient_norm", "examples", "updates", "seconds")
"""The columns after the loss and the metrics."""
_STEPS = {"epoch": 1, "updates": 0}
"""Counters, and by how much they grow at least from row to row."""
_MOST = 2.0**53
"""From here on, a float does not count."""
PENALTY = "penalty"
"""The column before these, if the run has penalties: their share of `loss`."""


class EpochRow(Protocol):
    """What a row contains; the engine's `EpochRecord` is one."""

    @property
    def epoch(self) -> int:
        """Counted from 1."""

    @property
    def values(self) -> Mapping[str, float]:
        """`loss`, the metrics, `val_loss` and the validation metrics."""

    @property
    def penalty(self) -> float:
        """The share of `loss` that the penalties on the weights make up."""

    @property
    def learning_rate(self) -> float:
        """η at its end."""

    @property
    def gradient_norm(self) -> float:
        """The norm of the gradient of its last update."""

    @property
    def examples(self) -> int:
        """Examples used so far."""

    @property
    def updates(self) -> int:
        """Updates done so far."""

    @property
    def seconds(self) -> float:
        """Time spent training so far."""


class HistoryFile:
    """The history of a run that is being written.

    Every row is written in one piece when its epoch ends.  If the disk is full, a partly written row is removed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self._penalised: bool | None = None

    def append(self, record: EpochRow) -> None:
        """Add the row of an epoch; see `extend`."""
        self.extend([record])

    def extend(self, records: Sequence[EpochRow]) -> None:
        """Add the rows of epochs, and the header before the first.

        Raises:
            SessionError: They cannot be written; the earlier rows are unchanged.
        """
        if not records:
            return
        try:
            if self._descriptor is None:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
                self._descriptor = os.open(self.path, flags, 0o666)
            size = os.fstat(self._descriptor).st_size
            if not size:
                self._penalised = records[0].penalty != 0
            elif self._penalised is None:
                self._penalised = PENALTY in self.path.read_text(encoding="utf-8").partition("\n")[0].split(",")
            penalised = bool(self._penalised)
            rows = [] if size else [_header(records[0].values, penalised=penalised)]
            rows += (_cells(record, penalised=penalised) for record in records)
            self._write(_lines(rows).encode(), size)
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def _write(self, content: bytes, size: int) -> None:
        assert self._descriptor is not None
        try:
            while content:
                content = content[os.write(self._descriptor, content) :]
        except BaseException:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, size)
            raise

    def rewrite(self, records: Iterable[EpochRow], names: Iterable[str]) -> None:
        """Replace the rows.

        Args:
            records: The epochs.
            names: The values of an epoch, for the header of a history without epochs.

        Raises:
            SessionError: They cannot be written; the file is unchanged.
        """
        self.close()
        write_text(self.path, history_content(records, names))

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = self._penalised = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class HistoryTable(NamedTuple):
    """The rows of a history."""

    names: tuple[str, ...]
    """The columns."""
    rows: NDArray[np.float64]
    """(epochs, columns)."""

    def dictionaries(self) -> list[dict[str, float]]:
        """The rows, each by the names of its columns."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows.tolist()]


def history_content(records: Iterable[EpochRow], names: Iterable[str]) -> str:
    """The text of a history.

    Args:
        records: The epochs.
        names: The values of an epoch, for the header of a history without epochs, and `penalty` if it has a column.
    """
    records, names = list(records), list(names)
    penalised = PENALTY in names or any(record.penalty != 0 for record in records)
    names = [name for name in names if name != PENALTY]
    header = _header(records[0].values if records else names, penalised=penalised)
    return _lines([header, *(_cells(record, penalised=penalised) for record in records)])


def read_history(path: Path, start: int = 0) -> HistoryTable:
    """The rows of a history; a row cut short by a kill is left out.

    Args:
        path: The file.
        start: Where the first row begins, in bytes; by default after the header.

    Raises:
        SessionError: It cannot be read, or it is not a history.
    """
    try:
        with path.open("rb") as file:
            head = file.readline().decode("utf-8")
            file.seek(max(start, len(head.encode("utf-8"))))
            text = file.read().decode("utf-8")
    except FileNotFoundError:
        head = text = ""
    except (OSError, ValueError) as error:
        raise SessionError(f"Cannot read {path}: {error}.", remedy="Check the run folder.", code="bad_run") from error
    head, lines = head.removesuffix("\n") if head.endswith("\n") else "", text[: text.rfind("\n") + 1].splitlines()
    names = tuple(head.split(","))
    if head and (names[:2] != ("epoch", "loss") or names[-len(AFTER) :] != AFTER):
        raise _damaged(path, 1)
    if not lines:
        return HistoryTable(names, np.empty((0, len(names))))
    try:
        rows = np.loadtxt(lines, delimiter=",", comments=None, ndmin=2)
    except ValueError:
        rows = np.empty((0, 0))
    if rows.shape != (len(lines), len(names)):
        raise _damaged(path, next((place for place, line in enumerate(lines, 2) if not _is_row(line, len(names))), 2))
    _check(path, names, rows)
    return HistoryTable(names, rows)


def _check(path: Path, names: Sequence[str], rows: NDArray[np.float64]) -> None:
    """Refuse counters that no run has; losses, metrics and η may be anything, because a run may diverge.

    Raises:
        SessionError: A counter is no whole number, is negative, or does not grow.
    """
    if len(set(names)) < len(names):
        raise _damaged(path, 1, f"names {next(name for name in names if names.count(name) > 1)} twice")
    columns = dict(zip(names, rows.T, strict=True))
    for name in ("epoch", "examples", "updates", "seconds"):
        column, least = columns[name], np.zeros(len(rows))
        if name in _STEPS:
            least = np.concatenate([[0.0], column[:-1]]) + _STEPS[name]
        whole = name != "seconds"
        good = np.isfinite(column) & (column >= least) & (column < _MOST)
        if whole:
            good &= column == np.round(column)
        if not good.all():
            row = int(np.argmin(good))
            kind = "a whole number" if whole else "a number"
            raise _damaged(path, row + 2, f"has {name} = {column[row]:g} instead of {kind} from {least[row]:g} on")


def _is_row(line: str, width: int) -> bool:
    try:
        return len(list(map(float, line.split(",")))) == width
    except ValueError:
        return False


def _damaged(path: Path, line: int, why: str = "is wrong") -> SessionError:
    return SessionError(
        f"{path} is not the history of a run: line {line} {why}.",
        remedy="Open another run, or train this experiment again.",
        code="bad_run",
    )


def _header(names: Iterable[str], *, penalised: bool) -> Sequence[str]:
    return ["epoch", *names, *([PENALTY] if penalised else []), *AFTER]


def _cells(record: EpochRow, *, penalised: bool) -> Sequence[str]:
    penalty = [record.penalty] if penalised else []
    floats = [*record.values.values(), *penalty, record.learning_rate, record.gradient_norm]
    # repr is read back as the same float
    return [
        str(int(record.epoch)),
        *(repr(float(value)) for value in floats),
        str(int(record.examples)),
        str(int(record.updates)),
        repr(float(record.seconds)),
    ]


def _lines(rows: Iterable[Sequence[str]]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)
