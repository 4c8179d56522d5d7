"""The way from a raw row to an answer, in three parts: prepare it, compute the network, say what ŷ means.

The features and the target are those that were fitted to the training rows.  The network is a list of formulas, the
expressions that its layers and activations declare, so that a new one needs no change in any writer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tui_ann.data.prepare.features import Feature
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.prepare.targets import Target
from tui_ann.engine.expression import Expression, MatrixProduct
from tui_ann.engine.functions import Function
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.text.symbols import Symbol


@dataclass(frozen=True)
class Formula:
    """One step of the network."""

    symbol: Symbol
    """What it computes: z1, a1 …"""
    expression: Expression
    """How, written so that large numbers do not overflow."""
    units: int
    """How many numbers; 1 for a mean over the units."""
    title: str
    """What it is, in words."""


@dataclass(frozen=True, eq=False)
class Pipeline:
    """A network with everything around it."""

    features: tuple[Feature, ...]
    """The columns of a raw row, and how each becomes features."""
    formulas: tuple[Formula, ...]
    """The network, from x to ŷ."""
    parameters: Mapping[Symbol, Array]
    """The numbers in the formulas: (neurons, inputs) or (units,), float64."""
    target: Target
    """What ŷ means."""
    threshold: float
    """With two classes and one output, the second is the answer where ŷ ≥ this."""
    gives_probabilities: bool
    """Whether ŷ are probabilities of the classes."""

    @property
    def x(self) -> Symbol:
        """The symbol of the features."""
        return Symbol("x")

    @property
    def output(self) -> Symbol:
        """The symbol of ŷ."""
        return self.formulas[-1].symbol

    @property
    def sizes(self) -> dict[Symbol, int]:
        """How many numbers each symbol has; of a matrix, how many rows."""
        sizes = {self.x: sum(len(feature.names) for feature in self.features)}
        sizes |= {symbol: len(values) for symbol, values in self.parameters.items()}
        return sizes | {formula.symbol: formula.units for formula in self.formulas}

    @property
    def is_threshold(self) -> bool:
        """Whether the answer is one of two classes by a threshold on a single output."""
        return bool(self.target.classes) and not self.target.one_hot

    @property
    def n_numbers(self) -> int:
        """How many parameters its formulas have."""
        return sum(values.size for values in self.parameters.values())

    def walk(self) -> Iterator[Expression]:
        """Every node of every formula."""
        for formula in self.formulas:
            yield from formula.expression.walk()

    @property
    def functions(self) -> frozenset[str]:
        """The names of the functions in its formulas."""
        return frozenset(node.name for node in self.walk() if isinstance(node, Function))

    @property
    def has_products(self) -> bool:
        """Whether it has a product of a matrix and a vector."""
        return any(isinstance(node, MatrixProduct) for node in self.walk())


def pipeline_of(network: Network, preprocessing: Preprocessing, threshold: float = 0.5) -> Pipeline:
    """The pipeline of a trained network.

    Args:
        network: The network.
        preprocessing: How its rows are prepared.
        threshold: With two classes and one output, the second is the answer where ŷ ≥ this.
    """
    operations = network.inference_operations()
    formulas = tuple(
        Formula(step.symbol, step.safe or step.expression, len(step.result), step.title) for step in operations
    )
    used = {symbol for formula in formulas for symbol in formula.expression.symbols}
    parameters = {Symbol.parse(name): np.asarray(values, np.float64) for name, values in network.parameters.items()}
    last = network.layers[-1]
    gives_probabilities = bool(preprocessing.classes) and isinstance(last, Dense) and bool(last.g.outputs_in_words)
    return Pipeline(
        preprocessing.columns,
        formulas,
        {symbol: values for symbol, values in parameters.items() if symbol in used},
        preprocessing.target,
        threshold,
        gives_probabilities,
    )
