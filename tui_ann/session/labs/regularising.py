"""The lab of regularisation: the same network with each technique against overfitting."""

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tui_ann.experiment.spec import DenseSpec, DropoutSpec, Experiment, LayerSpec
from tui_ann.session.labs.comparing import PARTS, best_in_words, in_words
from tui_ann.session.labs.depths import LAYERS, free_start
from tui_ann.session.labs.found import PREFIX, ArmFound, ArmSpread, RunFound
from tui_ann.session.labs.lab import Arm, Judged, LabChoice, LabFacts, changed, hidden_layers, layers_text, refused
from tui_ann.session.labs.words import lab_words, listed
from tui_ann.text import number

TECHNIQUES, NONE = "techniques", "none"
_ARMS = "none,l1=0.001,l2=0.01,dropout=0.3,early_stopping=5,noise=0.3,smaller=0.25"
_SHARE = 0.2
_UNITS = 64
OVERFITS = 1.1
"""A network overfits if the loss on other rows is over so many times that on its training rows."""


def overfitting(experiment: Experiment, facts: LabFacts) -> Experiment:
    """The network without anything against overfitting; rows that validate; a hidden layer, if there is none."""
    experiment = free_start(experiment, facts)
    sets = ["training.l1=0", "training.l2=0", "data.noise=0"]
    if not facts.validated:
        sets.append(f"data.validation_split={_SHARE}")
    layers = [_bare(layer) for layer in experiment.network.layers if not isinstance(layer, DropoutSpec)]
    if not hidden_layers(experiment):
        layers.insert(len(layers) - 1, DenseSpec(units=_UNITS, activation="relu"))
    return changed(experiment, *sets, f"{LAYERS}={layers_text(layers)}")


def technique_choices(_: Experiment, __: LabFacts) -> list[LabChoice]:
    """Every technique of the lecture."""
    what = "none, l1=λ, l2=λ, dropout=share, early_stopping=patience, noise=σ, smaller=share of the units."
    return [LabChoice(TECHNIQUES, _ARMS, "techniques", what)]


def technique_arms(experiment: Experiment, facts: LabFacts, chosen: Mapping[str, str]) -> list[Arm]:
    """An arm for each technique."""
    if facts.held_out == "train":
        remedy = "Use a table of more rows."
        raise refused("data.validation_split", "there are too few rows to validate on some of them.", remedy)
    return [
        Arm(text.replace("=", " "), _changes(experiment, text))
        for text in dict.fromkeys(part.strip() for part in chosen[TECHNIQUES].split(","))
    ]


def _changes(experiment: Experiment, text: str) -> dict[str, str]:
    name, equals, value = (part.strip() for part in text.partition("="))
    try:
        amount = float(value) if equals else math.nan
    except ValueError:
        amount = math.nan
    share, layers = 0 < amount < 1, experiment.network.layers
    match name:
        case "none" if not equals:
            return {}
        case "l1" | "l2" if amount > 0:
            return {f"training.{name}": value}
        case "noise" if amount > 0:
            return {"data.noise": value}
        case "dropout" if share:
            return {LAYERS: layers_text(list(_dropped(layers, amount)))}
        case "early_stopping" if amount >= 0 and amount.is_integer():
            return {"training.early_stopping": f"{{patience = {int(amount)}, restore_best_weights = true}}"}
        case "smaller" if share:
            return {LAYERS: layers_text([*(_smaller(layer, amount) for layer in layers[:-1]), layers[-1]])}
    raise refused(TECHNIQUES, f"found {text!r}.", f"Write a list such as {_ARMS}.")


def _bare(layer: LayerSpec) -> LayerSpec:
    return msgspec.structs.replace(layer, l1=None, l2=None) if isinstance(layer, DenseSpec) else layer


def _dropped(layers: Sequence[LayerSpec], rate: float) -> Iterable[LayerSpec]:
    for layer in layers[:-1]:
        yield layer
        if isinstance(layer, DenseSpec):
            yield DropoutSpec(rate=rate)
    yield layers[-1]


def _smaller(layer: LayerSpec, share: float) -> LayerSpec:
    if not isinstance(layer, DenseSpec):
        return layer
    return msgspec.structs.replace(layer, units=max(1, round(share * layer.units)))


def _narrower(arm: ArmFound, plain: ArmFound, held: str) -> bool:
    """Whether the gap of a technique is narrower than that of the plain network, seed by seed: by over its spread."""
    starts = {run.run.repeat: _gap(run, held) for run in plain.usable}
    change = ArmSpread.of([_gap(run, held) - starts.get(run.run.repeat, math.nan) for run in arm.usable])
    return change.mean < -(change.std if change.n > 1 else 0.0)


def _gap(run: RunFound, held: str) -> float:
    return run.figure(held, "loss") - run.figure("train", "loss")


def judge_techniques(arms: Sequence[ArmFound], facts: LabFacts) -> Judged:
    """How far the plain network overfits, which technique narrows the gap, and which is best on other rows."""
    say = lab_words()["regularisation"].say
    held = facts.held_out
    gaps = {arm.name: arm.over(lambda run: _gap(run, held)) for arm in arms}
    plain, sentences = next((arm for arm in arms if arm.name == NONE), None), list[str]()
    if plain is not None and math.isfinite(gaps[NONE].mean):
        train, other = plain.mean("loss"), plain.mean(f"{PREFIX[held]}loss")
        overfits = other > OVERFITS * train
        numbers = {"train": train, "held": other, "gap": gaps[NONE].mean}
        sentences.append(say("overfits" if overfits else "hardly", part=PARTS[held], **numbers))
        if overfits:
            narrower = sorted((arm for arm in arms if _narrower(arm, plain, held)), key=lambda arm: gaps[arm.name].mean)
            each = listed([f"{arm.name} ({number(gaps[arm.name].mean, 2)})" for arm in narrower])
            sentences.append(say("narrow", each=each) if narrower else say("none_narrow"))
    measure = f"{PREFIX[held]}loss"
    best, words = best_in_words(arms, facts, measure)
    if plain is not None and math.isfinite(plain.mean(measure)):
        worse = [
            f"{arm.name} ({in_words(arm.spread(measure))})"
            for arm in arms
            if arm.mean(measure) > plain.mean(measure) and arm.spread(measure).apart(plain.spread(measure))
        ]
        if worse:
            best.append(say("worse", which=listed(worse)))
    return Judged([*sentences, *best], words)
