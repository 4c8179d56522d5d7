"""Layers of another program put together as those of an experiment: activations belong to dense layers here."""

from collections.abc import Sequence
from typing import Any

import msgspec

from tui_ann.errors import ModelError
from tui_ann.experiment.spec import (
    BatchNormalizationSpec,
    DenseSpec,
    DropoutSpec,
    LayerNormalizationSpec,
    LayerSpec,
)
from tui_ann.importing.keras_words import HOMOGENEOUS
from tui_ann.importing.read_model import Remark


class LayerChain:
    """Layers in the order in which they are added.

    Args:
        label: What messages call the file or text.
        exact: Whether the layers bring weights, so that none may change places with another.
    """

    def __init__(self, label: str, *, exact: bool = False) -> None:
        self.label = label
        self._exact = exact
        self.layers: list[LayerSpec] = []
        """The layers so far."""
        self.inputs: int | None = None
        """Inputs of the first layer, if known."""
        self.remarks: list[Remark] = []
        """What was not taken over."""

    def remark(self, line: int, text: str) -> None:
        """Keep a remark."""
        self.remarks.append(Remark(line, text))

    def place(self, line: int) -> str:
        """The file, with a line if there is one."""
        return f"{self.label}, line {line}" if line else self.label

    def add(self, layer: LayerSpec) -> None:
        """Add a layer."""
        self.layers.append(layer)

    @property
    def dense_layers(self) -> Sequence[DenseSpec]:
        """The dense layers so far."""
        return [layer for layer in self.layers if isinstance(layer, DenseSpec)]

    def activate(self, name: str, alpha: float | None, line: int) -> None:
        """Apply an activation to what the layers give: it becomes that of the last dense layer.

        Raises:
            ModelError: It cannot, and the layers bring weights.
        """
        if name == "linear":
            return
        place = next((i for i in reversed(range(len(self.layers))) if isinstance(self.layers[i], DenseSpec)), None)
        if place is None:
            self._misplaced(line, f"the activation {name} stands before the first dense layer; it is left out.")
            return
        dense = self.layers[place]
        assert isinstance(dense, DenseSpec)
        if dense.activation != "linear":
            self._misplaced(line, f"{name} is a second activation after {dense.activation}; it is left out.")
            return
        between = self.layers[place + 1 :]
        if any(not isinstance(layer, DropoutSpec) for layer in between):
            self._misplaced(line, f"{name} stands after a normalisation; here it stands before it.")
        elif between and name not in HOMOGENEOUS:
            self.remark(line, f"{name} stands after a dropout layer; here it stands before it.")
        self.layers[place] = msgspec.structs.replace(dense, activation=name, alpha=alpha)

    def _misplaced(self, line: int, text: str) -> None:
        if self._exact:
            raise ModelError(
                f"{self.place(line)}: {text.partition(';')[0]}; tui-ann has activations in dense layers only.",
                remedy="Take a network whose activations follow dense layers.",
                code="not_held",
            )
        self.remark(line, text)

    def normalize(self, kind: str, values: dict[str, Any]) -> None:
        """Add a batch or layer normalisation.

        Args:
            kind: `batch_normalization` or `layer_normalization`.
            values: Its settings.
        """
        if values.get("epsilon", 1.0) <= 0:
            self.remark(0, "ε of a normalisation must be positive; it is 0.001.")
            values = {name: value for name, value in values.items() if name != "epsilon"}
        if kind == "batch_normalization":
            self.add(BatchNormalizationSpec(**values))
        else:
            self.add(LayerNormalizationSpec(epsilon=values.get("epsilon", 1e-3)))

    def complete(self) -> tuple[LayerSpec, ...]:
        """The layers.

        Raises:
            ModelError: There is no dense layer.
        """
        if not self.dense_layers:
            raise ModelError(
                f"{self.label} has a network without a dense layer.",
                remedy="A network needs at least one Dense layer, its output.",
                code="no_network",
            )
        while not isinstance(self.layers[-1], DenseSpec):
            last = self.layers.pop()
            self.remark(0, f"{last.words} after the output layer is left out.")
        return tuple(self.layers)
