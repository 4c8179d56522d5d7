"""The output of `tui-ann sweep`: a table of the trials, the best first, or JSON lines."""

import contextlib
import math
import os
import shlex
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self

import msgspec

from tui_ann.cli.failures import forget_stdout
from tui_ann.cli.sweep_cautions import cautions
from tui_ann.cli.terminal import Bar, amount, amount_of, as_json, either, figure, say, show, show_table
from tui_ann.session.interruption import AbortedError, interruptible
from tui_ann.session.jobs.carrier import Carrier, JobLost, JobProgressed, JobStarted
from tui_ann.session.jobs.examples import Examples
from tui_ann.session.sweep.record import SweepRecord, SweepTrial
from tui_ann.session.sweep.sweep import MakeCarrier, Sweep, SweepEvent, SweepRunEnded, best_trial
from tui_ann.text import counted, duration

MOST_ROWS = 30
"""Trials shown on a terminal; a file or a program gets all."""

_MOST_REASONS = 5
_PERIOD = 0.1
_CUT = ("⊣", "|")


class _SweepReport:
    """Reports on a sweep.

    Args:
        sweep: The sweep.
        quiet: Whether to leave out what is not the result.
    """

    def __init__(self, sweep: Sweep, quiet: bool) -> None:
        self._sweep, self._quiet = sweep, quiet

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def started(self) -> None:
        """Before the first run."""

    def heard(self, event: SweepEvent) -> None:
        """Something has happened."""

    def ended(self) -> None:
        """After the last run."""

    def warned(self) -> None:
        """Say that results are being written; a print could wait for a lock."""
        with contextlib.suppress(OSError):
            os.write(2, b"\nStill writing what is done. Press Ctrl-C once more to abort.\n")


def locally(workers: int | None) -> MakeCarrier:
    """Runs are made in processes of this machine.

    Args:
        workers: How many; by default its cores.
    """

    def carrier(rows: Mapping[str, Examples]) -> Carrier:
        from tui_ann.session.jobs.local import LocalCarrier

        return LocalCarrier(rows, workers)

    return carrier


class MakesRuns(Protocol):
    """A sweep, or a lab."""

    def run(self, make_carrier: MakeCarrier) -> Iterator[SweepEvent]:
        """Make the runs that are missing."""

    def stop(self) -> None:
        """End within half a second."""


def reported(report: _SweepReport, made: MakesRuns, carrier: MakeCarrier, place: Path, hint: str = "") -> bool:
    """Make the runs and report on them, until the end or an interruption.

    Args:
        report: Reports.
        made: What makes the runs.
        carrier: Makes the carrier of its jobs.
        place: The folder of what is done.
        hint: How the rest can be made later, after the name of that folder.

    Returns:
        Whether somebody still reads the output.

    Raises:
        AbortedError: The user would not wait for the runs that were ending.
        SessionError: A result cannot be written, or there are no workers.
    """
    try:
        with report, interruptible(made.stop, report.warned):
            report.started()
            for event in made.run(carrier):
                report.heard(event)
    except AbortedError:
        say(f"Aborted. {place} has the runs that had ended{hint}.")
        raise
    except BrokenPipeError:
        forget_stdout()
        say(f"The output was closed. What is done is in {place}{hint}.")
        return False
    report.ended()
    return True


class SweepTable(_SweepReport):
    """Progress on stderr, and at the end a table and the best trial on stdout."""

    def __init__(self, sweep: Sweep, quiet: bool) -> None:
        super().__init__(sweep, quiet)
        self._bar = Bar("training", quiet=quiet)
        self._total = sum(rung.trials for rung in sweep.plan.rungs) * sweep.plan.runs_of_trial
        self._before = sweep.done
        self._ended = 0
        self._parts: dict[str, float] = {}
        self._began = time.monotonic()
        self._next = 0.0

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.__exit__()

    def started(self) -> None:
        """Say what is done."""
        if self._quiet:
            return
        plan = self._sweep.plan
        with self._bar.aside(sys.stderr):
            runs = "" if plan.runs_of_trial == 1 else f", {counted(plan.runs_of_trial, 'run')} each"
            say(f"{counted(plan.trials, 'trial')} of {plan.experiment.name}{runs}, in {self._sweep.folder.path}")
            if len(plan.rungs) > 1:
                stages = " → ".join(f"{rung.trials} to epoch {rung.epochs}" for rung in plan.rungs)
                say(f"halving: {stages}")
            if not plan.settings:
                say("Nothing is varied: name values, such as --set training.learning_rate=0.01,0.1.")
            if self._before:
                say(f"{counted(self._before, 'run')} of them are done already.")

    def heard(self, event: SweepEvent) -> None:
        """Move the bar."""
        match event:
            case JobStarted():
                self._parts[event.key] = 0.0
            case JobProgressed():
                self._parts[event.key] = event.progress.epoch / max(1, event.progress.epochs)
            case JobLost():
                self._parts.pop(event.key, None)
                if not self._quiet:
                    with self._bar.aside(sys.stderr):
                        say(f"{event.worker} was killed; {event.key} is repeated.")
            case SweepRunEnded():
                self._parts.pop(event.run.folder, None)
                self._ended += 1
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PERIOD
            self._move(now)

    def _move(self, now: float) -> None:
        made = self._ended + sum(self._parts.values())
        done = self._before + made
        words = [f"run {min(self._before + self._ended + 1, self._total)}/{self._total}"]
        if made:
            words.append(f"ETA {duration((now - self._began) / made * max(0.0, self._total - done))}")
        self._bar.at(done / self._total, " · ".join(words))

    def ended(self) -> None:
        """Print the trials, the best first, and what can be said of them."""
        record, folder = self._sweep.record, self._sweep.folder.path
        best = best_trial(record)
        if self._quiet:
            show(str(folder / record.best_folder) if best else str(folder))
            return
        ranked = record.ranked
        if ranked:
            self._show_table(record, ranked)
            show()
        for lines in (conclusions(record), _others(record)):
            for line in lines:
                show(line)
            if lines:
                show()
        if best is not None:
            which = "best" if self._sweep.plan.runs > 1 else "only"
            show(f"open the {which} run: tui-ann {shlex.quote(os.path.relpath(folder / record.best_folder))}")
        show(f"saved in {folder}")
        if record.status == "interrupted":
            say(f"Interrupted. Go on with: tui-ann sweep --resume {shlex.quote(os.path.relpath(folder))}")

    def _show_table(self, record: SweepRecord, ranked: list[SweepTrial]) -> None:
        shown = ranked[:MOST_ROWS] if sys.stdout.isatty() else ranked
        heads = [setting_head(key) for key in record.settings]
        rows = [
            [
                f"{trial.trial}{_mark(record, trial)}",
                *(_cell(trial.changes.get(key, "")) for key in record.settings),
                result,
                *([str(trial.n)] if self._sweep.plan.runs_of_trial > 1 else []),
                f"{amount(trial.epochs)}{f' {either(*_CUT)}' if trial.status == 'stopped' else ''}",
                figure(trial.seconds, decimals=2),
            ]
            for trial, result in zip(shown, _aligned(shown), strict=True)
        ]
        counts = ["n"] if self._sweep.plan.runs_of_trial > 1 else []
        titles = ["trial", *heads, record.metric, *counts, "epochs", "seconds"]
        show_table(titles, rows, right=range(len(titles)))
        if counts:
            deviation = f"mean {plus_minus()} standard deviation"
            show(f"n runs: {deviation} of {record.metric}, most epochs, sum of seconds")
        if any(trial.status == "stopped" for trial in shown):
            show(f"{either(*_CUT)} stopped there by halving; only trials of equal epochs can be compared")
        if len(shown) < len(ranked):
            show(f"… and {amount_of(len(ranked) - len(shown), 'trial')} more in sweep.csv")


class SweepJson(_SweepReport):
    """One JSON object per line."""

    def started(self) -> None:
        """The plan."""
        plan = self._sweep.plan
        record = self._sweep.record
        self._line(
            {
                "event": "start",
                "experiment": record.experiment,
                "settings": record.settings,
                "search": record.search,
                "metric": record.metric,
                "direction": record.direction,
                "rungs": record.rungs,
                "trials": plan.trials,
                "runs": plan.runs,
                "done": self._sweep.done,
                "out": str(self._sweep.folder.path),
            }
        )

    def heard(self, event: SweepEvent) -> None:
        """A run that ended, or a worker that was lost."""
        if self._quiet:
            return
        if isinstance(event, SweepRunEnded):
            run = msgspec.to_builtins(event.run)
            del run["rungs"]
            self._line({"event": "run", "trial": event.trial.number, "changes": dict(event.trial.changes), **run})
        elif isinstance(event, JobLost):
            self._line({"event": "lost", "run": event.key, "worker": event.worker})

    def ended(self) -> None:
        """What came of each trial."""
        found = msgspec.to_builtins(self._sweep.record)
        trials = [{key: value for key, value in trial.items() if key != "runs"} for trial in found["trials"]]
        names = ("status", "metric", "direction", "best", "best_folder", "seconds")
        out = str(self._sweep.folder.path)
        self._line({"event": "end", **{name: found[name] for name in names}, "trials": trials, "out": out})

    def _line(self, event: Mapping[str, Any]) -> None:
        print(as_json(event), flush=True)


def conclusions(record: SweepRecord) -> list[str]:
    """What the results say, one sentence each."""
    best = best_trial(record)
    if best is None:
        if record.status == "interrupted" and not record.ranked:
            runs = [run for trial in record.trials for run in trial.runs]
            ended = sum(run.ended for run in runs)
            return [f"No trial is complete yet: {amount(ended)} of {amount_of(len(runs), 'run')} are done, and kept."]
        return ["No trial has a result to compare."]
    of = f" (n = {best.n})" if best.n > 1 else ""
    result = f"{record.metric} {spread(best)}{of}"
    lines = [f"* best: trial {best.trial}, {result}" if len(record.trials) > 1 else f"the only trial: {result}"]
    if best.changes:
        lines.append(f"  {_values(best)}")
    if record.penalised:
        lines.append(f"{record.metric}: of the data, without the L1 and L2 penalties;")
        lines.append(f"  in sweep.csv it is the column value, and the column {record.metric} has penalties.")
    same = [str(trial.trial) for trial in record.trials if trial.not_told_apart]
    done = [trial for trial in record.trials if trial.status == "done"]
    if same:
        which = f"trial {same[0]} is" if len(same) == 1 else f"{amount_of(len(same), 'trial')} are"
        lines += [f"= {which} not told apart from it: the intervals,", "  mean ± standard deviation, overlap."]
    elif best.n > 1 and len(done) > 1:
        lines.append("No interval, mean ± standard deviation, overlaps that of the best.")
    elif best.n == 1 and len(done) > 1:
        lines.append("One run each: a small difference may be luck. --repeats 5 shows the spread.")
    return lines + cautions(record)


def _mark(record: SweepRecord, trial: SweepTrial) -> str:
    """What is behind the number of a trial; the best of one is nothing to mark."""
    if trial.trial == record.best and len(record.trials) > 1:
        return "*"
    return "=" if trial.not_told_apart else " "


def spread(trial: SweepTrial) -> str:
    """The result of a trial: mean ± standard deviation, or the one value."""
    mean = figure(math.nan if trial.mean is None else trial.mean, 4)
    return mean if trial.std is None else f"{mean} {plus_minus()} {figure(trial.std, 2)}"


def plus_minus() -> str:
    """The sign between a mean and its standard deviation."""
    return either("±", "+/-")


def setting_head(key: str) -> str:
    """A short title for a setting: `learning_rate`, `units 1` for the first layer."""
    parts = key.split(".")
    if parts[:2] == ["network", "layers"] and parts[2:]:
        return " ".join([*(parts[3:] or ["layer"]), parts[2]])
    return parts[-1]


def _others(record: SweepRecord) -> list[str]:
    """The trials without a result, with their reasons."""
    lines, waiting = list[str](), 0
    for trial in record.others:
        if trial.status == "waiting" and not trial.n:
            waiting += 1
        elif len(lines) < _MOST_REASONS:
            lines.append(f"trial {trial.trial} ({_values(trial)}) {_became(record, trial)}")
    rest = len(record.others) - waiting - len(lines)
    if rest:
        lines.append(f"… and {amount_of(rest, 'trial')} more, with their reasons in sweep.csv")
    if waiting:
        lines.append(f"{amount_of(waiting, 'trial')} not made yet")
    return lines


def _became(record: SweepRecord, trial: SweepTrial) -> str:
    """What became of a trial that is not complete: why, or the runs that are done and their result so far."""
    if trial.status not in ("waiting", "interrupted"):
        return f"{trial.status}: {trial.reason}"
    ended = sum(run.ended for run in trial.runs)
    if not ended:
        return f"{trial.status}: {trial.reason}"
    so_far = f"; {record.metric} {spread(trial)} so far" if trial.n else ""
    return f"{amount(ended)} of {amount_of(len(trial.runs), 'run')} done{so_far}"


def _values(trial: SweepTrial) -> str:
    return ", ".join(f"{setting_head(key)} = {_cell(value)}" for key, value in trial.changes.items())


def _aligned(trials: Sequence[SweepTrial]) -> list[str]:
    """The results of trials, with their ± below each other."""
    texts = [spread(trial).partition(f" {plus_minus()} ") for trial in trials]
    widest = max(len(after) for _, _, after in texts)
    return [f"{mean}{sign}{after:<{widest}}" if sign else mean for mean, sign, after in texts]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return figure(value, 4)
    if isinstance(value, list) and all(isinstance(layer, dict) for layer in value):
        return " → ".join(map(_cell, value))
    if isinstance(value, dict):
        return " ".join(map(_cell, value.values()))
    return ", ".join(map(_cell, value)) if isinstance(value, list | tuple) else str(value)
