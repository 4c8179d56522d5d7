"""The best epoch by one monitored value, as Keras counts it."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.engine.best_epoch import BestEpoch

quick = settings(max_examples=60, deadline=None)


def observe(best: BestEpoch, values: list[float]) -> list[bool]:
    return [best.observe(epoch, {best.monitor: value}) for epoch, value in enumerate(values, start=1)]


def test_best_epoch_falling_values() -> None:
    best = BestEpoch("val_loss", 0.1)
    assert observe(best, [1.0, 0.95, 0.89, 0.8, 0.5]) == [True, False, True, False, True]
    assert (best.best, best.epoch, best.waited) == (0.5, 5, 0)


def test_best_epoch_rising_values() -> None:
    best = BestEpoch("val_accuracy", -0.1)  # the sign of min_delta does not matter, as in Keras
    assert observe(best, [0.5, 0.6, 0.7, 0.65]) == [True, False, True, False]
    assert (best.epoch, best.waited) == (3, 1)


def test_best_epoch_allows_values_that_are_not_finite_or_missing() -> None:
    best = BestEpoch("val_loss")
    assert observe(best, [math.nan, math.inf, 2.0, math.nan, math.inf, 1.0]) == [True, False, True, False, False, True]
    best = BestEpoch("val_auc")
    assert best.observe(1, {})
    assert best.epoch == 1
    assert best.observe(2, {"val_auc": 0.1})


@quick
@given(st.lists(st.floats(-10, 10) | st.just(math.nan), min_size=1), st.sampled_from(["loss", "accuracy"]))
def test_without_min_delta_it_is_the_first_best_value(values: list[float], monitor: str) -> None:
    best = BestEpoch(monitor)
    observe(best, values)
    sign = 1 if monitor == "accuracy" else -1
    known = [(sign * value, -epoch) for epoch, value in enumerate(values, start=1) if not math.isnan(value)]
    expected = -max(known)[1] if known else 1
    assert best.epoch == expected
    assert best.waited == (len(values) - expected if known else len(values))
    again = BestEpoch(monitor)
    again.state = best.state
    assert again.state == best.state
