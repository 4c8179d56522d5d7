"""Changes from a command line: `training.learning_rate=0.1`, `network.layers.1.units=8`, `data.target=mean radius`.

A value is TOML.  The quotes of a text may be left out if only a text is possible; an empty value unsets a setting that
may be unset.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tui_ann.engine.declaration import shown
from tui_ann.errors import ExperimentError, Problem
from tui_ann.experiment.decode import ABBREVIATIONS, FileFault, decode, encode, nearest, unknown_key
from tui_ann.experiment.settings import LAYER_SETTINGS, SECTIONS, SETTINGS, Setting
from tui_ann.experiment.spec import Experiment
from tui_ann.text import whole_number

PATH_KEYS = ("data.path", "network.weights")
"""The settings that are paths."""


class _ChangeError(Exception):
    """A change that cannot be made."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def apply_sets(experiment: Experiment, sets: Sequence[str], *, folder: Path | None = None) -> Experiment:
    """The experiment with changes, made in this order.

    Args:
        experiment: The experiment before.
        sets: Each `KEY=VALUE`: a dotted key of the experiment file, the first layer is 1, and a TOML value.
        folder: Where the experiment's file is: a path that does not exist from here is relative to it.

    Raises:
        ExperimentError: A change cannot be understood or is not allowed; `problems` lists all of them.
    """
    tree = encode(experiment)
    problems: list[Problem] = []
    changed: list[tuple[str, ...]] = []
    for text in sets:
        key, equals, value = text.partition("=")
        key = key.strip()
        try:
            if not equals or not key:
                raise _ChangeError("is not KEY=VALUE.", "Write it like training.learning_rate=0.1.")
            changed.append(_change(tree, key, value.strip() or value))
        except _ChangeError as refused:
            problems.append(Problem(f"--set {key if equals and key else text}", refused.message, refused.remedy))
    result, faults = decode(tree)
    problems += [Problem(f"--set {_named(fault, changed)}", fault.message, fault.remedy) for fault in faults]
    if problems or result is None:
        problems.sort(key=lambda problem: _place(problem, sets))
        count = "A change" if len(problems) == 1 else f"{len(problems)} changes"
        raise ExperimentError(f"{count} cannot be made:", problems, code="bad_set")
    return absolute_paths(result, folder)


def absolute_paths(experiment: Experiment, folder: Path | None) -> Experiment:
    """The experiment with absolute paths: from the current folder if that exists, else from another folder."""
    for key in PATH_KEYS:
        value = SETTINGS[key].get(experiment)
        if value and not os.path.isabs(value := os.path.expanduser(value)):
            base = "" if folder is None or os.path.exists(value) else folder
            experiment = SETTINGS[key].put(experiment, os.path.abspath(os.path.join(base, value)))
    return experiment


def _place(problem: Problem, sets: Sequence[str]) -> int:
    """The place of the change that a problem is about, to sort problems in the order of the command line."""
    about = problem.where.removeprefix("--set ")
    return next((place for place, text in enumerate(sets) if text.strip().startswith(about)), len(sets))


def _named(fault: FileFault, changed: Sequence[tuple[str, ...]]) -> str:
    """The key of a fault, or the change that caused it if that is more precise."""
    below = [path for path in changed if path[: len(fault.path)] == fault.path]
    return ".".join(below[-1] if below else fault.path)


def _change(tree: dict[str, Any], key: str, text: str) -> tuple[str, ...]:
    """Make one change; returns its path."""
    path = tuple(key.split("."))
    if path[:2] == ("network", "layers") and len(path) > 2:
        _change_layer(tree["network"]["layers"], path, text)
    elif key == "training.early_stopping":
        _change_early_stopping(tree["training"], text)
    elif key in SETTINGS:
        table = tree
        for part in path[:-1]:
            table = table.setdefault(part, {})
        _assign(table, SETTINGS[key], text)
    else:
        raise _ChangeError("unknown key.", _hint(key))
    return path


def _hint(key: str) -> str:
    if key in SECTIONS:
        return f"{key} is a section; name a key in it, such as {next(k for k in SETTINGS if k.startswith(key))}."
    name = key.rpartition(".")[2]
    meant = (name, ABBREVIATIONS.get(name, name))
    whole = [known for known in SETTINGS if known.rpartition(".")[2] in meant]
    near = whole[0] if whole else nearest(key, SETTINGS)
    if near is None:
        head, _, name = key.rpartition(".")
        last = {setting.name: known for known, setting in SETTINGS.items()}
        found = nearest(name, last)
        near = last[found] if found else None
        if near is None and head in SECTIONS and head:
            inside = [known for known in SETTINGS if known.rpartition(".")[0] == head]
            return f"Known there: {', '.join(inside)}."
    return f"Did you mean {near}?" if near else f"Sections are {', '.join(name for name in SECTIONS if name)}."


def _change_layer(layers: list[dict[str, Any]], path: tuple[str, ...], text: str) -> None:
    if not 1 <= (whole_number(path[2]) or 0) <= len(layers):
        last = f"network.layers.{len(layers)}"
        raise _ChangeError(
            f"there is no layer {path[2]}.",
            f"The first layer is network.layers.1, as on the screens; the last is {last}.",
        )
    number = int(path[2])
    index = number - 1
    layer = layers[index]
    if len(path) == 3:
        value = _toml(text)
        if not isinstance(value, Mapping):
            raise _ChangeError(f"found {shown(text)}.", 'Write a layer like {type="dense", units=8}.')
        layers[index] = dict(value)
    elif path[3:] == ("type",):
        kind = str(_toml(text) if text[:1] in "\"'" and text else text)
        if kind not in LAYER_SETTINGS:
            raise _ChangeError(f"found {shown(kind)}.", f"Allowed: one of {', '.join(LAYER_SETTINGS)}.")
        kept = {name: value for name, value in layer.items() if name in LAYER_SETTINGS[kind]}
        layers[index] = {"type": kind, **kept}
    else:
        known = LAYER_SETTINGS[layer["type"]] if layer.get("type") in LAYER_SETTINGS else {}
        name = ".".join(path[3:])
        if name not in known:
            elsewhere = {
                other: f"to a {kind} layer, and layer {number} is {layer.get('type')}"
                for kind, settings in LAYER_SETTINGS.items()
                for other in settings
            }
            raise _ChangeError("unknown key.", unknown_key(name, known, elsewhere))
        _assign(layer, known[name], text)


def _change_early_stopping(training: dict[str, Any], text: str) -> None:
    value = _toml(text) if text else False
    if value is False:
        training.pop("early_stopping", None)
    elif value is True:
        training.setdefault("early_stopping", {})
    elif isinstance(value, Mapping):
        training["early_stopping"] = dict(value)
    else:
        raise _ChangeError(f"found {shown(value)}.", "Allowed: true, false, or a table such as {patience=3}.")


def _assign(table: dict[str, Any], setting: Setting, text: str) -> None:
    if text == "" and setting.optional:
        table.pop(setting.name, None)
    else:
        table[setting.name] = _value(setting, text)


def _value(setting: Setting, text: str) -> Any:
    """The value of a text for a setting: TOML, or a text without quotes."""
    try:
        value = _toml(text)
    except _ChangeError:
        if text[:1] in ('"', "'", "[", "{") and text:
            raise
        value = "\t" if text == r"\t" else text
    if setting.kind == "str" and not isinstance(value, str | list):
        return text  # `data.target=2024` can only be a name
    if setting.kind == "list" and isinstance(value, str):
        if not value:
            return []
        return [part.strip() for part in value.split(",")] if setting.choices else [value]
    if setting.kind == "list" and not isinstance(value, list):
        return [text]
    return value


def _toml(text: str) -> Any:
    try:
        tree = tomllib.loads(f"value = {text}")
        if len(tree) == 1:
            tomllib.loads(f"value = [{text}]")  # a comment is no part of a value; it would hide the bracket
    except (ValueError, RecursionError) as error:
        raise _ChangeError(
            f"{shown(text)} is not a TOML value.", 'Quote texts: name="xor"; lists are ["a", "b"].'
        ) from error
    if len(tree) != 1:
        raise _ChangeError(f"{shown(text)} is not one TOML value.", "Give one --set for each key.")
    return tree["value"]
