"""Symptoms that several rules share."""

import math

from tui_ann.engine.diagnostics import thresholds as t
from tui_ann.engine.diagnostics.evidence import Evidence
from tui_ann.engine.stopping import Status


def is_diverged(evidence: Evidence) -> bool:
    """Whether the loss is no longer a number, or has grown beyond any use."""
    if evidence.status is Status.DIVERGED:
        return True
    history = evidence.history
    limit = t.DIVERGED * max(evidence.data.constant_loss, history.first)
    return evidence.trained and (not math.isfinite(history.last) or history.last > limit)


def is_stuck(evidence: Evidence) -> bool:
    """Whether the run has learned next to nothing so far, after some epochs and updates or at its end.

    A run is not stuck if either the parameters that it has kept or those of its last epochs have learned.
    """
    epochs = evidence.history.epochs
    early = epochs < t.PATIENCE or epochs * evidence.updates_per_epoch < t.PATIENCE_OF_UPDATES
    if early and evidence.status is None:
        return False
    return min(evidence.against_constant, evidence.against_constant_at_end) > t.STUCK


def is_flat(evidence: Evidence) -> bool:
    """Whether the training loss has not moved for a while."""
    return abs(evidence.history.progress - 1.0) <= t.FLAT


def is_swinging(evidence: Evidence) -> bool:
    """Whether the training loss jumps up and down without falling."""
    history = evidence.history
    wavers = history.sign_changes >= t.SIGN_CHANGES and history.swing > t.SWING
    return wavers and history.rising > t.NOT_FALLING


def is_settling(evidence: Evidence) -> bool:
    """Whether the run learns although η is beyond its limit: steadily, and what it learns carries over.

    Below twice the limit, what carries over does not count: the curvature changes by as much during a run.
    """
    history, constant = evidence.history, evidence.data.constant_loss_validation
    carries_over = evidence.steepness < t.VERY_STEEP or not history.validation > t.HALF * constant
    return evidence.learns_at_end and carries_over and not is_swinging(evidence)


def is_hurt(evidence: Evidence) -> bool:
    """Whether the run diverged, is stuck, or cannot settle with its η."""
    return is_diverged(evidence) or is_stuck(evidence) or evidence.steepness >= t.STEEP


def has_ended_falling(evidence: Evidence) -> bool:
    """Whether the run used up its epochs while its loss still moved down."""
    return evidence.status is Status.COMPLETED and evidence.history.progress < 1.0 - t.FLAT


def is_ending_in_a_fall(evidence: Evidence) -> bool:
    """Whether the last epochs of a run that used them up made a good part of all progress."""
    good = evidence.history.end_share >= t.STILL_FALLING
    return evidence.status is Status.COMPLETED and good and is_falling(evidence)


def is_falling(evidence: Evidence) -> bool:
    """Whether the training loss has not settled: its last tenth still fell, by more than it jumps to and fro."""
    history = evidence.history
    fall, jump = history.end_share * (history.first - history.level), history.swing * history.level
    return history.end_share >= t.SETTLED and not fall <= t.JUMPS * jump
