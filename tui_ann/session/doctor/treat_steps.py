"""Remedies of the descent and the data: η, batches, penalties, scaling, rows.

Each looks at the case and proposes one edit, or none where it would change nothing.
"""

import math
from typing import Any

from msgspec import structs

from tui_ann.engine.diagnostics.evidence import FIXED_STEPS
from tui_ann.engine.diagnostics.rules_setup import OF_RARE_CLASSES
from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings
from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.doctor.remedy import Case
from tui_ann.session.doctor.treatment import Treatment, rounded

SINGLE = 0.2
"""Of 1/λmax for updates of one example."""
STEP_OF_WEIGHTS = 0.02
"""Adam's η for a typical start weight of 1."""
FEWEST_TO_SCALE = 2
"""Training rows that have a standard deviation."""


def rate(case: Case) -> Treatment | None:
    """η = 1/λmax at the start, shortened by 1 − m with momentum; a fifth of it for one example an update.

    The gradients of single examples contradict each other: steps of η = 1/λ keep the loss up to twice as high as it
    could be, of η = 0.2/λ a tenth (the misadjustment of LMS, Widrow & Stearns 1985, ch. 6).
    """
    training, curvature = case.experiment.training, case.evidence.start.curvature
    if training.optimizer not in FIXED_STEPS:
        return None
    if not 0 < curvature < math.inf:
        return None
    share, why = 1.0, []
    if training.optimizer != "sgd":
        share *= 1 - training.momentum
        why.append("momentum adds up steps")
    if training.examples_per_update(case.evidence.data.rows) == 1 < case.evidence.data.rows:
        share *= SINGLE
        why.append("single examples contradict each other")
    basis = f"{share:.2g} of 1/λmax, since {' and '.join(why)}" if why else "1/λmax"
    return _rate(case, rounded(share / curvature), basis)


def rate_of_weights(case: Case) -> Treatment | None:
    """η as a share of a typical start weight."""
    if case.experiment.training.optimizer in FIXED_STEPS or (new := _adams(case)) is None:
        return None
    return _rate(case, new, "")


def _rate(case: Case, new: float, basis: str) -> Treatment | None:
    old = case.experiment.training.learning_rate
    slower = case.finding.id not in ("learning_rate_small", "few_updates")
    right = new < old if slower else new > old
    return Treatment((("training.learning_rate", new),), {"old": old, "new": new, "basis": basis}) if right else None


def _adams(case: Case) -> float | None:
    layers = case.evidence.start.layers
    size = math.hypot(*(layer.weights for layer in layers))
    numbers = sum((layer.weights / layer.weight_size) ** 2 for layer in layers if layer.weight_size > 0)
    return float(f"{STEP_OF_WEIGHTS * size / math.sqrt(numbers):.1g}") if 0 < size < math.inf else None


def quarter(case: Case) -> Treatment | None:
    """A quarter of η."""
    old = case.experiment.training.learning_rate
    return Treatment((("training.learning_rate", rounded(old / 4)),), {"old": old, "new": rounded(old / 4)})


def adam(case: Case) -> Treatment | None:
    """Adam."""
    if case.experiment.training.optimizer == "adam":
        return None
    new = _adams(case) or 0.001
    return Treatment((("training.optimizer", "adam"), ("training.learning_rate", new)), {"new": new})


def larger_batch(case: Case) -> Treatment | None:
    """Four times the batch."""
    training, rows = case.experiment.training, case.evidence.data.rows
    old = training.examples_per_update(rows)
    new = min(4 * max(old, 4), rows)
    if old >= new or training.variant == "batch":
        return None
    return Treatment((("training.variant", "mini-batch"), ("training.batch_size", new)), {"old": old, "new": new})


def smaller_batch(case: Case) -> Treatment | None:
    """Mini-batches of the default size."""
    old, new = case.experiment.training.examples_per_update(case.evidence.data.rows), TrainingSettings().batch_size
    if old <= new:
        return None
    edits = (("training.variant", "mini-batch"), ("training.batch_size", new))
    return Treatment(edits, {"new": new, "times": round(old / new)})


def more_epochs(case: Case) -> Treatment | None:
    """Three times the epochs, if they were not enough; of a loss that stays, no more epochs move it."""
    evidence, finding = case.evidence, case.finding
    if not evidence.trained or (finding.id == "plateau" and (evidence.status is None or finding.variant != "slow")):
        return None
    old = case.experiment.training.epochs
    return Treatment((("training.epochs", 3 * old),), {"old": old, "new": 3 * old})


def weaker_penalty(case: Case) -> Treatment | None:
    """Every penalty times the factor that gives the data a hundred times its say."""
    share = case.finding.numbers.get("share", 1.0)
    factor = rounded(0.01 / share, 1) if math.isfinite(share) and share > 0 else 0.001

    def less(value: float | None) -> float | None:
        return value and float(f"{value * factor:.2g}")

    experiment = case.experiment
    edits: list[tuple[str, Any]] = [
        (f"training.{name}", less(getattr(experiment.training, name)))
        for name in ("l1", "l2")
        if getattr(experiment.training, name)
    ]
    layers = tuple(
        structs.replace(layer, l1=less(layer.l1), l2=less(layer.l2)) if isinstance(layer, DenseSpec) else layer
        for layer in experiment.network.layers
    )
    if layers != experiment.network.layers:
        edits.append(("network.layers", layers))
    return Treatment(tuple(edits), {"factor": factor}) if edits else None


def early_stopping(case: Case) -> Treatment | None:
    """Early stopping with the best weights."""
    if case.experiment.training.early_stopping is not None or not case.evidence.data.validation_rows:
        return None
    return Treatment((("training.early_stopping", EarlyStopping(patience=10)),))


def l2(case: Case) -> Treatment | None:
    """A small L2 penalty, or three times the present one."""
    old = case.experiment.training.l2
    new = rounded(3.0 * old) if old else 0.003
    return Treatment((("training.l2", new),), {"new": new})


def scale_features(case: Case) -> Treatment | None:
    """Standardised features; one row has no spread to scale by."""
    if case.experiment.data.scaling == "standard" or case.evidence.data.rows < FEWEST_TO_SCALE:
        return None
    return Treatment((("data.scaling", "standard"),))


def scale_target(case: Case) -> Treatment | None:
    """A standardised target; one row has no spread to scale by."""
    if case.experiment.data.target_scaling == "standard" or case.evidence.data.rows < FEWEST_TO_SCALE:
        return None
    return Treatment((("data.target_scaling", "standard"),))


def huber(case: Case) -> Treatment | None:
    """The Huber loss."""
    return Treatment((("training.loss", "huber"),))


def drop_feature(case: Case) -> Treatment | None:
    """Without the feature that tells the target."""
    place = int(case.finding.numbers["feature"]) - 1
    if not 0 <= place < len(case.columns) or len(set(case.columns)) < 2:
        return None
    column, data = case.columns[place], case.experiment.data
    if "*" in data.features:
        return Treatment((("data.ignore", (*data.ignore, column)),), {"feature": column})
    left = tuple(name for name in data.features if name != column)
    return Treatment((("data.features", left),), {"feature": column})


def f1(case: Case) -> Treatment | None:
    """Metrics that see the rare class."""
    metrics = case.experiment.training.metrics
    if not case.classes or set(OF_RARE_CLASSES) <= set(metrics):
        return None
    return Treatment((("training.metrics", tuple(dict.fromkeys((*metrics, *OF_RARE_CLASSES)))),))


def more_training_rows(case: Case) -> Treatment | None:
    """At most a fifth of the rows for each of validation and test."""
    data = case.experiment.data
    edits = [(f"data.{name}", 0.2) for name in ("test_split", "validation_split") if getattr(data, name) > 0.25]
    if not edits:
        return None
    test, validation = min(data.test_split, 0.2), min(data.validation_split, 0.2)
    return Treatment(tuple(edits), {"new": test + (1 - test) * validation})
