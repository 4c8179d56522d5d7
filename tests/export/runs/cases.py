"""Trained runs that the tests of the formats share: every sample, every layer, activation, loss and update rule."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from tui_ann.data.samples import SAMPLES
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings
from tui_ann.experiment.spec import (
    BatchNormalizationSpec,
    DataSpec,
    DenseSpec,
    DropoutSpec,
    Experiment,
    LayerNormalizationSpec,
    LayerSpec,
    NetworkSpec,
)
from tui_ann.export.run_formats import RUN_FORMATS
from tui_ann.export.runs.source import ExportedRun, Files
from tui_ann.session.session import Session

HOSTILE = (
    'say "hi"',
    "it's",
    "two\nlines",
    "*/ int main(void) { return 1; } /*",
    "</script><script>alert(1)</script>",
    "\\end{document}\\input{secret}",
    "'); import os; os._exit(7) #",
    '"""\nimport os\nos._exit(7)\n"""',
    "=1+1",
    "{x}%d%s",
    "line\\",
    "??/",
    "\u202eabc\u2028def",
    "[[x]]",
    "a,b;c\td",
)
"""Names and labels that mean something in some language."""


def write_mixed(folder: Path, *, rows: int = 60, hostile: bool = False) -> Path:
    """A table with numbers (one with gaps), a category, a boolean, a date and targets of every kind."""
    rng = np.random.default_rng(5)
    labels = HOSTILE[:3] if hostile else ("red", "green", "blue")
    names = ["size", "weight", "colour", "fresh", "picked", "kind", "grade", "price"]
    if hostile:
        names = [f"{name} {text}" for name, text in zip(names, HOSTILE[3:], strict=False)]
    path = folder / "mixed.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(names)
        for i in range(rows):
            size, weight = rng.normal(5, 2), rng.normal(100, 30)
            colour = labels[int(rng.integers(3))]
            fresh = ("no", "yes")[int(rng.integers(2))]
            date = f"2024-0{1 + i % 9}-1{i % 10}"
            score = size / 2 + (colour == labels[0]) - weight / 50
            kind = (HOSTILE[-4:-2] if hostile else ("bad", "good"))[int(score > 0.6)]
            grade = (HOSTILE[6:9] if hostile else ("a", "b", "c"))[int(np.digitize(score, (0.2, 1.0)))]
            gap = "" if i % 7 == 3 else f"{weight:.3f}"
            out.writerow([f"{size:.4f}", gap, colour, fresh, date, kind, grade, f"{300 + 20 * score:.2f}"])
    return path


def experiment(path: Path, target: int = 6, *layers: LayerSpec, **training: Any) -> Experiment:
    """A small network on the mixed table.

    Args:
        path: The table.
        target: 5: two classes, 6: three classes, 7: a number.
        layers: The layers before the output; the output suits the target.
        training: Settings of the training; `data` and `output` change the data and the output layer.
    """
    data, output_spec = training.pop("data", {}), training.pop("output", None)
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    output, loss = {
        5: (DenseSpec(units=1, activation="sigmoid"), "binary_crossentropy"),
        6: (DenseSpec(units=3, activation="softmax"), "categorical_crossentropy"),
        7: (DenseSpec(units=1), "half_squared_error"),
    }[target]
    settings = {"loss": loss, "epochs": 4, "batch_size": 8, "learning_rate": 0.02, "metrics": ()}
    return Experiment(
        name="mixed",
        data=DataSpec(
            **{
                "path": str(path),
                "target": names[target],
                "features": tuple(names[:5]),
                "missing": "median",
                "validation_split": 0.2,
                "target_scaling": "standard" if target == 7 else "none",
                **data,
            }
        ),
        network=NetworkSpec(seed=2, layers=(*layers, output_spec or output)),
        training=TrainingSettings(**{**settings, **training}),
    )


TWO_NUMBERS = {"target": ("price", "size"), "features": ("weight", "colour", "fresh", "picked")}
EVERYTHING: tuple[LayerSpec, ...] = (
    DenseSpec(units=8, activation="prelu"),
    BatchNormalizationSpec(momentum=0.9),
    DropoutSpec(rate=0.2),
    DenseSpec(units=8, activation="leaky_relu", alpha=0.07),
    DropoutSpec(rate=0.1, mode="classic"),
    LayerNormalizationSpec(),
    DenseSpec(units=6, activation="elu", alpha=0.7),
)
"""Every kind of layer."""


def networks() -> Iterator[tuple[str, int, tuple[LayerSpec, ...], dict[str, Any]]]:
    """A name, the target, the layers and the settings of each network that the tests train."""
    for name in ACTIVATIONS:
        hidden = msgspec.convert({"type": "dense", "units": 5, "activation": name}, DenseSpec)
        yield f"hidden {name}", 6, (hidden, DenseSpec(units=4, activation="tanh")), {}
    for rule in OPTIMIZERS:
        yield f"rule {rule}", 5, (DenseSpec(units=4, activation="tanh"),), {"optimizer": rule, "epochs": 8}
    yield "everything", 6, EVERYTHING, {"optimizer": "adam", "epochs": 8, "batch_size": 9}
    yield "everything, two classes", 5, EVERYTHING, {"optimizer": "nesterov"}
    yield "everything, a number", 7, EVERYTHING, {"optimizer": "rmsprop"}
    yield "one layer", 5, (), {"metrics": ("accuracy", "precision", "recall")}
    yield "huber", 7, (DenseSpec(units=3, activation="sigmoid"),), {"loss": "huber", "metrics": ("mae", "r2")}
    yield "batch", 7, (DenseSpec(units=3, activation="tanh"),), {"variant": "batch", "loss": "mean_absolute_error"}
    yield "in order", 7, (DenseSpec(units=3, activation="tanh"),), {"shuffle": False, "loss": "mean_squared_error"}
    yield (
        "noise, penalties and early stopping",
        7,
        (
            DenseSpec(units=6, activation="relu", l1=0.001),
            DenseSpec(units=4, activation="elu", initializer="he_normal"),
        ),
        {
            "noise": 0.05,
            "l2": 0.01,
            "epochs": 60,
            "learning_rate": 0.1,
            "early_stopping": EarlyStopping(patience=2, min_delta=0.002),
        },
    )
    yield (
        "two numbers",
        7,
        (DenseSpec(units=3, activation="tanh"),),
        {"data": TWO_NUMBERS, "output": DenseSpec(units=2)},
    )
    two = {"output": DenseSpec(units=2, activation="softmax"), "loss": "categorical_crossentropy"}
    yield "two outputs", 5, (DenseSpec(units=4, activation="relu"),), two
    yield "classes in another order", 5, (), {"data": {"classes": ("good", "bad")}}
    yield "float32", 6, (DenseSpec(units=4, activation="tanh"),), {"dtype": "float32"}
    yield "tolerance", 5, (DenseSpec(units=3, activation="tanh"),), {"tolerance": 0.02, "epochs": 30}
    yield "gradient tolerance", 5, (), {"gradient_tolerance": 0.2, "epochs": 30}


NETWORKS = {name: (target, layers, settings) for name, target, layers, settings in networks()}
SAMPLE_NAMES = [sample.name for sample in SAMPLES]


@cache
def _session(source: str, folder: Path) -> Session:
    """A session with a trained run; tests only read it."""
    session = Session(runs=folder)
    if source in NETWORKS:
        target, layers, settings = NETWORKS[source]
        session.workspace.adopt(experiment(write_mixed(folder), target, *layers, **settings))
    elif source == "hostile":
        hostile = folder / "hostile"
        hostile.mkdir()
        built = experiment(write_mixed(hostile, hostile=True), 6, *EVERYTHING)
        session.workspace.adopt(msgspec.structs.replace(built, name=HOSTILE[7]))
    else:
        session.workspace.open(f"sample:{source}")
        built = session.workspace.experiment
        epochs = min(built.training.epochs, 3)
        training = msgspec.structs.replace(built.training, epochs=epochs, early_stopping=None)
        session.workspace.edit(msgspec.structs.replace(built, training=training))
    session.runs.prepare().owner.train_here()
    return session


class Runs:
    """Trained runs by name, each trained once.

    Args:
        folder: A folder for their tables.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def session(self, name: str) -> Session:
        """The session with the run: a name of `NETWORKS`, a sample, or `hostile`."""
        return _session(name, self._folder)

    def run(self, name: str, form: str = "keras", threshold: float = 0.5) -> ExportedRun:
        """The run as the writer of a format gets it."""
        form_ = RUN_FORMATS[form]
        return self.session(name).exporting.run(form_, threshold)

    def tolerance(self, name: str) -> float:
        """How exactly a file has to answer as the program does."""
        return 1e-12 if self.run(name).network.dtype == np.float64 else 2e-6

    def files(self, name: str, form: str, threshold: float = 0.5) -> Files:
        """What the writer of a format makes of a run."""
        written: Files = RUN_FORMATS[form].write(self.run(name, form, threshold))
        return written

    def table(self, name: str) -> Path:
        """The data file of a run."""
        return Path(self.session(name).workspace.experiment.data.path)


def written(files: Files, folder: Path, stem: str = "model") -> Path:
    """The files in a folder; returns the main one."""
    for suffix, content in files.items():
        path = folder / f"{stem}{suffix}"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
    return folder / f"{stem}{next(iter(files))}"
