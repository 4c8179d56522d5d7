"""Whether the file of start weights fits the network: checked after every edit, before a run is made."""

import os
from pathlib import Path
from typing import Any

from tui_ann.engine.architecture import parameter_shapes
from tui_ann.errors import SessionError
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.checks import Change, Misfit
from tui_ann.experiment.spec import Experiment
from tui_ann.experiment.weights import weight_shapes
from tui_ann.text.symbols import spelled

Shapes = dict[str, tuple[int, ...]]

DRAW = Change((("network.weights", ""),), "draws all weights anew")
"""The change that makes any network fit."""


class StartWeights:
    """The shapes in the file of start weights, read only if the file has changed."""

    def __init__(self) -> None:
        self._read: tuple[Any, Shapes | SessionError] | None = None

    def misfit(self, experiment: Experiment, inputs: int | None) -> Misfit | None:
        """Why the start weights cannot be used; `None` if they can, or if they are drawn.

        Args:
            experiment: The experiment.
            inputs: Inputs of the network; `None` if unknown, then the file decides.
        """
        path = experiment.network.weights
        if not path:
            return None
        found = self._shapes(path)
        if isinstance(found, SessionError):
            return Misfit("network.weights", found.message, f"{found.remedy} Or draw them.", found.code, DRAW)
        if inputs is None:
            inputs = found["W1"][-1] if found.get("W1") else 1
        needed = parameter_shapes(inputs, engine_layers(experiment))
        if needed == found:
            return None
        return Misfit(
            "network.weights",
            f"The start weights do not fit: {_difference(needed, found)}.",
            "Undo the change, or draw them.",
            "weights_misfit",
            DRAW,
        )

    def _shapes(self, path: str) -> Shapes | SessionError:
        try:
            state = os.stat(path)
            key: Any = (path, state.st_mtime_ns, state.st_size)
        except (OSError, ValueError):
            key = (path, None)
        if self._read is None or self._read[0] != key:
            try:
                self._read = (key, weight_shapes(Path(path)))
            except SessionError as error:
                self._read = (key, error)
        return self._read[1]


def _difference(needed: Shapes, found: Shapes) -> str:
    """The first parameter that differs, in the order of the network."""
    for name, shape in needed.items():
        if name not in found:
            return f"{spelled(name)} is missing"
        if found[name] != shape:
            return f"{spelled(name)} is {_size(found[name])}, but {_size(shape)} is needed"
    extra = next(name for name in found if name not in needed)
    return f"this network has no {spelled(extra)}"


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "1"
