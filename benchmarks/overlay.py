"""How long the chart of Compare takes: `python -m benchmarks.overlay`.

Fifty runs of a million updates each are read once, thinned, and drawn; then every frame draws the thinned curves.
"""

import argparse
import time
from collections.abc import Sequence
from statistics import median

import numpy as np

from benchmarks.report import machine
from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.engine.history import History
from tui_ann.session.compare.curves import CurveStore, WantedCurve
from tui_ann.session.compare.quantities import BATCH_LOSS, LOSS, AlongAxis
from tui_ann.tui.draw.overlay import draw_overlay
from tui_ann.tui.draw.overlay_data import OverlayLine, OverlayView

LIMIT = 0.1
"""Seconds that a frame may take."""


class MadeRun:
    """A run that has only a history.

    Args:
        place: Its place among the runs.
        updates: Updates.
        per_epoch: Updates of an epoch.
    """

    def __init__(self, place: int, updates: int, per_epoch: int) -> None:
        rng = np.random.default_rng(place)
        falling = np.exp(-np.arange(updates) * (3.0 + place / 10) / updates)
        losses = falling * np.exp(rng.normal(0.0, 0.3, updates))
        epochs = updates // per_epoch
        means = losses[: epochs * per_epoch].reshape(epochs, per_epoch).mean(axis=1)
        done = np.arange(1.0, epochs + 1)
        self.history = History()
        self.history.append_losses(losses)
        self.history.epochs = EpochRecords.of_columns(
            {"loss": means, "val_loss": means * 1.1},
            {"epoch": done, "updates": done * per_epoch, "examples": done * per_epoch * 16, "seconds": done / 100},
        )


def measure(runs: int, updates: int, per_epoch: int, width: int, height: int) -> list[tuple[str, float, float]]:
    """Measure the chart of the loss of epochs and of single updates.

    Returns:
        For each what was drawn, the seconds of the first frame, and the median of the next ones.
    """
    made = [MadeRun(place, updates, per_epoch) for place in range(runs)]
    found = []
    for quantity in (LOSS, BATCH_LOSS):
        store, times = CurveStore(), []
        for frame in range(8):
            begun = time.perf_counter()
            lines = [
                OverlayLine(
                    place,
                    store.of(run, run.history, WantedCurve(quantity, AlongAxis.UPDATES, validation=False)),
                    store.of(run, run.history, WantedCurve(quantity, AlongAxis.UPDATES, validation=True)),
                )
                for place, run in enumerate(made)
            ]
            draw_overlay(lines, OverlayView(unit="updates", cursor=frame * updates / 8), width, height)
            times.append(time.perf_counter() - begun)
        found.append((quantity, times[0], median(times[1:])))
    return found


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overlay", description=__doc__)
    parser.add_argument("--runs", type=int, default=50, help="number of runs [%(default)s]")
    parser.add_argument("--updates", type=int, default=1_000_000, help="updates of each [%(default)s]")
    parser.add_argument("--per-epoch", type=int, default=1, help="updates of an epoch [%(default)s]")
    parser.add_argument("--size", default="200x50", help="columns and lines of the chart [%(default)s]")
    chosen = parser.parse_args(words)
    width, height = map(int, chosen.size.split("x"))
    print(f"{machine()}\n{chosen.runs} runs of {chosen.updates:,} updates on {width} × {height} cells\n")
    for name, first, each in measure(chosen.runs, chosen.updates, chosen.per_epoch, width, height):
        verdict = f"{'within' if each <= LIMIT else 'MORE than'} {1000 * LIMIT:.0f} ms"
        print(f"{name:12} first {1000 * first:8.1f} ms   then {1000 * each:6.1f} ms a frame, {verdict}")


if __name__ == "__main__":
    main()
