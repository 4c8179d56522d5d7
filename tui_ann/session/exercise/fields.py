"""The fields of an exercise, each a text: sizes, activations, loss, η, x, y, and every weight and bias.

A field that is not given is proposed: the numbers of the worked example where they have the right shape, else numbers
with one decimal.
Listing and proposing does not import NumPy.
"""

import itertools
import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui_ann.text.entry import EntryError, parse_entry

GENERAL = ("sizes", "activations", "loss", "eta", "x", "y")
"""The fields of every exercise; those of the parameters depend on the sizes."""
SIZES = (2, 3, 1)
"""The proposed sizes: those of the worked example."""
MOST_LAYERS, MOST_UNITS, MOST_NUMBERS = 9, 1000, 4000
"""Limits of a network whose numbers are typed."""

_WORKED = {
    "x": "1 2",
    "y": "1",
    "W1": ".5 .2; .3 .8; .6 .4",
    "b1": ".1 .1 .1",
    "W2": ".4 .3 .2",
    "b2": ".1",
}


@dataclass(frozen=True)
class FieldInfo:
    """How a field is presented."""

    label: str
    """Its label in a form."""
    help: str
    """What to type."""


def read_sizes(text: str) -> tuple[int, ...] | None:
    """The sizes of the layers, inputs first, such as 2-3-1; `None` if the text says something else.

    Args:
        text: Whole numbers, with anything such as -, → or blanks between them.
    """
    if not re.fullmatch(r"[\s\[(]*\d{1,6}(?:[\s,;:x×>→–—-]+\d{1,6})+[\s\])]*", text):
        return None
    sizes = tuple(int(number) for number in re.findall(r"\d+", text))
    return sizes if min(sizes) > 0 else None


def numbers_in(sizes: Sequence[int]) -> int:
    """How many weights and biases a network of these sizes has."""
    return sum(n * (m + 1) for m, n in itertools.pairwise(sizes))


def too_large(sizes: Sequence[int]) -> bool:
    """Whether a network of these sizes has too many numbers to type."""
    return len(sizes) > MOST_LAYERS + 1 or max(sizes) > MOST_UNITS or numbers_in(sizes) > MOST_NUMBERS


def field_names(sizes: Sequence[int]) -> tuple[str, ...]:
    """The fields of an exercise with these sizes, in the order of a form."""
    layers = range(1, len(sizes))
    return (*GENERAL, *(f"{letter}{layer}" for layer in layers for letter in "Wb"))


def parameter_shape(name: str, sizes: Sequence[int]) -> tuple[int, int]:
    """Rows and columns of a weight matrix or a bias; a bias is a column."""
    layer = int(name[1:])
    return sizes[layer], sizes[layer - 1] if name[0] == "W" else 1


def field_info(name: str, sizes: Sequence[int]) -> FieldInfo:
    """Label and help of a field.

    Args:
        name: Its name.
        sizes: The sizes of the network.
    """
    if name in GENERAL:
        return {
            "sizes": FieldInfo("sizes", "Inputs, then the neurons of each layer: 2-3-1."),
            "activations": FieldInfo(
                "activations", "One for each layer, or one for all: {activations}; elu:0.5 sets α."
            ),
            "loss": FieldInfo("loss", "{losses}."),
            "eta": FieldInfo("η", "The learning rate of gradient descent."),
            "x": FieldInfo("x", f"{_counted(sizes[0], 'number')} for an example; several examples: a row each."),
            "y": FieldInfo(
                "y",
                f"{_counted(sizes[-1], 'number')} for an example; with binary cross-entropy 0 or 1, "
                "with softmax the number of the class will do: 1 is the first.",
            ),
        }[name]
    rows, columns = parameter_shape(name, sizes)
    label = f"{name[0]}{name[1:].translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    if name[0] == "b":
        return FieldInfo(label, f"{_counted(rows, 'number')}, one for each neuron.")
    return FieldInfo(
        label, f"{rows} × {columns}: a row for each neuron; rows are separated by ; or a pasted line break."
    )


def _counted(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def proposed(given: Mapping[str, str]) -> dict[str, str]:
    """What is proposed for every field, following the fields that are given.

    Args:
        given: Texts by name; sizes, activations and y matter here.

    Returns:
        Texts for all fields of a network of the given sizes, in their order.
    """
    sizes = read_sizes(given.get("sizes", "")) or SIZES
    sizes = SIZES if too_large(sizes) else sizes
    texts = {"sizes": "-".join(map(str, sizes)), "activations": ", ".join(["linear"] * (len(sizes) - 1))}
    last = re.split(r"[\s,;]+", (given.get("activations") or texts["activations"]).strip(" \"'[]()"))[-1].strip("\"'")
    last = last if last.casefold() != "sigmoid" or sizes[-1] == 1 else "linear"
    texts["loss"] = _proposed_loss(last.casefold(), given.get("y", ""))
    texts["eta"] = "0.1"
    texts["x"] = " ".join(str(i % 9 + 1) for i in range(sizes[0]))
    texts["y"] = " ".join("1" if i == 0 else "0" for i in range(sizes[-1]))
    for name in field_names(sizes)[len(GENERAL) :]:
        texts[name] = _drawn(name, sizes)
    return texts | {name: _WORKED[name] for name in texts if name in _WORKED and _fits(name, sizes)}


def _fits(name: str, sizes: Sequence[int]) -> bool:
    """Whether a field of the worked example has the shape that it has in a network of these sizes."""
    if name in "xy":
        place = 0 if name == "x" else -1
        return sizes[place] == SIZES[place]
    return parameter_shape(name, sizes) == parameter_shape(name, SIZES)


def _drawn(name: str, sizes: Sequence[int]) -> str:
    """Numbers with one decimal for a parameter; the same ones for the same shape."""
    rows, columns = parameter_shape(name, sizes)
    if name[0] == "b":
        return " ".join([".1"] * rows)
    chance = random.Random(f"{name} {rows} {columns}")
    numbers = [[chance.choice((1, 1, -1)) * chance.randint(1, 9) for _ in range(columns)] for _ in range(rows)]
    return "; ".join(" ".join(f"{'-' if n < 0 else ''}.{abs(n)}" for n in row) for row in numbers)


def _proposed_loss(activation: str, y: str) -> str:
    """The loss that is joined with the activation of the output layer; half the squared error for other targets.

    Args:
        activation: The activation of the output layer.
        y: The text of the targets; empty if they are proposed, too.
    """
    from tui_ann.engine.losses import LOSSES  # loads NumPy, which a list of options does without

    joined = (name for name, loss in LOSSES.items() if loss.joined_activation == activation)
    return "half_squared_error" if _no_class(y) else next(joined, "half_squared_error")


def _no_class(y: str) -> bool:
    """Whether targets are numbers of which one can be no class."""
    try:
        values = [value for row in parse_entry(y).rows for value in row]
    except EntryError:
        return False
    return any(value < 0 or value != int(value) for value in values if math.isfinite(value))
