"""The lab of luck: the same experiment from other start values and in other orders."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from tui_ann.experiment.spec import Experiment
from tui_ann.session.labs.comparing import figure_name
from tui_ann.session.labs.found import PREFIX, ArmFound
from tui_ann.session.labs.lab import Arm, Judged, LabChoice, LabFacts, changed
from tui_ann.session.labs.words import lab_words


def drawn(experiment: Experiment, _: LabFacts) -> Experiment:
    """Start values are drawn."""
    return changed(experiment, "network.weights=")


def no_choices(_: Experiment, __: LabFacts) -> list[LabChoice]:
    """Only what every lab has."""
    return []


def one_arm(experiment: Experiment, _: LabFacts, __: Mapping[str, str]) -> list[Arm]:
    """The experiment itself."""
    return [Arm("the experiment", {})]


def judge_luck(arms: Sequence[ArmFound], facts: LabFacts) -> Judged:
    """The median and the spread over the seeds."""
    say = lab_words()["luck"].say
    (arm,) = arms
    measure = PREFIX[facts.held_out] + facts.score
    values = [run.figure(facts.held_out, facts.score) for run in arm.usable]
    values = sorted(value for value in values if math.isfinite(value))
    sentences = list[str]()
    if values:
        low, middle, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
        numbers = {"n": float(len(values)), "least": values[0], "most": values[-1], "median": middle}
        same = values[0] == values[-1] and len(values) > 1
        which = "same" if same else "half" if low == high != values[-1] else "spread"
        sentences.append(say(which, figure=figure_name(measure, facts), low=low, high=high, **numbers))
        if len(values) > 1 and not same:
            sentences.append(say("differ", range=values[-1] - values[0]))
    if diverged := sum(run.diverged for run in arm.runs):
        sentences.append(say("diverged", runs=float(diverged), n=float(len(arm.runs))))
    return Judged(sentences or [say("nothing")])
