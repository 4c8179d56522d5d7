"""How a network is trained.  Every setting is declared here, once, with its label, its help and its limits.

This is the `training` table of an experiment file, and the trainer takes it as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct

from tui_ann.engine.declaration import Declaration, declarations
from tui_ann.errors import EngineError

LossName = Literal[
    "half_squared_error",
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
    "binary_crossentropy",
    "categorical_crossentropy",
]
Variant = Literal["batch", "stochastic", "mini-batch"]
"""All examples, one example, or `batch_size` examples an update (lecture, "Different variants of gradient descent")."""
OptimizerName = Literal["sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam"]
MetricName = Literal["accuracy", "mae", "mse", "r2", "precision", "recall", "f1", "auc"]
Dtype = Literal["float64", "float32"]
Monitor = Literal[
    "val_loss",
    "loss",
    "val_accuracy",
    "val_mae",
    "val_mse",
    "val_r2",
    "val_precision",
    "val_recall",
    "val_f1",
    "val_auc",
    "accuracy",
    "mae",
    "mse",
    "r2",
    "precision",
    "recall",
    "f1",
    "auc",
]
"""A column of the history."""

Seed = Annotated[int, Meta(ge=0, le=2**63 - 1)]
NotNegative = Annotated[float, Meta(ge=0)]

OF_THE_NETWORK = frozenset({"loss", "l1", "l2", "dtype"})
"""Settings fixed when a network is made: the trainer reads them from its network, and no run can change them."""


@cache
def _registries() -> dict[str, Mapping[str, object]]:
    """What the words of a setting refer to.  They need NumPy, which the start screen does without."""
    from tui_ann.engine.losses import LOSSES
    from tui_ann.engine.metrics import METRICS
    from tui_ann.engine.optimizers import OPTIMIZERS

    return {"loss": LOSSES, "optimizer": OPTIMIZERS, "metrics": METRICS}


class EarlyStopping(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When training ends because a value no longer improves (`keras.callbacks.EarlyStopping`)."""

    monitor: Annotated[Monitor, Meta(title="monitor", description="The value that must improve.")] = "val_loss"
    patience: Annotated[
        Annotated[int, Meta(ge=0)], Meta(title="patience", description="Epochs to wait for an improvement.")
    ] = 5
    min_delta: Annotated[
        NotNegative, Meta(title="least improvement", description="A smaller improvement does not count.")
    ] = 0.0
    restore_best_weights: Annotated[
        bool,
        Meta(title="restore best", description="Whether training ends with the parameters of the best epoch."),
    ] = True


class MonitorFault(NamedTuple):
    """Why early stopping cannot watch its value."""

    code: str
    """`no_validation` or `monitor_unknown`."""
    message: str
    """What is wrong, one sentence."""
    remedy: str
    """The remedy."""


class TrainingSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The loss, the update rule and the stopping rules of a run."""

    loss: Annotated[
        LossName,
        Meta(title="loss", description="How far predictions are from targets; training makes it small."),
    ] = "binary_crossentropy"
    variant: Annotated[
        Variant, Meta(title="variant", description="How many examples make an update: all, one, or a batch.")
    ] = "mini-batch"
    batch_size: Annotated[
        Annotated[int, Meta(ge=1, le=100_000_000)],
        Meta(title="batch size", description="Examples of an update in mini-batch descent."),
    ] = 10
    shuffle: Annotated[
        bool, Meta(title="shuffle", description="Whether each epoch uses the examples in a new order.")
    ] = True
    shuffle_seed: Annotated[Seed, Meta(title="shuffle seed", description="The seed of those orders.")] = 0
    optimizer: Annotated[
        OptimizerName, Meta(title="update rule", description="How a gradient becomes a change of the parameters.")
    ] = "sgd"
    learning_rate: Annotated[
        Annotated[float, Meta(gt=0)],
        Meta(title="learning rate η", description="The size of a step against the gradient."),
    ] = 0.01
    momentum: Annotated[
        Annotated[float, Meta(ge=0, lt=1)],
        Meta(title="momentum", description="How much of the last change is kept (momentum, nesterov)."),
    ] = 0.9
    l1: Annotated[
        NotNegative,
        Meta(title="penalty l1", description="Adds l1·Σ|w| of every dense W to the loss; a layer's own overrides it."),
    ] = 0.0
    l2: Annotated[
        NotNegative,
        Meta(title="penalty l2", description="Adds l2·Σw² of every dense W to the loss; a layer's own overrides it."),
    ] = 0.0
    epochs: Annotated[
        Annotated[int, Meta(ge=1, le=100_000_000)],
        Meta(title="epochs", description="How often all training examples are used, at most."),
    ] = 100
    tolerance: Annotated[
        NotNegative,
        Meta(
            title="tolerance",
            description="Stops when the loss changes by less than this from epoch to epoch; 0: never.",
        ),
    ] = 0.0
    gradient_tolerance: Annotated[
        NotNegative,
        Meta(
            title="gradient tolerance",
            description="Stops when the norm of the gradient, averaged over an epoch, falls below this; 0: never.",
        ),
    ] = 0.0
    metrics: Annotated[
        tuple[MetricName, ...],
        Meta(title="metrics", description="Values shown next to the loss after every epoch."),
    ] = ("accuracy",)
    dtype: Annotated[Dtype, Meta(title="precision", description="The kind of number to compute with.")] = "float64"
    noise: Annotated[
        NotNegative,
        Meta(
            title="noise",
            description="Standard deviation of Gaussian noise added to the scaled features; new in each epoch.",
        ),
    ] = 0.0
    early_stopping: Annotated[
        EarlyStopping | None,
        Meta(title="early stopping", description="Stops when a value no longer improves; absent: off."),
    ] = None

    def examples_per_update(self, n: int) -> int:
        """Examples of a full batch, of n training examples."""
        match self.variant:
            case "batch":
                return n
            case "stochastic":
                return 1
            case "mini-batch":
                return min(self.batch_size, n)

    def watched(self, *, validated: bool) -> tuple[str, float]:
        """The history column that determines the best epoch, and the minimum improvement."""
        if self.early_stopping is not None:
            return self.early_stopping.monitor, self.early_stopping.min_delta
        return ("val_loss" if validated else "loss"), 0.0

    def changed(self, **changes: Any) -> "TrainingSettings":
        """These settings with some changed, for a run that continues.

        Raises:
            EngineError: A setting is one of `OF_THE_NETWORK`.
        """
        if fixed := sorted(OF_THE_NETWORK & changes.keys()):
            raise EngineError(
                f"A run cannot change its {', '.join(fixed)}.", remedy="Start a new run.", code="bad_setting"
            )
        return msgspec.structs.replace(self, **changes)

    def differences(self, other: "TrainingSettings") -> dict[str, str]:
        """The differences for a trainer, in words: setting → `learning rate η 0.1 → 0.05`."""
        return {
            name: f"{declared.label} {_word(old)} → {_word(new)}"
            for name, declared in declared_settings(TrainingSettings).items()
            if name not in OF_THE_NETWORK and (old := getattr(self, name)) != (new := getattr(other, name))
        }

    def monitor_faults(self, *, validated: bool) -> Iterator[MonitorFault]:
        """Why early stopping cannot monitor its value, if so.

        Args:
            validated: Whether there are validation examples.
        """
        if self.early_stopping is None:
            return
        monitor = self.early_stopping.monitor
        metric = monitor.removeprefix("val_")
        if monitor != metric and not validated:
            yield MonitorFault(
                "no_validation",
                f"{monitor} is measured on validation rows, and there are none.",
                f"Set data.validation_split to 0.1, or monitor {metric}.",
            )
        if metric != "loss" and metric not in self.metrics:
            yield MonitorFault(
                "monitor_unknown",
                f"{monitor} cannot be watched, because {metric} is not among the metrics.",
                f"Add {metric} to training.metrics, or monitor val_loss.",
            )

    def check(self, *, validated: bool) -> None:
        """Refuse settings that cannot work.

        Args:
            validated: Whether there are validation examples.

        Raises:
            EngineError: For the first of them.
        """
        _check_limits(self, "")
        if self.early_stopping is not None:
            _check_limits(self.early_stopping, "early_stopping.")
        for fault in self.monitor_faults(validated=validated):
            raise EngineError(fault.message, remedy=fault.remedy, code=fault.code)


@cache
def declared_settings(struct: type[Struct]) -> dict[str, Declaration]:
    """The declarations of a struct of settings by the names of its fields."""
    return declarations(struct)


def _check_limits(settings: Struct, prefix: str) -> None:
    for name, declared in declared_settings(type(settings)).items():
        if declared.kind == "table":
            continue
        known = replace(declared, choices=tuple(_registries()[name])) if name in _registries() else declared
        if fault := known.fault(getattr(settings, name)):
            raise EngineError(f"{prefix}{name}: {fault}.", remedy=f"Allowed: {known.allowed()}.", code="bad_setting")


def _word(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, EarlyStopping):
        return f"{value.monitor}, patience {value.patience}"
    return "off" if value is None else str(value)
