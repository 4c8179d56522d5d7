"""Writes a run into its folder."""

import platform
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np

import tui_ann
from tui_ann.engine.stopping import Status
from tui_ann.experiment.run_folder import HISTORY, PREPROCESSING, UNFINISHED, RunFolder, is_run_folder
from tui_ann.experiment.run_record import RunRecord
from tui_ann.session.doctor.diagnosis import diagnosis_of
from tui_ann.session.run.run import Run
from tui_ann.session.store.run_files import INITIAL, first_files, run_files


def record_of(run: Run, *, examined: bool = True) -> RunRecord:
    """The record of a run for `run.json`; a run that has not ended counts as interrupted.

    Args:
        run: The run.
        examined: Whether the doctor looks at it, which takes as long as some tens of updates.
    """
    trainer = run.trainer
    reason, results = trainer.stop_reason, run.results_here()
    return RunRecord(
        status=str(reason.status if reason else Status.INTERRUPTED),
        stop_reason=reason.text if reason else f"saved after {trainer.update} updates, before the run had ended",
        epochs=trainer.epoch,
        updates=trainer.update,
        best_epoch=trainer.best_epoch,
        metrics={part: {**values} for part, values in results.metrics.items()},
        penalty=results.penalty,
        kept=results.kept,
        baseline=dict(results.baselines),
        verdict=run.verdict(),
        findings=[finding.record() for finding in diagnosis_of(run).findings] if examined else [],
        seconds=trainer.seconds,
        versions=versions(),
        kernel=trainer.kernel.name,
        sha256=run.sha256,
        forked=run.forked,
    )


def versions() -> dict[str, str]:
    """The versions that decide the last digits of a result: the program, Python and NumPy."""
    return {"tui-ann": tui_ann.__version__, "python": platform.python_version(), "numpy": np.__version__}


def record_in_progress(run: Run) -> RunRecord:
    """The record of a run that is still in training, in case the program is killed."""
    trainer = run.trainer
    return RunRecord(
        status=str(Status.INTERRUPTED),
        stop_reason=UNFINISHED,
        epochs=trainer.epoch,
        updates=trainer.update,
        best_epoch=trainer.best_epoch,
        seconds=trainer.seconds,
        versions=versions(),
        kernel=trainer.kernel.name,
        sha256=run.sha256,
        forked=run.forked,
    )


def begin(run: Run, path: Path, room: AbstractContextManager[None] | None = None) -> RunFolder:
    """Create a run folder with everything known now, usually before the first update.

    Args:
        run: The run.
        path: The folder.
        room: See `RunFolder.create`.

    Raises:
        SessionError: It cannot be written; nothing is left behind.
    """
    record = record_in_progress(run)
    files = run_files(run, record) if run.begun else first_files(run)
    folder = RunFolder.create(path, run.experiment, record, files, room)
    run.log.settle(folder.history_path)
    return folder


def write_state(run: Run, folder: RunFolder, record: RunRecord, *, history: bool) -> None:
    """Write the state of a run and its record, as it is now.

    Args:
        run: The run.
        folder: Its folder.
        record: Its record.
        history: Whether its history is written anew.

    Raises:
        SessionError: It cannot be written; the state before is still there.
    """
    files = run_files(run, record)
    for name in (PREPROCESSING, INITIAL) if history else (PREPROCESSING, INITIAL, HISTORY):
        del files[name]
    folder.write(files)
    if history:
        run.log.settle(folder.history_path)
    _saved(run, folder.path)


def save(run: Run, path: Path) -> RunRecord:
    """Write a whole run into a folder; a folder of the same run is updated.

    A run that went back must be taken to its furthest moment before; see `Run.whole`.

    Raises:
        SessionError: It cannot be written, or contains another run.
    """
    record = record_of(run)
    if run.folder == path and is_run_folder(path):
        write_state(run, RunFolder.open(path), record, history=True)
    else:
        folder = RunFolder.create(path, run.experiment, record, run_files(run, record))
        run.log.settle(folder.history_path)
        _saved(run, path)
    return record


def _saved(run: Run, path: Path) -> None:
    run.saved_at = (run.trainer.update, run.experiment)
    run.folder = path
