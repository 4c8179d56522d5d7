"""Makes the runs of a sweep with a carrier, and keeps its folder up to date."""

import contextlib
import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tui_ann.data.read.table import Table
from tui_ann.engine.stopping import Status
from tui_ann.errors import DataError, TuiAnnError
from tui_ann.experiment.run_record import RunRecord
from tui_ann.session.jobs.carrier import Carrier, JobDone, JobEvent, JobFailed, JobLost, JobProgressed, JobStarted
from tui_ann.session.jobs.examples import Examples, ReadyExamples, TableExamples
from tui_ann.session.jobs.job import MAIN, Job
from tui_ann.session.run.build import Progress
from tui_ann.session.run.prepared import Prepared, read_table_of
from tui_ann.session.store.storage import versions
from tui_ann.session.sweep.folder import SweepFolder
from tui_ann.session.sweep.plan import PlannedRun, Rung, SweepPlan, Trial, refuse_unmeasured
from tui_ann.session.sweep.record import FAILED, SweepRecord, SweepRun, SweepTrial, compared, judged
from tui_ann.session.sweep.values import typed

_PERIOD = 1.0
"""Seconds between two writes of the record, at least."""
_SHARE = 0.03
"""The share of the time that these writes may take."""

MakeCarrier = Callable[[Mapping[str, Examples]], Carrier]
"""Makes the carrier for rows."""


@dataclass(frozen=True)
class SweepRunEnded:
    """A run has ended and is in the folder."""

    trial: Trial
    """Its trial."""
    run: SweepRun
    """What came of it."""


SweepEvent = JobStarted | JobProgressed | JobLost | SweepRunEnded


@dataclass(frozen=True, eq=False)
class SweepData:
    """The rows of a sweep."""

    examples: Examples
    """What its jobs learn from."""
    sha256: str
    """Fingerprint of the data file."""
    task: str = ""
    """The task; empty if no trial can use the rows."""
    targets: int = 0
    """How many columns are predicted."""


def sweep_data(plan: SweepPlan, progress: Progress | None = None, table: Table | None = None) -> SweepData:
    """Read the rows of a sweep, and check that its runs measure the metric.

    Args:
        plan: The plan.
        progress: Gets the progress of reading.
        table: The table, if it was read with the settings of the experiment.

    Raises:
        DataError: The rows cannot be read, or no trial can use them.
        ExperimentError: The metric is not measured.
    """
    table = table or read_table_of(plan.experiment, progress)
    data, refused = Prepared(), None
    for trial in plan.choices():
        try:
            experiment = plan.experiment_of(plan.runs_of(trial)[0])
            data.put_table(experiment, table)
            _, dataset = data.make(experiment)
        except DataError as error:
            refused = refused or error
            if not plan.needs_table:
                break
        except TuiAnnError:  # values that do not go together: this trial fails, others may not
            continue
        else:
            refuse_unmeasured(plan, dataset.task)
            examples = TableExamples(table) if plan.needs_table else ReadyExamples(dataset, table.report.sha256)
            return SweepData(examples, table.report.sha256, dataset.task, len(dataset.targets))
    if refused is not None:
        raise refused
    return SweepData(TableExamples(table), table.report.sha256)


class Sweep:
    """A sweep in its folder.  Make one by `begun`.

    Args:
        plan: The plan.
        data: Its rows.
        folder: Its folder.
        clock: Seconds, from any start.
    """

    def __init__(
        self, plan: SweepPlan, data: SweepData, folder: SweepFolder, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.plan, self.folder = plan, folder
        self._data, self._clock = data, clock
        self._trials = plan.choices()
        self._planned = {plan.folder_of(run): run for trial in self._trials for run in plan.runs_of(trial)}
        self._runs = {name: _waiting(name, run) for name, run in self._planned.items()}
        self._changes = [{key: typed(value) for key, value in trial.changes.items()} for trial in self._trials]
        self._ended: deque[SweepRunEnded] = deque()
        self._carrier: Carrier | None = None
        self._stopping = False
        self._over = False
        self._status = "running"
        self._before = 0.0
        self._began = clock()
        self._next_write = self._began + _PERIOD

    @classmethod
    def begun(cls, plan: SweepPlan, data: SweepData, out: Path | None = None) -> "Sweep":
        """A sweep with its folder: a new one, or one that goes on where it stopped.

        Args:
            plan: The plan.
            data: Its rows.
            out: The folder; by default `runs/<name>-sweep-<time>`.

        Raises:
            SessionError: The folder cannot be written, or has something else in it.
        """
        blank = cls(plan, data, SweepFolder(Path()))
        sweep = cls(plan, data, SweepFolder.create(out, plan.experiment, blank.record))
        sweep._load()
        return sweep

    @property
    def record(self) -> SweepRecord:
        """What is known now."""
        plan, rungs = self.plan, self.plan.rungs
        epochs = rungs[-1].epochs if plan.search == "halving" else 0
        trials = [
            judged(trial.number, changes, self._runs_of(trial), epochs, over=self._over, name=trial.name)
            for trial, changes in zip(self._trials, self._changes, strict=True)
        ]
        record = SweepRecord(
            experiment=plan.experiment.name,
            settings={each.key: each.text for each in plan.settings},
            search=plan.search,
            seed=plan.seed,
            repeats=plan.repeats,
            folds=plan.folds,
            metric=plan.metric,
            direction="max" if plan.higher_is_better else "min",
            rungs=[(rung.trials, rung.epochs) for rung in rungs],
            status=self._status,
            trials=trials,
            seconds=self._before + self._clock() - self._began,
            versions=versions(),
            sha256=self._data.sha256,
        )
        return compared(record)

    @property
    def done(self) -> int:
        """Runs that have ended."""
        return sum(run.ended for run in self._runs.values())

    def run(self, make_carrier: MakeCarrier) -> Iterator[SweepEvent]:
        """Make the runs that are missing; the folder can be read at any moment.

        Args:
            make_carrier: Makes the carrier of the jobs, which is closed at the end.

        Raises:
            SessionError: A result cannot be written, another program makes the sweep, or there are no workers.
        """
        with self.folder.claimed():
            try:
                with make_carrier({MAIN: self._data.examples}) as carrier:
                    self._carrier = carrier
                    if self._stopping:
                        carrier.stop()
                    yield from self._searched(carrier)
            except BaseException:
                self._status = "interrupted"
                with contextlib.suppress(TuiAnnError):
                    self.folder.write(self.record)
                raise
            self._over = not self._stopping or self._complete()
            self._status = "completed" if self._over else "interrupted"
            self.folder.write(self.record)

    def stop(self) -> None:
        """End within half a second; it takes no lock, so a signal handler may call it."""
        self._stopping = True
        if self._carrier is not None:
            self._carrier.stop()

    def _searched(self, carrier: Carrier) -> Iterator[SweepEvent]:
        """The stages of the search, one after the other."""
        trials, rungs = self._trials, self.plan.rungs
        for rung, following in zip(rungs, [*rungs[1:], None], strict=True):
            for event in carrier.run(self._jobs(trials, rung)):
                yield from self._heard(event, rung)
            yield from self._told()
            if self._stopping or following is None:
                return
            self._note(trials, rung)
            trials = self._best(trials, rung, following.trials)
            self.folder.write(self.record)

    def _jobs(self, trials: Sequence[Trial], rung: Rung) -> Iterator[Job]:
        """The jobs of a stage that are not done yet."""
        halves = self.plan.search == "halving"
        for trial in trials:
            for planned in self.plan.runs_of(trial):
                name = self.plan.folder_of(planned)
                if self._stopping:
                    return
                if self._is_done(self._runs[name], rung):
                    continue
                try:
                    experiment = self.plan.experiment_of(planned, rung.epochs if halves else None)
                except TuiAnnError as error:
                    self._fail(name, " ".join([error.message, *error.details]))
                    continue
                begun = self._runs[name].status in (Status.INTERRUPTED, Status.COMPLETED)
                stored = self.folder.stored(name) if begun else None
                yield Job(name, experiment, stored=stored, keep=True)

    def _is_done(self, run: SweepRun, rung: Rung) -> bool:
        if not run.ended:
            return False
        return self.plan.search != "halving" or run.status != Status.COMPLETED or run.epochs >= rung.epochs

    def _heard(self, event: JobEvent, rung: Rung) -> Iterator[SweepEvent]:
        match event:
            case JobDone():
                self.folder.keep(event.key, event.result.files)
                self._take(event.key, event.result.record)
            case JobFailed():
                self._fail(event.key, " ".join(filter(None, (event.message, event.remedy))))
            case _:
                yield event
        yield from self._told()
        if self._clock() >= self._next_write:
            began = self._clock()
            self.folder.write(self.record)
            ended = self._clock()
            self._next_write = max(began + _PERIOD, ended + (ended - began) / _SHARE)

    def _told(self) -> Iterator[SweepRunEnded]:
        while self._ended:
            yield self._ended.popleft()

    def _take(self, name: str, record: RunRecord) -> None:
        self._runs[name] = self._of(name, record)
        self._ended.append(SweepRunEnded(self._planned[name].trial, self._runs[name]))

    def _of(self, name: str, record: RunRecord) -> SweepRun:
        return msgspec.structs.replace(
            self._runs[name],
            status=record.status,
            reason=record.stop_reason,
            epochs=record.epochs,
            updates=record.updates,
            seconds=record.seconds,
            value=_value(self.plan.metric, record),
            metrics=record.metrics,
            penalty=record.penalty,
        )

    def _fail(self, name: str, reason: str) -> None:
        self._runs[name] = msgspec.structs.replace(self._runs[name], status=FAILED, reason=reason, value=None)
        self._ended.append(SweepRunEnded(self._planned[name].trial, self._runs[name]))

    def _note(self, trials: Sequence[Trial], rung: Rung) -> None:
        """Write down the values at the end of a stage, from which it is decided who goes on."""
        key = str(rung.epochs)
        for trial in trials:
            for run in self._runs_of(trial):
                if key not in run.rungs:
                    self._runs[run.folder] = msgspec.structs.replace(run, rungs={**run.rungs, key: run.value})

    def _best(self, trials: Sequence[Trial], rung: Rung, count: int) -> list[Trial]:
        """The best trials at the end of a stage, in their order."""
        key, sign = str(rung.epochs), -1.0 if self.plan.higher_is_better else 1.0
        means = dict[int, float]()
        for trial in trials:
            runs = self._runs_of(trial)
            values = [value for run in runs if run.useful and (value := run.rungs.get(key)) is not None]
            if len(values) == len(runs):
                means[trial.number] = sign * sum(values) / len(values)
        kept = sorted(means, key=lambda number: means[number])[:count]
        return [trial for trial in trials if trial.number in kept]

    def _complete(self) -> bool:
        """Whether nothing is missing although it was stopped: the stop came at the very end."""
        return self.plan.search != "halving" and all(run.ended for run in self._runs.values())

    def _runs_of(self, trial: Trial) -> list[SweepRun]:
        return [self._runs[self.plan.folder_of(run)] for run in self.plan.runs_of(trial)]

    def _load(self) -> None:
        """Take up what the folder has: the runs in it, and the values of earlier stages."""
        record = self.folder.record()
        self._before = record.seconds
        known = {run.folder: run for trial in record.trials for run in trial.runs}
        for name in self._planned:
            if (found := self.folder.run_record(name)) is not None:
                if name in known:
                    self._runs[name] = msgspec.structs.replace(self._runs[name], rungs=known[name].rungs)
                self._runs[name] = self._of(name, found)


def _waiting(name: str, run: PlannedRun) -> SweepRun:
    return SweepRun(folder=name, repeat=run.repeat, fold=run.fold)


def _value(metric: str, record: RunRecord) -> float | None:
    """The metric of a run, if it is a finite number.

    A loss is that of the data: with its penalties a dead network under a large L2 would beat one that has learned.
    """
    bare = metric.removeprefix("val_")
    value = record.metrics.get("train" if bare == metric else "validation", {}).get(bare)
    if value is not None and bare == "loss":
        value -= record.penalty or 0.0
    return value if value is not None and math.isfinite(value) else None


def best_trial(record: SweepRecord) -> SweepTrial | None:
    """The best trial of a sweep, if any is complete."""
    return next((trial for trial in record.trials if trial.trial == record.best), None)
