import re

import numpy as np
import pytest

from tests.session.labs.conftest import proposal
from tui_ann.session.labs.depths import judge_depths
from tui_ann.session.labs.found import ArmFound, RunFound
from tui_ann.session.labs.timing import NOISE, SHORT, long_enough, told_apart
from tui_ann.session.labs.variants import judge_variants
from tui_ann.session.sweep.record import SweepRun

EPOCHS = 20


def arm(name: str, seconds: float, *, epochs: int = EPOCHS, place: float | None = None) -> ArmFound:
    """An arm with one run that reaches a loss of 1 after some epochs, and takes so many seconds until then."""
    numbers = np.arange(1, EPOCHS + 1)
    loss = np.where(numbers < epochs, 2.0, 1.0)
    times = numbers * seconds / epochs
    metrics: dict[str, dict[str, float | None]]
    metrics = {"test": {"accuracy": 0.9}, "validation": {"accuracy": 0.9}, "train": {"accuracy": 0.9}}
    record = SweepRun(
        folder=name, status="completed", epochs=EPOCHS, updates=10 * EPOCHS, seconds=float(times[-1]), metrics=metrics
    )
    run = RunFound(record, numbers, loss, 10 * numbers, times, {})
    return ArmFound(name, {"training.variant": name}, "", place, [run])


def variants(single: float, batch: float) -> list[str]:
    """What the lab says of stochastic and batch descent with so many seconds to the same loss, after the trials."""
    arms = [arm("batch", batch), arm("stochastic", single, epochs=4)]
    return list(judge_variants(arms, proposal("variant", "moons").facts).sentences)


@pytest.mark.parametrize(("single", "batch"), [(0.00126, 0.0276), (0.00734, 0.0055), (0.09, 0.2), (0.3, 0.02)])
def test_nothing_is_concluded_from_short_times_and_that_is_said_once(single, batch):
    said = " ".join(variants(single, batch))
    assert said.count("too short to compare times") == 1
    assert "time to the same loss" not in said


def test_times_that_are_almost_equal_are_not_told_apart():
    assert variants(1.1, 1.0)[-1] == "The times to the same loss are too close to be told apart: 1.1 s against 1 s."


@pytest.mark.parametrize(
    ("single", "batch", "pace_ratio", "words"),
    [(2.0, 0.5, "20", "So it uses more"), (0.8, 2.0, "2", "Here it still uses less")],
)
def test_long_times_are_compared(single, batch, pace_ratio, words):
    *_, pace, said = variants(single, batch)
    assert said.startswith(words)
    assert pace.startswith(f"One of its epochs takes {pace_ratio} times as long")


def test_a_time_has_at_most_two_digits():
    said = variants(0.001234, 0.0456789)[0]
    assert re.findall(r"[\d.]+ ms", said) == ["46 ms", "1.2 ms"]


@pytest.mark.parametrize(("seconds", "words"), [(0.01, "too short to compare times"), (1.0, "Depth costs time")])
def test_the_cost_of_depth_needs_long_times(seconds, words):
    arms = [arm("1", seconds, place=1.0), arm("4", 3 * seconds, place=4.0)]
    assert words in judge_depths(arms, proposal("depth", "moons").facts).sentences[-1]


def test_the_limits_themselves():
    assert long_enough(SHORT)
    assert not long_enough(1.0, SHORT * 0.99)
    assert not long_enough(float("nan"))
    assert told_apart(NOISE, 1.0)
    assert told_apart(1.0, NOISE)
    assert not told_apart(1.0, 1.0)
