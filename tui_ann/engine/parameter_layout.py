"""The parameters that layers declare, and their positions in the flat vectors of a network."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from tui_ann.engine.arrays import Array
from tui_ann.text.symbols import Symbol

Draw = Callable[[Generator, tuple[int, ...]], NDArray[np.floating[Any]]]
"""Draws initial values of a shape from a seeded generator."""


@dataclass(frozen=True)
class ParameterSpec:
    """A parameter declaration of a layer."""

    kind: str
    """Its name without the number of the layer: `W`, `b`, `gamma` …"""
    shape: tuple[int, ...]
    """(neurons, inputs) for W, (units,) for all others."""
    title: str
    """Its description in words: `weights`."""
    start: float | Draw = 0.0
    """Its initial value, or the function that draws it."""
    trainable: bool = True
    """Whether gradient descent changes it; running statistics are only averaged."""
    column_of: str = ""
    """The kind of the matrix declared just before, if this vector is stored as an extra column of it."""
    l1: float = 0.0
    """Penalty l1·Σ|w| on it."""
    l2: float = 0.0
    """Penalty l2·Σw² on it."""


@dataclass(frozen=True)
class Parameter:
    """A named array of the network and its position in memory."""

    spec: ParameterSpec
    """The declaration of its layer."""
    layer: int
    """Position of its layer in the list, counted from 1."""
    symbol: Symbol
    """Its letter and the number of its layer: W1."""
    title: str
    """Its description in words: `weights of dense layer 1`."""
    offset: int
    """Its offset in the flat vector: θ if it is trainable, else the running statistics."""
    stride: int
    """Numbers from one of its rows to the next; more than its columns if a vector is stored as an extra column."""

    @property
    def name(self) -> str:
        """Its name, as W1, b1 or gamma1."""
        return str(self.symbol)

    @property
    def shape(self) -> tuple[int, ...]:
        """(neurons, inputs) for W, (units,) for all others."""
        return self.spec.shape

    @property
    def trainable(self) -> bool:
        """Whether gradient descent changes it."""
        return self.spec.trainable

    @property
    def size(self) -> int:
        """Its numbers."""
        return prod(self.shape)

    def view(self, flat: Array) -> Array:
        """Its part of a flat vector, as a view."""
        strides = (self.stride * flat.itemsize, flat.itemsize)[: len(self.shape)]
        return np.lib.stride_tricks.as_strided(flat[self.offset :], self.shape, strides)


def place_parameters(layers: Iterable[tuple[int, int, str, Sequence[ParameterSpec]]]) -> list[Parameter]:
    """Assign each parameter its position in the flat vectors, in order.

    Args:
        layers: Position, number, name in words and declared parameters of each layer.

    Raises:
        ValueError: A column does not follow its matrix, or has a different number of rows.
    """
    layout: list[Parameter] = []
    end = {True: 0, False: 0}  # of θ and of the running statistics
    for place, number, name, specs in layers:
        for index, spec in enumerate(specs):
            symbol, title = Symbol(spec.kind, number), f"{spec.title} of {name}"
            follower = specs[index + 1] if index + 1 < len(specs) else None
            if spec.column_of:
                matrix = layout[-1] if index else None
                if matrix is None or matrix.spec.kind != spec.column_of or matrix.shape[:1] != spec.shape:
                    raise ValueError(f"{spec.kind} cannot be a column of {spec.column_of}")
                columns = matrix.shape[1]
                layout.append(Parameter(spec, place, symbol, title, matrix.offset + columns, matrix.stride))
            else:
                has_column = follower is not None and follower.column_of == spec.kind
                stride = prod(spec.shape[1:]) + has_column
                layout.append(Parameter(spec, place, symbol, title, end[spec.trainable], stride))
            end[spec.trainable] += prod(spec.shape)
    return layout
