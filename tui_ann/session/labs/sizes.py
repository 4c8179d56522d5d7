"""The lab of data size: networks of several sizes on growing shares of the training rows, with the same test rows.

Rows that a run does not train on validate: a smaller `data.validation_split` is a larger training part, and the test
part stays.  So every run can be made again from its experiment file alone.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec

from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.session.labs.comparing import figure_name, in_words
from tui_ann.session.labs.depths import LAYERS, free_start
from tui_ann.session.labs.found import ArmFound
from tui_ann.session.labs.lab import (
    EPOCHS,
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
from tui_ann.session.labs.words import lab_words
from tui_ann.text import counted

SIZES, SHARES = "units", "shares"
_SIZES, _SHARES = "4,16,64", "0.1,0.2,0.4,0.7,1"
_TEST, _MOST_UNITS = 0.2, 100_000


def with_test_rows(experiment: Experiment, facts: LabFacts) -> Experiment:
    """Rows to test on, and no folds: a share of the other rows is trained on."""
    experiment = free_start(experiment, facts)
    sets = ["data.folds=", "data.fold="]
    if not facts.tested:
        sets.append(f"data.test_split={_TEST}")
    return changed(experiment, *sets)


def size_choices(_: Experiment, __: LabFacts) -> list[LabChoice]:
    """Small, medium and large networks, and growing shares."""
    return [
        LabChoice(SIZES, _SIZES, "units", "Units of each hidden layer: a small, a medium and a large network."),
        LabChoice(SHARES, _SHARES, "shares of rows", "Shares of the training rows."),
    ]


def size_arms(experiment: Experiment, facts: LabFacts, chosen: Mapping[str, str]) -> list[Arm]:
    """An arm for each size and share; each makes about as many updates as training on all rows."""
    if not facts.tested:
        raise refused("data.test_split", "there are too few rows to test on some of them.", "Use a table of more rows.")
    usual = experiment.data.validation_split
    arms = list[Arm]()
    for units in map(int, numbers_of(SIZES, chosen[SIZES], 1, _MOST_UNITS, whole=True)):
        layers = layers_text(_sized(experiment, units))
        for share in sorted(numbers_of(SHARES, chosen[SHARES], 1e-6, 1)):
            # One part in 10¹² more, so that rounding never gives one row less than the share.
            left = max(0.0, 1 - (1 - usual) * share * (1 + 1e-12))
            changes = {
                LAYERS: layers,
                "data.validation_split": repr(usual if share == 1 else left),
                EPOCHS: str(round(experiment.training.epochs / share)),
            }
            name = f"{counted(units, 'unit')}, {share:.12g} of the rows"
            arms.append(
                Arm(name, changes, group=counted(units, "unit"), place=float(max(1, round(facts.rows * share))))
            )
    return arms


def _sized(experiment: Experiment, units: int) -> list[DenseSpec]:
    """The dense layers of the experiment, at least one of them hidden, with so many units."""
    hidden = hidden_layers(experiment) or [DenseSpec(units=units, activation="relu")]
    last = experiment.network.layers[-1]
    assert isinstance(last, DenseSpec)
    return [*(msgspec.structs.replace(layer, units=units) for layer in hidden), last]


def judge_sizes(arms: Sequence[ArmFound], facts: LabFacts) -> Judged:
    """Whether the score grows with the rows, and whether it grows more for larger networks."""
    say = lab_words()["data-size"].say
    measure = f"test_{facts.score}"
    curves: dict[str, list[ArmFound]] = {}
    for arm in arms:
        if math.isfinite(arm.mean(measure)) and not arm.diverged:
            curves.setdefault(arm.group, []).append(arm)
    curves = {group: sorted(each, key=lambda arm: arm.place or 0.0) for group, each in curves.items() if len(each) > 1}
    if not curves:
        return Judged([say("nothing")])
    sentences, gains = list[str](), dict[str, float]()
    figure = figure_name(measure, facts)
    grows = True
    for group, each in curves.items():
        few, many = each[0], each[-1]
        one, other = few.spread(measure), many.spread(measure)
        gains[group] = other.mean - one.mean
        grows &= gains[group] > 0 and (one.apart(other) or one.n < 2 or other.n < 2)
        places = {"few": few.place or 0.0, "many": many.place or 0.0}
        sentences.append(say("curve", group=group, figure=figure, one=in_words(one), other=in_words(other), **places))
    sentences.append(say("grows" if grows else "not_grows", figure=figure))
    if len(curves) > 1:
        small, large = next(iter(curves)), next(reversed(curves))
        # Uncertainty of a difference of two means over as many runs.
        error = math.hypot(*(_error(curves[group], measure) for group in (small, large)))
        more, values = gains[large] - gains[small], {"large": large, "small": small}
        numbers = {"gain": gains[large], "other": gains[small]}
        which = "unclear" if abs(more) <= error else "larger_more" if more > 0 else "larger_not_more"
        sentences.append(say(which, **values, **numbers))
    return Judged(sentences)


def _error(arms: Sequence[ArmFound], measure: str) -> float:
    """The standard deviation of a gain, 0 where single runs do not tell it."""
    deviations = [arms[0].spread(measure).std, arms[-1].spread(measure).std]
    return math.hypot(*(value for value in deviations if math.isfinite(value)))
