"""The output of `tui-ann train`: one row per epoch and a summary, or JSON lines."""

import contextlib
import math
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import msgspec

from tui_ann.cli.terminal import Bar, amount, as_json, either, figure, say, show, show_table
from tui_ann.engine.diagnostics.finding import Severity
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.stopping import Status
from tui_ann.experiment.run_record import Trouble
from tui_ann.session.headless import Report, TrainingOutcome
from tui_ann.session.run.baseline_names import CLASS_SHARES, CONSTANT, shares_explained
from tui_ann.session.run.results import Results
from tui_ann.session.run.run import Run
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.run.verdict import advice
from tui_ann.text import duration, grouped, short

MOST_ROWS = 30
"""Rows of epochs shown on a terminal, approximately; a file or a program gets every epoch."""

_WIDTH = 10
_SHORTEST = 0.1
"""Seconds; a shorter time is only called that."""
_HEADS = {
    Trouble.DIVERGED: "The run diverged",
    Trouble.DEAD: "The network is dead",
    Trouble.WORSE: "The run ended worse than it began",
}


def _round_step(least: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is not below this."""
    power: int = 10 ** (len(str(least)) - 1)
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def say_verdict(outcome: TrainingOutcome) -> None:
    """Print on stderr what is wrong with a run, if anything: its verdict, and the worst finding of the doctor."""
    record = outcome.record
    worst = next((finding for finding in record.findings if finding.severity != Severity.NOTE.word), None)
    if record.verdict is not None:
        say(f"{_HEADS[record.verdict.trouble]}: {record.verdict.text}.")
    if worst is not None:
        say(f"{worst.title}: {worst.line}")
    elif record.verdict is not None:
        say(advice(record.verdict, outcome.learning_rate))


class _Printed(Report):
    """A report on stdout.  If that cannot be written, it raises once and prints nothing afterwards.

    On an exception, the session saves the run, and reports the last epochs while it does.
    """

    def __init__(self) -> None:
        self._gone = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ended(self, outcome: TrainingOutcome) -> None:
        """Report how it ended."""

    def warned(self) -> None:
        """Say that the run is being saved; a print could wait for a lock."""
        with contextlib.suppress(OSError):
            os.write(2, b"\nStill saving the run. Press Ctrl-C once more to abort; the last moments are lost then.\n")

    def aborted(self, folder: Path) -> None:
        """Say what is left."""
        say(f"Aborted. {folder} holds the run as it was last saved during the training.")

    def _print(self, text: str = "", *, flush: bool = False) -> None:
        if self._gone:
            return
        try:
            print(text, end="", flush=flush)
        except OSError:
            self._gone = True
            raise


class TableReport(_Printed):
    """One row per epoch on stdout, progress with the time left on stderr, and a summary at the end.

    Args:
        epochs: Maximum number of epochs.
        quiet: Whether to show only the run folder at the end, and a divergence.
        remarks: What reading the data lost, one sentence each.
    """

    def __init__(self, epochs: int, quiet: bool, remarks: Sequence[str] = ()) -> None:
        super().__init__()
        self._remarks = remarks
        self._epochs = epochs
        self._quiet = quiet
        self._bar = Bar("training", quiet=quiet)
        terminal = sys.stdout.isatty()
        self._thin = terminal
        self._step = _round_step(math.ceil(epochs / MOST_ROWS)) if terminal else 1
        self._room = shutil.get_terminal_size().columns if terminal else None
        self._columns: frozenset[str] = frozenset()
        self._waiting: list[str] = []
        self._cells: dict[str, str] = {}
        self._last: EpochRecord | None = None
        self._shown: EpochRecord | None = None

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.__exit__()

    def started(self, run: Run, folder: Path) -> None:
        """Report what was done with the data."""
        if not self._quiet:
            with self._bar.aside(sys.stderr):
                for note in (*self._remarks, *run.dataset.notes):
                    say(note)

    def epoch(self, record: EpochRecord) -> None:
        """Add a row; rows are printed together a few times a second.

        A terminal gets the first epoch, every so many, one with another learning rate than before, and the last; but
        none that says the same as the row above it.
        """
        before, self._last = self._last, record
        if self._quiet:
            return
        rates = [each.learning_rate for each in (self._shown, before) if each is not None]
        jumped = self._thin and len(rates) == 2 and record.learning_rate != rates[0] == rates[1]
        if jumped or record.epoch == 1 or record.epoch % self._step == 0:
            self._take(record, again=not self._thin)

    def progress(self, snapshot: Snapshot) -> None:
        """Print the new rows, and move the bar."""
        self._flush()
        share = snapshot.epoch + snapshot.position / max(1, snapshot.examples)
        words = [f"epoch {min(snapshot.epoch + 1, self._epochs)}/{self._epochs}"]
        if snapshot.updates_per_second:
            words.append(f"{short(snapshot.updates_per_second)} updates/s")
        if snapshot.eta_seconds is not None:
            words.append(f"ETA {duration(snapshot.eta_seconds)}")
        self._bar.at(share / self._epochs, " · ".join(words))

    def ending(self, run: Run) -> None:
        """Report an interruption."""
        reason = run.trainer.stop_reason
        if not self._quiet and reason is not None and reason.status is Status.INTERRUPTED:
            with self._bar.aside(sys.stderr):
                say("Interrupted. Evaluating and saving the run …")

    def ended(self, outcome: TrainingOutcome) -> None:
        """Print how it ended, and its results."""
        record = outcome.record
        if self._quiet:
            say_verdict(outcome)
            show(str(outcome.folder))
            return
        if self._last is not None and self._last is not self._shown:
            self._take(self._last)
        self._flush()
        show()
        seconds = duration(record.seconds) if record.seconds >= _SHORTEST else f"under {_SHORTEST:g} s"
        spent = f"{_counted(record.epochs, 'epoch')}, {_counted(record.updates, 'update')}, {seconds}"
        # The reason of an interruption only says how far the run came.
        why = "" if record.status == Status.INTERRUPTED else f": {record.stop_reason}"
        show(f"{record.status.replace('_', ' ')} after {spent}{why}")
        results = Results(record.metrics, record.baseline, record.kept, record.penalty)
        if record.best_epoch is not None and f"epoch {record.best_epoch}," not in results.kept:
            show(f"best epoch {record.best_epoch}")
        show()
        show(f"Weights kept: {grouped(results.kept)}, measured after the training.")
        if record.status == Status.INTERRUPTED and outcome.restores_best and record.best_epoch is not None:
            show("A run that was interrupted keeps its last weights;")
            show(f"those of epoch {record.best_epoch} are in best.safetensors.")
        show("The figures of an epoch, above, are means over its batches")
        show("while the weights change.")
        show()
        names = results.names
        rows = [
            [who or part, *(_figure(values[name]) if name in values else "" for name in names)]
            for who, part, values in results.rows()
        ]
        show_table(["", *results.titles], rows, right=range(1, len(names) + 1))
        if results.baselines:
            show(f"Below the parts are baselines, for the {results.unseen} rows.")
            if any(who == CLASS_SHARES for who, _, _ in results.rows()):
                for line in shares_explained(results.baselines[CONSTANT].what):
                    show(line)
        if (better := results.better) is not None:
            show(f"! By {better[1]}, {better[0].what} is better than this network.")
        elif (as_good := results.as_good) is not None:
            show(f"! By {as_good[1]}, {as_good[0].what} is about as good as this network.")
        if results.penalty:
            show("data loss: without the L1 and L2 penalties of the network,")
            show(f"which are {figure(results.penalty)} here; the losses of the baselines have none.")
        notes = [f"{each.what}: {each.note}" for each in record.baseline.values() if each.note]
        for line in (*notes, ""):
            show(line)
        show(f"saved in {outcome.folder}")
        say_verdict(outcome)

    def _take(self, record: EpochRecord, *, again: bool = True) -> None:
        """Add a row; with `again` also if it says the same as the one before it."""
        cells = {"epoch": str(record.epoch)} | {name: _figure(value) for name, value in record.values.items()}
        cells[either("‖∇L‖", "|grad|")] = _figure(record.gradient_norm)
        cells["seconds"] = figure(record.seconds, decimals=2)
        if self._shown is None:
            self._columns = _that_fit(list(cells), self._room)
            titles = [name for name in cells if name in self._columns]
            self._waiting.append(_line(titles, titles))
            if left_out := [name for name in cells if name not in self._columns]:
                with self._bar.aside(sys.stderr):
                    say(f"Not shown, because the terminal is too narrow: {', '.join(left_out)}.")
        shown = {name: cell for name, cell in cells.items() if name in self._columns}
        said = {name: cell for name, cell in shown.items() if name not in ("epoch", "seconds")}
        if said == self._cells and not again:
            return
        self._cells = said
        self._waiting.append(_line(shown, shown.values()))
        self._shown = record

    def _flush(self) -> None:
        if self._waiting:
            lines, self._waiting = self._waiting, []
            with self._bar.aside(sys.stdout):
                self._print("".join(f"{line}\n" for line in lines), flush=True)


class JsonReport(_Printed):
    """One JSON object per line.

    Args:
        quiet: Whether to leave out the epochs and say nothing on stderr.
        remarks: What reading the data lost, one sentence each.
    """

    def __init__(self, quiet: bool, remarks: Sequence[str] = ()) -> None:
        super().__init__()
        self._remarks = remarks
        self._quiet = quiet

    def started(self, run: Run, folder: Path) -> None:
        """Report the experiment and its data."""
        if not self._quiet:
            for remark in self._remarks:
                say(remark)
        self._line(
            {
                "event": "start",
                "name": run.experiment.name,
                "task": run.dataset.task,
                "parameters": run.network.n_parameters,
                "examples": run.trainer.n_examples,
                "features": run.network.inputs,
                "outputs": run.network.outputs,
                "epochs": run.trainer.settings.epochs,
                "updates_per_epoch": run.trainer.updates_per_epoch,
                "notes": [*self._remarks, *run.dataset.notes],
                "out": str(folder),
            }
        )

    def epoch(self, record: EpochRecord) -> None:
        """One epoch."""
        if not self._quiet:
            self._line(_event(record))

    def progress(self, snapshot: Snapshot) -> None:
        """Flush the output."""
        self._print(flush=True)

    def ended(self, outcome: TrainingOutcome) -> None:
        """Report how it ended."""
        record = outcome.record
        self._line(
            {
                "event": "end",
                "status": record.status,
                "stop_reason": record.stop_reason,
                "out": str(outcome.folder),
                "epochs": record.epochs,
                "updates": record.updates,
                "best_epoch": record.best_epoch,
                "seconds": record.seconds,
                "metrics": record.metrics,
                "penalty": record.penalty,
                "kept": record.kept,
                "baseline": msgspec.to_builtins(record.baseline),
                "verdict": msgspec.to_builtins(record.verdict),
                "findings": msgspec.to_builtins(record.findings),
            }
        )
        self._print(flush=True)
        say_verdict(outcome)

    def _line(self, event: Mapping[str, Any]) -> None:
        self._print(as_json(event) + "\n", flush=event["event"] == "start")


def _event(record: EpochRecord) -> Mapping[str, Any]:
    return {
        "event": "epoch",
        "epoch": record.epoch,
        **record.values,
        "learning_rate": record.learning_rate,
        "gradient_norm": record.gradient_norm,
        "gradient_norms": record.gradient_norms,
        "examples": record.examples,
        "updates": record.updates,
        "seconds": record.seconds,
    }


def _line(titles: Iterable[str], cells: Iterable[str]) -> str:
    """Cells under their titles, aligned to the right."""
    return " ".join(f"{cell:>{max(_WIDTH, len(title))}}" for title, cell in zip(titles, cells, strict=True))


def _that_fit(titles: Sequence[str], room: int | None) -> frozenset[str]:
    """The columns that fit side by side: the first ones, but each value together with that of the validation rows.

    Args:
        titles: All columns in order.
        room: Cells of a line; `None` for no limit.
    """
    by_worth = [name for title in titles for name in (title, f"val_{title}") if name in titles]
    left, chosen = math.inf if room is None else room + 1, []
    for name in dict.fromkeys(by_worth):
        left -= max(_WIDTH, len(name)) + 1
        if left < 0:
            break
        chosen.append(name)
    return frozenset(chosen)


def _figure(value: float | None) -> str:
    return figure(math.nan if value is None else value)


def _counted(times: int, what: str) -> str:
    return f"{amount(times)} {what}{'' if times == 1 else 's'}"
