"""Makes the runs of a lab: a sweep over its arms, and the result in words, in the same folder."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.experiment.atomic import write_text
from tui_ann.experiment.run_folder import json_text, new_folder
from tui_ann.session.labs.found import ArmFound, RunFound
from tui_ann.session.labs.lab import Judged
from tui_ann.session.labs.proposal import LabPlan
from tui_ann.session.labs.record import LabRecord, arm_record, measures_of, part_in_words
from tui_ann.session.labs.words import lab_words
from tui_ann.session.store.run_list import LAB
from tui_ann.session.sweep.record import SweepRun
from tui_ann.session.sweep.sweep import MakeCarrier, Sweep, SweepEvent, SweepRunEnded, sweep_data


class LabRun:
    """A lab in its folder.  Make one by `begun`.

    Args:
        plan: What is made.
        sweep: Its runs.
    """

    def __init__(self, plan: LabPlan, sweep: Sweep) -> None:
        self.plan, self.sweep = plan, sweep
        self._found: dict[str, RunFound] = {}

    @classmethod
    def begun(cls, plan: LabPlan, out: Path | None = None, root: Path = Path("runs")) -> "LabRun":
        """A lab with its folder: a new one, or that of the same lab, which goes on where it stopped.

        Args:
            plan: What is made.
            out: The folder; by default `<root>/<name>-<lab>-<time>`.
            root: Where it is made by default.

        Raises:
            SessionError: The folder cannot be written, or has something else in it.
            DataError: The rows cannot be used.
        """
        data = sweep_data(plan.sweep, table=plan.proposal.table)
        if out is None:
            out = new_folder(root, f"{plan.sweep.experiment.name}-{plan.lab.name}", datetime.now())
            out.rmdir()  # the sweep makes it
        lab = cls(plan, Sweep.begun(plan.sweep, data, out))
        for trial in lab.sweep.record.trials:
            for run in trial.runs:
                lab._read(run)
        return lab

    @property
    def path(self) -> Path:
        """Its folder."""
        return self.sweep.folder.path

    @property
    def runs(self) -> int:
        """Runs in all."""
        return self.plan.sweep.runs

    def run(self, make_carrier: MakeCarrier) -> Iterator[SweepEvent]:
        """Make the runs that are missing; each opens with the program as soon as it has ended.

        Args:
            make_carrier: Makes the carrier of the jobs, which is closed at the end.

        Raises:
            SessionError: A result cannot be written, another program makes the lab, or there are no workers.
        """
        try:
            for event in self.sweep.run(make_carrier):
                if isinstance(event, SweepRunEnded):
                    self._read(event.run)
                yield event
        finally:
            write_text(self.path / LAB, json_text(msgspec.to_builtins(self.record)))

    def stop(self) -> None:
        """End within half a second; it takes no lock, so a signal handler may call it."""
        self.sweep.stop()

    @property
    def arms(self) -> list[ArmFound]:
        """What is known of each arm."""
        trials = self.sweep.record.trials
        return [
            ArmFound(
                arm.name,
                arm.changes,
                arm.group,
                arm.place,
                [self._found[run.folder] for run in trial.runs if run.folder in self._found],
                trial.reason,
            )
            for arm, trial in zip(self.plan.arms, trials, strict=True)
        ]

    @property
    def record(self) -> LabRecord:
        """What is known; the result is said only when all runs have ended."""
        plan, sweep, arms = self.plan, self.sweep.record, self.arms
        facts = plan.proposal.facts
        judged = plan.lab.judge(arms, facts) if sweep.status == "completed" else Judged([])
        measures = measures_of(plan.lab, facts)
        return LabRecord(
            lab=plan.lab.name,
            title=lab_words()[plan.lab.name].title,
            experiment=sweep.experiment,
            choices=dict(plan.chosen),
            status=sweep.status,
            part=part_in_words(facts),
            measures=measures,
            arms=[
                arm_record(arm, trial.changes, judged, measures) for arm, trial in zip(arms, sweep.trials, strict=True)
            ],
            sentences=judged.sentences,
        )

    def _read(self, run: SweepRun) -> None:
        """Take up the history of a run that has ended."""
        if not run.ended or (stored := self.sweep.folder.stored(run.folder)) is None:
            return
        record = self.sweep.folder.run_record(run.folder)
        penalty = record.penalty if record is not None else None
        self._found[run.folder] = RunFound.of(run, EpochRecords.of(stored.epochs), penalty)
