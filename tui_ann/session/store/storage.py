"""Writes a run into its folder."""

import contextlib
import platform
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import tui_ann
from tui_ann.engine.evaluation import value_names
from tui_ann.engine.stopping import Status
from tui_ann.errors import TuiAnnError
from tui_ann.experiment.history_file import PENALTY
from tui_ann.experiment.run_folder import FILES, STATE, UNFINISHED, RunFolder, is_run_folder
from tui_ann.experiment.run_record import RunRecord
from tui_ann.session.doctor.diagnosis import diagnosis_of
from tui_ann.session.run.run import Run
from tui_ann.session.store import state_file
from tui_ann.session.store.state_file import StoredRun, about_run


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
        sha256=run.sha256,
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
        sha256=run.sha256,
    )


def begin(run: Run, path: Path, *, replace: bool = False) -> RunFolder:
    """Create a run folder with everything known before the first update.

    Raises:
        SessionError: It cannot be written; nothing is left behind.
    """
    try:
        folder = RunFolder.create(path, run.experiment, record_in_progress(run), replace=replace)
        folder.write_preprocessing(run.dataset.preprocessing.to_json())
        folder.write_weights("initial", run.start)
        write_history(run, folder)
    except TuiAnnError as error:
        if error.code != "folder_in_use":
            _undo(path)
        raise
    return folder


def write_history(run: Run, folder: RunFolder) -> None:
    """Replace the history of the folder by that of the run."""
    folder.write_history(run.trainer.history.epochs, history_names(run))


def history_names(run: Run) -> Sequence[str]:
    """The values of an epoch, for a history without epochs; with `penalty` if the run has one."""
    names = value_names(run.experiment.training.metrics, validated=len(run.dataset.X_validation) > 0)
    return [*names, PENALTY] if run.network.penalties.active else names


def _undo(path: Path) -> None:
    """Delete what was written; other files in the folder stay."""
    for name in FILES:
        with contextlib.suppress(OSError, ValueError):
            (path / name).unlink()
    with contextlib.suppress(OSError, ValueError):
        path.rmdir()


def write_parameters(run: Run, folder: RunFolder, *, durable: bool = True) -> None:
    """Write the current parameters and those of the best epoch."""
    folder.write_weights("final", run.network.copy_parameters(), durable=durable)
    if run.trainer.best is not None:
        folder.write_weights("best", run.trainer.best, durable=durable)


def write_state(run: Run, folder: RunFolder, *, durable: bool = True) -> None:
    """Write the state from which the run is continued if it can go on, and repeated in any case."""
    state_file.write(folder.path / STATE, StoredRun.of(run), about_run(run), durable=durable)


def checkpoint(run: Run, folder: RunFolder) -> None:
    """Write the current state of a run in training; it will soon be overwritten."""
    write_parameters(run, folder, durable=False)
    write_state(run, folder, durable=False)
    folder.write_record(record_in_progress(run))


def complete(run: Run, folder: RunFolder) -> RunRecord:
    """Write the final results.

    Raises:
        SessionError: It cannot be written; earlier files are unchanged.
    """
    folder.write_experiment(run.experiment)
    write_parameters(run, folder)
    write_state(run, folder)
    record = record_of(run)
    folder.write_record(record)
    run.saved_at = (run.trainer.update, run.experiment)
    run.folder = folder.path
    return record


def save(run: Run, path: Path) -> RunRecord:
    """Write a whole run into a folder; a folder of the same run is updated.

    A run that went back must be taken to its furthest moment before; see `Run.whole`.

    Raises:
        SessionError: It cannot be written, or contains another run.
    """
    known = run.folder == path and is_run_folder(path)
    folder = RunFolder.open(path) if known else begin(run, path)
    try:
        write_history(run, folder)
        return complete(run, folder)
    except TuiAnnError:
        if not known:
            _undo(path)
        raise
