"""Where a rule applies, and where its silence means something."""

from dataclasses import replace

import pytest

from tests.engine.diagnostics.evidences import evidence
from tests.engine.diagnostics.test_rules import CASES, REGRESSION, found
from tui_ann.engine.diagnostics.judging import judge
from tui_ann.engine.diagnostics.rules import RULES
from tui_ann.engine.diagnostics.scope import APPLIES, NEEDS


def test_what_there_is_none_of_has_not_passed():
    alone = evidence(data={**REGRESSION, "rows": 1, "validation_rows": 0, "constant_loss_validation": float("nan")})
    judgement = judge(alone)
    missing = {"leaked_target", "few_rows", "bad_start", "imbalance", "features_unscaled", "target_unscaled"}
    missing |= {"far_targets", "few_updates", "oscillation", "plateau", "few_epochs", "learning_rate_small"}
    assert {*judgement.unjudged} == missing | {"learned_by_heart", "overfitting", "dropout_explains"}
    assert judgement.findings == ()


ABOUT_ROWS = (
    "learning_rate_small",
    "plateau",
    "features_unscaled",
    "target_unscaled",
    "far_targets",
    "bad_start",
    "imbalance",
    "few_epochs",
)


@pytest.mark.parametrize("name", ABOUT_ROWS)
def test_fewer_rows_than_can_be_compared_are_not_judged(name):
    provoked = CASES[name][0]
    for rows in (1, 3, 4):
        few = replace(provoked, data=replace(provoked.data, rows=rows, validation_rows=0))
        assert (name in found(few)) == (rows == 4), rows


def test_the_start_of_given_weights_is_not_judged():
    given = judge(replace(CASES["bad_start"][0], weights_given=True))
    assert "bad_start" not in {finding.id for finding in given.findings}
    assert "bad_start" in given.unjudged


def test_units_that_are_twins_by_given_weights_are_told():
    assert "twins" in found(replace(CASES["twins"][0], weights_given=True))


def test_a_rule_that_needs_something_is_a_rule():
    assert set(NEEDS) | set(APPLIES) <= {rule.id for rule in RULES}
