"""The settings of an experiment, derived from its specs: what a form shows, `--set` accepts and a file may hold.

A setting has a dotted key.  A setting of the experiment is named as in its file (`training.learning_rate`), a setting
of a layer by the layer's type (`dense.units`), because a layer is a separate value.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from tui_ann.engine.declaration import Declaration, declarations
from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings
from tui_ann.experiment.spec import (
    LAYER_TYPES,
    DataSpec,
    DenseSpec,
    Experiment,
    LayerSpec,
    NetworkSpec,
)

S = TypeVar("S", bound=Struct)


@dataclass(frozen=True, kw_only=True)
class Setting(Declaration):
    """One field of a spec, with its place in an experiment or a layer."""

    key: str
    """The dotted key, such as `training.learning_rate` or `dense.units`."""
    path: tuple[str, ...]
    """The attribute path to its value, from the experiment (for a layer's setting, from the layer)."""
    condition: Callable[[Any], bool] = field(repr=False, compare=False)
    """Whether it has an effect, given the experiment (for a layer's setting, the layer)."""

    def applies(self, owner: Experiment | LayerSpec) -> bool:
        """Whether the setting has an effect in this experiment (a layer's setting: in this layer)."""
        return self.condition(owner)

    @property
    def is_seed(self) -> bool:
        """Whether its value begins a sequence of random numbers: any is as good as another."""
        return self.key.endswith("seed")

    def get(self, owner: Experiment | LayerSpec) -> Any:
        """The setting's value in an experiment (a layer's setting: in a layer)."""
        value: Any = owner
        for part in self.path:
            value = getattr(value, part, None)
        return value

    def put(self, owner: S, value: Any) -> S:
        """The experiment (or layer) with this setting changed; the one given stays as it is."""
        return _replaced(owner, self.path, value)


def _replaced(owner: S, path: tuple[str, ...], value: Any) -> S:
    if len(path) == 1:
        return msgspec.structs.replace(owner, **{path[0]: value})
    inner = getattr(owner, path[0])
    if inner is None and path[0] == "early_stopping":
        inner = EarlyStopping()
    return msgspec.structs.replace(owner, **{path[0]: _replaced(inner, path[1:], value)})


def _settings_of(spec: type[Struct], section: str) -> Iterator[Setting]:
    """The settings of one section of the file."""
    for name, declared in declarations(spec).items():
        own = f"{section}.{name}" if section else name
        key = STORED_AS.get(own, own)
        yield Setting(**vars(declared), key=key, path=tuple(own.split(".")), condition=_CONDITIONS.get(key, _always))


def _layer_settings(layer: str, spec: type[Struct]) -> Iterator[Setting]:
    for name, declared in declarations(spec).items():
        key = f"{layer}.{name}"
        yield Setting(**vars(declared), key=key, path=(name,), condition=_CONDITIONS.get(key, _always))


STORED_AS: Mapping[str, str] = {"training.noise": "data.noise"}
"""Settings that are in another section in a file than in memory."""


def _always(_: Any) -> bool:
    return True


def _may_scale_target(experiment: Experiment) -> bool:
    return experiment.data.task in ("auto", "regression")


def _sets_aside_by_share(experiment: Experiment) -> bool:
    data = experiment.data
    return data.test_split > 0 or (data.folds is None and data.validation_split > 0)


def _shuffles(experiment: Experiment) -> bool:
    return experiment.training.variant != "batch" and experiment.training.shuffle


def _stops_early(experiment: Experiment) -> bool:
    return experiment.training.early_stopping is not None


def _uses_momentum(experiment: Any) -> bool:
    from tui_ann.engine.optimizers import OPTIMIZERS  # needs NumPy, which the start screen does not load

    return OPTIMIZERS[experiment.training.optimizer].uses_momentum


def _has_alpha(layer: Any) -> bool:
    from tui_ann.engine.activations import ACTIVATIONS  # as above

    return isinstance(layer, DenseSpec) and ACTIVATIONS[layer.activation].default_alpha is not None


_CONDITIONS: dict[str, Callable[[Any], bool]] = {
    "data.classes": lambda experiment: experiment.data.task != "regression",
    "data.target_scaling": _may_scale_target,
    "data.validation_split": lambda experiment: experiment.data.folds is None,
    "data.fold": lambda experiment: experiment.data.folds is not None,
    "data.split": _sets_aside_by_share,
    "data.split_seed": lambda experiment: experiment.data.split != "ordered" or experiment.data.folds is not None,
    "network.initializer": lambda experiment: not experiment.network.weights,
    "training.batch_size": lambda experiment: experiment.training.variant == "mini-batch",
    "training.shuffle": lambda experiment: experiment.training.variant != "batch",
    "training.shuffle_seed": _shuffles,
    "training.momentum": _uses_momentum,
    "training.early_stopping.monitor": _stops_early,
    "training.early_stopping.patience": _stops_early,
    "training.early_stopping.min_delta": _stops_early,
    "training.early_stopping.restore_best_weights": _stops_early,
    "dense.alpha": _has_alpha,
}
"""When a setting has an effect; a setting that is not named here always has."""

SECTIONS: dict[str, type[Struct]] = {
    "": Experiment,
    "data": DataSpec,
    "network": NetworkSpec,
    "training": TrainingSettings,
    "training.early_stopping": EarlyStopping,
}
"""The sections of the file and the spec of each, in the order of the file."""

SETTINGS: Mapping[str, Setting] = {
    setting.key: setting for section, spec in SECTIONS.items() for setting in _settings_of(spec, section)
}
"""Every setting of an experiment by its key, in the order of the file."""

LAYER_SETTINGS: Mapping[str, Mapping[str, Setting]] = {
    layer: {setting.name: setting for setting in _layer_settings(layer, spec)} for layer, spec in LAYER_TYPES.items()
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
