from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tui_ann.data.samples import sample_folder
from tui_ann.experiment.files import apply_sets, load
from tui_ann.session.jobs.carrier import SerialCarrier
from tui_ann.session.labs.proposal import LabProposal, proposed
from tui_ann.session.labs.running import LabRun
from tui_ann.session.labs.table import lab_of
from tui_ann.session.run.prepared import Prepared


def proposal(lab: str, sample: str, *sets: str) -> LabProposal:
    """A lab for a sample with changes."""
    experiment = apply_sets(load(sample_folder(sample) / "experiment.toml"), sets)
    table, dataset = Prepared().make(experiment)
    return proposed(lab_of(lab), experiment, table, dataset)


@pytest.fixture
def make_lab(tmp_path: Path) -> Callable[..., LabRun]:
    """Makes a lab with a sample in this process: name, sample, changes of the experiment, chosen values."""

    def make(lab: str, sample: str, *sets: str, chosen: Mapping[str, str] | None = None) -> LabRun:
        made = LabRun.begun(proposal(lab, sample, *sets).plan(chosen), tmp_path / lab)
        list(made.run(SerialCarrier))
        return made

    return make
