"""Reads the fields of an exercise into an experiment, its table and its start values; a mistake names its field."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, get_args

import numpy as np

from tui_ann.data.prepare.roles import Task
from tui_ann.engine.activations import ACTIVATIONS as ENGINE_ACTIVATIONS
from tui_ann.engine.architecture import parameter_layout
from tui_ann.engine.losses import LOSSES as ENGINE_LOSSES
from tui_ann.engine.losses import loss_named
from tui_ann.engine.tape import Array
from tui_ann.engine.training_settings import LossName, TrainingSettings
from tui_ann.errors import ExperimentError, Problem, TuiAnnError
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.checks import problems
from tui_ann.experiment.decode import nearest
from tui_ann.experiment.spec import Activation, DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.session.exercise.fields import (
    MOST_LAYERS,
    MOST_NUMBERS,
    MOST_UNITS,
    SIZES,
    field_info,
    field_names,
    parameter_shape,
    proposed,
    read_sizes,
    too_large,
)
from tui_ann.session.start_values import read_weights
from tui_ann.text import clean, counted, number
from tui_ann.text.dressing import named_parts
from tui_ann.text.entry import EntryError, NumberEntry, parse_entry, parse_number

ACTIVATIONS: tuple[str, ...] = get_args(Activation)
"""The activations of a field."""
LOSSES: tuple[str, ...] = get_args(LossName)
"""The losses of a field."""
EPOCHS = 20
"""How long an exercise can be followed."""


class _Activation(NamedTuple):
    """An activation of a layer."""

    name: str
    alpha: float | None = None


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
    sizes = _sizes(texts["sizes"], found)
    activations = _activations(texts["activations"], sizes, found)
    loss = loss_named(texts["loss"].strip().strip("\"'")) or _word("loss", texts["loss"], LOSSES, found)
    eta = _eta(texts["eta"], found)
    X = _examples("x", texts["x"], sizes[0], found)
    y = _answers(texts["y"], sizes[-1], loss, found)
    if X is not None and y is not None and len(X) != len(y):
        x_rows, y_rows = len(X), len(y)
        found.append(
            Problem("y", f"x has {_examples_of(x_rows)}, y has {_examples_of(y_rows)}.", "Give each example a target.")
        )
    parameters = _parameters(texts, sizes, found)
    found += [
        Problem(name, f"A network {'-'.join(map(str, sizes))} has no {name}.", f"It has {', '.join(_own(sizes))}.")
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


def _own(sizes: Sequence[int]) -> Iterator[str]:
    return (name for name in field_names(sizes) if name[0] in "Wb" and name[1:].isdigit())


def _examples_of(n: int) -> str:
    return "one example" if n == 1 else f"{n} examples"


def _sizes(text: str, found: list[Problem]) -> tuple[int, ...]:
    sizes = read_sizes(text)
    if sizes is None:
        remedy = "Type the inputs, then the neurons of each layer, such as 2-3-1."
        found.append(Problem("sizes", f"“{clean(text, 30)}” is not a network.", remedy))
    elif too_large(sizes):
        remedy = f"At most {MOST_LAYERS} layers of {MOST_UNITS} neurons, with {MOST_NUMBERS} numbers, can be typed."
        found.append(Problem("sizes", "The network is too large.", remedy))
    else:
        return sizes
    return SIZES


def _activations(text: str, sizes: Sequence[int], found: list[Problem]) -> tuple[_Activation, ...]:
    words = [word for word in re.split(r"[\s,;\[\]()\"']+", _joined(text)) if word]
    read = tuple(_activation(word, found) for word in words)
    layers = len(sizes) - 1
    if len(read) == 1 and (read[0].name != "softmax" or layers == 1):
        return read * layers
    if len(read) != layers:
        remedy = f"Name {layers}, one for each layer, or one for all."
        found.append(Problem("activations", f"There are {layers} layers and {len(read)} activations.", remedy))
    return read


def _joined(text: str) -> str:
    """The names of activations in one word each: leaky_relu for Leaky ReLU or leaky-relu."""
    for name in ACTIVATIONS:
        if "_" in name:
            written = r"[\s_-]*".join(name.split("_"))
            text = re.sub(rf"\b{written}(?![a-z])", name, text, flags=re.IGNORECASE)
    return text


def _activation(text: str, found: list[Problem]) -> _Activation:
    """An activation, and α after a colon."""
    word, colon, alpha = text.partition(":")
    name = _word("activations", word, ACTIVATIONS, found)
    if not colon:
        return _Activation(name)
    if ENGINE_ACTIVATIONS[name].default_alpha is None:
        found.append(Problem("activations", f"{name} has no α.", f"Write {name} alone."))
        return _Activation(name)
    try:
        return _Activation(name, parse_number(alpha))
    except TuiAnnError as error:
        found.append(Problem("activations", f"α of {name}: {error.message}", error.remedy))
        return _Activation(name)


def _word(field: str, text: str, known: Sequence[str], found: list[Problem]) -> str:
    """One of the known words; its first letters are enough."""
    word = text.strip().strip("\"'").lower().replace(" ", "_").replace("-", "_")
    fitting = [name for name in known if name.startswith(word)] if word else []
    if word in known:
        return word
    if len(fitting) == 1:
        return fitting[0]
    found.append(Problem(field, f"“{clean(text, 30)}” is not known.", f"Use one of {', '.join(fitting or known)}."))
    return known[0]


def _eta(text: str, found: list[Problem]) -> float:
    try:
        eta = parse_number(text)
    except TuiAnnError as error:
        found.append(Problem("eta", error.message, error.remedy))
        return 0.1
    if not 0 <= eta < np.inf:
        found.append(Problem("eta", f"η is {number(eta)}.", "Use a number of 0 or more."))
    return eta


def _examples(field: str, text: str, columns: int, found: list[Problem]) -> Array | None:
    """Examples as rows; one example may be a column, and a matrix that fits only as columns is transposed."""
    try:
        rows = np.array(_entry(text, columns).rows)
    except TuiAnnError as error:
        found.append(Problem(field, error.message, error.remedy))
        return None
    if not np.isfinite(rows).all():
        found.append(Problem(field, f"{field} has a number that is too large.", "Use smaller numbers."))
        return None
    if rows.shape[1] != columns and rows.shape[0] == columns:
        rows = rows.T
    if rows.shape[1] != columns:
        width, one = rows.shape[1], "input" if field == "x" else "output"
        message = f"{field} has {counted(width, 'number')} in a row, the network has {counted(columns, one)}."
        found.append(Problem(field, message, f"Give each example {counted(columns, 'number')}, in a row."))
        return None
    return rows


def _entry(text: str, columns: int) -> NumberEntry:
    """The numbers of a field; one number may have blanks anywhere."""
    if columns == 1:
        try:
            return parse_entry(text, (1, 1))
        except EntryError:
            return parse_entry(text)
    return parse_entry(text, (1, columns))


def _answers(text: str, outputs: int, loss: str, found: list[Problem]) -> tuple[tuple[str, ...], ...] | None:
    """The targets as cells: numbers, or the number of the class."""
    if loss == "categorical_crossentropy" and outputs > 1:
        return _class_numbers(text, outputs, found)
    y = _examples("y", text, outputs, found)
    if y is None:
        return None
    if loss == "binary_crossentropy":
        if outputs > 1:
            remedy = "Use one sigmoid neuron, or softmax with categorical_crossentropy."
            found.append(Problem("loss", f"binary_crossentropy has one output, the network has {outputs}.", remedy))
            return None
        if not np.isin(y, (0, 1)).all():
            found.append(Problem("y", "For binary_crossentropy y is a class, 0 or 1.", "Type 0 or 1."))
            return None
        return tuple(tuple(str(int(value)) for value in row) for row in y)
    return tuple(tuple(repr(float(value)) for value in row) for row in y)


def _class_numbers(text: str, outputs: int, found: list[Problem]) -> tuple[tuple[str, ...], ...] | None:
    try:
        entry = _entry(text, outputs)
    except TuiAnnError as error:
        found.append(Problem("y", error.message, error.remedy))
        return None
    rows = np.array(entry.rows)
    if rows.shape[1] != outputs and rows.shape[0] == outputs and np.isin(rows, (0, 1)).all():
        rows = rows.T
    if rows.shape[1] == outputs and np.isin(rows, (0, 1)).all() and (rows.sum(axis=1) == 1).all():
        return tuple((str(int(place) + 1),) for place in rows.argmax(axis=1))
    numbers = rows.ravel()
    if 1 in rows.shape and np.isin(numbers, np.arange(1, outputs + 1)).all():
        return tuple((str(int(value)),) for value in numbers)
    remedy = f"Type {outputs} numbers of which one is 1 and the others are 0, or a class from 1 to {outputs}."
    found.append(Problem("y", "For categorical_crossentropy y is a class.", remedy))
    return None


def _parameters(texts: Mapping[str, str], sizes: Sequence[int], found: list[Problem]) -> dict[str, Array]:
    parameters: dict[str, Array] = {}
    for name in _own(sizes):
        rows, columns = parameter_shape(name, sizes)
        empty = {name: np.zeros((rows, columns) if name[0] == "W" else rows)}
        try:
            parameters |= read_weights(texts[name], empty, name)
        except TuiAnnError as error:
            found.append(Problem(name, error.message, error.remedy))
    return parameters


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
    sizes: Sequence[int], activations: Sequence[_Activation], loss: str, eta: float, X: Array
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
