"""How a network is trained: the settings of gradient settings, in Keras' words."""

from dataclasses import dataclass, fields, replace
from typing import Any

from tui_ann.engine.metrics import METRICS
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.stopping import EarlyStopping, higher_is_better
from tui_ann.errors import EngineError

VARIANTS = ("batch", "stochastic", "mini-batch")
"""All examples, one example, or `batch_size` examples an update (lecture, "Different variants of gradient descent")."""

_LABELS = {"learning_rate": "learning rate", "batch_size": "batch size"}


@dataclass(frozen=True)
class TrainingSettings:
    """The settings of a run."""

    variant: str = "mini-batch"
    """One of `VARIANTS`."""
    batch_size: int = 32
    """Examples an update, for mini-batch."""
    shuffle: bool = True
    """Whether each epoch meets the examples in a new order; batch descent never shuffles."""
    shuffle_seed: int = 0
    """An epoch's order depends on this and the number of the epoch only."""
    optimizer: str = "sgd"
    """A name of `OPTIMIZERS`."""
    learning_rate: float = 0.01
    """η."""
    momentum: float = 0.9
    """m of momentum and Nesterov."""
    epochs: int = 100
    """Epochs at most."""
    tolerance: float = 0.0
    """Stop when the loss changes by less than this from one epoch to the next; 0 = never."""
    gradient_tolerance: float = 0.0
    """Stop when ‖∇L‖, averaged over the updates of an epoch, falls below this; 0 = never."""
    early_stopping: EarlyStopping | None = None
    """Stop when a value no longer improves."""
    metrics: tuple[str, ...] = ()
    """Names of `METRICS`, computed at the end of each epoch."""
    noise: float = 0.0
    """Standard deviation of Gaussian noise added to the features, drawn anew each epoch."""

    def examples_per_update(self, n: int) -> int:
        """Examples of a full batch, of n training examples."""
        return {"batch": n, "stochastic": 1}.get(self.variant, min(self.batch_size, n))

    def watched(self, *, validated: bool) -> tuple[str, float]:
        """The column of the history that tells the best epoch, and what counts as an improvement of it."""
        if self.early_stopping is not None:
            return self.early_stopping.monitor, abs(self.early_stopping.min_delta)
        return ("val_loss" if validated else "loss"), 0.0

    def changed(self, **changes: Any) -> "TrainingSettings":
        """These settings with some of them changed."""
        return replace(self, **changes)

    def differences(self, other: "TrainingSettings") -> dict[str, str]:
        """In words, what differs in `other`: setting → `learning rate 0.1 → 0.05`."""
        return {
            field.name: f"{_LABELS.get(field.name, field.name)} {_word(old)} → {_word(new)}"
            for field in fields(self)
            if (old := getattr(self, field.name)) != (new := getattr(other, field.name))
        }

    def check(self, *, validated: bool) -> None:
        """Refuse settings that cannot work.

        Args:
            validated: Whether there are validation examples.

        Raises:
            EngineError: For the first of them.
        """
        for right, message, remedy in (
            (self.variant in VARIANTS, f"There is no variant “{self.variant}”.", f"Take one of {', '.join(VARIANTS)}."),
            (
                self.optimizer in OPTIMIZERS,
                f"There is no update rule “{self.optimizer}”.",
                f"Take one of {', '.join(OPTIMIZERS)}.",
            ),
            (self.batch_size >= 1, f"The batch size is {self.batch_size}.", "It must be 1 or more."),
            (self.epochs >= 1, f"The number of epochs is {self.epochs}.", "It must be 1 or more."),
            (
                0.0 < self.learning_rate < float("inf"),
                f"The learning rate is {self.learning_rate:g}.",
                "It must be positive and finite.",
            ),
            (0.0 <= self.momentum < 1.0, f"The momentum is {self.momentum:g}.", "It must be 0 or more and below 1."),
            (0.0 <= self.noise < float("inf"), f"The noise is {self.noise:g}.", "It must be 0 or more."),
        ):
            if not right:
                raise EngineError(message, remedy=remedy, code="bad_setting")
        for name in self.metrics:
            if name not in METRICS:
                raise EngineError(
                    f"There is no metric “{name}”.", remedy=f"Take some of {', '.join(METRICS)}.", code="bad_setting"
                )
        if self.early_stopping is not None:
            self._check_monitor(self.early_stopping.monitor, validated)

    def _check_monitor(self, monitor: str, validated: bool) -> None:
        higher_is_better(monitor)
        if monitor.startswith("val_") and not validated:
            raise EngineError(
                f"Early stopping watches {monitor}, but there is no validation part.",
                remedy="Set a validation split, or watch loss.",
                code="no_validation",
            )
        if monitor.removeprefix("val_") not in ("loss", *self.metrics):
            raise EngineError(
                f"Early stopping watches {monitor}, which is not among the metrics.",
                remedy=f"Add {monitor.removeprefix('val_')} to the metrics, or watch val_loss.",
                code="monitor_not_computed",
            )


def _word(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, EarlyStopping):
        return f"{value.monitor}, patience {value.patience}"
    return "off" if value is None else str(value)
