"""A lab for one experiment: what it proposes, what was chosen, and its plan."""

from collections.abc import Mapping
from dataclasses import dataclass

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.read.table import Table
from tui_ann.experiment.keys import get
from tui_ann.experiment.spec import Experiment
from tui_ann.session.labs.lab import (
    EPOCHS,
    MOST_REPEATS,
    REPEATS,
    Arm,
    Lab,
    LabChoice,
    LabFacts,
    changed,
    numbers_of,
    refused,
)
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.sweep.plan import SweepPlan, planned
from tui_ann.session.sweep.points import Point


@dataclass(frozen=True, eq=False)
class LabProposal:
    """A lab with the values that suit an experiment.  Make one by `proposed`."""

    lab: Lab
    """The lab."""
    experiment: Experiment
    """What every arm begins from."""
    facts: LabFacts
    """The rows it is about."""
    table: Table
    """The table."""
    choices: tuple[LabChoice, ...]
    """What can be chosen, with the proposed values."""

    def plan(self, chosen: Mapping[str, str] | None = None) -> "LabPlan":
        """The lab with other values.

        Args:
            chosen: Texts by the keys of choices; the proposed ones for those that are missing.

        Raises:
            ExperimentError: A value cannot be used.
            SessionError: There are too many runs.
        """
        texts = {choice.key: choice.text for choice in self.choices}
        for key in chosen or {}:
            if key not in texts:
                raise refused(key, "this lab has no such choice.", f"It has {', '.join(texts)}.")
        texts |= {key: text.strip() for key, text in (chosen or {}).items()}
        repeats = numbers_of(REPEATS, texts[REPEATS], 1, MOST_REPEATS, whole=True)[0]
        experiment = changed(self.experiment, f"{EPOCHS}={texts[EPOCHS]}")
        arms = self.lab.arms(experiment, self.facts, texts)
        points = [Point(arm.changes, arm.name.replace("η", "eta")) for arm in arms]
        metric = "val_loss" if experiment.data.validated else "loss"
        plan = planned(experiment, (), points=points, repeats=int(repeats), metric=metric)
        return LabPlan(self, texts, tuple(arms), plan)


@dataclass(frozen=True, eq=False)
class LabPlan:
    """A lab whose values are chosen."""

    proposal: LabProposal
    """What it was made from."""
    chosen: Mapping[str, str]
    """The values of all choices by their keys."""
    arms: tuple[Arm, ...]
    """Its arms; the trials of the sweep in this order."""
    sweep: SweepPlan
    """Its runs."""

    @property
    def lab(self) -> Lab:
        """The lab."""
        return self.proposal.lab


def proposed(lab: Lab, experiment: Experiment, table: Table, dataset: Dataset) -> LabProposal:
    """A lab for an experiment.

    Args:
        lab: The lab.
        experiment: The open experiment.
        table: Its table.
        dataset: Its prepared rows.

    Raises:
        DataError, ExperimentError: The lab needs rows that the table lacks.
    """
    base = lab.prepare(experiment, LabFacts.of(dataset))
    if base.data != experiment.data:
        data = Prepared()
        data.put_table(base, table)
        _, dataset = data.make(base)
    facts = LabFacts.of(dataset)
    general = (
        LabChoice(EPOCHS, str(get(base, EPOCHS)), "epochs", "How long each run is trained."),
        LabChoice(REPEATS, str(lab.repeats), "repeats", "Runs of each, with other start values and orders."),
    )
    return LabProposal(lab, base, facts, table, (*lab.choices(base, facts), *general))
