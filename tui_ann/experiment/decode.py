"""Converts the tables of a TOML file to an experiment, or to a list of their mistakes."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tui_ann.engine.declaration import shown
from tui_ann.experiment.settings import LAYER_SETTINGS, SECTIONS, SETTINGS, STORED_AS, Setting, section_settings
from tui_ann.experiment.spec import Experiment

Tree = Mapping[str, Any]


@dataclass(frozen=True)
class FileFault:
    """One mistake in the tables."""

    path: tuple[str, ...]
    """The parts of the dotted key."""
    message: str
    """What was found."""
    remedy: str
    """What is allowed."""

    @property
    def key(self) -> str:
        """The dotted key."""
        return ".".join(self.path)


def decode(tree: Tree) -> tuple[Experiment | None, list[FileFault]]:
    """The experiment that the tables describe, or `None` and every mistake in them."""
    faults = [
        *_section_faults((), tree),
        *(fault for section in SECTIONS if section for fault in _named_section_faults(section, tree)),
    ]
    if faults:
        return None, faults
    return msgspec.convert(_as_in_memory(_with_metrics(tree)), Experiment), []


def validate(experiment: Experiment) -> list[FileFault]:
    """What is wrong with an experiment made in memory: with the same limits as in a file."""
    return decode(encode(experiment))[1]


def encode(experiment: Experiment) -> dict[str, Any]:
    """The experiment as plain tables, with every default; unset values are left out."""
    tree: dict[str, Any] = {}
    for key, setting in SETTINGS.items():
        value = setting.get(experiment)
        if setting.kind == "table" or value is None:
            continue
        table = tree
        for part in key.split(".")[:-1]:
            table = table.setdefault(part, {})
        if setting.kind == "layers":
            value = [
                {name: item for name, item in msgspec.to_builtins(layer).items() if item is not None} for layer in value
            ]
        table[setting.name] = list(value) if isinstance(value, tuple) else value
    return tree


ABBREVIATIONS = {
    "lr": "learning_rate",
    "eta": "learning_rate",
    "bs": "batch_size",
    "opt": "optimizer",
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "bce": "binary_crossentropy",
    "cce": "categorical_crossentropy",
}
"""Settings and their values by what people type for them."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, if any: one that starts with it, or a similar one."""
    known = list(known)
    word = word.lower().replace("-", "_")
    if ABBREVIATIONS.get(word) in known:
        return ABBREVIATIONS[word]
    longer = [other for other in known if len(word) > 1 and other.startswith(word)]
    return next(iter(longer or difflib.get_close_matches(word, known, n=1, cutoff=0.6)), None)


def unknown_key(name: str, known: Iterable[str], elsewhere: Mapping[str, str]) -> str:
    """The remedy for a key that does not exist.

    Args:
        name: The key as written.
        known: The keys that exist there.
        elsewhere: Keys of other sections, each with the words for its place.
    """
    known = list(known)
    close = nearest(name, known)
    if name in elsewhere:
        return f"{name} belongs {elsewhere[name]}."
    return f"Did you mean {close}?" if close else f"Known here: {', '.join(known)}."


def _section(path: tuple[str, ...], tree: Tree) -> Any:
    value: Any = tree
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _named_section_faults(section: str, tree: Tree) -> list[FileFault]:
    path = tuple(section.split("."))
    value = _section(path, tree)
    if value is None:
        missing = section in ("data", "network") and not _misspelt(section, tree, _inner("").keys())
        return [FileFault(path, "the section is missing.", f"Add [{section}] with its keys.")] if missing else []
    if not isinstance(value, Mapping):
        return [FileFault(path, f"found {shown(value)}.", f"Allowed: a section, written [{section}].")]
    return _section_faults(path, value)


def _inner(section: str) -> dict[str, Setting | None]:
    """The names that a section may have: its settings, and the sections in it (`None`)."""
    names: dict[str, Setting | None] = dict(section_settings(section))
    for inner in SECTIONS:
        head, _, name = inner.rpartition(".")
        if inner and head == section:
            names[name] = None
    return names


def _section_faults(path: tuple[str, ...], table: Tree) -> list[FileFault]:
    section = ".".join(path)
    known = _inner(section)
    faults = []
    for name, value in table.items():
        if name not in known:
            faults.append(FileFault((*path, name), "unknown key.", unknown_key(name, known, _elsewhere(section))))
            continue
        setting = known[name]
        if setting is not None:
            faults += _value_faults((*path, name), setting, value)
    for name, setting in known.items():
        if setting is not None and name not in table and _must_be_given(setting) and not _misspelt(name, table, known):
            faults.append(FileFault((*path, name), "not given.", f"Add it to the file: {setting.help}"))
    return faults


def _must_be_given(setting: Setting) -> bool:
    """A file must also name the target; an experiment in memory may lack it temporarily."""
    return setting.required or setting.key == "data.target"


def _misspelt(name: str, table: Tree, known: Iterable[str]) -> bool:
    """Whether an unknown key of the table looks like this one, so that one mistake is reported once."""
    strangers = [other for other in table if other not in known]
    return bool(difflib.get_close_matches(name, strangers, n=1, cutoff=0.6))


def _elsewhere(section: str) -> dict[str, str]:
    places = {
        setting.name: f"in [{key.rpartition('.')[0]}]" if "." in key else "at the top of the file"
        for key, setting in SETTINGS.items()
        if key.rpartition(".")[0] != section
    }
    layers = {name: f"to a {kind} layer" for kind, settings in LAYER_SETTINGS.items() for name in settings}
    return {**layers, **places}


def _value_faults(path: tuple[str, ...], setting: Setting, value: Any) -> list[FileFault]:
    if setting.kind == "layers":
        return _layers_faults(path, setting, value)
    message = setting.fault(value)
    if message is None and setting.key == "data.target" and value in ("", [""]):
        message = "found an empty name"
    if message is None:
        return []
    remedy = f"Allowed: {setting.allowed()}."
    words = [item for item in (value if isinstance(value, list | tuple) else [value]) if isinstance(item, str)]
    meant = dict.fromkeys(
        near for word in words if word not in setting.words and (near := nearest(word, setting.words))
    )
    return [FileFault(path, f"{message}.", f"{remedy} Did you mean {', '.join(meant)}?" if meant else remedy)]


def _layers_faults(path: tuple[str, ...], setting: Setting, value: Any) -> list[FileFault]:
    remedy = "Allowed: one [[network.layers]] for each layer, at least one."
    if not isinstance(value, list | tuple) or not value:
        return [FileFault(path, f"found {shown(value)}.", remedy)]
    if setting.longest is not None and len(value) > setting.longest:
        return [FileFault(path, f"found {len(value)} layers.", f"Allowed: at most {setting.longest}.")]
    return [fault for place, layer in enumerate(value, start=1) for fault in _layer_faults((*path, str(place)), layer)]


def _layer_faults(path: tuple[str, ...], layer: Any) -> list[FileFault]:
    if not isinstance(layer, Mapping):
        return [FileFault(path, f"found {shown(layer)}.", "Allowed: a [[network.layers]] table.")]
    types = list(LAYER_SETTINGS)
    kind, faults = layer.get("type"), []
    if not isinstance(kind, str) or kind not in LAYER_SETTINGS:
        message = "not given." if kind is None else f"found {shown(kind)}."
        close = nearest(str(kind), types)
        hint = f" Did you mean {close}?" if close else ""
        faults.append(FileFault((*path, "type"), message, f"Allowed: one of {', '.join(types)}.{hint}"))
        if close is None:
            return faults
        kind = close  # its other settings are checked as those of the type that was probably meant
    settings = LAYER_SETTINGS[kind]
    elsewhere = {
        name: f"to a {other} layer" for other, names in LAYER_SETTINGS.items() if other != kind for name in names
    }
    for name, value in layer.items():
        if name == "type":
            continue
        if name not in settings:
            faults.append(FileFault((*path, name), "unknown key.", unknown_key(name, ["type", *settings], elsewhere)))
        else:
            faults += _value_faults((*path, name), settings[name], value)
    for name, setting in settings.items():
        if setting.required and name not in layer and not _misspelt(name, layer, ["type", *settings]):
            faults.append(FileFault((*path, name), "not given.", f"Add it to the layer: {setting.help}"))
    return faults


def _as_in_memory(tree: Tree) -> Tree:
    """The tables with the values of `STORED_AS` in the section that the experiment has them in."""
    for own, key in STORED_AS.items():
        section, _, name = key.rpartition(".")
        if name in tree.get(section, {}):
            own_section, _, own_name = own.rpartition(".")
            rest = {other: value for other, value in tree[section].items() if other != name}
            owner = {**tree.get(own_section, {}), own_name: tree[section][name]}
            tree = {**tree, section: rest, own_section: owner}
    return tree


def _with_metrics(tree: Tree) -> Tree:
    """The tables with the metrics that fit the task, if it names none: accuracy for classes, else mae and r2."""
    training = tree.get("training", {})
    if "metrics" in training:
        return tree
    task = tree["data"].get("task", "auto")
    loss = training.get("loss", SETTINGS["training.loss"].default)
    from tui_ann.engine.losses import LOSSES  # needs NumPy, which the start screen does not load

    compares_classes = loss in LOSSES and LOSSES[loss].compares_classes
    classes = task in ("binary", "multiclass") or (task == "auto" and compares_classes)
    return {**tree, "training": {**training, "metrics": ["accuracy"] if classes else ["mae", "r2"]}}
