"""What a lab is: one record with its proposal, its arms and its judgement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.errors import ExperimentError, Problem
from tui_ann.experiment.files import apply_sets
from tui_ann.experiment.spec import DenseSpec, Experiment, LayerSpec
from tui_ann.session.labs.found import ArmFound
from tui_ann.session.sweep.values import spelled, variations

EPOCHS = "training.epochs"
"""A choice of every lab: how long each run is trained."""
REPEATS = "repeats"
"""A choice of every lab: runs of each arm, each with its own seeds."""
MOST_REPEATS = 1000


class LabFacts(NamedTuple):
    """What a proposal depends on besides the experiment."""

    rows: int
    """Training rows."""
    inputs: int
    """Columns of X."""
    outputs: int
    """Columns of Y."""
    task: str
    """`regression`, `binary` or `multiclass`."""
    tested: bool
    """Whether there are test rows."""
    validated: bool
    """Whether there are validation rows."""

    @classmethod
    def of(cls, dataset: Dataset) -> "LabFacts":
        """The facts of prepared rows."""
        rows, inputs = dataset.X_train.shape
        return cls(
            rows,
            inputs,
            dataset.Y_train.shape[1],
            dataset.task,
            bool(len(dataset.X_test)),
            bool(len(dataset.X_validation)),
        )

    @property
    def held_out(self) -> str:
        """The part on which results are compared: test rows, else validation rows, else training rows."""
        return "test" if self.tested else "validation" if self.validated else "train"

    @property
    def score(self) -> str:
        """The figure that is compared: accuracy or R²."""
        return "r2" if self.task == "regression" else "accuracy"


class LabChoice(NamedTuple):
    """A choice of a lab: it has a proposed value and can be edited."""

    key: str
    """A setting by its dotted key, or a word of the lab."""
    text: str
    """Its value or values, as `--set` of `tui-ann sweep` takes them."""
    label: str
    """Its name on a form."""
    help: str
    """What it does."""


@dataclass(frozen=True)
class Arm:
    """One trial of a lab."""

    name: str
    """What it is called."""
    changes: Mapping[str, str]
    """Its values by their keys, as `--set` takes them."""
    group: str = ""
    """The curve it belongs to; empty if all are one."""
    place: float | None = None
    """Its place on the horizontal axis."""


@dataclass(frozen=True)
class Judged:
    """What a result says."""

    sentences: list[str]
    """In the lecture's words, with the measured numbers."""
    words: Mapping[str, str] = field(default_factory=dict)
    """A word on some of the arms by their names: `too small`."""


@dataclass(frozen=True)
class Lab:
    """A lab.  `LABS` in `table.py` has all of them."""

    name: str
    """Its name, also in `text/labs.toml`."""
    columns: Sequence[str]
    """The measures of its table, of `found.MEASURES`."""
    prepare: Callable[[Experiment, LabFacts], Experiment]
    """What every arm begins from."""
    choices: Callable[[Experiment, LabFacts], list[LabChoice]]
    """What it proposes, for the prepared experiment."""
    arms: Callable[[Experiment, LabFacts, Mapping[str, str]], list[Arm]]
    """The arms for chosen values by their keys.

    Raises:
        ExperimentError: A value cannot be used.
    """
    judge: Callable[[Sequence[ArmFound], LabFacts], Judged]
    """What the result says."""
    repeats: int = 1
    """How many runs of each arm are proposed."""
    over_rows: bool = False
    """Whether the places of its arms are numbers of training rows, over which its score is drawn."""


def refused(key: str, message: str, remedy: str) -> ExperimentError:
    """A value of a choice that cannot be used."""
    return ExperimentError("This lab cannot be made:", [Problem(f"--set {key}", message, remedy)], code="bad_lab")


def values_of(experiment: Experiment, key: str, text: str) -> list[str]:
    """The values of a setting, checked by its declaration.

    Args:
        experiment: What every arm begins from.
        key: The dotted key of the setting.
        text: The values as for `tui-ann sweep`.

    Raises:
        ExperimentError: They cannot be used.
    """
    _, several = variations(experiment, [f"{key}={text}"])
    if not several:
        return [text.strip()]
    if several[0].span is not None:
        raise refused(key, f"{text} is a range to draw from.", "Give it a step: :x10, :+0.1 or :log5.")
    return list(several[0].values)


def numbers_of(key: str, text: str, low: float, high: float, *, whole: bool = False) -> list[float]:
    """The numbers of a choice that is no setting, separated by commas.

    Raises:
        ExperimentError: There is none, or one is out of range.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if not numbers or not all(low <= value <= high and (not whole or value.is_integer()) for value in numbers):
        kind = "whole numbers" if whole else "numbers"
        raise refused(key, f"found {text!r}.", f"Write {kind} from {low:g} to {high:g}, separated by commas.")
    return list(dict.fromkeys(numbers))


def changed(experiment: Experiment, *sets: str) -> Experiment:
    """The experiment with changes, each `KEY=VALUE`."""
    return apply_sets(experiment, sets)


def hidden_layers(experiment: Experiment) -> list[DenseSpec]:
    """The hidden dense layers."""
    return [layer for layer in experiment.network.layers[:-1] if isinstance(layer, DenseSpec)]


def layers_text(layers: Sequence[LayerSpec]) -> str:
    """Layers as the value of `network.layers`."""
    plain = [
        {name: value for name, value in msgspec.to_builtins(layer).items() if value is not None} for layer in layers
    ]
    return spelled(plain)
