"""The epochs of a run as rows of numbers: what is read is what was added, in little memory."""

import numpy as np
import pytest

from tui_ann.engine.epoch_records import EpochRecord, EpochRecords, EpochTable


def record(epoch: int, **values: float) -> EpochRecord:
    return EpochRecord(
        epoch=epoch,
        values={"loss": 1 / epoch, **values},
        penalty=0.1,
        learning_rate=0.01,
        gradient_norm=float(epoch),
        gradient_norms={"W1": 0.5 * epoch, "b1": np.inf},
        examples=10 * epoch,
        updates=2**40 + epoch,
        seconds=0.1 * epoch,
    )


def test_records_come_back_as_they_were_added() -> None:
    added = [record(epoch, mae=0.3) for epoch in range(1, 201)]
    records = EpochRecords(added)
    assert list(records) == added
    assert records[-1] == added[-1]
    assert records[3:6] == added[3:6]
    assert isinstance(records[0].updates, int)
    with pytest.raises(IndexError):
        records[200]


def test_metrics_that_come_and_go_leave_gaps_in_their_columns() -> None:
    added = [record(1), record(2, mae=0.2, r2=0.9), record(3, r2=0.8), record(4)]
    records = EpochRecords(added)
    assert list(records) == added
    np.testing.assert_array_equal(records.column("mae"), [np.nan, 0.2, np.nan, np.nan])
    np.testing.assert_array_equal(records.column("r2"), [np.nan, 0.9, 0.8, np.nan])
    np.testing.assert_array_equal(records.column("loss"), [1, 1 / 2, 1 / 3, 1 / 4])
    assert records.ends.tolist() == [2**40 + epoch for epoch in range(1, 5)]


def test_curves_leave_out_what_came_later() -> None:
    ends, losses, validation, numbers = EpochRecords(record(epoch, val_loss=0.5) for epoch in (1, 2, 3)).curves(2)
    assert ends.tolist() == [2**40 + 1, 2**40 + 2]
    assert losses.tolist() == [1, 1 / 2]
    assert validation.tolist() == [0.5, 0.5]
    assert numbers.tolist() == [1, 2]
    assert [curve.size for curve in EpochRecords([record(1)]).curves(9)] == [1, 1, 1, 1]


def test_the_first_ones_go_their_own_way() -> None:
    records = EpochRecords(record(epoch) for epoch in range(1, 5))
    records.append(record(5, mae=1.0))
    fewer = EpochRecords.of(records.table(2))
    fewer.append(record(3, r2=0.5))
    assert list(fewer) == [record(1), record(2), record(3, r2=0.5)]
    assert list(records) == [*(record(epoch) for epoch in range(1, 5)), record(5, mae=1.0)]


def test_none_are_false_and_have_empty_columns() -> None:
    records = EpochRecords()
    assert not records
    assert records.column("loss").shape == records.ends.shape == (0,)
    assert not EpochRecords.of(records.table(0))


def test_a_damaged_table_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(3, 2\)"):
        EpochRecords.of(EpochTable(np.zeros((3, 2)), []))


def test_many_need_little_memory() -> None:
    records = EpochRecords(record(epoch, mae=0.1) for epoch in range(1, 5001))
    assert records.table().rows.nbytes < 500_000
