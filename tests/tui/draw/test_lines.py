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
    "diverged": Progress("diverged", 3, 10, 0.2, 63, None, None, 5.0, diverged=True),
    "diverged-at-its-end": Progress("diverged", 10, 10, 0.0, 200, None, None, 5.0),
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


@pytest.mark.parametrize(
    ("first", "width"),
    [
        ("loss", 48),
        ("data loss", 48),
        ("data loss", 49),
        ("loss", 58),
        ("data loss", 58),
        ("loss", 78),
        ("data loss", 78),
        ("data loss", 98),
    ],
)
def test_names_of_baselines_are_whole_and_columns_give_way(first: str, width: int) -> None:
    names = [first, "accuracy", "AUC", "precision", "recall", "F1"]
    values = dict.fromkeys(names, 0.98765)
    labels = ["train", "val", "test", "class shares", "linear model"]
    text = draw_metrics(names, [(label, values) for label in labels], width, 6).plain()
    head, *rows = text.splitlines()
    assert "…" not in text
    assert head.endswith("F1")
    assert [row[:13].strip() for row in rows] == labels
    assert all(len(row[13:].split()) == len(names) for row in rows)


def test_columns_are_left_out_only_when_three_digits_are_too_many() -> None:
    names = [f"m{place}" for place in range(9)]
    rows = [("linear model", dict.fromkeys(names, 0.98765))]
    assert draw_metrics(names, rows, 58, 2).plain().splitlines()[1].split()[2:] == ["0.99"] * 9
    head, row = draw_metrics(names, rows, 48, 2).plain().splitlines()
    assert head.endswith("…")
    assert row.startswith("linear model ")


def test_a_long_name_gives_way_before_the_last_columns() -> None:
    rows = [("  median income of a block", {"loss": 0.1})]
    head, row = draw_metrics(["loss", "MAE", "R²"], rows, 32, 2).plain().splitlines()
    assert head.split() == ["loss", "MAE", "R²"]
    assert row.startswith("  median ")
    assert "…" in row


@pytest.mark.parametrize(("width", "height"), [(50, 3), (60, 1), (25, 3), (20, 1), (60, 2)])
def test_metrics(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_metrics(NAMES, ROWS, width, height).plain())
