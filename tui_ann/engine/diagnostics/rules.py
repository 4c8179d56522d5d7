"""The table of all rules.  Its order is their rank: of findings that weigh the same, the first is told first.

A cause stands before its consequences and silences them, because mending it mends them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tui_ann.engine.diagnostics import rules_course as course
from tui_ann.engine.diagnostics import rules_setup as setup
from tui_ann.engine.diagnostics.evidence import Evidence
from tui_ann.engine.diagnostics.finding import RunFinding


@dataclass(frozen=True)
class RunRule:
    """One rule."""

    id: str
    """Its id, a stable word for files and scripts."""
    judge: Callable[[Evidence], RunFinding | None]
    """Finds it in evidence; `None` if it is not there."""
    silences: frozenset[str] = frozenset()
    """Findings that are consequences of this one."""


_SLOW = ("learning_rate_small", "plateau", "few_updates", "few_epochs")
_CURVES = (*_SLOW, "oscillation", "learned_by_heart", "overfitting")
_BLOCKED = (*_CURVES, "vanishing", "dead", "saturated", "bad_start")
_STEPS = (*_BLOCKED, "exploding", "learning_rate_large", "diverged")


def _rule(judge: Callable[[Evidence], RunFinding | None], *silences: str) -> RunRule:
    return RunRule(judge.__name__, judge, frozenset(silences))


RULES: tuple[RunRule, ...] = (
    _rule(setup.wrong_output, *_STEPS, "target_unscaled", "penalty_strong"),
    _rule(setup.twins, *_CURVES, "vanishing", "dead", "saturated", "penalty_strong"),
    _rule(setup.features_unscaled, *_STEPS, "penalty_strong"),
    _rule(setup.target_unscaled, *_STEPS, "penalty_strong"),
    _rule(setup.wrong_loss, "plateau", "few_updates", "few_epochs", "learning_rate_small"),
    _rule(setup.far_targets, "oscillation", "learned_by_heart", "overfitting", "plateau"),
    _rule(setup.leaked_target),
    _rule(setup.few_rows, "overfitting", "learned_by_heart", "few_updates", "few_epochs"),
    _rule(setup.exploding, *_BLOCKED, "learning_rate_large", "diverged"),
    _rule(course.learning_rate_large, *_BLOCKED, "diverged", "penalty_strong"),
    _rule(course.diverged, *_BLOCKED),
    _rule(course.penalty_strong, *_SLOW, "vanishing", "dead"),
    _rule(course.dead, "learning_rate_small", "few_updates", "few_epochs", "vanishing"),
    _rule(course.dropout_strong, *_CURVES, "dropout_explains", "saturated"),
    _rule(setup.vanishing, *_CURVES, "saturated"),
    _rule(course.few_updates, "learning_rate_small", "few_epochs"),
    _rule(course.learning_rate_small, "plateau", "few_epochs", "learned_by_heart"),
    _rule(course.saturated, "plateau"),
    _rule(setup.bad_start),
    _rule(course.oscillation, "plateau"),
    _rule(setup.imbalance, "plateau"),
    _rule(course.learned_by_heart, "overfitting"),
    _rule(course.overfitting),
    _rule(course.plateau, "few_epochs"),
    _rule(course.few_epochs),
    _rule(course.dropout_explains),
)
"""Every rule, by rank."""

EXPLAIN_NOTHING = frozenset({("imbalance", "missed"), ("imbalance", "scarce")})
"""Findings by id and variant that silence nothing: what hinders the network with most rows is another matter."""
EXPLAIN_AS_NOTES = frozenset({"imbalance"})
"""Findings that silence their consequences even as notes: metrics make a note of them, and change no training."""
