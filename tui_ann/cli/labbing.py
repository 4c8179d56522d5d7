"""The output of `tui-ann lab`: a table of the arms and the sentences of the result, or JSON lines."""

import math
import os
import shlex
import sys

import msgspec

from tui_ann.cli.sweeping import SweepJson, SweepTable, plus_minus
from tui_ann.cli.terminal import figure, say, show, show_table
from tui_ann.session.labs.found import TIMES
from tui_ann.session.labs.record import ArmRecord
from tui_ann.session.labs.running import LabRun
from tui_ann.session.labs.words import lab_words
from tui_ann.text import TIME_DIGITS, counted

_DECIMALS = {"epochs": 0, "updates": 0}


class LabReport(SweepTable):
    """Progress on stderr, and at the end a table and what it says on stdout.

    Args:
        lab: The lab.
        quiet: Whether to print only what the result says.
    """

    def __init__(self, lab: LabRun, quiet: bool) -> None:
        super().__init__(lab.sweep, quiet)
        self._lab = lab

    def started(self) -> None:
        """Say what is made, with every choice."""
        if self._quiet:
            return
        plan = self._lab.plan
        with self._bar.aside(sys.stderr):
            title = lab_words()[plan.lab.name].title
            say(f"{title}, {counted(self._lab.runs, 'run')} of {plan.sweep.experiment.name}, in {self._lab.path}")
            for choice in plan.proposal.choices:
                say(f"  --set {shlex.quote(f'{choice.key}={plan.chosen[choice.key]}')}")
            if self._before:
                say(f"{counted(self._before, 'run')} of them are done already.")

    def ended(self) -> None:
        """Print the arms and what they show."""
        record = self._lab.record
        if not self._quiet:
            several = any(arm.n > 1 for arm in record.arms)
            titles = [record.lab.replace("-", " "), "", *record.measures, *(["n"] if several else [])]
            rows = [
                [
                    arm.name,
                    arm.word,
                    *(_cell(arm, name) for name in record.measures),
                    *([str(arm.n)] if several else []),
                ]
                for arm in record.arms
            ]
            show_table(titles, rows, right=range(2, len(titles)))
            for arm in record.arms:
                if not arm.n and arm.reason:
                    show(f"{arm.name}: {arm.reason}")
            show()
        for sentence in record.sentences:
            show(sentence)
        if self._quiet:
            return
        show()
        show(f"saved in {self._lab.path}")
        if record.status == "interrupted":
            folder = shlex.quote(os.path.relpath(self._lab.path))
            say(f"Interrupted. The same command with --out {folder} goes on.")


class LabJson(SweepJson):
    """One JSON object per line.

    Args:
        lab: The lab.
        quiet: Whether to leave out the single runs.
    """

    def __init__(self, lab: LabRun, quiet: bool) -> None:
        super().__init__(lab.sweep, quiet)
        self._lab = lab

    def started(self) -> None:
        """What is made."""
        plan = self._lab.plan
        arms = [arm.name for arm in plan.arms]
        about = {"event": "start", "lab": plan.lab.name, "experiment": plan.sweep.experiment.name}
        self._line(
            {**about, "choices": dict(plan.chosen), "arms": arms, "runs": plan.sweep.runs, "out": str(self._lab.path)}
        )

    def ended(self) -> None:
        """The result."""
        self._line({"event": "end", **msgspec.to_builtins(self._lab.record), "out": str(self._lab.path)})


def _cell(arm: ArmRecord, name: str) -> str:
    mean, std = arm.mean.get(name), arm.std.get(name)
    shown = math.nan if mean is None else mean
    digits = TIME_DIGITS if name in TIMES else 3
    text = figure(shown, digits, decimals=_DECIMALS.get(name))
    return text if std is None else f"{text} {plus_minus()} {figure(std, 2)}"
