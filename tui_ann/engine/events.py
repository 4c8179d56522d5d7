"""The events that a run yields to its caller."""

from dataclasses import dataclass

from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.stopping import StopReason


@dataclass(frozen=True)
class Updated:
    """Some updates were done."""

    update: int
    """Updates done since the start."""


@dataclass(frozen=True)
class EpochEnded:
    """An epoch is complete."""

    record: EpochRecord


@dataclass(frozen=True)
class Stopped:
    """The run has ended."""

    reason: StopReason


Event = Updated | EpochEnded | Stopped
"""Anything that `Trainer.run` yields."""
