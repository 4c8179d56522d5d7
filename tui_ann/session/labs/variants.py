"""The lab of the variants of gradient descent: batch, mini-batch and stochastic, in epochs, updates and seconds."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from tui_ann.experiment.spec import Experiment
from tui_ann.session.labs.found import ArmFound, ArmSpread, RunFound
from tui_ann.session.labs.lab import Arm, Judged, LabChoice, LabFacts, changed, values_of
from tui_ann.session.labs.rates import RATE, to_the_end
from tui_ann.session.labs.timing import SHORT, long_enough, told_apart
from tui_ann.session.labs.words import lab_words, listed
from tui_ann.text import TIME_DIGITS, duration, number

VARIANT, SIZE = "training.variant", "training.batch_size"


def plain_descent(experiment: Experiment, facts: LabFacts) -> Experiment:
    """Plain gradient descent, of which the lecture speaks."""
    if experiment.training.optimizer != "sgd":
        experiment = changed(experiment, "training.optimizer=sgd", f"{RATE}=0.05")
    return to_the_end(experiment, facts)


def variant_choices(experiment: Experiment, facts: LabFacts) -> list[LabChoice]:
    """All variants with one step size."""
    size = experiment.training.batch_size
    size = size if 1 < size <= facts.rows // 2 else max(2, min(10, facts.rows // 2))
    return [
        LabChoice(VARIANT, "batch,mini-batch,stochastic", "variants", "The variants that are compared."),
        LabChoice(SIZE, str(size), "batch size", "Examples of an update in mini-batch descent."),
        LabChoice(RATE, f"{experiment.training.learning_rate:g}", "learning rate η", "The same for all variants."),
    ]


def variant_arms(experiment: Experiment, _: LabFacts, chosen: Mapping[str, str]) -> list[Arm]:
    """An arm for each variant, for mini-batches one for each size."""
    arms = list[Arm]()
    for rate in values_of(experiment, RATE, chosen[RATE]):
        for variant in values_of(experiment, VARIANT, chosen[VARIANT]):
            several = variant == "mini-batch"
            for size in values_of(experiment, SIZE, chosen[SIZE]) if several else [""]:
                changes = {VARIANT: variant, RATE: rate} | ({SIZE: size} if several else {})
                arms.append(Arm(f"{variant} {size}".strip(), changes))
    if len({arm.name for arm in arms}) < len(arms):
        arms = [Arm(f"{arm.name} η {arm.changes[RATE]}", arm.changes) for arm in arms]
    return arms


def judge_variants(arms: Sequence[ArmFound], _: LabFacts) -> Judged:
    """What each variant needs to reach the loss that all of them reach."""
    say = lab_words()["variant"].say
    useful = [arm for arm in arms if arm.usable and not arm.diverged and math.isfinite(arm.mean("best loss"))]
    sentences = list[str]()
    if len(useful) > 1:
        goal = max(float(np.nanmin(run.loss)) for arm in useful for run in arm.usable)
        needs = {arm.name: _needs(arm, goal) for arm in useful}
        each = "; ".join(f"{name}: {_in_words(need)}" for name, need in needs.items())
        sentences.append(say("needs", goal=goal, each=each))
        sentences += _claims(useful, needs)
    if names := [arm.name for arm in arms if arm.diverged]:
        sentences.append(say("diverged", which=listed(names)))
    return Judged(sentences or [say("nothing")])


_Needs = tuple[float, float, float]


def _needs(arm: ArmFound, goal: float) -> _Needs:
    """Epochs, updates and seconds to a loss that every run reaches; means over the runs."""

    def at(values: str) -> ArmSpread:
        def value(run: RunFound) -> float:
            epoch = run.reached(goal)
            if epoch is None:
                return math.nan
            return {"updates": run.updates, "seconds": run.seconds}[values][epoch - 1] if values else epoch

        return arm.over(value)

    return at("").mean, at("updates").mean, at("seconds").mean


def _in_words(need: _Needs) -> str:
    epochs, updates, seconds = need
    noun = "epoch" if epochs == 1 else "epochs"
    return f"{number(epochs, 4)} {noun} ({number(updates, 6)} updates, {_time(seconds)})"


def _time(seconds: float) -> str:
    return f"{number(1e3 * seconds, TIME_DIGITS)} ms" if seconds < 1 else duration(seconds)


def _claims(arms: Sequence[ArmFound], needs: Mapping[str, _Needs]) -> list[str]:
    """What the lecture claims of stochastic against batch descent, against what was measured."""
    say = lab_words()["variant"].say
    by_variant = {arm.changes[VARIANT].strip("\"'"): arm for arm in arms}
    batch, single = by_variant.get("batch"), by_variant.get("stochastic")
    if batch is None or single is None:
        return []
    (epochs, updates, seconds), (more_epochs, fewer, less) = needs[single.name], needs[batch.name]
    sentences = []
    if epochs < more_epochs and updates > fewer:
        sentences.append(say("fewer_epochs", epochs=epochs, batch=more_epochs, updates=updates, fewer=fewer))
    elif epochs < more_epochs:
        sentences.append(say("fewer_both", epochs=epochs, batch=more_epochs, updates=updates, fewer=fewer))
    else:
        sentences.append(say("not_fewer", epochs=epochs, batch=more_epochs))
    return sentences + _times_in_words(single, batch, seconds, less)


def _times_in_words(single: ArmFound, batch: ArmFound, seconds: float, less: float) -> list[str]:
    """What an epoch of stochastic descent costs, and whether it uses less time to the same loss than batch descent."""
    say, sentences = lab_words()["variant"].say, []
    pace, batch_pace = single.mean("ms/epoch"), batch.mean("ms/epoch")
    known = long_enough(single.mean("seconds"), batch.mean("seconds")) and batch_pace > 0
    if known and pace > batch_pace and told_apart(pace, batch_pace):
        texts = {"pace": pace, "batch": batch_pace, "times": pace / batch_pace}
        sentences.append(say("epoch_longer", **{name: number(value, TIME_DIGITS) for name, value in texts.items()}))
    if not long_enough(seconds, less):
        return [*sentences, say("too_short", least=duration(SHORT))]
    which = "alike" if not told_apart(seconds, less) else "slower" if seconds > less else "faster"
    return [*sentences, say(which, seconds=_time(seconds), batch=_time(less))]
