"""Checks of an experiment as a whole: its limits, its layers with its loss, its output with its task.

Every problem has a remedy and, if one change fixes it, that change, so that a form can offer it with one key.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, TypeVar

from tui_ann.engine.architecture import parameter_shapes
from tui_ann.engine.compatibility import Incompatibility, incompatibilities
from tui_ann.engine.layers import Dense
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.metrics import METRICS
from tui_ann.errors import ExperimentError, Problem
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.decode import validate
from tui_ann.experiment.keys import LAYERS, layer_key, put
from tui_ann.experiment.spec import DenseSpec, Experiment

MOST_PARAMETERS = 2**28
"""A larger network would need several gigabytes for one copy of its parameters."""

LOSS = "training.loss"

P = TypeVar("P", bound=Problem)


@dataclass(frozen=True)
class Change:
    """Values to set in an experiment, in this order."""

    edits: tuple[tuple[str, Any], ...]
    """Dotted keys with their new values."""
    words: str = ""
    """What the change does, where the values alone do not say it: a verb and its object."""

    def apply(self, experiment: Experiment) -> Experiment:
        """The experiment with the change made."""
        for key, value in self.edits:
            experiment = put(experiment, key, value)
        return experiment

    def __str__(self) -> str:
        """What the change does: `sets units to 3, loss to categorical_crossentropy`."""
        return self.words or "sets " + ", ".join(
            f"{key.rpartition('.')[2]} to {_word(value)}" for key, value in self.edits
        )


@dataclass(frozen=True)
class Misfit(Problem):
    """Something in an experiment that does not fit together; `where` is a dotted key."""

    code: str = ""
    """A stable word for scripts."""
    fix: Change | None = None
    """A change that fixes it."""


@dataclass(frozen=True)
class Answer:
    """What the network has to predict, according to the data."""

    task: str
    """`regression`, `binary` or `multiclass`."""
    classes: int | None = None
    """Number of classes."""
    targets: int = 1
    """Number of target columns."""

    @property
    def outputs(self) -> int | None:
        """How many units the output layer needs; `None` while the classes are not known."""
        return {"regression": self.targets, "binary": 1}.get(self.task, self.classes)

    def words(self) -> str:
        """The task in words."""
        if self.task == "multiclass":
            return f"the target has {self.classes} classes" if self.classes else "the target has several classes"
        if self.task == "binary":
            return "the target has two classes"
        return "the target is a number" if self.targets == 1 else f"there are {self.targets} targets"


def problems(
    experiment: Experiment,
    *,
    inputs: int | None = None,
    task: str | None = None,
    n_classes: int | None = None,
    n_targets: int | None = None,
) -> list[Misfit]:
    """Everything that prevents an experiment from running, in the order of its file.

    Args:
        experiment: The experiment, perhaps in the middle of being edited.
        inputs: Inputs of the network, if the data are known.
        task: The task according to the data; by default that of the experiment, where `auto` stays undecided.
        n_classes: Classes of the target.
        n_targets: Target columns; by default as many as the experiment names.
    """
    faults = [
        Misfit(fault.key, fault.message, fault.remedy, "no_target" if fault.key == "data.target" else "limit")
        for fault in validate(experiment)
    ]
    if any(fault.where.startswith(LAYERS) or fault.where == LOSS for fault in faults):
        return faults  # the checks of layers below need possible layers
    targets = n_targets or (1 if isinstance(experiment.data.target, str) else len(experiment.data.target))
    said = task or (experiment.data.task if experiment.data.task != "auto" else None)
    answer = Answer(said, n_classes, targets) if said else None
    return [
        *faults,
        *_target_problems(experiment, targets),
        *_output_problems(experiment, answer),
        *_size_problems(experiment, inputs),
        *_metric_problems(experiment, said),
        *_stopping_problems(experiment),
    ]


def unrelated(found: Sequence[P], faulty: Iterable[str]) -> list[P]:
    """The problems that are not caused by omitting the values of faulty keys.

    Args:
        found: The problems without those values.
        faulty: The dotted keys.
    """
    faulty = list(faulty)
    kept = list(found)
    if any(key.startswith(("network", LOSS, "data.target", "data.task", "data.classes")) for key in faulty):
        kept = [problem for problem in kept if problem.where.startswith("data.")]
    if any(key.startswith(("training.metrics", "training.early_stopping", "data.validation")) for key in faulty):
        kept = [problem for problem in kept if not problem.where.startswith("training.early_stopping")]
    return [problem for problem in kept if problem.where not in faulty]


def refuse(misfits: Sequence[Problem], code: str = "bad_experiment") -> None:
    """Raise the problems, if there are any.

    Raises:
        ExperimentError: There are problems; `problems` lists them.
    """
    if misfits:
        count = "" if len(misfits) == 1 else f" for {len(misfits)} reasons"
        raise ExperimentError(f"This experiment cannot be run{count}:", misfits, code=getattr(misfits[0], "code", code))


def proposed_output(answer: Answer) -> tuple[int | None, str, str]:
    """Units, activation and loss of the output layer for a task (from the lecture's table)."""
    if answer.task == "regression":
        return answer.outputs, "linear", "mean_squared_error"
    if answer.task == "binary":
        return 1, "sigmoid", "binary_crossentropy"
    return answer.outputs, "softmax", "categorical_crossentropy"


def _target_problems(experiment: Experiment, targets: int) -> Iterator[Misfit]:
    if targets > 1 and experiment.data.task in ("binary", "multiclass"):
        yield Misfit(
            "data.task",
            f"{targets} targets make several regression outputs, but the task is {experiment.data.task}.",
            "Name one target, or make the task regression.",
            "several_targets",
            Change((("data.task", "regression"),)),
        )


def _output_problems(experiment: Experiment, answer: Answer | None) -> list[Misfit]:
    """What the engine rejects, and outputs or a loss that do not fit the target; each with the smallest fix."""
    found = [_from_engine(item) for item in incompatibilities(engine_layers(experiment), experiment.training.loss)]
    if answer is not None:
        found += _task_problems(experiment, answer)
        whole = _whole_output(experiment, answer)
        found = [
            Misfit(item.where, item.message, item.remedy, item.code, _fix(experiment, answer, item.fix, whole))
            for item in found
        ]
    return found


def _task_problems(experiment: Experiment, answer: Answer) -> list[Misfit]:
    last = len(experiment.network.layers) - 1
    output = experiment.network.layers[last]
    loss = experiment.training.loss
    found = []
    if answer.task == "regression" and LOSSES[loss].compares_classes:
        found.append(
            Misfit(
                LOSS,
                f"{loss} compares classes, but {answer.words()}.",
                "Use mean_squared_error with a linear output.",
                "loss_task",
                Change(((LOSS, "mean_squared_error"),)),
            )
        )
    if not isinstance(output, DenseSpec):
        return found
    fitting = {1, 2} if answer.task == "binary" else {answer.outputs}
    if answer.outputs is not None and output.units not in fitting:
        units = Change(((layer_key(last, "units"), answer.outputs),))
        each = {"regression": "target", "binary": "probability"}.get(answer.task, "class")
        found.append(
            Misfit(
                layer_key(last, "units"),
                f"The output layer has {_units(output.units)}, but {answer.words()}.",
                f"Give it {_units(answer.outputs)}, one for each {each}."
                if answer.outputs > 1
                else f"Give it {_units(1)}.",
                "output_units",
                # One probability for each of three classes is possible, but rarely intended.
                None if answer.task == "multiclass" and loss == "binary_crossentropy" else units,
            )
        )
    return found


def _fix(experiment: Experiment, answer: Answer, small: Change | None, whole: Change | None) -> Change | None:
    """The small change if it is enough, else the output and loss for the task."""
    for change in (small, whole):
        if change is not None:
            fixed = change.apply(experiment)
            layers = engine_layers(fixed)
            if not incompatibilities(layers, fixed.training.loss) and not _task_problems(fixed, answer):
                return change
    return small


def _whole_output(experiment: Experiment, answer: Answer) -> Change | None:
    last = len(experiment.network.layers) - 1
    output = experiment.network.layers[last]
    units, activation, loss = proposed_output(answer)
    if not isinstance(output, DenseSpec) or units is None:
        return None
    wanted = ((layer_key(last, "units"), units), (layer_key(last, "activation"), activation), (LOSS, loss))
    have = (output.units, output.activation, experiment.training.loss)
    return Change(tuple(edit for edit, old in zip(wanted, have, strict=True) if edit[1] != old))


def _from_engine(item: Incompatibility) -> Misfit:
    field = item.fix.field if item.fix else ""
    fix = None
    if item.fix is not None:
        key = LOSS if item.fix.layer is None else layer_key(item.fix.layer - 1, field)
        fix = Change(((key, item.fix.value),))
    where = LAYERS if item.layer is None else layer_key(item.layer - 1)
    if item.code == "unknown_loss":
        where = LOSS
    return Misfit(where, item.message, item.remedy, item.code, fix)


def _size_problems(experiment: Experiment, inputs: int | None) -> Iterator[Misfit]:
    shapes = parameter_shapes(inputs or 1, engine_layers(experiment))
    count = sum(prod(shape) for shape in shapes.values())
    if count > MOST_PARAMETERS:
        widest = max(
            (place for place, layer in enumerate(engine_layers(experiment)) if isinstance(layer, Dense)),
            key=lambda place: getattr(experiment.network.layers[place], "units", 0),
        )
        yield Misfit(
            layer_key(widest, "units"),
            f"The network would have {count:,} parameters; at most {MOST_PARAMETERS:,} are possible.",
            "Give its widest layers fewer units.",
            "too_large",
        )


def _metric_problems(experiment: Experiment, task: str | None) -> Iterator[Misfit]:
    if task is None:
        return
    names = experiment.training.metrics
    unsuitable = [name for name in names if name in METRICS and task not in METRICS[name].tasks]
    if unsuitable:
        kept = tuple(name for name in names if name not in unsuitable)
        fitting = [name for name, metric in METRICS.items() if task in metric.tasks]
        yield Misfit(
            "training.metrics",
            f"{', '.join(unsuitable)} cannot evaluate a {task} task.",
            f"Use some of {', '.join(fitting)}.",
            "metric_task",
            Change((("training.metrics", kept or tuple(fitting[:2])),)),
        )


def _stopping_problems(experiment: Experiment) -> Iterator[Misfit]:
    training = experiment.training
    for fault in training.monitor_faults(validated=experiment.data.validated):
        assert training.early_stopping is not None
        metric = training.early_stopping.monitor.removeprefix("val_")
        fixes = {
            "no_validation": ("data.validation_split", 0.1),
            "monitor_unknown": ("training.metrics", (*training.metrics, metric)),
        }
        fix = Change((fixes[fault.code],))
        yield Misfit("training.early_stopping.monitor", fault.message, fault.remedy, fault.code, fix)


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count} units"


def _word(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
