"""What evidence says of success: on which rows, of which parameters."""

import math

import pytest

from tests.engine.diagnostics.evidences import evidence, stuck, untrained


def test_unseen_rows_are_those_of_validation_and_test_at_the_end():
    parts = {"test_rows": 120, "constant_loss_test": 0.7}
    ended = evidence(data=parts, now={"loss_validation": 0.35, "loss_test": 0.7})
    assert ended.against_constant_unseen == pytest.approx((40 * 0.35 + 120 * 0.7) / (160 * 0.7))
    training = evidence(data=parts, now={"loss_validation": 0.35}, history={"best_validation": 0.07}, status=None)
    assert training.against_constant_unseen == pytest.approx(0.1)
    none = evidence(data={"constant_loss_validation": math.nan}, now={"loss_validation": math.nan})
    assert math.isnan(none.against_constant_unseen)


def test_only_parameters_that_beat_start_and_constant_are_proven():
    assert evidence().proven
    assert not stuck().proven
    assert not untrained().proven
    assert not evidence(now={"loss": 0.69}).proven, "the parameters kept count, not the last epochs"
    unmeasured = {"now": {"loss": math.nan, "loss_validation": math.nan}, "history": {"met": 0.69}}
    assert evidence(**unmeasured).proven
    assert not evidence(**unmeasured, kept_best=True).proven, "nor the last epochs of a network too large to measure"
    assert not evidence(start={"loss": 0.05}).proven, "it began better"
    assert not evidence(now={"loss_validation": 0.69}).proven, "nothing carries over"
    assert not evidence(data={"constant_loss": 0.0}).proven, "one row says nothing"
