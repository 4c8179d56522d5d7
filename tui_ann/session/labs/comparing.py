"""Which arm is best, and whether it can be told apart from the others."""

import math
from collections.abc import Sequence

from tui_ann.engine.stopping import higher_is_better
from tui_ann.session.labs.found import ArmFound, ArmSpread
from tui_ann.session.labs.lab import LabFacts
from tui_ann.session.labs.words import are, lab_words, listed
from tui_ann.text import number

NAMES = {"accuracy": "accuracy", "r2": "R²", "loss": "loss"}
PARTS = {"train": "training", "validation": "validation", "test": "test"}


def figure_name(measure: str, facts: LabFacts) -> str:
    """`accuracy on the test rows`."""
    bare = measure.removeprefix("val_").removeprefix("test_")
    return f"{NAMES[bare]} on the {PARTS[facts.held_out]} rows"


def in_words(spread: ArmSpread) -> str:
    """`0.91 ± 0.02`, or a single value."""
    return number(spread.mean, 3) if math.isnan(spread.std) else f"{number(spread.mean, 3)} ± {number(spread.std, 2)}"


def ranking(arms: Sequence[ArmFound], measure: str) -> list[ArmFound]:
    """The arms that have a value, the best first."""
    sign = -1.0 if higher_is_better(measure.removeprefix("test_")) else 1.0
    known = [arm for arm in arms if math.isfinite(arm.mean(measure))]
    return sorted(known, key=lambda arm: sign * arm.mean(measure))


def best_in_words(arms: Sequence[ArmFound], facts: LabFacts, measure: str) -> tuple[list[str], dict[str, str]]:
    """Which arm is best, whether others cannot be told apart from it, and a word on it by its name."""
    say, ranked = lab_words()["common"].say, ranking(arms, measure)
    sentences, words = list[str](), dict[str, str]()
    if ranked:
        best = ranked[0]
        top = best.spread(measure)
        words[best.name] = "best"
        sentences.append(say("best", best=best.name, figure=figure_name(measure, facts), value=in_words(top)))
        others = ranked[1:]
        if others and all(arm.spread(measure).n > 1 for arm in ranked):
            same = [arm.name for arm in others if not top.apart(arm.spread(measure))]
            if same:
                sentences.append(say("not_apart", which=listed(same), are=are(same), n=float(top.n)))
                words |= dict.fromkeys(same, "not told apart")
            else:
                second = others[0]
                sentences.append(say("apart", second=second.name, value=in_words(second.spread(measure))))
        elif others:
            sentences.append(say("single"))
    if names := [arm.name for arm in arms if arm.diverged]:
        sentences.append(say("diverged", which=listed(names)))
        words |= dict.fromkeys(names, "diverged")
    return sentences, words
