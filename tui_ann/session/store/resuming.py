"""Continues a run from its folder: bit for bit as if it had never ended."""

from collections.abc import Callable
from pathlib import Path

from tui_ann.data.read.table import Table
from tui_ann.engine.stopping import Status
from tui_ann.errors import SessionError
from tui_ann.experiment.keys import put
from tui_ann.experiment.run_folder import STATE, RunFolder
from tui_ann.session.run.build import make_run
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Run
from tui_ann.session.store.recovery import refuse_changed, take_up
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
        run, table = take_up(folder.path / STATE, number, clock, resume=True)
    except SessionError as error:
        if error.code != "bad_recovery":
            raise
        run, table = _repeated(folder, number, clock)
    done = run.trainer.epoch
    if epochs is not None and epochs <= done:
        raise SessionError(
            f"{path} has {counted(done, 'epoch')} already.", remedy=f"Name more than {done}.", code="run_ended"
        )
    if epochs is not None:
        run.take_up(put(run.experiment, "training.epochs", epochs))
    if run.trainer.finished:
        raise SessionError(
            f"{path} has completed its {counted(done, 'epoch')}.",
            remedy=f"Name more of them: --epochs {2 * done}",
            code="run_ended",
        )
    return run, table


def _repeated(folder: RunFolder, number: int, clock: Callable[[], float]) -> tuple[Run, Table]:
    """The run, with all updates made again."""
    experiment, record = folder.experiment(), folder.record()
    table, dataset = Prepared().make(experiment)
    refuse_changed(experiment.data.path, table, record.sha256)
    run = make_run(experiment, dataset, record.sha256, number, start=folder.weights("initial"), clock=clock)
    run.seek(record.updates)
    return run, table
