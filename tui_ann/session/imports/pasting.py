"""Pasted code into the open experiment: its network and training are taken, its data stay."""

from typing import NamedTuple

from tui_ann.errors import ModelError
from tui_ann.experiment.spec import Experiment
from tui_ann.importing.model_file import read_code
from tui_ann.importing.read_model import Remark
from tui_ann.session.imports.bringing import merged

LABEL = "The code"
"""What messages call it."""


class Pasted(NamedTuple):
    """What pasted code makes of an experiment."""

    experiment: Experiment
    """The experiment with the network and the training of the code."""
    remarks: tuple[Remark, ...]
    """What was not taken over."""

    @property
    def layers(self) -> str:
        """The layers, in a line."""
        return " → ".join(layer.words for layer in self.experiment.network.layers)

    @property
    def words(self) -> str:
        """The layers, the training and the remarks, in a line."""
        training = self.experiment.training
        how = f"{training.optimizer}, η {training.learning_rate:g}, {training.loss}"
        return " · ".join([self.layers, how, *map(str, self.remarks)])


def pasted(text: str, experiment: Experiment) -> Pasted:
    """The experiment with the network and the training of pasted code of Keras or PyTorch; the code is never run.

    Args:
        text: The code.
        experiment: The open experiment.

    Raises:
        ModelError: There is no network in it that can be held.
    """
    if not text.strip():
        raise ModelError(
            "There is no code yet.", remedy="Paste a model = keras.Sequential([...]), perhaps with compile and fit."
        )
    read = read_code(text, LABEL)
    return Pasted(merged(read, experiment), read.remarks)
