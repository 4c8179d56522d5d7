"""The labs of the learning rate and of the update rule."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from tui_ann.experiment.keys import get
from tui_ann.experiment.spec import Experiment
from tui_ann.session.labs.found import MEASURES, ArmFound
from tui_ann.session.labs.lab import Arm, Judged, LabChoice, LabFacts, changed, values_of
from tui_ann.session.labs.words import are, lab_words, listed
from tui_ann.text import number

RATE, RULE = "training.learning_rate", "training.optimizer"
FULL = 0.95
"""The share of the best progress from which a learning rate counts as good."""
_FACTORS = (0.01, 0.1, 1, 10, 100, 1000)
_RULES = "sgd,momentum,nesterov,rmsprop,adagrad,adam"

GOOD, SMALL, LARGE, DIVERGED = "good", "too small", "too large", "diverges"


def to_the_end(experiment: Experiment, _: LabFacts) -> Experiment:
    """Every arm is trained for all epochs."""
    return changed(experiment, "training.early_stopping=false", "training.tolerance=0", "training.gradient_tolerance=0")


def rate_choices(experiment: Experiment, _: LabFacts) -> list[LabChoice]:
    """Rates around that of the experiment."""
    eta = experiment.training.learning_rate
    # Without an exponent, because they name the arms.
    text = ",".join(f"{Decimal(f'{eta * factor:.6g}'):f}" for factor in _FACTORS)
    return [LabChoice(RATE, text, "learning rates η", "The step sizes that are compared.")]


def rate_arms(experiment: Experiment, _: LabFacts, chosen: Mapping[str, str]) -> list[Arm]:
    """An arm for each rate."""
    return [Arm(f"η {text}", {RATE: text}, place=eta) for eta, text in _rates(experiment, chosen[RATE])]


def _rates(experiment: Experiment, chosen: str) -> list[tuple[float, str]]:
    """Learning rates and their texts, in rising order."""
    texts = values_of(experiment, RATE, chosen)
    return sorted((float(get(changed(experiment, f"{RATE}={text}"), RATE)), text) for text in texts)


def judge_rates(arms: Sequence[ArmFound], _: LabFacts) -> Judged:
    """Name each rate: its progress is how far the training loss fell, as a share of the best."""
    words, say = dict[str, str](), lab_words()["learning-rate"].say
    useful = [arm for arm in arms if math.isfinite(arm.mean("final loss")) and not arm.diverged]
    if not useful:
        names = [arm.name for arm in arms if arm.diverged]
        if not names:
            return Judged([say("nothing")])
        return Judged([say("all_diverge", which=listed(names))], dict.fromkeys(names, DIVERGED))
    losses = {arm.name: arm.mean("final loss") for arm in useful}
    best = min(useful, key=lambda arm: losses[arm.name])
    start = useful[0].over(lambda run: float(run.loss[0])).mean  # of the smallest rate, which hardly moves in an epoch
    fall = start - losses[best.name]
    for arm in arms:
        smaller = (arm.place or 0.0) < (best.place or 0.0)
        if arm.name not in losses:
            if arm.diverged:
                words[arm.name] = DIVERGED
        elif fall > 0 and start - losses[arm.name] >= FULL * fall:
            words[arm.name] = GOOD
        elif losses[arm.name] > start and not smaller:
            words[arm.name] = DIVERGED
        else:
            words[arm.name] = SMALL if smaller else LARGE
    if fall <= 0:
        return Judged([say("none_learns", loss=start)], {name: w for name, w in words.items() if w == DIVERGED})

    def named(word: str) -> list[str]:
        return [arm.name for arm in arms if words.get(arm.name) == word]

    sentences = [say("good", best=best.name, loss=losses[best.name], start=start, epochs=best.mean("epochs"))]
    if also := [name for name in named(GOOD) if name != best.name]:
        sentences.append(say("also", which=listed(also), are=are(also), share=FULL))
    for word, sentence in ((SMALL, "small"), (LARGE, "large")):
        if names := named(word):
            ended = listed([number(losses[name], 3) for name in names])
            sentences.append(say(sentence, which=listed(names), are=are(names), losses=ended))
    if names := named(DIVERGED):
        sentences.append(say("diverges", which=listed(names), verb="diverges" if len(names) == 1 else "diverge"))
    else:
        sentences.append(say("none_diverges"))
    return Judged(sentences, words)


def rule_choices(experiment: Experiment, _: LabFacts) -> list[LabChoice]:
    """All update rules, each with several rates, because each needs its own."""
    return [
        LabChoice(RULE, _RULES, "update rules", "The update rules that are compared."),
        LabChoice(RATE, "0.001,0.01,0.1", "learning rates η", "Each update rule is tried with each."),
    ]


def rule_arms(experiment: Experiment, _: LabFacts, chosen: Mapping[str, str]) -> list[Arm]:
    """An arm for each rule and rate."""
    return [
        Arm(f"{rule} η {text}", {RULE: rule, RATE: text}, group=rule, place=eta)
        for rule in values_of(experiment, RULE, chosen[RULE])
        for eta, text in _rates(experiment, chosen[RATE])
    ]


def judge_rules(arms: Sequence[ArmFound], _: LabFacts) -> Judged:
    """The best rate of each rule, and how many epochs each rule then needs to the same loss."""
    say, best = lab_words()["optimiser"].say, dict[str, ArmFound]()
    for arm in arms:
        loss = arm.mean("final loss")
        if not arm.diverged and math.isfinite(loss):
            known = best.get(arm.group)
            if known is None or loss < known.mean("final loss"):
                best[arm.group] = arm
    if not best:
        return Judged([say("nothing")])
    ranked = sorted(best.values(), key=lambda arm: arm.mean("final loss"))
    each = listed([f"{arm.name} ({number(arm.mean('final loss'), 3)})" for arm in ranked])
    sentences = [say("each", each=each)]
    if len(ranked) > 1:
        goal = max(MEASURES["best loss"](run) for arm in ranked for run in arm.usable)
        epochs = {arm.name: arm.over(lambda run: run.reached(goal) or math.nan) for arm in ranked}
        if all(epochs[arm.name].n == len(arm.usable) for arm in ranked):
            order = sorted(ranked, key=lambda arm: epochs[arm.name].mean)
            reached = listed([f"{arm.name} {number(epochs[arm.name].mean, 3)}" for arm in order])
            sentences.append(say("reached", goal=goal, reached=reached))
    diverged = [arm.name for arm in arms if arm.diverged]
    if diverged:
        sentences.append(say("diverged", which=listed(diverged)))
    if all(len(arm.usable) < 2 for arm in ranked):
        sentences.append(say("single"))
    return Judged(sentences, {arm.name: "best η" for arm in ranked})
