"""What a rule needs before its silence means anything: a rule that could not be judged has not passed.

A finding is told wherever its rule applies: only that nothing was found says nothing where there was nothing to look
at.
"""

from collections.abc import Callable, Mapping

from tui_ann.engine.diagnostics import thresholds as t
from tui_ann.engine.diagnostics.evidence import Evidence
from tui_ann.engine.diagnostics.symptoms import is_diverged
from tui_ann.engine.losses import LOSSES


def _finite(evidence: Evidence) -> bool:
    return not is_diverged(evidence)


def _trained(evidence: Evidence) -> bool:
    return evidence.trained


def _validated(evidence: Evidence) -> bool:
    return evidence.data.validation_rows > 0


def _classed(evidence: Evidence) -> bool:
    return evidence.data.classes > 0


def _numbers(evidence: Evidence) -> bool:
    return not evidence.data.classes


def _guessed(evidence: Evidence) -> bool:
    return _classed(evidence) and LOSSES[evidence.settings.loss].compares_classes


def _tellable(evidence: Evidence) -> bool:
    return evidence.data.rows >= t.FEWEST_FOR_TELLING and evidence.data.inputs > 1


def _several_rows(evidence: Evidence) -> bool:
    return evidence.has_rows_to_compare


def _drawn(evidence: Evidence) -> bool:
    return not evidence.weights_given


APPLIES: Mapping[str, tuple[Callable[[Evidence], bool], ...]] = {
    "features_unscaled": (_several_rows,),
    "target_unscaled": (_several_rows,),
    "far_targets": (_several_rows,),
    "few_updates": (_several_rows,),
    "learning_rate_small": (_several_rows,),
    "bad_start": (_several_rows, _drawn),
    "oscillation": (_several_rows,),
    "imbalance": (_several_rows,),
    "learned_by_heart": (_several_rows,),
    "overfitting": (_several_rows,),
    "plateau": (_several_rows,),
    "few_epochs": (_several_rows,),
}
"""Without this, a finding of a rule, by its id, would mean nothing; a rule that is not here always applies."""
NEEDS: Mapping[str, tuple[Callable[[Evidence], bool], ...]] = {
    "far_targets": (_numbers,),
    "leaked_target": (_tellable,),
    "few_rows": (_validated,),
    "exploding": (_finite,),
    "diverged": (_trained,),
    "learning_rate_large": (_finite,),
    "penalty_strong": (_finite,),
    "dead": (_finite,),
    "dropout_strong": (_finite,),
    "vanishing": (_finite,),
    "few_updates": (_trained, _finite),
    "learning_rate_small": (_finite,),
    "saturated": (_trained, _finite),
    "bad_start": (_finite, _guessed),
    "oscillation": (_trained, _finite),
    "imbalance": (_classed,),
    "learned_by_heart": (_trained, _finite, _validated),
    "overfitting": (_trained, _finite, _validated),
    "plateau": (_trained, _finite),
    "few_epochs": (_trained, _finite),
    "dropout_explains": (_trained, _finite, _validated),
}
"""What a rule needs by its id; a rule that is not here can always be judged.

Before the first epoch there are no curves.  Of a diverged run, the first update and the curves prove nothing good,
whatever they look like.
"""


def can_judge(rule: str, evidence: Evidence) -> bool:
    """Whether a rule that found nothing has had something to look at.

    Args:
        rule: The id of the rule.
        evidence: What is known.
    """
    return applies(rule, evidence) and all(need(evidence) for need in NEEDS.get(rule, ()))


def applies(rule: str, evidence: Evidence) -> bool:
    """Whether a finding of a rule would mean anything.

    Args:
        rule: The id of the rule.
        evidence: What is known.
    """
    return all(need(evidence) for need in APPLIES.get(rule, ()))
