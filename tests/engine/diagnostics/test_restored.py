"""Runs that kept the parameters of an earlier epoch: every figure is of them, or is said to be of the epochs."""

from dataclasses import replace
from typing import Any

import pytest

from tests.engine.diagnostics.evidences import evidence
from tests.engine.diagnostics.test_rules import CASES, found
from tui_ann.engine.diagnostics.evidence import Evidence
from tui_ann.engine.diagnostics.finding import Severity
from tui_ann.engine.stopping import Status

AT_END = ("last", "level", "validation", "validation_last")
"""What a history says of its end, if the run kept the parameters of an earlier epoch."""
AS_KEPT = ("met", "met_validation")
"""What it says of the epoch that was kept; `NowFacts` are of the same parameters, but for the last change."""
RESTORED: dict[str, Any] = {"status": Status.EARLY_STOPPED, "kept_best": True}


def scaled(facts: Any, *names: str, factor: float = 1.0001) -> Any:
    return replace(facts, **{name: getattr(facts, name) * factor for name in names})


def moved(before: Evidence, after: Evidence) -> dict[str, set[str]]:
    """The numbers of each finding that differ."""
    others = found(after)
    return {
        name: {key for key, value in finding.numbers.items() if value != others[name].numbers[key]}
        for name, finding in found(before).items()
        if name in others and others[name].variant == finding.variant
    }


@pytest.mark.parametrize("fell", [1.0, 0.1, 2.0])
@pytest.mark.parametrize("name", CASES)
def test_a_finding_of_a_restored_run_has_figures_of_one_moment(name, fell):
    """A finding said the training loss of the last epoch next to the validation loss of the weights kept."""
    provoked = CASES[name][0]
    known = replace(provoked, **RESTORED, history=scaled(provoked.history, *AT_END, factor=fell))
    end = moved(known, replace(known, history=scaled(known.history, *AT_END)))
    layers = tuple(scaled(layer, "weights", "slope", "saturated") for layer in known.now.layers)
    losses = ("loss", "loss_validation", "loss_test", "accuracy", "majority", "largest_weight")
    now = replace(scaled(known.now, *losses), layers=layers)
    kept = moved(known, replace(known, now=now, history=scaled(known.history, *AS_KEPT)))
    assert not {each for each in end if end[each] and kept.get(each)}


def test_a_restored_run_learns_by_heart_by_its_weights_or_by_its_epochs():
    """Weights from before the training loss fell are no excuse: the epochs say what the network does."""
    unseen = {"best_validation": 0.69, "level": 0.007, "met": 0.42}
    weights = evidence(now={"loss": 0.42, "loss_validation": 0.84}, history=unseen, **RESTORED)
    told = found(weights)["learned_by_heart"]
    assert (told.variant, told.numbers["train"], told.numbers["best"]) == ("", pytest.approx(0.6), pytest.approx(1.2))
    early = evidence(now={"loss": 0.68, "loss_validation": 0.7}, history=unseen, **RESTORED)
    told = found(early)["learned_by_heart"]
    assert (told.variant, told.numbers["train"]) == ("course", pytest.approx(0.01))
    assert told.numbers["best"] == pytest.approx(0.69 / 0.7)
    assert "plateau" not in found(early), "its loss has fallen, whatever was kept"
    going = found(evidence(history={"best_validation": 0.66}, status=None))["learned_by_heart"]
    assert going.variant == "course"


def test_of_a_diverged_run_that_kept_its_best_epoch_no_weight_is_told():
    known = evidence(status=Status.DIVERGED, kept_best=True, history={"last": float("inf")})
    assert (found(known)["diverged"].variant, "weight" in found(known)["diverged"].numbers) == ("kept", False)


def test_overfitting_with_the_best_weights_kept_is_a_note():
    history = {"best_epoch": 60, "validation": 0.16, "train_at_best": 0.2}
    finding = found(evidence(history=history, status=Status.EARLY_STOPPED, kept_best=True))["overfitting"]
    assert (finding.severity, finding.variant) == (Severity.NOTE, "kept")
