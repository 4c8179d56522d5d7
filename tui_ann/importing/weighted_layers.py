"""Layers that bring their weights: those of an experiment, and the arrays under the names of the lecture."""

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.layers import LAYERS
from tui_ann.errors import ModelError
from tui_ann.experiment.spec import BatchNormalizationSpec, DenseSpec, DropoutSpec
from tui_ann.experiment.weights import Array
from tui_ann.importing.layer_chain import LayerChain
from tui_ann.importing.read_model import ReadModel

Numbers = NDArray[np.float64]


class WeightedLayers:
    """A chain of layers, each with its arrays.

    What an experiment has no layer for but a dense layer can do (scaling of its inputs, a batch normalisation before an
    activation) goes into the weights of that layer, so that every answer stays the same.

    Args:
        label: What messages call the file.
    """

    def __init__(self, label: str) -> None:
        self.chain = LayerChain(label, exact=True)
        """The layers."""
        self._arrays: list[dict[str, Numbers]] = []
        self._scale: Numbers | None = None
        self._shift: Numbers | None = None

    def refused(self, why: str) -> ModelError:
        """The error for weights that do not fit, or a layer that cannot be held."""
        return ModelError(f"{self.chain.label}: {why}.", remedy="Save the whole model again.", code="bad_weights")

    def added(self, arrays: dict[str, Any]) -> None:
        """Give arrays to the layers that were just added to the chain.

        Args:
            arrays: By the letters of the lecture without number: `W` (neurons, inputs), `b`, `gamma`, `beta`,
                `moving_mean`, `moving_var`; empty for a layer without.
        """
        while len(self._arrays) < len(self.chain.layers):
            self._arrays.append({name: self.numbers(name, value) for name, value in arrays.items()})
            self._check(len(self._arrays) - 1)

    def numbers(self, name: str, value: Any) -> Numbers:
        """An array in double precision.

        Raises:
            ModelError: It has a value that is no finite number.
        """
        numbers: Numbers = np.array(value, np.float64, order="C", ndmin=1)
        if not np.isfinite(numbers).all():
            raise self.refused(f"{name} has a value that is not a finite number")
        return numbers

    def scale(self, factor: Any, shift: Any) -> None:
        """Multiply and shift what the layers give: factor · a + shift, into the next dense layer.

        Args:
            factor: A number, or one for each unit.
            shift: Likewise.
        """
        by, plus = self.numbers("a scale", factor), self.numbers("a shift", shift)
        self._scale = by if self._scale is None else self._scale * by
        self._shift = plus if self._shift is None else self._shift * by + plus

    @property
    def scaled(self) -> bool:
        """Whether a scale waits for the next dense layer."""
        return self._scale is not None

    def _check(self, place: int) -> None:
        layer, arrays = self.chain.layers[place], self._arrays[place]
        before = self.width(place)
        if isinstance(layer, DropoutSpec):
            return
        if isinstance(layer, DenseSpec):
            W, b = arrays.get("W"), arrays.setdefault("b", np.zeros(layer.units))
            if W is None or W.ndim != 2 or W.shape[0] != layer.units or b.shape != (layer.units,):
                raise self.refused(f"the weights of a dense layer of {layer.units} units are missing or do not fit")
            if before is not None and W.shape[1] != before:
                raise self.refused(f"a dense layer has {W.shape[1]} inputs, but {before} units come before it")
            self._take_scale(W, b)
            return
        if self.scaled:
            raise self.refused("a scaling before a normalisation cannot be held")
        units = before or next((len(values) for values in arrays.values()), None)
        if units is None or any(values.shape != (units,) for values in arrays.values()):
            raise self.refused("the weights of a normalisation are missing or do not fit")
        arrays.setdefault("gamma", np.ones(units))
        arrays.setdefault("beta", np.zeros(units))
        if isinstance(layer, BatchNormalizationSpec):
            arrays.setdefault("moving_mean", np.zeros(units))
            if (arrays.setdefault("moving_var", np.ones(units)) < 0).any():
                raise self.refused("a variance is negative")

    def _take_scale(self, W: Numbers, b: Numbers) -> None:
        if self._scale is None or self._shift is None:
            return
        try:
            b += W @ np.broadcast_to(self._shift, W.shape[1])
            W *= np.broadcast_to(self._scale, W.shape[1])
        except ValueError as error:
            raise self.refused("a scaling has not one number for each input") from error
        self._scale = self._shift = None

    def width(self, place: int) -> int | None:
        """Units before a layer; `None` before the first that has arrays."""
        for layer, arrays in zip(reversed(self.chain.layers[:place]), reversed(self._arrays[:place]), strict=True):
            if isinstance(layer, DenseSpec):
                return layer.units
            if arrays:
                return len(arrays["gamma"])
        return None

    def alpha(self, values: Any) -> None:
        """Give the last dense layer its learned α."""
        place = max(i for i, layer in enumerate(self.chain.layers) if isinstance(layer, DenseSpec))
        layer = self.chain.layers[place]
        assert isinstance(layer, DenseSpec)
        alpha = self.numbers("α", values).reshape(-1)
        if alpha.size not in (1, layer.units):
            raise self.refused("a PReLU has not one α for each unit")
        self._arrays[place]["alpha"] = np.broadcast_to(alpha, layer.units).copy()

    def fold_normalization(self) -> None:
        """Put a batch normalisation that stands between a dense layer and an activation into the dense layer."""
        if len(self.chain.layers) < 2:
            return
        dense, norm = self.chain.layers[-2:]
        if not isinstance(dense, DenseSpec) or not isinstance(norm, BatchNormalizationSpec):
            return
        if dense.activation != "linear":
            return
        arrays, of_norm = self._arrays[-2], self._arrays.pop()
        self.chain.layers.pop()
        factor = of_norm["gamma"] / np.sqrt(of_norm["moving_var"] + norm.epsilon)
        arrays["W"] *= factor[:, None]
        arrays["b"] = (arrays["b"] - of_norm["moving_mean"]) * factor + of_norm["beta"]
        self.chain.remark(0, "a batch normalisation before an activation is put into the weights of its dense layer.")

    def complete(self, training: dict[str, Any], label: str = "") -> ReadModel:
        """What was read.

        Args:
            training: The training settings that the file names; without a loss, the one that suits the output is taken.
            label: A remark on the whole file.

        Raises:
            ModelError: There is no dense layer, or a scaling after the last one.
        """
        if self.scaled:
            raise self.refused("a scaling after the output layer cannot be held")
        layers = self.chain.complete()
        named: dict[str, Array] = {}
        counts: dict[str, int] = {}
        for spec, arrays in zip(layers, self._arrays, strict=False):
            counter = LAYERS[spec.type].counter
            counts[counter] = counts.get(counter, 0) + 1
            if isinstance(spec, DenseSpec) and spec.activation == "prelu" and "alpha" not in arrays:
                arrays["alpha"] = np.full(spec.units, spec.alpha or 0.0)
            named |= {f"{name}{counts[counter]}": values for name, values in arrays.items()}
        output = self.chain.dense_layers[-1].activation
        losses = {"sigmoid": "binary_crossentropy", "softmax": "categorical_crossentropy"}
        training = {"loss": losses.get(output, "mean_squared_error"), **training}
        first = self._arrays[next(i for i, arrays in enumerate(self._arrays) if arrays)]
        inputs = first["W"].shape[1] if "W" in first else len(first["gamma"])
        remarks = tuple(sorted(set(self.chain.remarks)))
        return ReadModel(layers, int(inputs), {}, training, {"validation_split": 0.1}, named, "", remarks)

    def set_alpha(self, alpha: float) -> None:
        """Change the fixed α of the last dense layer."""
        self.chain.layers[-1] = msgspec.structs.replace(self.chain.layers[-1], alpha=alpha)
