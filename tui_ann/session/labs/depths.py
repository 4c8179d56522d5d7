"""The labs of depth and of activations: deep networks against shallow ones, and what lets deep ones learn."""

import math
from collections.abc import Mapping, Sequence

import msgspec

from tui_ann.experiment.proposal import n_parameters
from tui_ann.experiment.settings import LAYER_SETTINGS
from tui_ann.experiment.spec import BatchNormalizationSpec, DenseSpec, Experiment, LayerSpec
from tui_ann.session.labs.comparing import best_in_words
from tui_ann.session.labs.found import PREFIX, ArmFound
from tui_ann.session.labs.lab import (
    Arm,
    Judged,
    LabChoice,
    LabFacts,
    changed,
    hidden_layers,
    layers_text,
    numbers_of,
    refused,
)
from tui_ann.session.labs.rates import to_the_end
from tui_ann.session.labs.timing import SHORT, long_enough, told_apart
from tui_ann.session.labs.words import lab_words, listed
from tui_ann.text import TIME_DIGITS, count, counted, duration, number

LAYERS = "network.layers"
DEPTHS, PARAMETERS, ACTIVATIONS, DEPTH, UNITS = "depths", "parameters", "activations", "depth", "units"
NORMALISED = "+batch_normalization"
VANISHED = 0.01
"""A share of the last layer's gradient below which that of layer 1 counts as vanished."""
_USUAL = 200
_MOST_DEPTH, _MOST_UNITS, _MOST_PARAMETERS = 50, 10_000, 100_000_000
_ARMS = "sigmoid,tanh,relu,leaky_relu,prelu,relu/he_normal,sigmoid+batch_normalization"


def free_start(experiment: Experiment, facts: LabFacts) -> Experiment:
    """Start values are drawn, and every arm is trained for all epochs."""
    return to_the_end(changed(experiment, "network.weights="), facts)


def output_layer(experiment: Experiment) -> LayerSpec:
    """The last layer."""
    return experiment.network.layers[-1]


def units_for(depth: int, parameters: int, facts: LabFacts) -> int:
    """Units of each of `depth` hidden layers, so that the network has as nearly as possible so many parameters.

    Args:
        depth: Hidden layers.
        parameters: Weights and biases in all.
        facts: Gives inputs and outputs.
    """

    def off(units: int) -> int:
        return abs(n_parameters((facts.inputs, *[units] * depth, facts.outputs)) - parameters)

    low, high = 1, _MOST_UNITS
    while high - low > 1:
        middle = (low + high) // 2
        if n_parameters((facts.inputs, *[middle] * depth, facts.outputs)) < parameters:
            low = middle
        else:
            high = middle
    return min((low, high), key=off)


def depth_choices(experiment: Experiment, facts: LabFacts) -> list[LabChoice]:
    """One, two and four hidden layers with as many parameters as the experiment has."""
    widths = [layer.units for layer in hidden_layers(experiment)]
    wanted = n_parameters((facts.inputs, *widths, facts.outputs)) if widths else _USUAL
    return [
        LabChoice(DEPTHS, "1,2,4", "hidden layers", "How many hidden layers the networks have."),
        LabChoice(PARAMETERS, str(wanted), "parameters", "About how many weights and biases each network has."),
        LabChoice(ACTIVATIONS, _activation(experiment, "tanh"), "activation", "That of every hidden layer."),
    ]


def depth_arms(experiment: Experiment, facts: LabFacts, chosen: Mapping[str, str]) -> list[Arm]:
    """An arm for each depth."""
    depths = numbers_of(DEPTHS, chosen[DEPTHS], 1, _MOST_DEPTH, whole=True)
    (wanted,) = numbers_of(PARAMETERS, chosen[PARAMETERS], 1, _MOST_PARAMETERS, whole=True)[:1]
    arms = list[Arm]()
    for depth in map(int, depths):
        units = units_for(depth, int(wanted), facts)
        layer = _hidden(chosen[ACTIVATIONS], units)[0]
        size = n_parameters((facts.inputs, *[units] * depth, facts.outputs))
        name = f"{counted(depth, 'hidden layer')} of {count(units)}, {count(size)} parameters"
        arms.append(Arm(name, {LAYERS: layers_text([*[layer] * depth, output_layer(experiment)])}, place=float(depth)))
    return arms


def judge_depths(arms: Sequence[ArmFound], facts: LabFacts) -> Judged:
    """Which depth is best at equal size, and what depth costs."""
    say = lab_words()["depth"].say
    measure = PREFIX[facts.held_out] + facts.score
    sentences, best = best_in_words(arms, facts, measure)
    costs = [(arm.place or 0.0, arm.mean("µs/update"), arm.mean("seconds")) for arm in arms]
    costs = sorted(cost for cost in costs if math.isfinite(cost[1]))
    if len(costs) > 1:
        (shallow, little, one), (deep, much, other) = costs[0], costs[-1]
        if not long_enough(one, other):
            sentences.append(say("too_short", least=duration(SHORT)))
        elif much > little and told_apart(much, little):
            texts = {"little": number(little, TIME_DIGITS), "much": number(much, TIME_DIGITS)}
            sentences.append(say("cost", shallow=shallow, deep=deep, **texts))
    return Judged(sentences or [say("nothing")], best)


def activation_choices(_: Experiment, __: LabFacts) -> list[LabChoice]:
    """A deep network with each activation, with batch normalisation and with another start."""
    return [
        LabChoice(
            ACTIVATIONS,
            _ARMS,
            "activations",
            "Each with +batch_normalization or with /INITIALIZER, as relu/he_normal, if wanted.",
        ),
        LabChoice(DEPTH, "6", "hidden layers", "How many hidden layers each network has."),
        LabChoice(UNITS, "16", "units", "Units of each hidden layer."),
    ]


def activation_arms(experiment: Experiment, _: LabFacts, chosen: Mapping[str, str]) -> list[Arm]:
    """An arm for each activation."""
    (depth,) = numbers_of(DEPTH, chosen[DEPTH], 1, _MOST_DEPTH, whole=True)[:1]
    (units,) = numbers_of(UNITS, chosen[UNITS], 1, _MOST_UNITS, whole=True)[:1]
    arms = list[Arm]()
    for text in dict.fromkeys(part.strip() for part in chosen[ACTIVATIONS].split(",")):
        layers = [*_hidden(text, int(units)) * int(depth), output_layer(experiment)]
        name = text.replace(NORMALISED, " + batch norm").replace("/", " from ")
        arms.append(Arm(name, {LAYERS: layers_text(layers)}))
    return arms


def judge_activations(arms: Sequence[ArmFound], facts: LabFacts) -> Judged:
    """How much of the gradient reaches layer 1, and what came of it."""
    say, words = lab_words()["activation"].say, dict[str, str]()
    known = [arm for arm in arms if math.isfinite(arm.over(lambda run: run.vanishing).mean)]
    shares = {arm.name: arm.over(lambda run: run.vanishing).mean for arm in known}
    sentences = list[str]()
    if shares:
        ordered = sorted(shares, key=lambda name: shares[name])
        each = listed([f"{name} {number(shares[name], 2)}" for name in ordered])
        sentences.append(say("shares", each=each))
    gone = [arm for arm in known if shares[arm.name] < VANISHED]
    if gone:
        words |= {arm.name: "vanishes" for arm in gone}
        each = listed([arm.name for arm in gone])
        sentences.append(say("vanished", which=each, limit=VANISHED))
        plain = next((arm for arm in gone if arm.name == "sigmoid"), None)
        cures = [arm for arm in known if arm not in gone] if plain else []
        cures = [arm for arm in cures if arm.mean("final loss") < plain.mean("final loss")] if plain else []
        if plain and cures:
            each = listed([f"{arm.name} ({number(arm.mean('final loss'), 3)})" for arm in cures])
            sentences.append(say("cures", which=each, sigmoid=plain.mean("final loss")))
    elif shares:
        sentences.append(say("none_vanished", limit=VANISHED))
    if names := [arm.name for arm in arms if arm.diverged]:
        sentences.append(say("diverged", which=listed(names)))
    return Judged(sentences or [say("nothing")], words)


def _activation(experiment: Experiment, usual: str) -> str:
    known = [layer.activation for layer in hidden_layers(experiment) if layer.activation != "linear"]
    return known[0] if known else usual


def _hidden(text: str, units: int) -> list[LayerSpec]:
    """One hidden layer: `relu`, `relu/he_normal`, `sigmoid+batch_normalization`."""
    activation, _, initializer = text.replace(NORMALISED, "").strip().partition("/")
    settings = LAYER_SETTINGS[DenseSpec.type]
    functions = [name for name in settings["activation"].choices if name != "softmax"]
    if activation not in functions:
        raise refused(ACTIVATIONS, f"found {activation!r}.", f"One of {', '.join(functions)}.")
    if initializer and initializer not in settings["initializer"].choices:
        known = ", ".join(settings["initializer"].choices)
        raise refused(ACTIVATIONS, f"found the initializer {initializer!r}.", f"One of {known}.")
    dense = msgspec.convert(
        {"type": "dense", "units": units, "activation": activation, "initializer": initializer or None}, DenseSpec
    )
    return [dense, BatchNormalizationSpec()] if NORMALISED in text else [dense]
