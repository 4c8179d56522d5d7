"""A remedy: an edit of the experiment that treats a finding."""

from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import NODEFAULT

from tui_ann.engine.diagnostics.evidence import Evidence
from tui_ann.engine.diagnostics.finding import RunFinding
from tui_ann.experiment.checks import Change
from tui_ann.experiment.run_record import RemedyRecord
from tui_ann.experiment.spec import DenseSpec, Experiment

GOES_ON = ("training.epochs",)
"""Settings with which a run is not worse off for what it has learned so far."""
MEASURES_ONLY = ("training.metrics",)
"""Settings that move no weight: they only say more of the same training."""


@dataclass(frozen=True)
class Remedy:
    """One thing to change."""

    id: str
    """A stable word for scripts."""
    title: str
    """What it does, such as `η 0.5 → 0.067`; also its label for undo."""
    why: str
    """Why that helps, in a sentence."""
    change: Change
    """The edit."""
    tried: bool = False
    """Whether it was raced against this experiment, and was no better."""

    @property
    def goes_on(self) -> bool:
        """Whether a run goes on with it, instead of beginning again from the same start."""
        return all(key in GOES_ON for key, _ in self.change.edits)

    @property
    def trains_the_same(self) -> bool:
        """Whether a run with it has the same weights, so that there is nothing to race."""
        return all(key in MEASURES_ONLY for key, _ in self.change.edits)

    @property
    def only_rate(self) -> bool:
        """Whether it changes η and nothing else."""
        return [key for key, _ in self.change.edits] == ["training.learning_rate"]

    def keeps_start(self, experiment: Experiment) -> bool:
        """Whether a run of an experiment with it begins with the same weights.

        Args:
            experiment: The experiment before.
        """
        return _start_of(self.apply(experiment)) == _start_of(experiment)

    def apply(self, experiment: Experiment) -> Experiment:
        """The experiment with this one thing changed; its seeds, and so its start, stay the same where possible."""
        return self.change.apply(experiment)

    def record(self) -> RemedyRecord:
        """The same for `run.json` and `--json`."""
        sets = {key: _in_file(value) for key, value in self.change.edits}
        return RemedyRecord(self.id, self.title, self.why, sets)


def _in_file(value: Any) -> Any:
    """A value as it would be in a file; of a layer only what is not the default."""
    if isinstance(value, tuple):
        return [_in_file(each) for each in value]
    if not isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    defaults = {field.encode_name: field.default for field in msgspec.structs.fields(value)}
    return {name: each for name, each in msgspec.to_builtins(value).items() if each != defaults.get(name, NODEFAULT)}


def _start_of(experiment: Experiment) -> tuple[object, ...]:
    """What the start weights are drawn from."""
    network, data = experiment.network, experiment.data
    dense = [layer for layer in network.layers if isinstance(layer, DenseSpec)]
    drawn = [(layer.units, layer.initializer or network.initializer) for layer in dense]
    return (drawn, network.weights, network.seed, data.features, data.ignore)


@dataclass(frozen=True)
class Case:
    """What a remedy is made for."""

    experiment: Experiment
    """The experiment."""
    evidence: Evidence
    """What is known of its run."""
    finding: RunFinding
    """What was found."""
    columns: tuple[str, ...] = ()
    """The column of the table that each input comes from."""
    classes: int = 0
    """Classes of the target; 0 for regression."""
