"""Continues a run from its folder: bit for bit as if it had never ended."""

from collections.abc import Callable
from pathlib import Path

from tui_ann.data.read.table import Table
from tui_ann.engine.stopping import Status
from tui_ann.errors import SessionError
from tui_ann.experiment.keys import put
from tui_ann.experiment.run_folder import STATE, UNFINISHED, RunFolder
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Run
from tui_ann.session.store.recovery import refuse_changed, take_up
from tui_ann.session.store.replay import CLOSE, Replay
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.text import counted

_ENDED: dict[str, str] = {
    Status.EARLY_STOPPED: "stopped early",
    Status.CONVERGED: "converged",
    Status.DIVERGED: "diverged",
}
"""What a run that cannot go on did, by its status."""


def resumed(path: Path, number: int, clock: Callable[[], float], epochs: int | None = None) -> tuple[Run, Table]:
    """The run of a folder where it stopped, ready to go on, with its table.

    A folder of another version has no state that can be read; its updates are repeated from the start.

    Args:
        path: The run folder.
        number: The run's number in its session.
        clock: Seconds, from any start.
        epochs: How many epochs the run has from now on, those done included.

    Raises:
        SessionError: It is no run folder, ended for good, is damaged, or its data file has changed since.
        DataError: The data cannot be read.
        ExperimentError: Its experiment has mistakes.
    """
    folder = RunFolder.open(path)
    record = folder.record()
    if record.status not in (Status.INTERRUPTED, Status.COMPLETED):
        raise SessionError(
            f"{path} cannot go on: the run {_ENDED.get(record.status, 'ended')} ({record.stop_reason}).",
            remedy=f"Train it anew, with other settings: tui-ann train {path} --set KEY=VALUE",
            code="run_ended",
        )
    try:
        run, table = take_up(folder.at(STATE), number, clock, resume=True)
    except SessionError as error:
        if error.code != "bad_recovery":
            raise
        run, table = _repeated(path, number, clock)
    done = run.trainer.epoch
    if epochs is not None and epochs <= done:
        raise SessionError(
            f"{path} has {counted(done, 'epoch')} already.", remedy=f"Name more than {done}.", code="run_ended"
        )
    if epochs is not None:
        run.take_up(put(run.experiment, "training.epochs", epochs))
    if run.trainer.finished and record.stop_reason != UNFINISHED:  # else only its results are missing
        raise SessionError(
            f"{path} has completed its {counted(done, 'epoch')}.",
            remedy=f"Name more of them: --epochs {2 * done}",
            code="run_ended",
        )
    return run, table


def _repeated(path: Path, number: int, clock: Callable[[], float]) -> tuple[Run, Table]:
    """The run, with all updates made again."""
    saved, data = SavedRun.load(path), Prepared()
    table, dataset = data.make(saved.experiment)
    refuse_changed(saved.experiment.data.path, table, saved.record.sha256)
    data.put_table(saved.experiment, table)
    data.put_dataset(saved.experiment, dataset)
    try:
        run = Replay(saved, data, number=number, clock=clock, agrees=CLOSE).take_whole()
    except SessionError as error:
        if error.code != "no_replay":
            raise
        raise SessionError(
            f"{path} cannot go on: it has no state that can be read, and its updates come out differently here.",
            remedy=f"Train it anew: tui-ann train {path}",
            code="run_ended",
        ) from error
    assert run is not None, "nothing cancels it"
    return run, table
