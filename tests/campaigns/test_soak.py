"""The soak campaign: what it judges, and a few seconds of it."""

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("it reads /proc and uses pseudo-terminals", allow_module_level=True)

from io import StringIO

from tests.campaigns.reporting import Tally
from tests.campaigns.soak import Course, Sample, history_fault, soak


def course(speed: float, memory: float) -> Course:
    """An hour in which speed and memory change evenly, by these factors."""
    samples, updates = [], 0.0
    for i in range(101):
        updates += 1000 * (1 + (speed - 1) * i / 100)
        samples.append(Sample(36.0 * i, int(updates), 1.0 * i, 100 * (1 + (memory - 1) * i / 100)))
    return Course("made up", samples)


@pytest.mark.parametrize(
    ("speed", "memory", "goal", "failed"),
    [
        (1.0, 1.0, 1000, set()),
        (0.95, 1.1, 1000, set()),
        (0.7, 1.0, 1000, {"as fast at the end as at first"}),
        (1.0, 1.5, 1000, {"memory flat"}),
        (1.0, 1.0, 10**9, {"long enough"}),
    ],
)
def test_what_is_judged(speed: float, memory: float, goal: int, failed: set[str]) -> None:
    tally = Tally("soak", progress=StringIO())
    course(speed, memory).judge(tally, goal)
    assert {kind for kind, _, _ in tally.failures} == failed
    assert tally.tried == 3


def test_a_history_with_a_gap_is_noticed(tmp_path) -> None:
    (tmp_path / "history.csv").write_text("epoch,loss\n1,0.5\n3,0.25\n", encoding="utf-8")
    assert "row 2 is of another epoch" in history_fault(tmp_path)


def test_a_few_seconds(tmp_path) -> None:
    tally = Tally("soak", progress=StringIO())
    soak(tmp_path, tally, 5.0, (10, 10, 10), period=0.1)  # a busy machine takes seconds to start them
    judged = {"as fast at the end as at first", "memory flat"}  # in so few seconds everything is still growing
    assert [failure for failure in tally.failures if failure[0] not in judged] == []
    assert "quits" in tally.table()
