"""Reads one field of an exercise each: a mistake becomes a problem at the name of the field, and a value stands in."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, get_args

import numpy as np

from tui_ann.engine.activations import ACTIVATIONS as ENGINE_ACTIVATIONS
from tui_ann.engine.tape import Array
from tui_ann.engine.training_settings import LossName
from tui_ann.errors import Problem, TuiAnnError
from tui_ann.experiment.spec import Activation
from tui_ann.session.exercise.fields import (
    MOST_LAYERS,
    MOST_NUMBERS,
    MOST_UNITS,
    SIZES,
    field_names,
    parameter_shape,
    read_sizes,
    too_large,
)
from tui_ann.session.start_values import read_weights
from tui_ann.text import clean, counted, number
from tui_ann.text.entry import EntryError, NumberEntry, parse_entry, parse_number

ACTIVATIONS: tuple[str, ...] = get_args(Activation)
"""The activations of a field."""
LOSSES: tuple[str, ...] = get_args(LossName)
"""The losses of a field."""


class LayerActivation(NamedTuple):
    """An activation of a layer."""

    name: str
    alpha: float | None = None


def own_parameters(sizes: Sequence[int]) -> list[str]:
    """The names of the weights and biases of a network with these sizes, in order."""
    return [name for name in field_names(sizes) if name[0] in "Wb" and name[1:].isdigit()]


def sizes_of(text: str, found: list[Problem]) -> tuple[int, ...]:
    """The inputs, then the neurons of each layer."""
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


def activations_of(text: str, sizes: Sequence[int], found: list[Problem]) -> tuple[LayerActivation, ...]:
    """An activation for each layer, or one for all."""
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


def _activation(text: str, found: list[Problem]) -> LayerActivation:
    """An activation, and α after a colon."""
    word, colon, alpha = text.partition(":")
    name = word_of("activations", word, ACTIVATIONS, found)
    if not colon:
        return LayerActivation(name)
    if ENGINE_ACTIVATIONS[name].default_alpha is None:
        found.append(Problem("activations", f"{name} has no α.", f"Write {name} alone."))
        return LayerActivation(name)
    try:
        return LayerActivation(name, parse_number(alpha))
    except TuiAnnError as error:
        found.append(Problem("activations", f"α of {name}: {error.message}", error.remedy))
        return LayerActivation(name)


def word_of(field: str, text: str, known: Sequence[str], found: list[Problem]) -> str:
    """One of the known words; its first letters are enough."""
    word = text.strip().strip("\"'").lower().replace(" ", "_").replace("-", "_")
    fitting = [name for name in known if name.startswith(word)] if word else []
    if word in known:
        return word
    if len(fitting) == 1:
        return fitting[0]
    found.append(Problem(field, f"“{clean(text, 30)}” is not known.", f"Use one of {', '.join(fitting or known)}."))
    return known[0]


def eta_of(text: str, found: list[Problem]) -> float:
    """The learning rate."""
    try:
        eta = parse_number(text)
    except TuiAnnError as error:
        found.append(Problem("eta", error.message, error.remedy))
        return 0.1
    if not 0 <= eta < np.inf:
        found.append(Problem("eta", f"η is {number(eta)}.", "Use a number of 0 or more."))
    return eta


def examples_of(field: str, text: str, columns: int, found: list[Problem]) -> Array | None:
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


def answers_of(text: str, outputs: int, loss: str, found: list[Problem]) -> tuple[tuple[str, ...], ...] | None:
    """The targets as cells: numbers, or the number of the class."""
    if loss == "categorical_crossentropy" and outputs > 1:
        return _class_numbers(text, outputs, found)
    y = examples_of("y", text, outputs, found)
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


def parameters_of(texts: Mapping[str, str], sizes: Sequence[int], found: list[Problem]) -> dict[str, Array]:
    """Every weight matrix and bias by name; those that cannot be read are missing."""
    parameters: dict[str, Array] = {}
    for name in own_parameters(sizes):
        rows, columns = parameter_shape(name, sizes)
        empty = {name: np.zeros((rows, columns) if name[0] == "W" else rows)}
        try:
            parameters |= read_weights(texts[name], empty, name)
        except TuiAnnError as error:
            found.append(Problem(name, error.message, error.remedy))
    return parameters
