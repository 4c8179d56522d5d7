"""Rows on their way to workers: equal at the other end, and in memory once where the system allows it."""

import multiprocessing
import sys
import tempfile
import threading
from typing import Any

import numpy as np
import pytest

from tui_ann.session.jobs import rows
from tui_ann.session.jobs.rows import PickledRows, received

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each worker has a copy")


def sent(found: Any) -> tuple[rows.Rows, Any]:
    """An order as it was sent, and what came of it."""
    ours, theirs = multiprocessing.Pipe()
    with ours, theirs:
        pickled = PickledRows("main", found)
        sending = threading.Thread(target=pickled.send, args=(ours,))  # what is large waits for its reader
        sending.start()
        order = theirs.recv()
        found = received(order, theirs)
        sending.join()
        pickled.close()
        return order, found


def large() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    return {"X": rng.normal(size=(50_000, 3)), "F": np.asfortranarray(rng.normal(size=(7, 300))), "few": np.arange(3)}


@LINUX
def test_large_arrays_are_mapped_and_are_the_workers_own():
    first = large()
    order, found = sent(first)
    assert len(order.places) == 3
    assert len(order.pickled) < 2000
    assert all(begin % 64 == 0 for begin, _ in order.places)
    for name, values in first.items():
        np.testing.assert_array_equal(found[name], values)
        assert found[name].flags.f_contiguous == values.flags.f_contiguous
        assert not found[name].flags.owndata
    found["X"][0, 0] = 7.0  # a page of its own
    assert first["X"][0, 0] != 7.0


def test_small_rows_and_rows_without_room_for_a_file_are_sent_whole(monkeypatch):
    order, found = sent({"x": np.arange(5.0)})
    assert not order.places
    np.testing.assert_array_equal(found["x"], np.arange(5.0))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    order, found = sent(large())
    assert not order.places
    np.testing.assert_array_equal(found["X"], large()["X"])


def test_elsewhere_they_are_sent_whole(monkeypatch):
    monkeypatch.setattr(rows, "_SHARES", False)
    order, found = sent(large())
    assert not order.places
    np.testing.assert_array_equal(found["F"], large()["F"])
