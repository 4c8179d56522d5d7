"""The workloads: networks, data, initial weights and goals.  Needs only NumPy, so every peer can import it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_WORDS = ("red", "green", "blue", "yellow", "dark orange", "grey", "x", "black")


@dataclass(frozen=True)
class Workload:
    """A workload that every peer does in the same way."""

    name: str
    title: str
    """Its description in a few words."""
    examples: int
    inputs: int
    layers: tuple[tuple[int, str], ...] = ()
    """Units and activation of each dense layer."""
    loss: str = ""
    """Keras' name, or `half_squared_error`."""
    batch_size: int = 0
    """Examples per update; `examples` for full batches."""
    dtype: str = "float64"
    learning_rate: float = 0.01
    metric: str = "accuracy"
    """The metrics that tui-ann computes after each epoch, as for its users; peers compute none."""
    goals: Mapping[str, float] = field(default_factory=dict)
    """Minimum throughput of tui-ann as a multiple of each peer's."""
    kind: str = "train"
    """`train`, `predict` or `load`."""
    words: bool = False
    """Whether a table to load ends with a column of words."""

    @property
    def outputs(self) -> int:
        """Units of the last layer, 0 without layers."""
        return self.layers[-1][0] if self.layers else 0

    @property
    def is_classification(self) -> bool:
        """Whether the loss is a cross-entropy."""
        return self.loss.endswith("crossentropy")

    @property
    def updates_per_round(self) -> int:
        """Updates per epoch; 1 for work other than training."""
        return -(-self.examples // self.batch_size) if self.kind == "train" else 1

    @property
    def tolerance(self) -> float:
        """Maximum difference between two peers, relative to the largest number: float32 sums in different orders."""
        return 1e-7 if self.dtype == "float64" else 2e-3


@dataclass(frozen=True, eq=False)
class Work:
    """A workload with its data."""

    workload: Workload
    X: Array
    """(n, m)."""
    Y: Array
    """(n, k); classes one-hot, or 0 and 1 of a single output."""
    start: dict[str, Array]
    """Initial weights by name: W (neurons, inputs), b (neurons,)."""
    folder: Path
    """Its folder."""

    @property
    def labels(self) -> Array:
        """Class of each example (n,)."""
        labels: Array = self.Y.argmax(axis=1) if self.Y.shape[1] > 1 else self.Y[:, 0].astype(np.int64)
        return labels


def write(workload: Workload, folder: Path) -> None:
    """Make the data of a workload, always the same, and write them to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(2026)
    if workload.kind == "load":
        values = rng.standard_normal((workload.examples, workload.inputs))
        words = rng.choice(_WORDS, workload.examples) if workload.words else None
        write_table(folder / "table.csv", values, words)
        return
    dtype: Any = np.dtype(workload.dtype)
    X = rng.standard_normal((workload.examples, workload.inputs), dtype)
    score = X[:, : workload.outputs] + 0.3 * rng.standard_normal((len(X), workload.outputs), dtype)
    if not workload.is_classification:
        Y = score
    elif workload.outputs == 1:
        Y = (score > 0).astype(dtype)
    else:
        Y = np.eye(workload.outputs, dtype=dtype)[score.argmax(axis=1)]
    width, start = workload.inputs, {}
    for number, (units, _) in enumerate(workload.layers, start=1):
        start[f"W{number}"] = (rng.standard_normal((units, width)) / np.sqrt(width)).astype(dtype)
        start[f"b{number}"] = (0.1 * rng.standard_normal(units)).astype(dtype)
        width = units
    np.save(folder / "X.npy", X)
    np.save(folder / "Y.npy", Y)
    np.savez(folder / "start.npz", **start)


def written(workload: Workload, folder: Path) -> Path:
    """The folder with the data of a workload, written unless they are there."""
    data = folder / "data" / workload.name
    if not (data / "complete").exists():
        write(workload, data)
        (data / "complete").touch()
    return data


def write_table(path: Path, values: Array, words: Array | None = None) -> None:
    """Write numbers (n, m), and perhaps a column of words (n,), as a clean CSV file with a header."""
    line = ",".join(["%.6g"] * values.shape[1])
    with path.open("w", encoding="ascii") as file:
        names = [*(f"x{j}" for j in range(1, values.shape[1] + 1)), *(["word"] if words is not None else [])]
        file.write(",".join(names) + "\n")
        for first in range(0, len(values), 10_000):
            rows = values[first : first + 10_000]
            if words is None:
                ends = ["\n"] * len(rows)
            else:
                ends = [f",{word}\n" for word in words[first : first + 10_000].tolist()]
            file.write(line.join(["", *ends]) % tuple(rows.ravel().tolist()))


def read(workload: Workload, folder: Path) -> Work:
    """Read the data that `write` wrote to a folder."""
    if workload.kind == "load":
        return Work(workload, np.empty((0, 0)), np.empty((0, 0)), {}, folder)
    with np.load(folder / "start.npz") as stored:
        start = dict(stored)
    return Work(workload, np.load(folder / "X.npy"), np.load(folder / "Y.npy"), start, folder)


def _full_batch(name: str, dtype: str) -> Workload:
    return Workload(
        name,
        f"full batch, 100,000 × 20, 20-64-32-1 ReLU, MSE, {dtype}",
        examples=100_000,
        inputs=20,
        layers=((64, "relu"), (32, "relu"), (1, "linear")),
        loss="mean_squared_error",
        batch_size=100_000,
        dtype=dtype,
        metric="mae",
        goals={"scikit-learn": 3.5, "torch": 1.2, "keras-tensorflow": 1.8},
    )


WORKLOADS: dict[str, Workload] = {
    workload.name: workload
    for workload in (
        Workload(
            "W1a",
            "one example at a time, 2-3-1 linear, half squared error",
            examples=1000,
            inputs=2,
            layers=((3, "linear"), (1, "linear")),
            loss="half_squared_error",
            batch_size=1,
            learning_rate=0.001,
            metric="mae",
            goals={"numpy": 6.0, "node": 0.6, "scikit-learn": 6.0, "torch": 20.0, "keras-tensorflow": 20.0},
        ),
        Workload(
            "W1b",
            "one example at a time, 2-8-8-1 tanh/sigmoid, BCE",
            examples=1000,
            inputs=2,
            layers=((8, "tanh"), (8, "tanh"), (1, "sigmoid")),
            loss="binary_crossentropy",
            batch_size=1,
            goals={"numpy": 8.0, "node": 2.0, "scikit-learn": 5.0, "torch": 12.0, "keras-tensorflow": 50.0},
        ),
        Workload(
            "W2",
            "mini-batch 10, 30-16-1 ReLU/sigmoid, BCE, 569 examples",
            examples=569,
            inputs=30,
            layers=((16, "relu"), (1, "sigmoid")),
            loss="binary_crossentropy",
            batch_size=10,
            goals={"numpy": 1.2, "scikit-learn": 6.0, "torch": 12.0, "keras-tensorflow": 100.0},
        ),
        Workload(
            "W3",
            "mini-batch 32, 784-128-64-10 ReLU/softmax, 10,000 examples, float32",
            examples=10_000,
            inputs=784,
            layers=((128, "relu"), (64, "relu"), (10, "softmax")),
            loss="categorical_crossentropy",
            batch_size=32,
            dtype="float32",
            goals={"scikit-learn": 2.2, "torch": 1.5, "keras-tensorflow": 5.0},
        ),
        _full_batch("W4-f32", "float32"),
        _full_batch("W4-f64", "float64"),
        Workload(
            "W5",
            "one logistic unit on 1,048,576 float32 features, 64 examples, batch 8",
            examples=64,
            inputs=1 << 20,
            layers=((1, "sigmoid"),),
            loss="binary_crossentropy",
            batch_size=8,
            dtype="float32",
            learning_rate=1e-6,
            goals={"scikit-learn": 1.4, "torch": 0.9, "keras-tensorflow": 5.0, "c-loop": 0.8},
        ),
        Workload(
            "W6",
            "predict 1,000,000 × 20 through 20-64-1 ReLU, float32",
            examples=1_000_000,
            inputs=20,
            layers=((64, "relu"), (1, "linear")),
            loss="mean_squared_error",
            dtype="float32",
            kind="predict",
            goals={"scikit-learn": 3.0, "torch": 1.0},
        ),
        Workload(
            "W7",
            "load a clean CSV of 1,000,000 × 20 numbers, with header, type detection and checks",
            examples=1_000_000,
            inputs=20,
            kind="load",
            goals={"numpy-loadtxt": 0.9, "pandas": 0.5},
        ),
        Workload(
            "W8",
            "load the same with a column of eight different words",
            examples=1_000_000,
            inputs=20,
            kind="load",
            words=True,
            goals={"pandas": 0.4},
        ),
    )
}
"""All workloads by name."""
