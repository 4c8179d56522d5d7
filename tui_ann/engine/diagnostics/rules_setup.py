"""Rules on the rows and the set-up: what can be known before training."""

import math
from itertools import pairwise

from tui_ann.engine.diagnostics import thresholds as t
from tui_ann.engine.diagnostics.evidence import Evidence
from tui_ann.engine.diagnostics.finding import RunFinding, Severity
from tui_ann.engine.diagnostics.symptoms import is_hurt, is_stuck
from tui_ann.engine.losses import LOSSES

SQUARED = ("mean_squared_error", "half_squared_error")
"""Losses that square the error."""
OF_RARE_CLASSES = ("precision", "recall", "f1")
"""Metrics that together say how a rare class fares."""


def wrong_output(evidence: Evidence) -> RunFinding | None:
    """The output activation cannot reach the targets."""
    share = evidence.data.unreachable
    if evidence.data.classes or share <= t.UNREACHABLE:
        return None
    return RunFinding("wrong_output", Severity.FAULT, {"share": share}, (evidence.dense,) if evidence.dense else ())


def wrong_loss(evidence: Evidence) -> RunFinding | None:
    """The loss compares numbers, but the target is a class; or one probability for each of several classes."""
    data = evidence.data
    if not data.classes:
        return None
    if not LOSSES[evidence.settings.loss].compares_classes:
        return RunFinding("wrong_loss", Severity.WARNING, {"classes": data.classes}, variant="numbers")
    if data.classes > 2 and evidence.settings.loss == "binary_crossentropy":
        return RunFinding("wrong_loss", Severity.WARNING, {"classes": data.classes}, variant="binary")
    return None


def far_targets(evidence: Evidence) -> RunFinding | None:
    """A few targets far from all others, and a loss that squares their errors."""
    data = evidence.data
    if not data.far_targets or evidence.settings.loss not in SQUARED:
        return None
    numbers = {"far": data.far_targets, "rows": data.rows, "weight": data.far_weight}
    return RunFinding("far_targets", Severity.WARNING, numbers)


def twins(evidence: Evidence) -> RunFinding | None:
    """Units that start equal stay equal: they get the same gradient in every update."""
    found = [layer for layer in evidence.start.layers if layer.twins / layer.units >= t.TWINS]
    if not found:
        return None
    worst = max(found, key=lambda layer: layer.twins / layer.units)
    numbers = {"twins": worst.twins, "units": worst.units, "layer": worst.number}
    return RunFinding("twins", Severity.FAULT, numbers, tuple(layer.number for layer in found))


def features_unscaled(evidence: Evidence) -> RunFinding | None:
    """Features of very different or very large size, and no scaling."""
    data = evidence.data
    if data.features_scaled or (data.spread_ratio <= t.SPREAD and data.largest <= t.FAR):
        return None
    severity = Severity.FAULT if is_hurt(evidence) else Severity.WARNING
    variant = "ratio" if data.spread_ratio > t.SPREAD else "size"
    return RunFinding("features_unscaled", severity, {"ratio": data.spread_ratio, "largest": data.largest}, (), variant)


def target_unscaled(evidence: Evidence) -> RunFinding | None:
    """A regression target far from 0 ± 1, behind hidden layers whose steps suit such values."""
    data = evidence.data
    if data.classes or data.target_scaled or evidence.dense < 2 or not data.target_spread > 0:
        return None
    if data.target_spread <= t.TARGET and data.target_offset <= t.TARGET:
        return None
    severity = Severity.FAULT if is_hurt(evidence) else Severity.WARNING
    variant = "spread" if data.target_spread > t.TARGET else "offset"
    numbers = {"spread": data.target_spread, "offset": data.target_offset}
    return RunFinding("target_unscaled", severity, numbers, (), variant)


def leaked_target(evidence: Evidence) -> RunFinding | None:
    """One feature alone tells the target: it was probably made from it."""
    data = evidence.data
    if data.telling < t.TELLING or data.inputs < 2 or data.rows < t.FEWEST_FOR_TELLING:
        return None
    numbers = {"feature": data.teller, "telling": data.telling, "targets": data.targets}
    variant = "classes" if data.classes else "number" if data.targets == 1 else "one_of"
    return RunFinding("leaked_target", Severity.WARNING, numbers, (), variant)


def few_rows(evidence: Evidence) -> RunFinding | None:
    """Fewer rows than features and figures need; an exercise without validation rows is left in peace."""
    data = evidence.data
    if not data.validation_rows or data.rows >= max(t.FEWEST_ROWS, t.ROWS_A_FEATURE * data.inputs):
        return None
    numbers = {"rows": data.rows, "inputs": data.inputs, "parameters": evidence.start.parameters}
    settings = evidence.settings
    penalised = settings.l1 or settings.l2 or any(layer.penalty_gradient for layer in evidence.start.layers)
    return RunFinding("few_rows", Severity.NOTE if penalised else Severity.WARNING, numbers)


def imbalance(evidence: Evidence) -> RunFinding | None:
    """One class is so common that always answering it looks good, and the network does no better or misses the others.

    If figures are shown that see the rare class, nothing misleads: it is noted, with what can be done.  A good accuracy
    does not prove that the rare class is learnt; that its own rows are found does.
    """
    data, accuracy = evidence.data, evidence.now.accuracy
    if not data.classes:
        return None
    if data.majority < t.IMBALANCE:
        return _scarce(evidence)
    if not evidence.trained or math.isnan(accuracy):
        numbers = {"majority": data.majority, "accuracy": accuracy}
        return RunFinding("imbalance", Severity.NOTE, numbers, (), "before")
    majority = evidence.now.majority  # of the same rows as the accuracy, which may be a sample
    found = evidence.now.others_found
    numbers = {"majority": majority, "accuracy": accuracy}
    shown = set(OF_RARE_CLASSES) <= set(evidence.settings.metrics)
    enough = evidence.history.epochs >= t.PATIENCE
    if accuracy > majority + t.NO_BETTER:
        if not found < t.RARE_LEARNT:
            return _scarce(evidence)
        matters = found < t.RARE_MISSED and enough and not shown
        shares = {"majority": data.majority, "found": found}
        return RunFinding("imbalance", Severity.WARNING if matters else Severity.NOTE, shares, (), "missed")
    if shown:
        one = data.classes == 2 and bool(evidence.start.layers) and evidence.start.layers[-1].units == 1
        return RunFinding("imbalance", Severity.NOTE, numbers, (), "threshold" if one else "matrix")
    return RunFinding("imbalance", Severity.WARNING if enough else Severity.NOTE, numbers)


def _scarce(evidence: Evidence) -> RunFinding | None:
    """A class has so few rows, of many, that it can be neither learnt nor judged, whatever the other classes do."""
    data = evidence.data
    if data.scarcest_rows >= min(t.SCARCE_ROWS, t.SCARCE_SHARE * data.rows / data.classes):
        return None
    numbers = {"class": data.scarcest, "few": data.scarcest_rows, "rows": data.rows}
    return RunFinding("imbalance", Severity.NOTE, numbers, (), "scarce")


def exploding(evidence: Evidence) -> RunFinding | None:
    """∂L/∂z grows from layer to layer on the way back."""
    layers = evidence.start.layers
    if len(layers) < 2 or not layers[-1].delta > 0:
        return None
    ratio = layers[0].delta / layers[-1].delta
    if ratio <= t.EXPLODING:
        return None
    severity = Severity.FAULT if is_hurt(evidence) or not evidence.trained else Severity.WARNING
    return RunFinding("exploding", severity, {"ratio": ratio, "first": layers[0].delta, "last": layers[-1].delta}, (1,))


def vanishing(evidence: Evidence) -> RunFinding | None:
    """∂L/∂z shrinks from layer to layer on the way back, and the network does not learn."""
    layers = evidence.start.layers
    if len(layers) < 3 or not layers[-1].delta > 0:
        return None
    ratio = layers[0].delta / layers[-1].delta
    if ratio >= (t.VANISHING if is_stuck(evidence) else t.VANISHED if not evidence.trained else 0.0):
        return None
    factors = [before.delta / after.delta if after.delta > 0 else 1.0 for before, after in pairwise(layers)]
    worst = layers[factors.index(min(factors))]
    numbers = {"ratio": ratio, "factor": min(factors), "slope": worst.slope, "layer": worst.number}
    severity = Severity.FAULT if evidence.trained else Severity.WARNING
    return RunFinding("vanishing", severity, numbers, (worst.number,), worst.activation)


def bad_start(evidence: Evidence) -> RunFinding | None:
    """The first answers are much worse than guessing: the start weights are too large for these inputs."""
    first, expected = evidence.start.loss, math.log(max(evidence.data.classes, 2))
    if not evidence.data.classes or not LOSSES[evidence.settings.loss].compares_classes:
        return None
    recovered = evidence.trained and min(evidence.loss, evidence.loss_at_end) < expected
    if recovered or not first > t.BAD_START * expected:
        return None
    return RunFinding("bad_start", Severity.WARNING, {"loss": first, "expected": expected, "ratio": first / expected})
