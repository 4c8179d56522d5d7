"""What can be compared over a run: the loss, every metric, gradient norms, the loss of single updates."""

from collections.abc import Iterable
from enum import StrEnum

from tui_ann.engine.history import History
from tui_ann.engine.metrics import METRICS

LOSS = "loss"
GRADIENT_NORM = "gradient_norm"
BATCH_LOSS = "batch_loss"
_NORM_OF = "gradient_norm:"
VALIDATION = "val_"
"""The prefix of a value on the validation part."""


class AlongAxis(StrEnum):
    """What the horizontal axis counts."""

    EPOCHS = "epochs"
    UPDATES = "updates"
    EXAMPLES = "examples"
    SECONDS = "seconds"


def norm_of(parameter: str) -> str:
    """The quantity ‖∂L/∂parameter‖."""
    return _NORM_OF + parameter


def parameter_of(quantity: str) -> str:
    """The parameter of which a quantity is the gradient norm; empty if it is something else."""
    return quantity.removeprefix(_NORM_OF) if quantity.startswith(_NORM_OF) else ""


def quantities_of(histories: Iterable[History]) -> tuple[str, ...]:
    """Everything that at least one run has, the loss first."""
    metrics: dict[str, None] = {LOSS: None}
    norms: dict[str, None] = {}
    batches = False
    for history in histories:
        metrics |= dict.fromkeys(name for name in history.names if not name.startswith(VALIDATION))
        norms |= dict.fromkeys(map(norm_of, history.epochs.norm_names))
        batches = batches or len(history.losses) > 0
    return (*metrics, *([BATCH_LOSS] if batches else []), GRADIENT_NORM, *norms)


def higher_is_better(name: str) -> bool:
    """Whether a larger value is better, by the metric's own direction.

    Args:
        name: The loss, a metric or a gradient norm; `val_` and the name of a target after it do not matter.
    """
    metric = METRICS.get(name.removeprefix(VALIDATION).partition(" ")[0])
    return metric is not None and metric.higher_is_better
