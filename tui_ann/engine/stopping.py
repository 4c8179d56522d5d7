"""Why a run ends, as a value for display and storage, and the settings of early stopping."""

from dataclasses import dataclass
from enum import StrEnum

from tui_ann.engine.metrics import METRICS
from tui_ann.errors import EngineError


class Status(StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    CONVERGED = "converged"
    EARLY_STOPPED = "early_stopped"
    DIVERGED = "diverged"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class StopReason:
    """Why a run ended."""

    status: Status
    cause: str
    """The cause as text, without capital letter and full stop."""
    kept: str = ""
    """Which parameters the run kept, if not those of its last update."""

    @property
    def text(self) -> str:
        """Cause and parameters in one line."""
        return f"{self.cause}; {self.kept}" if self.kept else self.cause


def higher_is_better(name: str) -> bool:
    """Whether larger values of a history column are better, as for accuracy but not for a loss.

    Raises:
        EngineError: If there is no such column.
    """
    bare = name.removeprefix("val_")
    if bare == "loss":
        return False
    if bare not in METRICS:
        raise EngineError(
            f"There is no value “{name}” to watch.",
            remedy=f"Watch loss or one of {', '.join(METRICS)}, with val_ before it for the validation part.",
            code="unknown_monitor",
        )
    return METRICS[bare].higher_is_better
