"""Reads the fields of an exercise into an experiment, its table and its start values; a mistake names its field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tui_ann.data.prepare.roles import Task
from tui_ann.engine.activations import ACTIVATIONS as ENGINE_ACTIVATIONS
from tui_ann.engine.architecture import parameter_layout
from tui_ann.engine.losses import LOSSES as ENGINE_LOSSES
from tui_ann.engine.losses import loss_named
from tui_ann.engine.tape import Array
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import ExperimentError, Problem
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.checks import problems
from tui_ann.experiment.decode import nearest
from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.session.exercise.fields import (
    field_info,
    field_names,
    proposed,
)
from tui_ann.session.exercise.values import (
    ACTIVATIONS,
    LOSSES,
    LayerActivation,
    activations_of,
    answers_of,
    eta_of,
    examples_of,
    own_parameters,
    parameters_of,
    sizes_of,
    word_of,
)
from tui_ann.text import clean
from tui_ann.text.dressing import named_parts

EPOCHS = 20
"""How long an exercise can be followed."""


@dataclass(frozen=True, eq=False)
class Exercise:
    """An exercise as it was read."""

    experiment: Experiment
    """The experiment; its data and its start values are not in files yet."""
    X: Array
    """The examples, (n, inputs)."""
    answers: tuple[tuple[str, ...], ...]
    """The targets as the cells of the table: n rows."""
    parameters: dict[str, Array]
    """Every weight matrix and bias."""


def help_of(name: str, sizes: Sequence[int]) -> str:
    """What to type into a field."""
    text = field_info(name, sizes).help
    return text.format(activations=", ".join(ACTIVATIONS), losses=", ".join(LOSSES)) if "{" in text else text


def read_text(text: str) -> dict[str, str]:
    """The fields that a text names: lines such as `W1 = [[.5, .2], [.3, .8]]`, in Python, LaTeX or TOML.

    Args:
        text: The content of a file, or what was pasted.

    Raises:
        ExperimentError: A line names something that an exercise does not have, or nothing is named.
    """
    known = named_parts(text)
    wrong = []
    for line_number, line in enumerate(text.splitlines(), start=1):
        match = re.match(r"\s*([A-Za-z_]\w*)\s*=(?!=)", line)
        if match and not named_parts(line):
            near = nearest(match[1], ("sizes", "activations", "loss", "eta", "x", "y", "W1", "b1", "W2", "b2"))
            remedy = f"Did you mean {near}?" if near else "The fields are sizes, activations, loss, eta, x, y, W1, b1 …"
            wrong.append(Problem(f"line {line_number}", f"There is no field “{clean(match[1], 30)}”.", remedy))
    if wrong:
        raise ExperimentError("The exercise cannot be read:", wrong)
    if not known:
        raise ExperimentError(
            "No field is named.",
            [],
            remedy="Write a line for each field, such as sizes = 2-3-1 and W1 = .5 .2; .3 .8; .6 .4.",
        )
    return known


def faults(fields: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field, by name; the field's first mistake only.

    Args:
        fields: Texts by name; a missing field takes what is proposed.
    """
    try:
        read_exercise(fields)
    except ExperimentError as error:
        found: dict[str, str] = {}
        for problem in error.problems:
            found.setdefault(problem.where, " ".join(part for part in (problem.message, problem.remedy) if part))
        return found
    return {}


def read_exercise(fields: Mapping[str, str]) -> Exercise:
    """An exercise from its fields.

    Args:
        fields: Texts by name; a missing field takes what is proposed.

    Raises:
        ExperimentError: It cannot be read; each problem is at the name of its field.
    """
    texts = proposed(fields) | dict(fields)
    found: list[Problem] = []
    sizes = sizes_of(texts["sizes"], found)
    activations = activations_of(texts["activations"], sizes, found)
    loss = loss_named(texts["loss"].strip().strip("\"'")) or word_of("loss", texts["loss"], LOSSES, found)
    eta = eta_of(texts["eta"], found)
    X = examples_of("x", texts["x"], sizes[0], found)
    y = answers_of(texts["y"], sizes[-1], loss, found)
    if X is not None and y is not None and len(X) != len(y):
        x_rows, y_rows = len(X), len(y)
        found.append(
            Problem("y", f"x has {_in_words(x_rows)}, y has {_in_words(y_rows)}.", "Give each example a target.")
        )
    parameters = parameters_of(texts, sizes, found)
    found += [
        Problem(
            name, f"A network {'-'.join(map(str, sizes))} has no {name}.", f"It has {', '.join(own_parameters(sizes))}."
        )
        for name in fields
        if name not in field_names(sizes) and fields[name].strip()
    ]
    if not found and X is not None and y is not None:
        experiment = _experiment(sizes, activations, loss, eta, X)
        # Only the numbers of the sheet decide; a table is written from them.
        found += [
            Problem(_field_of(misfit.where), misfit.message, misfit.remedy)
            for misfit in problems(
                experiment, inputs=sizes[0], task=experiment.data.task, n_classes=_classes(loss, sizes)
            )
        ]
        if not found:
            return Exercise(experiment, X, y, _with_learnt_alphas(experiment, sizes[0]) | parameters)
    raise ExperimentError("The exercise cannot be read:", found)


def _in_words(n: int) -> str:
    return "one example" if n == 1 else f"{n} examples"


def _with_learnt_alphas(experiment: Experiment, inputs: int) -> dict[str, Array]:
    """The start values that no field holds: α of prelu, one for each neuron."""
    return {
        parameter.name: np.full(parameter.shape, parameter.spec.start)
        for parameter in parameter_layout(inputs, engine_layers(experiment))
        if parameter.spec.kind == "alpha" and isinstance(parameter.spec.start, float)
    }


def _task(loss: str) -> Task:
    """What the loss compares: numbers, two classes, or one class an output."""
    own = ENGINE_LOSSES[loss]
    if not own.compares_classes or own.joined_activation is None:
        return "regression"
    return "binary" if ENGINE_ACTIVATIONS[own.joined_activation].elementwise else "multiclass"


def _classes(loss: str, sizes: Sequence[int]) -> int | None:
    counts: dict[Task, int | None] = {"regression": None, "binary": 2, "multiclass": sizes[-1]}
    return counts[_task(loss)]


def _experiment(
    sizes: Sequence[int], activations: Sequence[LayerActivation], loss: str, eta: float, X: Array
) -> Experiment:
    task = _task(loss)
    several = task == "regression" and sizes[-1] > 1
    numbered = tuple(str(i + 1) for i in range(sizes[-1]))
    labels: dict[Task, tuple[str, ...]] = {"regression": (), "binary": ("0", "1"), "multiclass": numbered}
    return Experiment(
        name=f"exercise {'-'.join(map(str, sizes))}",
        data=DataSpec(
            path="data.csv",
            target=tuple(f"y{i + 1}" for i in range(sizes[-1])) if several else "y",
            task=task,
            features=tuple(f"x{i + 1}" for i in range(sizes[0])),
            classes=labels[task],
            scaling="none",
            validation_split=0.0,
        ),
        network=NetworkSpec(
            weights="weights.safetensors",
            layers=tuple(
                DenseSpec(units=units, activation=activation.name, alpha=activation.alpha)  # type: ignore[arg-type]
                for units, activation in zip(sizes[1:], activations, strict=True)
            ),
        ),
        training=TrainingSettings(
            loss=loss,  # type: ignore[arg-type]
            variant="stochastic" if len(X) == 1 else "batch",
            shuffle=False,
            optimizer="sgd",
            learning_rate=eta,
            epochs=EPOCHS,
            metrics=(),
        ),
    )


def _field_of(key: str) -> str:
    """The field that a key of the experiment comes from."""
    if key.startswith("network.layers"):
        return "activations" if key.endswith("activation") else "sizes"
    return {"training.loss": "loss", "training.learning_rate": "eta"}.get(
        key, "y" if key.startswith("data") else "sizes"
    )
