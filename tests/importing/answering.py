"""What a network that was read answers, to compare with what the other program answered."""

import json
from pathlib import Path

import numpy as np

from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.spec import DataSpec, Experiment, NetworkSpec
from tui_ann.importing.read_model import ReadModel
from tui_ann.session.imports.bringing import merged

MODELS = Path(__file__).parent / "models"
ANSWERS = {name: np.array(values) for name, values in json.loads((MODELS / "answers.json").read_text("utf-8")).items()}


def experiment_of(read: ReadModel) -> Experiment:
    """The network in an experiment without data."""
    return merged(read, Experiment(data=DataSpec(path="none"), network=NetworkSpec(layers=read.layers)))


def answers(read: ReadModel) -> Array:
    """ŷ for the rows of `ANSWERS["x"]`, (rows, outputs)."""
    experiment = experiment_of(read)
    assert read.inputs is not None
    network = Network(read.inputs, engine_layers(experiment), experiment.training.loss)
    network.load(read.weights)
    return network.predict(ANSWERS["x"])
