from collections.abc import Callable
from dataclasses import replace

import pytest

from tui_ann.tui.draw.lines import Progress, draw_metrics, draw_progress

RUNNING = Progress("running", 37, 100, 0.5, 2109, 51_000.0, 3.0, 0.02)
CASES = {
    "running": RUNNING,
    "ready": Progress(epochs=100, learning_rate=0.1),
    "paused": Progress("paused", 2, 10, 0.0, 20, 51_000.0, 3.0, 0.1, speed=10),
    "completed": Progress("completed", 10, 10, 0.0, 200, 900.0, 0.0, 0.1),
    "diverged": Progress("diverged", 3, 10, 0.2, 63, None, None, 5.0),
    "flat-out": replace(RUNNING, speed_chosen=True),
    "paced": replace(RUNNING, updates_per_second=1.0, eta_seconds=180.0, speed=1, paced=True),
    "held": replace(RUNNING, updates_per_second=1.0, eta_seconds=180.0, speed=1),
    "nothing": Progress(),
}


@pytest.mark.parametrize("case", CASES)
def test_progress(case: str, golden: Callable[[str], None]) -> None:
    golden("\n".join(draw_progress(CASES[case], width).plain() for width in (100, 78, 50, 30, 12, 3, 0)))


NAMES = ["loss", "accuracy", "AUC"]
ROWS = [("train", {"loss": 0.083, "accuracy": 0.974, "AUC": 0.99}), ("val", {"loss": 0.0911, "accuracy": float("nan")})]


@pytest.mark.parametrize(("width", "height"), [(50, 3), (60, 1), (25, 3), (20, 1), (60, 2)])
def test_metrics(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_metrics(NAMES, ROWS, width, height).plain())
