"""Remedies as a screen says them: with the labels of its forms instead of the keys of a file."""

import re

_SETTING = re.compile(r"(?<![\w.])(?P<key>[a-z_]+(?:\.[a-z_0-9]+)*) = (?:\"(?P<word>[^\"]*)\"|(?P<number>[\d.]+))")

_CHOICE = re.compile(r"\"(?P<word>[a-z_]+)\"")
"""Another choice for the same setting."""


def in_labels(text: str) -> str:
    """A remedy with `missing = "median", "mean" or …` written as “missing cells: median, mean or …”.

    Args:
        text: The remedy; what is no known setting stays as it is.
    """
    labelled = _SETTING.sub(_labelled, text)
    return labelled if labelled == text else _CHOICE.sub(lambda match: match["word"].replace("_", " "), labelled)


def _labelled(match: re.Match[str]) -> str:
    from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS  # loads the engine; errors are rare

    key = match["key"]
    labels = {name.rpartition(".")[2]: setting.label for name, setting in SETTINGS.items()}
    labels |= {name: setting.label for layer in LAYER_SETTINGS.values() for name, setting in layer.items()}
    label = labels.get(key.rpartition(".")[2])
    value = match["word"] if match["word"] is not None else match["number"]
    return match[0] if label is None else f"{label}: {value.replace('_', ' ')}"
