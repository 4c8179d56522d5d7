"""The workloads of the terminal's benchmark, as experiment files that never end."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ENDLESS = 1_000_000
"""Epochs; a measurement ends long before."""


@dataclass(frozen=True)
class Workload:
    """One network on one table."""

    id: str
    title: str
    share: float
    """The goal: throughput in the application as a share of the headless command's."""
    features: int
    examples: int
    classes: int
    layers: Sequence[tuple[int, str]]
    batch_size: int
    dtype: str = "float64"

    def write(self, folder: Path) -> Path:
        """Write the table and the experiment into a folder; returns the experiment file."""
        rng = np.random.default_rng(5)
        X = rng.integers(0, 256, (self.examples, self.features))
        labels = (X @ rng.normal(size=(self.features, self.classes))).argmax(axis=1)
        names = ",".join([*(f"f{i}" for i in range(self.features)), "label"])
        rows = (f"{','.join(map(str, row))},class {label}\n" for row, label in zip(X.tolist(), labels, strict=True))
        (folder / f"{self.id}.csv").write_text(f"{names}\n{''.join(rows)}", encoding="utf-8")
        path = folder / f"{self.id}.toml"
        path.write_text(self._experiment(), encoding="utf-8")
        return path

    def _experiment(self) -> str:
        binary = self.classes == 2
        layers = "".join(
            f'[[network.layers]]\ntype = "dense"\nunits = {units}\nactivation = "{g}"\n' for units, g in self.layers
        )
        return f"""schema = 1
name = "{self.id}"
[data]
path = "{self.id}.csv"
target = "label"
task = "{"binary" if binary else "multiclass"}"
scaling = "standard"
[network]
{layers}
[training]
loss = "{"binary_crossentropy" if binary else "categorical_crossentropy"}"
variant = "{"stochastic" if self.batch_size == 1 else "mini-batch"}"
batch_size = {self.batch_size}
learning_rate = 0.001
epochs = {ENDLESS}
metrics = ["accuracy"]
dtype = "{self.dtype}"
"""


WORKLOADS = (
    Workload("W1b", "one example at a time, 2-8-8-1", 0.95, 2, 1000, 2, ((8, "tanh"), (8, "tanh"), (1, "sigmoid")), 1),
    Workload("W2", "mini-batch 10, 30-16-1", 0.9, 30, 569, 2, ((16, "relu"), (1, "sigmoid")), 10),
    Workload(
        "W3",
        "mini-batch 32, 784-128-64-10",
        0.9,
        784,
        10_000,
        10,
        ((128, "relu"), (64, "relu"), (10, "softmax")),
        32,
        "float32",
    ),
)
