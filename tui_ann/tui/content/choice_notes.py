"""A one-line explanation of each choice of a setting: formulas from the engine, the rest from the glossary."""

from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.initializers import INITIALIZERS
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.metrics import METRICS
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.tui.content.glossary import glossary


def choice_note(setting: str, choice: object) -> str:
    """The line next to a choice; empty if there is none.

    Args:
        setting: Name of the setting, the last part of its key.
        choice: One of its choices.
    """
    word = str(choice)
    if setting == "activation" and word in ACTIVATIONS:
        return ACTIVATIONS[word].formula
    if setting == "loss" and word in LOSSES:
        return LOSSES[word].formula
    if setting == "optimizer" and word in OPTIMIZERS:
        return OPTIMIZERS[word].formula
    if setting == "initializer" and word in INITIALIZERS:
        return INITIALIZERS[word].formula
    if setting == "metrics" and word in METRICS:
        return METRICS[word].label
    return glossary().choice(setting, word)
