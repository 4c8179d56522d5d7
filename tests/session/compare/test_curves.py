"""Curves of runs as arrays: what they read, how they are smoothed and thinned, and that nothing is computed twice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tui_ann.engine.epoch_records import EpochRecord, EpochRecords
from tui_ann.engine.history import History
from tui_ann.session.compare.curves import CurveStore, WantedCurve, curve_of, update_at
from tui_ann.session.compare.quantities import BATCH_LOSS, GRADIENT_NORM, LOSS, AlongAxis, norm_of, quantities_of
from tui_ann.session.compare.smoothing import smoothed
from tui_ann.session.compare.thinning import thinned

VALUES = st.floats(allow_nan=True, allow_infinity=True, width=32)


def history(epochs: int = 4, per_epoch: int = 3) -> History:
    made = History()
    for epoch in range(1, epochs + 1):
        made.epochs.append(
            EpochRecord(
                epoch=epoch,
                values={"loss": 1 / epoch, "accuracy": 1 - 1 / epoch, "val_loss": 2 / epoch, "val_accuracy": 0.5},
                penalty=0.0,
                learning_rate=0.1,
                gradient_norm=epoch * 5.0,
                gradient_norms={"W1": epoch * 3.0, "b1": epoch * 4.0},
                examples=epoch * 30,
                updates=epoch * per_epoch,
                seconds=epoch / 2,
            )
        )
    made.append_losses(np.arange(1.0, epochs * per_epoch + 2))
    return made


class TestQuantities:
    def test_everything_that_a_run_has_can_be_drawn(self):
        names = quantities_of([history(), History()])
        assert names == (LOSS, "accuracy", BATCH_LOSS, GRADIENT_NORM, norm_of("W1"), norm_of("b1"))
        assert quantities_of([]) == (LOSS, GRADIENT_NORM)

    @pytest.mark.parametrize(
        ("along", "x"),
        [
            (AlongAxis.EPOCHS, [1, 2, 3, 4]),
            (AlongAxis.UPDATES, [3, 6, 9, 12]),
            (AlongAxis.EXAMPLES, [30, 60, 90, 120]),
            (AlongAxis.SECONDS, [0.5, 1, 1.5, 2]),
        ],
    )
    def test_an_epoch_belongs_to_its_end(self, along, x):
        curve = curve_of(history(), WantedCurve(LOSS, along))
        assert curve.x.tolist() == x
        assert curve.y.tolist() == [1, 1 / 2, 1 / 3, 1 / 4]

    def test_values_of_the_validation_part_and_gradient_norms(self):
        run = history()
        assert curve_of(run, WantedCurve("loss", validation=True)).y.tolist() == [2, 1, 2 / 3, 1 / 2]
        assert curve_of(run, WantedCurve(GRADIENT_NORM)).y.tolist() == [5, 10, 15, 20]
        assert curve_of(run, WantedCurve(norm_of("b1"))).y.tolist() == [4, 8, 12, 16]
        assert np.isnan(curve_of(run, WantedCurve(norm_of("W9"))).y).all()
        assert np.isnan(curve_of(run, WantedCurve(GRADIENT_NORM, validation=True)).y).all()

    def test_the_loss_of_each_update_lies_between_the_ends_of_epochs(self):
        run = history()
        curve = curve_of(run, WantedCurve(BATCH_LOSS, AlongAxis.EPOCHS))
        np.testing.assert_allclose(curve.x, np.arange(1, 14) / 3)
        assert curve.y.tolist() == list(range(1, 14))
        assert curve_of(run, WantedCurve(BATCH_LOSS, AlongAxis.SECONDS)).x[-1] == pytest.approx(13 / 6)
        assert not len(curve_of(run, WantedCurve(BATCH_LOSS, validation=True)).x)

    def test_very_many_losses_of_updates_are_read_in_blocks(self):
        run = History()
        rng = np.random.default_rng(0)
        losses = rng.random(700_000)
        losses[123_456] = 9.0
        run.append_losses(losses)
        curve = curve_of(run, WantedCurve(BATCH_LOSS, AlongAxis.UPDATES))
        assert len(curve.x) < 5_000
        assert curve.y.max() == 9.0
        assert curve.x[-1] == 700_000

    def test_a_place_on_the_axis_is_an_update(self):
        run = history()
        assert [update_at(run, AlongAxis.EPOCHS, at) for at in (0.0, 1.0, 1.5, 99.0)] == [0, 3, 4, 12]
        assert update_at(run, AlongAxis.SECONDS, 1.0) == 6
        assert update_at(History(), AlongAxis.EPOCHS, 3.0) == 0

    def test_norms_of_parameters_that_come_and_go(self):
        records = EpochRecords(history().epochs[:2])
        assert records.norm_names == ("W1", "b1")
        assert EpochRecords().norm_names == ()
        assert EpochRecords.of_columns({"loss": np.ones(2)}, {}).norm("W1").size == 2


class TestSmoothing:
    @settings(max_examples=60, deadline=None)
    @given(arrays(np.float64, st.integers(0, 700), elements=VALUES), st.sampled_from([0.0, 0.5, 0.9, 0.99]))
    def test_it_is_the_recursion(self, y, beta):
        expected, average, weight = y.copy(), 0.0, 0.0
        with np.errstate(all="ignore"):
            for place, value in enumerate(y):
                if np.isfinite(value):
                    average = beta * average + (1 - beta) * value
                    weight = beta * weight + (1 - beta)
                    expected[place] = average / weight
            np.testing.assert_allclose(
                smoothed(y, beta), expected, rtol=1e-6, atol=1e-6 * np.nanmax(abs(y), initial=0, where=np.isfinite(y))
            )

    def test_a_weight_outside_is_refused(self):
        with pytest.raises(ValueError, match="0 to below 1"):
            smoothed(np.ones(3), 1.0)


class TestThinning:
    @settings(max_examples=80, deadline=None)
    @given(arrays(np.float64, st.integers(0, 400), elements=VALUES), st.integers(4, 60))
    def test_extremes_and_end_stay(self, y, most):
        x = np.arange(len(y), dtype=np.float64)
        curve = thinned(x, y, most)
        assert len(curve.x) <= max(most, 4) + 2
        assert (np.diff(curve.x) >= 0).all()
        np.testing.assert_array_equal(curve.y, y[curve.x.astype(int)])
        if len(y):
            assert curve.x[-1] == x[-1]
        finite, kept = y[np.isfinite(y)], curve.y[np.isfinite(curve.y)]
        assert bool(finite.size) == bool(kept.size)
        if finite.size:
            assert (kept.min(), kept.max()) == (finite.min(), finite.max())


class TestStore:
    def test_a_curve_is_computed_once_for_each_length(self):
        class Owner:
            pass

        store, owner, run = CurveStore(), Owner(), history()
        first = store.of(owner, run, WantedCurve(LOSS))
        assert store.of(owner, run, WantedCurve(LOSS)) is first
        assert store.computed == 1
        store.of(owner, run, WantedCurve(LOSS, smoothing=0.9))
        run.epochs.append(run.epochs[-1])
        assert len(store.of(owner, run, WantedCurve(LOSS)).x) == 5
        assert store.computed == 3
