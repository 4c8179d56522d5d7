"""The parameters of a network: all in one flat vector θ, with the gradient and the running statistics."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tui_ann.engine.arrays import cast_to, norm
from tui_ann.engine.parameter_layout import Parameter
from tui_ann.engine.tape import Array
from tui_ann.errors import EngineError


class Parameters(Mapping[str, Array]):
    """Every parameter of a network by name, as a live view into a flat vector.

    Args:
        layout: The parameters and their positions.
        dtype: Their precision.
        seed: The start values depend on it.
    """

    def __init__(self, layout: Sequence[Parameter], dtype: np.dtype[Any], seed: int) -> None:
        self.layout = tuple(layout)
        self.seed = seed
        trainable = sum(parameter.size for parameter in layout if parameter.trainable)
        others = sum(parameter.size for parameter in layout if not parameter.trainable)
        self.theta: Array = np.zeros(trainable, dtype)
        """All trainable parameters (P,)."""
        self.gradient: Array = np.zeros(trainable, dtype)
        """∂L/∂θ (P,) of the last update, penalties included."""
        self.running_statistics: Array = np.zeros(others, dtype)
        """Running statistics of batch normalization (Q,)."""
        self._views = self.views(self.theta, self.running_statistics)
        self.gradients: dict[str, Array] = self.views(self.gradient)
        """∂L/∂ of every trainable parameter by the parameter's name, live (Mapping of views)."""

    def __getitem__(self, name: str) -> Array:
        return self._views[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Their precision."""
        return self.theta.dtype

    def views(self, theta: Array, running_statistics: Array | None = None) -> dict[str, Array]:
        """The parts of vectors with this layout, by parameter name, as views.

        Args:
            theta: A vector with a number for each trainable parameter (P,).
            running_statistics: A vector with a number for each running statistic (Q,); omitted if None.
        """
        views = {}
        for parameter in self.layout:
            flat = theta if parameter.trainable else running_statistics
            if flat is not None:
                views[parameter.name] = parameter.view(flat)
        return views

    def initialize(self) -> None:
        """Set every parameter to its initial value, and the gradient to 0.

        An initial value depends only on the seed and the number of its layer, so layers of other types do not affect
        it.
        """
        for parameter in self.layout:
            view, start = self._views[parameter.name], parameter.spec.start
            drawn: Array | float
            if callable(start):
                drawn = start(np.random.default_rng([self.seed, parameter.symbol.number]), view.shape)
            else:
                drawn = start
            view[:] = cast_to(drawn, self.dtype)
        self.gradient.fill(0.0)

    def load(self, values: Mapping[str, Array]) -> None:
        """Set parameters by name; nothing changes unless all of them fit.

        Raises:
            EngineError: If one is missing, unknown, of another shape, or not finite; the message names them all.
        """
        problems = [f"{name} is missing" for name in self if name not in values]
        problems += [f"{name} is not a parameter of this network" for name in values if name not in self]
        for name, view in self.items():
            if name in values and np.shape(values[name]) != view.shape:
                problems.append(f"{name} has the shape {np.shape(values[name])}, this network needs {view.shape}")
            elif name in values and not np.isfinite(self._cast(values[name])).all():
                problems.append(f"{name} holds values that are not finite in {self.dtype}")
        if problems:
            raise EngineError(
                "The parameters do not fit this network.",
                remedy="Use a file saved from a network with the same layers.",
                code="bad_weights",
                details=problems,
            )
        for name, view in self.items():
            view[:] = self._cast(values[name])

    def _cast(self, values: Array) -> Array:
        """Values in this precision, infinite where they are too large for it."""
        return cast_to(values, self.dtype)

    def copy(self) -> dict[str, Array]:
        """Every parameter by name, copied."""
        return {name: view.copy() for name, view in self.items()}

    def gradient_norms(self) -> dict[str, float]:
        """‖∂L/∂·‖ of each trainable parameter in the last update; not finite only if the gradient is not."""
        return {name: norm(gradient) for name, gradient in self.gradients.items()}
