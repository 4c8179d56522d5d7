"""Builds a network and its trainer from an experiment and its dataset."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.kernel.kernels import Kernel
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import EngineError
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.checks import problems, refuse
from tui_ann.experiment.spec import Experiment
from tui_ann.experiment.weights import load_weights
from tui_ann.session.run.run import Clock, Run

Progress = Callable[[float, str], None]
"""Gets the progress, 0 to 1, and the current step in words."""
Cancelled = Callable[[], bool]
"""Whether to cancel."""


def make_network(experiment: Experiment, inputs: int, start: Mapping[str, Array] | None = None) -> Network:
    """The network with its initial parameters: given, read from the experiment's file, or drawn from the seed.

    Raises:
        EngineError: The layers are invalid, or the parameters do not fit them.
        SessionError: The file of start parameters cannot be read.
    """
    network = Network(
        inputs,
        engine_layers(experiment),
        experiment.training.loss,
        seed=experiment.network.seed,
        dtype=experiment.training.dtype,
    )
    weights = experiment.network.weights
    if start is not None:
        network.load(start)
    elif weights:
        values = load_weights(Path(weights))
        try:
            network.load(values)
        except EngineError as error:
            raise EngineError(
                f"The start weights in {weights} do not fit this network.",
                remedy="Use a file saved from a network with the same layers and inputs, or leave network.weights "
                "empty to draw them.",
                code=error.code,
                details=error.details,
            ) from error
    return network


def make_run(
    experiment: Experiment,
    dataset: Dataset,
    sha256: str | None,
    number: int,
    *,
    start: Mapping[str, Array] | None = None,
    begun_with: TrainingSettings | None = None,
    clock: Clock = time.perf_counter,
    kernel: Kernel | None = None,
) -> Run:
    """A run, at its start.

    Args:
        experiment: What to run.
        dataset: Its rows.
        sha256: The fingerprint of its data file.
        number: The run's number in its session.
        start: The initial parameters; by default those of the experiment.
        begun_with: The training settings; by default those of the experiment.
        clock: Seconds, from any start.
        kernel: What runs its updates: that of the run to which it is to be equal, else that of new runs.

    Raises:
        ExperimentError: The experiment does not suit the data.
        EngineError: Layers, loss, settings and initial parameters do not fit together.
        SessionError: The file of start parameters cannot be read.
    """
    refuse(
        problems(
            experiment,
            inputs=len(dataset.feature_names),
            task=dataset.task,
            n_classes=len(dataset.classes) or None,
            n_targets=len(dataset.targets),
        )
    )
    network = make_network(experiment, len(dataset.feature_names), start)
    settings = experiment.training if begun_with is None else begun_with
    trainer = Trainer(
        network,
        dataset.X_train,
        dataset.Y_train,
        settings,
        X_val=dataset.X_validation,
        Y_val=dataset.Y_validation,
        target_scale=dataset.preprocessing.target_scale,
        target_offset=dataset.preprocessing.target_offset,
        clock=clock,
        kernel=kernel,
    )
    return Run(experiment, dataset, network, trainer, network.copy_parameters(), settings, sha256, number, clock)
