"""Rules on the course of a run: steps, units, curves."""

import math

from tui_ann.engine.diagnostics import thresholds as t
from tui_ann.engine.diagnostics.evidence import FIXED_STEPS, Evidence
from tui_ann.engine.diagnostics.finding import RunFinding, Severity
from tui_ann.engine.diagnostics.layer_facts import BOUNDED
from tui_ann.engine.diagnostics.symptoms import (
    has_ended_falling,
    is_diverged,
    is_ending_in_a_fall,
    is_falling,
    is_flat,
    is_settling,
    is_stuck,
    is_swinging,
)


def learning_rate_large(evidence: Evidence) -> RunFinding | None:
    """η is beyond what the curvature at the start allows, or a step of Adam as large as the weights does harm."""
    numbers = {"eta": evidence.settings.learning_rate, "curvature": evidence.start.curvature}
    broken = is_diverged(evidence)
    variant = "diverged" if broken else "curvature"
    if evidence.steepness >= t.STEEP:
        severity = Severity.WARNING
        early = evidence.history.epochs < t.PATIENCE and evidence.status is None
        if broken or is_stuck(evidence):
            severity = Severity.FAULT
        elif evidence.steepness < t.VERY_STEEP and early:
            severity, variant = Severity.NOTE, "climbs"
        elif not evidence.trained:
            severity = Severity.FAULT
        elif evidence.history.epochs >= t.PATIENCE and is_settling(evidence):
            severity, variant = Severity.NOTE, "anyway"
        return RunFinding("learning_rate_large", severity, {**numbers, "times": evidence.steepness}, (), variant)
    step = evidence.step_of_weights
    dead = max((layer.dead_share for layer in evidence.now.layers), default=0.0)
    symptom = broken or is_stuck(evidence) or is_swinging(evidence) or dead >= t.DEAD
    if step >= (t.LARGE_STEP if symptom else t.LARGE_STEP_AT_START if not evidence.trained else math.inf):
        severity = Severity.FAULT if broken or is_stuck(evidence) else Severity.WARNING
        return RunFinding("learning_rate_large", severity, {**numbers, "step": step}, (), "step")
    return None


def diverged(evidence: Evidence) -> RunFinding | None:
    """The loss is no longer a finite number, or a thousand times what it was."""
    if not is_diverged(evidence):
        return None
    numbers = {"epoch": evidence.history.epochs, "loss": evidence.history.last}
    if evidence.kept_best:
        return RunFinding("diverged", Severity.FAULT, numbers, (), "kept")
    return RunFinding("diverged", Severity.FAULT, {**numbers, "weight": evidence.now.largest_weight})


def dead(evidence: Evidence) -> RunFinding | None:
    """ReLU units whose net input is never positive: they answer 0 and get no gradient.

    If a penalty has taken their weights, it has left out what the network can do without.
    """
    layers = evidence.now.layers or evidence.start.layers
    found = [layer for layer in layers if layer.dead]
    if not found:
        return None
    worst = max(found, key=lambda layer: layer.dead_share)
    born = {unit for layer in evidence.start.layers if layer.number == worst.number for unit in layer.dead}
    since = [unit for unit in worst.dead if unit not in born]
    # Units that the draw made dead are no sign of trouble before the others had time to learn.
    drawn = not since and evidence.history.epochs < t.PATIENCE
    severity = Severity.NOTE
    if worst.dead_share == 1.0:
        severity = Severity.FAULT
    elif worst.dead_share >= (t.DEAD_AT_START if drawn else t.DEAD) and not (evidence.trained and evidence.learns):
        severity = Severity.WARNING
    numbers = {"dead": len(worst.dead), "units": worst.units, "unit": worst.dead[0], "layer": worst.number}
    numbers |= {"born": len(worst.dead) - len(since), "since": len(since), "shrunk": worst.shrunk}
    numbers |= {"others": sum(len(layer.dead) for layer in found) - len(worst.dead)}
    if 2 * worst.shrunk > len(worst.dead):
        severity = Severity.FAULT if worst.dead_share == 1.0 else Severity.NOTE
        return RunFinding("dead", severity, numbers, tuple(layer.number for layer in found), "shrunk")
    variant = "before" if not evidence.now.layers else "course" if not numbers["born"] else "both" if since else "start"
    return RunFinding("dead", severity, numbers, tuple(layer.number for layer in found), variant)


def saturated(evidence: Evidence) -> RunFinding | None:
    """Hidden sigmoid or tanh units on the flat ends of their curve, in a network that does not learn."""
    hidden = evidence.now.layers[:-1]
    found = [layer for layer in hidden if layer.saturated >= t.SATURATED]
    if not found or not is_stuck(evidence):
        return None
    worst = max(found, key=lambda layer: layer.saturated)
    numbers = {"share": worst.saturated, "slope": worst.slope, "layer": worst.number}
    return RunFinding("saturated", Severity.FAULT, numbers, tuple(layer.number for layer in found), worst.activation)


def learning_rate_small(evidence: Evidence) -> RunFinding | None:
    """So short steps that the run ends, or will end, before it has learned."""
    settings, history, now = evidence.settings, evidence.history, evidence.now
    updates = settings.epochs * evidence.updates_per_epoch
    numbers = {"eta": settings.learning_rate, "change": now.relative_change, "updates": updates}
    flat = 0.99 <= history.progress <= 1.0 and now.relative_change < t.TINY_CHANGE
    if is_stuck(evidence) and flat and not evidence.pull >= t.TINY_PULL:
        return RunFinding("learning_rate_small", Severity.FAULT, {**numbers, "gain": 1 - history.progress}, (), "still")
    way, walk = evidence.pull * updates, evidence.step_of_weights * updates
    poor = evidence.status is not None and not evidence.learns_at_end
    short = way < (t.SHORT_WAY_OF_POOR if poor else t.SHORT_WAY) or walk < t.SHORT_WALK
    if not (short if updates >= t.FEWEST_UPDATES else _is_hopeless(evidence)):
        return None
    if not evidence.trained:
        return RunFinding("learning_rate_small", Severity.WARNING, {**numbers, "way": way, "walk": walk}, (), "before")
    if has_ended_falling(evidence) or is_stuck(evidence):
        severity = Severity.FAULT if is_stuck(evidence) else Severity.WARNING
        variant = "before" if evidence.status is None else "end"
        return RunFinding("learning_rate_small", severity, {**numbers, "way": way, "walk": walk}, (), variant)
    return None


def _is_hopeless(evidence: Evidence) -> bool:
    """Whether η is so small that even many updates would be too short a way."""
    return evidence.pull * t.MANY_UPDATES < t.SHORT_WAY or evidence.step_of_weights * t.MANY_UPDATES < t.SHORT_WALK


def penalty_strong(evidence: Evidence) -> RunFinding | None:
    """L1 or L2 that has more to say than the data."""
    shares = [
        layer.penalty_gradient / layer.data_gradient if layer.data_gradient else math.inf
        for layer in evidence.start.layers
        if layer.penalty_gradient and layer.delta > 0  # else something other than the penalty silences the data
    ]
    blocked = any(layer.dead_share >= t.DEAD for layer in evidence.start.layers)  # then the data have no say at all
    if blocked or not shares or max(shares) < t.PENALTY:
        return None
    before = math.hypot(*(layer.weights for layer in evidence.start.layers))
    now = math.hypot(*(layer.weights for layer in evidence.now.layers)) if evidence.now.layers else math.nan
    variant = "alone" if math.isinf(max(shares)) else ""
    numbers = {"share": max(shares), "shrunk": now / before if before else math.nan}
    numbers |= {"l1": evidence.settings.l1, "l2": evidence.settings.l2}
    if is_stuck(evidence):
        return RunFinding("penalty_strong", Severity.FAULT, numbers, (), variant)
    poor = evidence.trained and not evidence.learns
    if poor and evidence.history.epochs >= t.PATIENCE and numbers["shrunk"] < t.SHRUNK:
        return RunFinding("penalty_strong", Severity.WARNING, numbers, (), variant)
    return None


def dropout_strong(evidence: Evidence) -> RunFinding | None:
    """More units dropped than kept, and the training suffers."""
    if evidence.dropout <= t.DROPOUT:
        return None
    history, inference = evidence.history, evidence.now.loss
    numbers = {"rate": evidence.dropout, "met": history.met, "inference": inference}
    if is_stuck(evidence):
        return RunFinding("dropout_strong", Severity.FAULT, numbers)
    if not evidence.trained:
        return RunFinding("dropout_strong", Severity.NOTE, numbers)
    level = history.met if evidence.kept_best else history.level
    if history.epochs >= t.PATIENCE and inference < t.MET * level:
        return RunFinding("dropout_strong", Severity.WARNING, numbers)
    return None


def oscillation(evidence: Evidence) -> RunFinding | None:
    """The training loss jumps up and down and falls no more."""
    if evidence.dropout or not is_swinging(evidence) or evidence.against_constant_at_end < t.SMALL:
        return None
    history = evidence.history
    return RunFinding(
        "oscillation",
        Severity.WARNING,
        {"changes": history.sign_changes, "swing": history.swing, "eta": evidence.settings.learning_rate},
    )


def learned_by_heart(evidence: Evidence) -> RunFinding | None:
    """The training loss falls, but that on unseen rows is not better than that of a constant answer.

    It is judged by the parameters that the run ended with; of a run that goes on, or that kept parameters from before
    the loss fell, by its epochs.
    """
    history, data = evidence.history, evidence.data
    if history.epochs < t.PATIENCE or not data.constant_loss_validation > 0:
        return None
    if not evidence.against_constant_unseen >= t.BY_HEART:
        return None
    ended = (evidence.against_constant, evidence.against_constant_unseen, "")
    course = (evidence.against_constant_at_end, evidence.best_against_constant, "course")
    for train, best, variant in (ended, course) if evidence.measured_unseen else (course,):
        if best >= t.BY_HEART and train < min(best * t.BY_HEART, t.STUCK):
            numbers = {"best": best, "train": train, "epoch": history.best_epoch, "epochs": history.epochs}
            return RunFinding("learned_by_heart", Severity.FAULT, numbers, (), variant)
    return None


def overfitting(evidence: Evidence) -> RunFinding | None:
    """The validation loss has risen from its best for a while, and the training loss fell on."""
    history = evidence.history
    if history.epochs < t.OVERFIT_EPOCHS or not history.best_epoch:
        return None
    ago = history.epochs - history.best_epoch
    rise = history.validation / history.best_validation if history.best_validation > 0 else math.nan
    fell = history.level < t.LEARNED_ON * history.train_at_best
    if ago < max(5, history.epochs / 10) or not rise > t.OVERFITTED or not fell:
        return None
    kept = evidence.kept_best
    numbers = {"rise": rise, "epoch": history.best_epoch, "best": history.best_validation, "now": history.validation}
    return RunFinding("overfitting", Severity.NOTE if kept else Severity.WARNING, numbers, (), "kept" if kept else "")


def plateau(evidence: Evidence) -> RunFinding | None:
    """A network that has learned next to nothing, and no more or very slowly; linear layers can only learn a line."""
    blocked = any(layer.dead_share == 1.0 for layer in evidence.now.layers)  # a dead layer says it all
    if blocked or not is_stuck(evidence) or not is_flat(evidence):
        return None
    hidden = [layer.activation for layer in evidence.start.layers[:-1]]
    bounded = sum(activation in BOUNDED for activation in hidden)
    share, loss = evidence.against_constant_at_end, evidence.loss_at_end
    numbers = {"share": share, "loss": loss, "constant": evidence.data.constant_loss}
    numbers |= {"epochs": evidence.history.epochs, "bounded": bounded}
    variant = "deep"
    if evidence.dense == 1:
        variant = "linear"
    elif hidden and set(hidden) == {"linear"}:
        variant = "lines"
    elif is_falling(evidence):
        variant = "slow"
    elif bounded > 1 and evidence.settings.optimizer in FIXED_STEPS:
        variant = "steps"
    return RunFinding("plateau", Severity.FAULT, numbers, (), variant)


def few_updates(evidence: Evidence) -> RunFinding | None:
    """Batches so large that an epoch makes hardly an update, and the loss was still falling at the end."""
    history = evidence.history
    many = evidence.updates_per_epoch > t.BATCHES or evidence.data.rows < t.MANY_ROWS
    if many or _is_hopeless(evidence):
        return None
    way = evidence.pull * evidence.updates_per_epoch * history.epochs
    short = has_ended_falling(evidence) and way < t.SHORT_WAY_OF_POOR
    if not short and not is_ending_in_a_fall(evidence):
        return None
    numbers = {"updates": evidence.settings.epochs * evidence.updates_per_epoch, "rows": evidence.data.rows}
    return RunFinding("few_updates", Severity.WARNING, {**numbers, "fall": 1 - history.progress})


def few_epochs(evidence: Evidence) -> RunFinding | None:
    """The epochs were used up while the loss was still falling."""
    if not is_ending_in_a_fall(evidence) or evidence.history.best_epoch not in (0, evidence.history.epochs):
        return None
    return RunFinding(
        "few_epochs", Severity.NOTE, {"epochs": evidence.history.epochs, "gain": evidence.history.end_share}
    )


def dropout_explains(evidence: Evidence) -> RunFinding | None:
    """The training loss is above the validation loss only because it is met with dropout."""
    history, inference = evidence.history, evidence.now.loss
    if not evidence.dropout or not evidence.trained or not history.met > history.met_validation:
        return None
    if not inference < t.MET * history.met:
        return None
    numbers = {"met": history.met, "inference": inference, "validation": history.met_validation}
    return RunFinding("dropout_explains", Severity.NOTE, numbers)
