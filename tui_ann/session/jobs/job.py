"""One job: an experiment that is trained to its end, with a result that says everything about it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tui_ann.engine.epoch_records import EpochTable
from tui_ann.engine.tape import Array
from tui_ann.experiment.run_record import RunRecord
from tui_ann.experiment.spec import Experiment
from tui_ann.session.jobs.examples import Examples
from tui_ann.session.run.build import make_run
from tui_ann.session.run.run import Run
from tui_ann.session.store.run_files import run_files
from tui_ann.session.store.state_file import StoredRun
from tui_ann.session.store.storage import record_of

LOOK = 0.004
"""Seconds between two questions whether to stop, unless one update takes longer."""
TELL = 0.1
"""Seconds between two reports of progress."""

_LONGEST = 1 << 16
"""Updates between two looks at the clock, at most."""

MAIN = "main"
"""The usual name of the rows of a job."""


@dataclass(frozen=True, eq=False)
class Job:
    """One run to make."""

    key: str
    """Its name among the jobs."""
    experiment: Experiment
    """What to train, with all changes made."""
    data: str = MAIN
    """The name of its rows among those of the carrier."""
    start: Mapping[str, Array] | None = None
    """The initial parameters; by default those of the experiment."""
    stored: StoredRun | None = None
    """A run to continue bit for bit, perhaps with more epochs; by default it begins at its start."""
    keep: bool = False
    """Whether the result has the files of a run folder."""

    @property
    def is_light(self) -> bool:
        """Whether it is small enough to be sent ahead."""
        return self.start is None and self.stored is None


@dataclass(frozen=True, eq=False)
class JobResult:
    """What a job found."""

    record: RunRecord
    """How it ended, its figures on each part (those of the parameters kept), its verdict and its seconds."""
    epochs: EpochTable
    """Its history, norms of the gradients included; `EpochRecords.of` reads it."""
    parameters: Mapping[str, Array]
    """The parameters kept, by name."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The files of its run folder by their names, if the job keeps them."""


@dataclass(frozen=True)
class JobProgress:
    """How far a job is."""

    epoch: int
    """Epochs completed."""
    epochs: int
    """Epochs planned."""
    update: int
    """Updates made."""
    loss: float
    """The loss of the last epoch; NaN before its end."""


def run_job(
    job: Job,
    examples: Examples,
    progress: Callable[[JobProgress], None],
    stopped: Callable[[], bool],
    clock: Callable[[], float] = time.perf_counter,
) -> JobResult:
    """Train the run of a job in this thread.

    Args:
        job: The run to make.
        examples: Its rows.
        progress: Gets its progress a few times a second.
        stopped: Asked between bursts of updates whether to stop; the run is then `interrupted`.
        clock: Seconds, from any start.

    Raises:
        DataError, ExperimentError, EngineError: The experiment cannot run.
    """
    run = _made(job, examples, clock)
    if job.keep:
        run.log.follow(run.trainer.history)
    _train(run, progress, stopped, clock)
    history, network = run.trainer.history, run.network
    record = record_of(run, examined=False)  # of thousands of runs few are looked at, and `doctor` examines those
    found = run_files(run, record) if job.keep else {}
    files = {name: each if isinstance(each, bytes) else each.read_bytes() for name, each in found.items()}
    return JobResult(record, history.epochs.table(), network.copy_parameters(), files)


def _made(job: Job, examples: Examples, clock: Callable[[], float]) -> Run:
    """The run, at its start or where it was stored."""
    dataset, stored = examples.dataset(job.experiment), job.stored
    if stored is None:
        return make_run(job.experiment, dataset, examples.sha256, 1, start=job.start, clock=clock)
    run = stored.live(job.experiment, dataset, examples.sha256, 1, clock, resume=True)
    if run.takes_up(job.experiment):
        run.take_up(job.experiment)
    return run


def _train(
    run: Run, progress: Callable[[JobProgress], None], stopped: Callable[[], bool], clock: Callable[[], float]
) -> None:
    trainer = run.trainer
    began = clock()
    look, tell = began + LOOK, began + TELL
    trainer.burst = 1
    with run.suited_threads():
        for _ in trainer.run():
            now = clock()
            if now < look:
                trainer.burst = min(2 * trainer.burst, _LONGEST)
                continue
            trainer.burst = max(1, trainer.burst // 2)
            if stopped():
                trainer.interrupt()
                break
            if now >= tell:
                progress(_progress(run))
                tell = now + TELL
            look = now + LOOK


def _progress(run: Run) -> JobProgress:
    trainer = run.trainer
    epochs = trainer.history.epochs
    loss = epochs[-1].loss if epochs else float("nan")
    return JobProgress(trainer.epoch, trainer.settings.epochs, trainer.update, loss)
