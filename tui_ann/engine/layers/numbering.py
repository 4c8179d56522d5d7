"""The numbers of layers and the symbols of their outputs."""

from collections import Counter
from collections.abc import Iterator, Sequence

from tui_ann.engine.layers.base import Layer
from tui_ann.text.symbols import Symbol


def numbered(layers: Sequence[Layer]) -> Iterator[tuple[int, Layer, int]]:
    """Position, layer and number of each layer; layers of a kind are numbered together, from 1."""
    counts: Counter[str] = Counter()
    for place, layer in enumerate(layers, start=1):
        counts[layer.counter] += 1
        yield place, layer, counts[layer.counter]


def signals(layers: Sequence[Layer]) -> list[Symbol]:
    """The symbols of the network's input and of each layer's output: `x`, `a1`, `d1`, `a2`."""
    return [Symbol("x"), *(layer.output(number) for _, layer, number in numbered(layers))]
