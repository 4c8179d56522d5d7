"""An experiment run to its end, without a session around it."""

from pathlib import Path

import numpy as np
from msgspec.structs import replace

from tui_ann.data.prepare.dataset import Dataset, build_dataset
from tui_ann.data.read.table import Table
from tui_ann.engine.metrics import compute
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.spec import Experiment
from tui_ann.experiment.weights import load_weights


def trained(experiment: Experiment, table: Table, epochs: int | None = None) -> tuple[Dataset, Network, Trainer]:
    """Dataset, network after training, and its trainer."""
    dataset = build_dataset(table, experiment.data)
    network = Network(
        dataset.X_train.shape[1], engine_layers(experiment), experiment.training.loss, seed=experiment.network.seed
    )
    network.parameters.initialize()
    if experiment.network.weights:
        network.load(load_weights(Path(experiment.network.weights)))
    training = experiment.training
    if epochs is not None:
        training = replace(training, epochs=epochs)
    watched = len(dataset.X_validation) > 0
    trainer = Trainer(
        network,
        dataset.X_train,
        dataset.Y_train,
        training,
        X_val=dataset.X_validation if watched else None,
        Y_val=dataset.Y_validation if watched else None,
        target_scale=dataset.preprocessing.target_scale,
        target_offset=dataset.preprocessing.target_offset,
    )
    trainer.burst = 1_000_000
    for _ in trainer.run():
        pass
    return dataset, network, trainer


def score(dataset: Dataset, network: Network, part: str = "test") -> float:
    """Accuracy or R² of a part, in the target's own units."""
    X: np.ndarray = getattr(dataset, f"X_{part}")
    Y: np.ndarray = getattr(dataset, f"Y_{part}")
    metric = "r2" if dataset.task == "regression" else "accuracy"
    undo = dataset.preprocessing.undo
    return compute((metric,), undo(Y), undo(network.predict(X)))[metric]
