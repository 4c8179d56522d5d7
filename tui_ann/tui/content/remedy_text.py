"""Remedies as a screen says them: with the labels of its forms instead of the keys of a file."""

import re

_SETTING = re.compile(r"(?<![\w.])(?P<key>[a-z_]+(?:\.[a-z_0-9]+)*) = (?:\"(?P<word>[^\"]*)\"|(?P<number>[\d.]+))")


def in_labels(text: str) -> str:
    """A remedy with `missing = "median"` written as “missing cells: median”.

    Args:
        text: The remedy; what is no known setting stays as it is.
    """
    return _SETTING.sub(_labelled, text)


def _labelled(match: re.Match[str]) -> str:
    from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS  # loads the engine; errors are rare

    key = match["key"]
    labels = {name.rpartition(".")[2]: setting.label for name, setting in SETTINGS.items()}
    labels |= {name: setting.label for layer in LAYER_SETTINGS.values() for name, setting in layer.items()}
    label = labels.get(key.rpartition(".")[2])
    value = match["word"] if match["word"] is not None else match["number"]
    return match[0] if label is None else f"{label}: {value.replace('_', ' ')}"
