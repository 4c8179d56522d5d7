"""What was read from a file or text of another program: layers, the settings it names, start weights, remarks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tui_ann.experiment.spec import LayerSpec
from tui_ann.experiment.weights import Array


@dataclass(frozen=True, order=True)
class Remark:
    """Something that was not taken over, or was taken over in another way."""

    line: int
    """Where it stands in the text, from 1; 0 if it has no line."""
    text: str
    """What it is, and what is done instead: a sentence."""

    def __str__(self) -> str:
        """The remark as a line."""
        return f"line {self.line}: {self.text}" if self.line else self.text[:1].upper() + self.text[1:]


@dataclass(frozen=True, eq=False)
class ReadModel:
    """A network of another program in the words of an experiment."""

    layers: tuple[LayerSpec, ...]
    """The layers, at least one dense layer."""
    inputs: int | None = None
    """Inputs of the network; `None` if the text does not say."""
    network: Mapping[str, Any] = field(default_factory=dict)
    """Other values of `NetworkSpec` that the text names, such as the seed."""
    training: Mapping[str, Any] = field(default_factory=dict)
    """Values of `TrainingSettings` that the text names, or that its calls have by default."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Values of `DataSpec` that the text names; a path is as it stands there."""
    weights: Mapping[str, Array] = field(default_factory=dict)
    """Start weights by the names of the lecture; empty: drawn."""
    weights_file: str = ""
    """A file of weights that the text names, as it stands there."""
    remarks: tuple[Remark, ...] = ()
    """What was not taken over, in the order of the lines."""
