"""What a run of very many epochs costs: its records, its folder, the screens that show it, and quitting.

`python -m benchmarks.long_runs` prints:

- the memory of the records of 10⁷ epochs, fed to a history as a full-batch run does (`--records`),
- a full-batch run of 480,000 epochs in the application (`--epochs`): speed and memory at its beginning and its end,
  then for each screen the seconds until it is shown, for a step back, for quitting with everything saved, and the same
  for the saved run, opened again.

Seconds are processor time of all threads, which a busy machine hardly changes.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.worker import WorkerCancelled, WorkerFailed

from benchmarks.memory import peak_bytes, resident_bytes
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.history import History
from tui_ann.experiment.files import apply_sets
from tui_ann.session.run.run import Run
from tui_ann.tui.shell.app import TuiAnnApp

MOST_SECONDS = 1.0
"""To show a screen, and to quit."""
MOST_MEGABYTES = 50.0
"""Of the records."""
_GROUPS = ("loading", "preparing", "stepping", "rebuilding", "judging", "picturing", "examining")
"""The workers whose results belong to a screen."""
_BURST = 1000


@dataclass(frozen=True)
class Figure:
    """One measurement."""

    what: str
    value: float
    unit: str
    most: float | None = None
    """Its maximum, if there is one."""

    @property
    def missed(self) -> bool:
        """Whether it is more than it may be."""
        return self.most is not None and self.value > self.most

    def __str__(self) -> str:
        goal = "" if self.most is None else f"  goal ≤ {self.most:g} {'✗' if self.missed else '✓'}"
        return f"{self.what:44} {self.value:10,.2f} {self.unit:8}{goal}"


def records(count: int) -> Iterator[Figure]:
    """The memory of the records of so many epochs, and the seconds they take."""
    history, names = History(), [f"{kind}{layer}" for layer in (1, 2, 3) for kind in "Wb"]
    before, begun = resident_bytes(), time.process_time()
    for epoch in range(1, count + 1):
        loss = 1.0 / epoch + (epoch * 7919 % 1000) * 1e-6
        values = {"loss": loss, "accuracy": 1.0 - loss / 2, "val_loss": loss + 0.1, "val_accuracy": 0.9 - loss / 2}
        norms = dict.fromkeys(names, loss)
        history.epochs.append(EpochRecord(epoch, values, 0.0, 0.1, loss, norms, 4 * epoch, epoch, epoch * 1e-4))
        history.thin_when_full(1)
    seconds = time.process_time() - begun
    held, peak = resident_bytes() - before, peak_bytes() - before
    assert history.epochs.done == count
    yield Figure(f"records of {count:,} epochs", held / 1e6, "MB", MOST_MEGABYTES)
    yield Figure("  at most, while they are thinned", peak / 1e6, "MB", MOST_MEGABYTES)
    yield Figure("  an epoch", 1e6 * seconds / count, "µs")


async def _shown(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and wait until everything they ask for is shown."""
    app = pilot.app
    assert isinstance(app, TuiAnnApp)
    await pilot.press(*keys)
    while app.keys.waiting or (busy := [w for w in app.workers if w.group in _GROUPS and not w.is_finished]):
        if not app.keys.waiting:
            with suppress(WorkerFailed, WorkerCancelled):
                await app.workers.wait_for_complete(busy)
        await pilot.pause()


async def _timed(what: str, work: Awaitable[Any]) -> Figure:
    begun = time.process_time()
    await work
    return Figure(what, time.process_time() - begun, "s", MOST_SECONDS)


async def _screens(pilot: Pilot[None], what: str) -> list[Figure]:
    screens = {"1": "Data", "2": "Build", "3": "Train", "4": "Step", "5": "Explore", "6": "Compare", "7": "Predict"}
    return [await _timed(f"{what}: {name}", _shown(pilot, key)) for key, name in screens.items()]


def _trained(run: Run, epochs: int) -> list[Figure]:
    """Train, and measure speed and memory at the beginning and the end."""
    figures, tenth, held = [], epochs // 10, resident_bytes()
    for part in range(10):
        begun = time.process_time()
        for _ in range(tenth // _BURST):
            run.advance(epochs=_BURST)
            run.log.keep_up(run.trainer.history.epochs)
        rate = tenth // _BURST * _BURST / (time.process_time() - begun)
        if part in (0, 9):
            figures.append(Figure(f"training, {'last' if part else 'first'} tenth", rate, "epochs/s"))
    figures.append(Figure("  memory gained", (resident_bytes() - held) / 1e6, "MB"))
    return figures


async def application(folder: Path, epochs: int) -> list[Figure]:
    """A long run in the application, and the saved run opened again.

    Args:
        folder: Where it is saved.
        epochs: How many.
    """
    figures: list[Figure] = []
    app = TuiAnnApp("sample:xor")
    async with app.run_test(size=(120, 36)) as pilot:
        await _shown(pilot)
        await _shown(pilot, "escape")
        workspace = app.session.workspace
        workspace.edit(apply_sets(workspace.experiment, [f"training.epochs={2 * epochs}"]))
        run = app.session.runs.prepare()
        figures += await asyncio.to_thread(run.owner.call, lambda: _trained(run, epochs))
        figures += await _screens(pilot, "run")
        await _shown(pilot, "4")
        figures.append(await _timed("run: a step back", _shown(pilot, "left")))
        figures.append(await _timed("run: a step forward", _shown(pilot, "right")))
        figures.append(await _timed("run: quit, everything saved", asyncio.to_thread(app.session.preserve)))
        saved = run.folder
        assert saved is not None
    figures.append(Figure("folder", sum(file.stat().st_size for file in saved.iterdir()) / 1e6, "MB"))
    app, begun = TuiAnnApp(saved), time.process_time()
    async with app.run_test(size=(120, 36)) as pilot:
        await _shown(pilot)
        figures.append(Figure("saved: open, with the application", time.process_time() - begun, "s"))
        figures += await _screens(pilot, "saved")
        figures.append(await _timed("saved: quit", asyncio.to_thread(app.session.preserve)))
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 1 if something is more than it may be."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long_runs", description=__doc__)
    parser.add_argument("--records", type=int, default=10_000_000, help="0 leaves this out [%(default)s]")
    parser.add_argument("--epochs", type=int, default=480_000, help="0 leaves this out [%(default)s]")
    given = parser.parse_args(arguments)
    parts: list[Callable[[Path], Sequence[Figure]]] = []
    if given.records:
        parts.append(lambda _: list(records(given.records)))
    if given.epochs:
        parts.append(lambda folder: asyncio.run(application(folder, given.epochs)))
    missed = False
    with tempfile.TemporaryDirectory() as name:
        os.environ["TUI_ANN_HOME"] = name
        for part in parts:
            for figure in part(Path(name)):
                print(figure, flush=True)
                missed = missed or figure.missed
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
