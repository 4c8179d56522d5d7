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


@pytest.mark.parametrize("name", ["bad_start", "twins"])
def test_start_weights_that_were_given_are_not_judged(name):
    given = judge(replace(CASES[name][0], weights_given=True))
    assert name not in {finding.id for finding in given.findings}
    assert name in given.unjudged


def test_a_rule_that_needs_something_is_a_rule():
    assert set(NEEDS) | set(APPLIES) <= {rule.id for rule in RULES}
