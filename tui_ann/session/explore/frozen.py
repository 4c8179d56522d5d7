"""Networks with the parameters of a snapshot, to compute pictures with while the run trains on."""

import numpy as np

from tui_ann.engine.network import Network
from tui_ann.experiment.assemble import engine_layers
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.snapshot import Snapshot


class FrozenNetworks:
    """Gives the network of a snapshot.  It keeps one network with its tapes; only one thread at a time may use it."""

    def __init__(self) -> None:
        self._made: tuple[object, Network] | None = None

    def of(self, experiment: Experiment, snapshot: Snapshot) -> Network | None:
        """The network as it was then; valid until the next call.

        Args:
            experiment: The experiment of the run; only layers, loss and precision count.
            snapshot: Any moment of the run.

        Returns:
            `None` if the network is too large to be copied into every snapshot, or is not that of the experiment.
        """
        first = snapshot.parameters.get("W1")
        if snapshot.omitted or first is None:
            return None
        shape = experiment.network.layers, experiment.training.loss, experiment.training.dtype, first.shape[1]
        if self._made is None or self._made[0] != shape:
            layers, training = engine_layers(experiment), experiment.training
            self._made = (shape, Network(first.shape[1], layers, training.loss, dtype=training.dtype))
        network = self._made[1]
        if {name: view.shape for name, view in network.parameters.items()} != {
            name: np.shape(values) for name, values in snapshot.parameters.items()
        }:
            return None
        for name, view in network.parameters.items():  # `load` would refuse the numbers of a diverged run
            view[...] = snapshot.parameters[name]
        return network
