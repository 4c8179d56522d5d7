"""The settings of an experiment, derived from its specs: what a form shows, `--set` accepts and a file may hold.

A setting has a dotted key.  Those of the experiment read like its file (`training.learning_rate`); those of a layer
begin with the layer's type (`dense.units`), since a layer is a value of its own.
"""

import math
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from tui_ann.experiment.spec import (
    LAYER_TYPES,
    DataSpec,
    DenseSpec,
    EarlyStoppingSpec,
    Experiment,
    LayerSpec,
    NetworkSpec,
    TrainingSpec,
)

Kind = Literal["int", "float", "bool", "str", "choice", "list", "layers", "table"]
S = TypeVar("S", bound=Struct)

_GREATEST = sys.float_info.max


@dataclass(frozen=True)
class Setting:
    """One field of a spec, described for a form, a command and a file."""

    key: str
    """The dotted key, such as `training.learning_rate` or `dense.units`."""
    label: str
    """What a form calls it."""
    help: str
    """One sentence on what it does."""
    kind: Kind
    """What its value is; `table` is a section that may be absent, `layers` the list of layers."""
    default: Any
    """The value where none is given; `None` also where one must be given (see `required`)."""
    required: bool = False
    """Whether a file must name it."""
    optional: bool = False
    """Whether it may be unset (`None`)."""
    or_list: bool = False
    """Whether a list of strings may stand in place of the one string (the target)."""
    minimum: float | None = None
    """The least value."""
    above: float | None = None
    """A bound the value must exceed."""
    maximum: float | None = None
    """The greatest value."""
    below: float | None = None
    """A bound the value must stay under."""
    shortest: int = 0
    """The least length of a string or list."""
    longest: int | None = None
    """The greatest length of a string or list."""
    choices: tuple[Any, ...] = ()
    """The words to choose from, of the value or of each item of a list."""
    condition: Callable[[Any], bool] = field(default=lambda _: True, repr=False, compare=False)
    """Whether it has an effect, given the experiment (a layer's setting: the layer)."""

    @property
    def name(self) -> str:
        """The last part of the key: the name of the field."""
        return self.key.rpartition(".")[2]

    @property
    def words(self) -> tuple[str, ...]:
        """The choices that are words."""
        return tuple(choice for choice in self.choices if isinstance(choice, str))

    def applies(self, owner: Experiment | LayerSpec) -> bool:
        """Whether the setting has an effect in this experiment (a layer's setting: in this layer)."""
        return self.condition(owner)

    def get(self, owner: Experiment | LayerSpec) -> Any:
        """The setting's value in an experiment (a layer's setting: in a layer)."""
        value: Any = owner
        for part in self._path(owner):
            value = getattr(value, part, None)
        return value

    def put(self, owner: S, value: Any) -> S:
        """The experiment (or layer) with this setting changed; the one given stays as it is."""
        return _replaced(owner, self._path(owner), value)

    def _path(self, owner: Struct) -> list[str]:
        parts = self.key.split(".")
        return parts if isinstance(owner, Experiment) else parts[-1:]

    def allowed(self) -> str:
        """What a value may be, in words: `a number above 0`, `one of relu, tanh`."""
        if self.kind == "choice":
            return _one_of(self.choices)
        if self.kind == "list":
            each = f", each {_one_of(self.choices)}" if self.choices else ""
            return f"a list of {'words' if self.choices else 'strings'}{each}" + self._length()
        if self.kind in ("layers", "table"):
            return {"layers": "a list of layers, at least one", "table": "a section of its own"}[self.kind]
        if self.kind == "bool":
            return "true or false"
        if self.kind == "str":
            return ("a string or a list of strings" if self.or_list else "a string") + self._length()
        return {"int": "a whole number", "float": "a number"}[self.kind] + self._limits()

    def fault(self, value: Any) -> str | None:
        """What is wrong with a value, or `None`: the wrong kind, or outside the limits; `None` may be optional."""
        if value is None:
            return None if self.optional else "nothing given"
        if self.kind == "list" or (self.or_list and isinstance(value, list | tuple)):
            return self._fault_of_list(value)
        if self.kind == "str":
            if not isinstance(value, str):
                return f"found {shown(value)}"
            too_long = self.longest is not None and len(value) > self.longest
            if too_long:
                return f"found {len(value)} characters"
            return f"found {shown(value)}" if len(value) < self.shortest or "\0" in value else None
        if self.kind == "choice":
            known = any(type(value) is type(choice) and value == choice for choice in self.choices)
            return None if known else f"found {shown(value)}"
        if self.kind == "bool":
            return None if isinstance(value, bool) else f"found {shown(value)}"
        return None if self._in_limits(value) else f"found {shown(value)}"

    def _fault_of_list(self, value: Any) -> str | None:
        if not isinstance(value, list | tuple):
            return f"found {shown(value)}"
        strangers = [item for item in value if not isinstance(item, str) or (self.choices and item not in self.choices)]
        if strangers:
            return f"found {', '.join(map(shown, strangers[:10]))} in the list"
        if len(set(value)) < len(value):
            twice = next(item for index, item in enumerate(value) if item in value[:index])
            return f"found {shown(twice)} twice"
        if self.or_list and not value:
            return "found an empty list"
        return "found an empty list" if len(value) < self.shortest else None

    def _in_limits(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int if self.kind == "int" else int | float):
            return False
        if isinstance(value, float) and not math.isfinite(value):
            return False
        return (
            -_GREATEST <= value <= _GREATEST
            and (self.minimum is None or value >= self.minimum)
            and (self.above is None or value > self.above)
            and (self.maximum is None or value <= self.maximum)
            and (self.below is None or value < self.below)
        )

    def _limits(self) -> str:
        words = [
            f"{word} {bound:,}"
            for word, bound in (
                ("from", self.minimum),
                ("above", self.above),
                ("to", self.maximum if self.maximum is None or self.maximum < 2**53 else None),
                ("below", self.below),
            )
            if bound is not None
        ]
        return "".join(f" {word}" for word in words)

    def _length(self) -> str:
        if self.longest is not None:
            return f" of {self.shortest} to {self.longest} characters"
        return ", not empty" if self.shortest else ""


def shown(value: Any) -> str:
    """A value as a message quotes it: as TOML writes it, cut where it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value if len(value) <= 60 else value[:59] + "…"}"'
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "an empty list" if not value else "a list"
    return str(value)


def _one_of(choices: tuple[Any, ...]) -> str:
    return f"one of {', '.join(map(str, choices))}" if len(choices) > 1 else str(choices[0])


def _replaced(owner: S, path: list[str], value: Any) -> S:
    if len(path) == 1:
        return msgspec.structs.replace(owner, **{path[0]: value})
    inner = getattr(owner, path[0])
    if inner is None and path[0] == "early_stopping":
        inner = EarlyStoppingSpec()
    return msgspec.structs.replace(owner, **{path[0]: _replaced(inner, path[1:], value)})


def _alone(annotation: Any) -> tuple[Any, list[Meta]]:
    """An annotation without its `Annotated` wrappers, and the notes they carried."""
    notes: list[Meta] = []
    while typing.get_origin(annotation) is typing.Annotated:
        annotation, *found = typing.get_args(annotation)
        notes += found
    return annotation, notes


def _setting(prefix: str, name: str, annotation: Any, default: Any) -> Setting:
    """The setting that a field of a spec declares."""
    plain, notes = _alone(annotation)
    optional = or_list = False
    if isinstance(plain, types.UnionType) or typing.get_origin(plain) is typing.Union:
        members = [member for member in typing.get_args(plain) if member is not types.NoneType]
        optional = len(members) < len(typing.get_args(plain))
        or_list = str in members and len(members) == 2
        plain, more = _alone(members[0])
        notes += more
    kind, choices = _kind(plain)

    def noted(attribute: str) -> Any:
        return next((getattr(note, attribute) for note in notes if getattr(note, attribute) is not None), None)

    key = f"{prefix}{name}"
    return Setting(
        key=key,
        label=noted("title") or name,
        help=noted("description") or "",
        kind=kind,
        default=None if default is msgspec.NODEFAULT else default,
        required=default is msgspec.NODEFAULT,
        optional=optional,
        or_list=or_list,
        minimum=noted("ge"),
        above=noted("gt"),
        maximum=noted("le"),
        below=noted("lt"),
        shortest=noted("min_length") or 0,
        longest=noted("max_length"),
        choices=choices,
        condition=_CONDITIONS.get(key, lambda _: True),
    )


def _kind(plain: Any) -> tuple[Kind, tuple[Any, ...]]:
    if typing.get_origin(plain) is Literal:
        return "choice", typing.get_args(plain)
    if typing.get_origin(plain) is tuple:
        item, _ = _alone(typing.get_args(plain)[0])
        if typing.get_origin(item) is Literal:
            return "list", typing.get_args(item)
        return ("list", ()) if item is str else ("layers", ())
    words: dict[Any, Kind] = {bool: "bool", int: "int", float: "float", str: "str"}
    return words.get(plain, "table"), ()


def _settings_of(spec: type[Struct], prefix: str) -> Iterator[Setting]:
    hints = typing.get_type_hints(spec, include_extras=True)
    for info in msgspec.structs.fields(spec):
        plain, _ = _alone(hints[info.name])
        if not (isinstance(plain, type) and issubclass(plain, Struct)):
            yield _setting(prefix, info.name, hints[info.name], info.default)


def _may_scale_target(experiment: Experiment) -> bool:
    return experiment.data.task in ("auto", "regression")


def _shuffles(experiment: Experiment) -> bool:
    return experiment.training.variant != "batch" and experiment.training.shuffle


def _stops_early(experiment: Experiment) -> bool:
    return experiment.training.early_stopping is not None


_CONDITIONS: dict[str, Callable[[Any], bool]] = {
    "data.classes": lambda experiment: experiment.data.task != "regression",
    "data.target_scaling": _may_scale_target,
    "data.split": lambda experiment: experiment.data.test_split + experiment.data.validation_split > 0,
    "data.split_seed": lambda experiment: experiment.data.split != "ordered",
    "network.initializer": lambda experiment: not experiment.network.weights,
    "training.batch_size": lambda experiment: experiment.training.variant == "mini-batch",
    "training.shuffle": lambda experiment: experiment.training.variant != "batch",
    "training.shuffle_seed": _shuffles,
    "training.momentum": lambda experiment: experiment.training.optimizer in ("momentum", "nesterov"),
    "training.early_stopping.monitor": _stops_early,
    "training.early_stopping.patience": _stops_early,
    "training.early_stopping.min_delta": _stops_early,
    "training.early_stopping.restore_best_weights": _stops_early,
    "dense.alpha": lambda layer: isinstance(layer, DenseSpec) and layer.activation in ("leaky_relu", "elu", "prelu"),
}
"""When a setting has an effect; a setting that is not named here always has."""

SECTIONS: dict[str, type[Struct]] = {
    "": Experiment,
    "data": DataSpec,
    "network": NetworkSpec,
    "training": TrainingSpec,
    "training.early_stopping": EarlyStoppingSpec,
}
"""The sections of the file and the spec of each, in the order of the file."""

SETTINGS: Mapping[str, Setting] = {
    setting.key: setting
    for section, spec in SECTIONS.items()
    for setting in _settings_of(spec, f"{section}." if section else "")
}
"""Every setting of an experiment by its key, in the order of the file."""

LAYER_SETTINGS: Mapping[str, Mapping[str, Setting]] = {
    layer: {setting.name: setting for setting in _settings_of(spec, f"{layer}.")} for layer, spec in LAYER_TYPES.items()
}
"""The settings of each type of layer by their names."""


def section_settings(section: str) -> dict[str, Setting]:
    """The settings of one section by their names (`""` is the top of the file)."""
    prefix = f"{section}." if section else ""
    return {
        setting.name: setting
        for key, setting in SETTINGS.items()
        if key.startswith(prefix) and "." not in key[len(prefix) :]
    }
