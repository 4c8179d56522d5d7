"""The parts of the benchmarks, on work that takes no time."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import large_runs
from benchmarks.agreement import DisagreementError, check
from benchmarks.environments import missing
from benchmarks.growth import Cost
from benchmarks.memory import peak_bytes, resident_bytes
from benchmarks.peers import PEERS, Peer
from benchmarks.race import Result, race
from benchmarks.report import growth_table, race_table, readme_table, table
from benchmarks.workloads import WORKLOADS, Workload, read, write

TINY = Workload(
    "tiny",
    "a tiny network",
    examples=40,
    inputs=3,
    layers=((4, "tanh"), (1, "sigmoid")),
    loss="binary_crossentropy",
    batch_size=8,
    goals={"again": 0.1},
)


def test_a_race_checks_times_and_weighs_every_peer(tmp_path: Path) -> None:
    again = Peer("again", "tui-ann again", "ours")
    absent = Peer("broken", "a peer that cannot start", "no_such_module")
    ours, theirs, broken = race(TINY, [again, absent], tmp_path, turns=2, target=0.001)
    assert [ours.peer, theirs.peer, broken.peer] == ["tui-ann", "again", "broken"]
    assert theirs.deviation == 0.0
    assert len(theirs.seconds) == len(theirs.processor) == len(theirs.ratios) == 2
    assert min(ours.peak, theirs.peak, theirs.growth) > 0
    assert "no_such_module" in broken.failure
    text = race_table(TINY, [ours, theirs, broken], {"torch": "not installed, see --install"})
    assert re.search(r"× .* ≥ 0\.1 +\w+ +again", text)
    assert re.search(r"– .* PyTorch eager .* missing: not installed", text)
    assert "no_such_module" in text


@pytest.mark.skipif(missing(PEERS["node"], Path()) is not None, reason="there is no node")
def test_objects_in_javascript_and_numpy_do_the_same_work(tmp_path: Path) -> None:
    one_by_one = replace(TINY, batch_size=1)
    results = race(one_by_one, [PEERS["numpy"], PEERS["node"]], tmp_path, turns=1, target=0.001)
    assert [result.peer for result in results] == ["tui-ann", "numpy", "node"]
    assert not any(result.failure for result in results)
    assert max(result.deviation for result in results) < 1e-12
    assert min(min(result.processor) for result in results) > 0


def test_results_that_differ_are_refused() -> None:
    ours = {"losses": np.array([0.5, 0.25]), "W1": np.array([[1.0, -2.0]])}
    assert check(ours, {**ours, "W1": np.array([[1.0, -2.0 + 1e-9]])}, 1e-8) == pytest.approx(5e-10)
    for other in ({**ours, "W1": np.array([[1.0, -2.1]])}, {**ours, "W1": np.array([[1.0, np.nan]])}):
        with pytest.raises(DisagreementError, match="W1 differs"):
            check(ours, other, 1e-3)
    with pytest.raises(DisagreementError, match="shape"):
        check(ours, {**ours, "W1": np.zeros((2, 1))}, 1e-3)
    with pytest.raises(DisagreementError, match="losses"):
        check(ours, {"W1": ours["W1"]}, 1e-3)


def test_what_is_not_installed_is_named(tmp_path: Path) -> None:
    assert missing(PEERS["torch"], tmp_path) == "not installed, see --install"
    assert missing(PEERS["numpy-loadtxt"], tmp_path) is None


@pytest.mark.parametrize("name", ["W1a", "W2"])
def test_the_work_is_the_same_every_time(name: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        write(WORKLOADS[name], folder)
    one, other = read(WORKLOADS[name], first), read(WORKLOADS[name], second)
    assert np.array_equal(one.X, other.X)
    assert np.array_equal(one.Y, other.Y)
    assert all(np.array_equal(one.start[key], other.start[key]) for key in one.start)


def test_the_memory_of_this_process() -> None:
    assert 1e6 < resident_bytes() <= peak_bytes()


def test_tables() -> None:
    assert table(["size", "time"], [["8", "1 µs"], ["128", "12 µs"]]).splitlines() == [
        "    size  time",
        "       8   1 µs",
        "     128  12 µs",
    ]
    costs = [Cost("units", 8, 100, 2e-6), Cost("units", 16, 200, 3e-6), Cost("depth", 1, 50, 1e-6)]
    text = growth_table(costs)
    assert re.search(r"16 +200 +3 µs +2\.00 × +1\.50 ×", text)
    result = Result("torch", "1 thread", (2.0,), (2.0,), (4.0,))
    assert readme_table({"W2": [result]}, WORKLOADS).splitlines()[-1].endswith("| 4.0 × |")


def test_large_runs_are_compared_with_reading(tmp_path: Path) -> None:
    found = list(large_runs.ratios(tmp_path, rows=200, epochs=30, turns=1))
    assert [each.what for each in found] == [
        "predict 200 rows, CSV",
        "predict 200 rows, JSON",
        "predict 200 rows, table",
        "open 30 epochs",
    ]
    assert all(each.ratio > 0 for each in found)
