"""Makes the broken experiments of `cases.toml` and their healthy twins."""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from tui_ann.data.samples import sample_folder
from tui_ann.experiment.files import load
from tui_ann.experiment.sets import apply_sets
from tui_ann.experiment.spec import DenseSpec, DropoutSpec, Experiment, LayerSpec
from tui_ann.experiment.weights import save_weights
from tui_ann.session.run.build import make_network
from tui_ann.session.run.prepared import Prepared


@dataclass(frozen=True)
class PlantedCase:
    """One broken experiment."""

    name: str
    """What was done to which sample."""
    sample: str
    """The sample."""
    fault: str
    """The finding that must be named first."""
    base: Sequence[str] = ()
    """Changes of the healthy experiment, as for `--set`."""
    base_layers: Sequence[str] = ()
    """Layers of the healthy experiment, if not those of the sample."""
    set: Sequence[str] = ()
    """Changes that plant the fault."""
    layers: Sequence[str] = ()
    """Layers with the fault."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Changes of the table that plant it."""
    start: Mapping[str, float] = field(default_factory=dict)
    """Changes of the start values that plant it."""
    drop_stopping: bool = False
    """Whether it trains without early stopping."""


def cases() -> list[PlantedCase]:
    """All cases, in the order of their file."""
    tables = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))
    return [PlantedCase(**table) for table in tables["case"]]


def healthy(case: PlantedCase, seed: int) -> Experiment:
    """The experiment without the fault.

    Args:
        case: The case.
        seed: The seed of start values, masks and order.
    """
    experiment = load(sample_folder(case.sample) / "experiment.toml")
    experiment = _with_layers(apply_sets(experiment, case.base), case.base_layers)
    return apply_sets(experiment, [f"network.seed={seed}", f"training.shuffle_seed={seed}"])


def broken(case: PlantedCase, seed: int, folder: Path) -> Experiment:
    """The experiment with the fault; changed tables and start values are written into a folder."""
    experiment = _with_layers(apply_sets(healthy(case, seed), case.set), case.layers)
    if case.drop_stopping:
        training = msgspec.structs.replace(experiment.training, early_stopping=None)
        experiment = msgspec.structs.replace(experiment, training=training)
    if case.data:
        path = folder / "data.csv"
        _change_table(Path(experiment.data.path), path, str(experiment.data.target), case.data)
        experiment = apply_sets(experiment, [f"data.path={path}"])
    if case.start:
        path = folder / "start.safetensors"
        _change_start(experiment, path, case.start)
        experiment = apply_sets(experiment, [f"network.weights={path}"])
    return experiment


def _with_layers(experiment: Experiment, words: Sequence[str]) -> Experiment:
    if not words:
        return experiment
    layers = tuple(layer for word in words for layer in _layers(word))
    return msgspec.structs.replace(experiment, network=msgspec.structs.replace(experiment.network, layers=layers))


def _layers(words: str) -> list[LayerSpec]:
    """`dense 8 tanh`, `dense 8 tanh × 3` or `dropout 0.5`."""
    what, _, times = words.partition("×")
    kind, *rest = what.split()
    layer = (
        DropoutSpec(rate=float(rest[0]))
        if kind == "dropout"
        else msgspec.convert({"type": "dense", "units": int(rest[0]), "activation": rest[1]}, DenseSpec)
    )
    return [layer] * (int(times) if times else 1)


def _change_table(source: Path, path: Path, target: str, changes: Mapping[str, Any]) -> None:
    with source.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    place, random = head.index(target), np.random.default_rng(7)
    if changes.get("shuffle_labels"):
        labels = [row[place] for row in rows]
        for row, other in zip(rows, random.permutation(len(rows)), strict=True):
            row[place] = labels[other]
    if changes.get("leak"):
        first = rows[0][place]
        head = [*head, "code"]
        rows = [[*row, f"{1.0 + (row[place] == first) + 0.1 * random.random():.3f}"] for row in rows]
    if kept := changes.get("rare"):
        rare = rows[0][place]
        few = [row for row in rows if row[place] == rare][:kept]
        rows = [row for row in rows if row[place] != rare] + few
    for row in rows[:: len(rows) // changes["far"]] if "far" in changes else ():
        row[place] = str(20 * float(row[place]))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def _change_start(experiment: Experiment, path: Path, changes: Mapping[str, float]) -> None:
    _, dataset = Prepared().make(experiment)
    network = make_network(experiment, len(dataset.feature_names))
    dense = sum(isinstance(layer, DenseSpec) for layer in experiment.network.layers)
    parameters = network.copy_parameters()
    for name, values in parameters.items():
        if name.startswith("W"):
            values *= changes.get("scale", 1.0)
            if "constant" in changes:
                values[:] = changes["constant"]
        if name.startswith("b") and name != f"b{dense}":
            values += changes.get("bias", 0.0)
    save_weights(path, parameters)
