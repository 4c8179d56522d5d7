"""What is known about an experiment before training: shapes, parameters, cost, problems."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.layer_summary import LayerSummary, multiplications, summary
from tui_ann.engine.layers import Dense, numbered, signals
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.checks import Misfit
from tui_ann.experiment.spec import DenseSpec, DropoutSpec, Experiment
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.text import count
from tui_ann.text.symbols import Symbol, spelled
from tui_ann.tui.draw.network_layout import LayerView


@dataclass(frozen=True)
class WeightColumns:
    """What the columns of a weight matrix are."""

    symbol: str = ""
    """Symbol of what they multiply: `x`, `a¹`, `n¹`."""
    names: tuple[str, ...] = ()
    """Names of the features, where they multiply features."""


@dataclass(frozen=True, eq=False)
class Plan:
    """An experiment with what can be computed before training."""

    experiment: Experiment
    """The experiment."""
    inputs: int | None
    """Number of inputs; `None` if unknown."""
    input_names: tuple[str, ...]
    """Their names."""
    output_names: tuple[str, ...]
    """Names of the outputs: classes or targets."""
    examples: int
    """Number of training examples."""
    problems: tuple[Misfit, ...]
    """What prevents training."""
    source: Dataset | None = None
    """The prepared rows."""

    @property
    def lines(self) -> list[LayerSummary]:
        """A summary of each layer; empty if the inputs are unknown."""
        return summary(self.inputs, engine_layers(self.experiment)) if self.inputs else []

    @property
    def weight_columns(self) -> dict[str, WeightColumns]:
        """By weight matrix, what its columns are: `W1` the features, `W2` what leaves the layer before it."""
        layers = engine_layers(self.experiment)
        entering = {
            f"W{number}": signal
            for (_, layer, number), signal in zip(numbered(layers), signals(layers), strict=False)
            if isinstance(layer, Dense)
        }
        names = {"W1": self.input_names}
        return {name: WeightColumns(spelled(signal), names.get(name, ())) for name, signal in entering.items()}

    @property
    def parameters(self) -> int:
        """Total number of parameters."""
        return sum(line.parameters for line in self.lines)

    @property
    def scales_target(self) -> bool:
        """Whether the loss is computed on a scaled target."""
        regression = self.source is not None and self.source.task == "regression"
        return regression and self.experiment.data.target_scaling != "none"

    @property
    def batch(self) -> int:
        """Examples per update."""
        training = self.experiment.training
        sizes = {"batch": self.examples, "stochastic": 1}
        return max(1, min(sizes.get(training.variant, training.batch_size), max(1, self.examples)))

    @property
    def multiplications(self) -> int:
        """Multiplications per update."""
        return multiplications(self.lines, self.batch)

    def fits(self, parameters: Mapping[str, NDArray[np.floating]]) -> bool:
        """Whether some parameters have the shapes of this network.

        Args:
            parameters: By name: `W1` (neurons, inputs), …; those too large to copy may be missing.
        """
        layers = [layer for layer in self.experiment.network.layers if isinstance(layer, DenseSpec)]
        inputs = self.inputs
        for index, layer in enumerate(layers, start=1):
            weights = parameters.get(f"W{index}")
            if weights is not None and weights.shape != (layer.units, inputs or weights.shape[1]):
                return False
            inputs = layer.units
        return f"W{len(layers) + 1}" not in parameters

    def views(self) -> list[LayerView]:
        """The network for the picture: inputs, then each dense layer with the other layers that act on it."""
        views = [LayerView("x", self.inputs or 1, names=self.input_names)]
        layers = self.experiment.network.layers
        dense = [place for place, layer in enumerate(layers) if isinstance(layer, DenseSpec)]
        for index, place in enumerate(dense, start=1):
            layer = layers[place]
            assert isinstance(layer, DenseSpec)
            last = index == len(dense)
            after = layers[place + 1 : dense[index] if not last else None]
            views.append(
                LayerView(
                    "ŷ" if last else spelled(Symbol("a", index)),
                    layer.units,
                    layer.activation,
                    note=", ".join(other.words if isinstance(other, DropoutSpec) else other.short for other in after),
                    short_note=", ".join(other.letters for other in after),
                    names=self.output_names if last and len(self.output_names) == layer.units else (),
                )
            )
        return views


def shown_network(
    plan: Plan, snapshot: Snapshot | None
) -> tuple[list[LayerView], list[NDArray[np.floating] | None] | None]:
    """The network for the picture with the numbers of a run: the layers, and W¹, W², ….

    Args:
        plan: The experiment.
        snapshot: A run of it, also before its first update; `None` draws plain edges.
    """
    views = plan.views()
    if snapshot is None:
        return views, None
    signals = [snapshot.signals.get(f"a{layer}" if layer else "x") for layer in range(len(views))]
    biases = [snapshot.parameters.get(f"b{layer}") for layer in range(len(views))]
    views = [replace(view, values=a, biases=b) for view, a, b in zip(views, signals, biases, strict=True)]
    return views, [snapshot.parameters.get(f"W{layer}") for layer in range(1, len(views))]


def total(lines: Sequence[LayerSummary]) -> str:
    """The parameters of all layers as a sum: `496 + 17 = 513`.

    Args:
        lines: The layers.
    """
    counts = [line.parameters for line in lines if line.parameters]
    if len(counts) < 2:
        return count(sum(counts))
    parts = [count(number) for number in counts]
    shown = " + ".join(parts) if len(parts) <= 6 else f"{parts[0]} + … + {parts[-1]}"
    return f"{shown} = {count(sum(counts))}"


def spaced(formula: str) -> str:
    """A formula with thousands separators in its numbers.

    Args:
        formula: Such as `64·61 + 64 = 3968`.
    """
    return re.sub(r"\d+", lambda match: count(int(match[0])), formula)
