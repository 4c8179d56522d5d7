"""The history of a run folder; of a run of very many epochs without reading every one of them."""

import contextlib

import numpy as np

from tui_ann.engine.epoch_records import EpochRecord, EpochRecords
from tui_ann.engine.history import History
from tui_ann.errors import SessionError
from tui_ann.experiment.history_file import AFTER, PENALTY, HistoryTable, read_history
from tui_ann.experiment.history_rows import end_of_row
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.run_record import RunRecord
from tui_ann.session.store import state_file

LARGE = 1 << 24
"""Bytes of a history from which on the records that the run kept are read instead, and only what came after them."""


def saved_history(folder: RunFolder, record: RunRecord) -> History:
    """The history of a run folder, thinned if it is long; see `record_thinning`.

    Args:
        folder: The folder.
        record: Its record; the penalty of the parameters kept stands for all epochs if an older folder does not say
            more.

    Raises:
        SessionError: It cannot be read, or it is not a history.
    """
    history, records = History(), None
    with contextlib.suppress(OSError):
        if folder.history_path.stat().st_size >= LARGE:
            records = _kept_records(folder)
    history.epochs = _all_records(folder.history_table(), record.penalty) if records is None else records
    history.thin_when_full(record.best_epoch)
    return history


def _all_records(table: HistoryTable, penalty: float | None) -> EpochRecords:
    columns = dict(zip(table.names, table.rows.T, strict=True))
    if PENALTY not in columns and penalty and columns:
        columns[PENALTY] = np.full(len(table.rows), penalty)
    others = ("epoch", PENALTY, *AFTER)
    return EpochRecords.of_columns(
        {name: column for name, column in columns.items() if name not in others},
        {name: columns[name] for name in others if name in columns},
    )


def _kept_records(folder: RunFolder) -> EpochRecords | None:
    """The records in the state of the run and the rows written later; `None` if they do not fit each other."""
    stored = state_file.stored_in(folder)
    if stored is None or not stored.epochs.thinned:
        return None
    records = EpochRecords.of(stored.epochs)
    last = records[-1]
    try:
        place, before = end_of_row(folder.history_path, last.epoch - 1)
        rows = _all_records(read_history(folder.history_path, place), 0.0)
    except (OSError, ValueError, SessionError):
        return None
    if before != last.epoch - 1 or not rows or not _is_same(rows[0], last):
        return None
    for row in rows[1:]:
        records.append(row)
    return records


def _is_same(row: EpochRecord, record: EpochRecord) -> bool:
    """Whether a row of the history is that of a record."""
    found, wanted = (np.array([*each.values.values(), each.updates, each.examples]) for each in (row, record))
    return [*row.values] == [*record.values] and np.array_equal(found, wanted, equal_nan=True)
