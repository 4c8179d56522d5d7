"""A saved run as a live one, where it stopped: what follows is as if the program had never been left."""

import time

import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.stopping import Status
from tui_ann.errors import EngineError, SessionError
from tui_ann.experiment.run_folder import STATE, UNFINISHED, RunFolder
from tui_ann.session.run.build import make_run
from tui_ann.session.run.run import Clock, Run
from tui_ann.session.store import state_file
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.session.store.state_file import StoredRun


def regained(
    saved: SavedRun, dataset: Dataset, sha256: str | None, number: int, clock: Clock = time.perf_counter
) -> Run | None:
    """The run of a folder, live, at its last update.

    Without a state that can be read, as of a run that stopped early, its updates are repeated from the start.

    Args:
        saved: The run.
        dataset: The rows of its experiment.
        sha256: The fingerprint of the data file now.
        number: The number of the run in its session.
        clock: Seconds, from any start.

    Returns:
        `None` if it cannot be had here: the data have changed, or this computer computes other numbers.

    Raises:
        SessionError: Its folder is damaged.
        ExperimentError, EngineError: Its experiment cannot run.
    """
    record, folder = saved.record, RunFolder.open(saved.folder)
    if record.sha256 not in (None, sha256) or not folder.has_weights("initial"):
        return None
    stored = _stored(folder)
    run = make_run(
        saved.experiment,
        dataset,
        sha256,
        number,
        start=stored.start if stored else folder.weights("initial"),
        begun_with=stored.begun_with if stored else None,
        clock=clock,
    )
    if stored is None and not _repeated(run, saved):
        return None
    if stored is not None:
        stored.take_up(run, resume=True)
    if record.stop_reason != UNFINISHED:  # else its folder may be in use by the program that trains it
        run.folder, run.saved_at = saved.folder, (run.length, run.experiment)
    return run


def _stored(folder: RunFolder) -> StoredRun | None:
    try:
        return state_file.read(folder.path / STATE)
    except SessionError:  # it has none, or one of another version
        return None


def _repeated(run: Run, saved: SavedRun) -> bool:
    """Make all updates again; returns whether they end with the saved parameters."""
    trainer, record = run.trainer, saved.record
    try:
        run.seek(record.updates)
    except EngineError:  # it ends earlier here
        return False
    if record.status == Status.DIVERGED:  # the update that is not counted
        with run.suited_threads():
            trainer.burst = 1
            next(trainer.run(), None)
            trainer.notice_divergence()
    ended = trainer.stop_reason.status if trainer.stop_reason else Status.INTERRUPTED
    parameters = saved.network.parameters
    alike = all(np.array_equal(values, parameters[name]) for name, values in run.network.parameters.items())
    return str(ended) == record.status and (alike or record.stop_reason == UNFINISHED)
