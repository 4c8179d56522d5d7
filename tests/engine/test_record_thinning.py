"""The records of a long run: few, with the extremes of every value, a fair sample, and every one of the latest."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.test_epoch_records import record
from tui_ann.engine import record_thinning
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.history import History, Mark
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings

MOST = 64


@pytest.fixture
def few(monkeypatch):
    """Histories keep few records, so that short runs are long ones."""
    keep_few(monkeypatch)


def keep_few(patch):
    patch.setattr(record_thinning, "MOST", MOST)
    patch.setattr(record_thinning, "_FEWEST", MOST)


def grown(records: list[EpochRecord], best: int | None = None) -> History:
    history = History()
    for each in records:
        history.epochs.append(each)
        history.thin_when_full(best)
    return history


def noisy(count: int, seed: int) -> list[EpochRecord]:
    """Epochs with every kind of value: ties, NaN, infinities."""
    rng = np.random.default_rng(seed)
    losses = rng.choice([1.0, 2.0, 3.0, math.nan, math.inf], count) + rng.choice([0.0, 0.25], count)
    trend = np.exp(-np.arange(count) / count) * rng.normal(1, 0.1, count)
    return [record(i + 1, val_loss=float(losses[i]), accuracy=float(trend[i])) for i in range(count)]


@pytest.mark.usefixtures("few")
class TestThinning:
    @settings(deadline=None, max_examples=40)
    @given(count=st.integers(1, 4 * MOST), seed=st.integers(0, 99), best=st.integers(1, 4 * MOST))
    def test_what_is_kept_of_any_run(self, count, seed, best):
        made = noisy(count, seed)
        kept = grown(made, best).epochs
        assert len(kept) < MOST or count < MOST
        by_epoch = {each.epoch: each for each in made}
        numbers = kept.field("epoch").astype(int)
        assert (np.diff(numbers) > 0).all()
        np.testing.assert_equal([each.values for each in kept], [by_epoch[number].values for number in numbers])
        assert kept.done == count
        assert kept[0].epoch == 1
        if best <= count:  # those of the future cannot be pinned, but the whole run was thinned with it
            assert kept.at(best) is not None
        # the latest are all there, and before them a fair sample
        latest = max(kept.thinned, count - MOST // 4)
        assert set(range(latest + 1, count + 1)) <= set(numbers)
        stride = kept.table().stride
        columns = 4  # with the norm of the gradient, of which extremes are kept too
        assert stride <= 2 + 4 * (2 * columns + 2) * count / MOST  # no coarser than it must be
        assert set(range(stride, count + 1, stride)) <= set(numbers)
        assert set(range(stride, kept.thinned + 1, stride)) == set(numbers[kept.fair & (numbers <= kept.thinned)])

    @settings(deadline=None, max_examples=40)
    @given(count=st.integers(MOST, 4 * MOST), seed=st.integers(0, 99))
    def test_minima_and_maxima_are_exact_with_their_first_epoch(self, count, seed):
        made = noisy(count, seed)
        kept = grown(made).epochs
        for name in ("loss", "val_loss", "accuracy"):
            every, some = np.array([each.values[name] for each in made]), kept.column(name)
            for extreme in (np.nanargmin, np.nanargmax):
                assert kept[int(extreme(some))].epoch == int(extreme(every)) + 1

    def test_epochs_of_changes_stay(self):
        history = History()
        for each in noisy(600, 1):
            history.epochs.append(each)
            if each.epoch in (133, 377):
                history.marks.append(Mark(each.updates, each.epoch, "η"))
            history.thin_when_full(None)
        assert all(history.epochs.at(epoch) is not None for epoch in (133, 134, 377, 378))

    def test_metrics_that_come_and_go_keep_their_names(self):
        records = [record(i, mae=1 / i) if i % 500 < 250 else record(i, r2=0.5) for i in range(1, 1000)]
        kept = grown(records).epochs
        for each in kept:
            assert each == records[each.epoch - 1]
        assert np.nanmin(kept.column("mae")) == 1 / 749

    def test_a_trend_is_evenly_spaced(self):
        trend = grown([record(i) for i in range(1, 1000)]).epochs.trend("gradient_norm_of_nothing")
        assert np.isnan(trend).all()
        losses = grown([record(i) for i in range(1, 1000)]).epochs.trend("loss")
        assert (np.diff(1 / losses) < 2 * 1000 / len(losses) + 64).all()

    def test_a_reader_in_another_thread_has_one_state(self):
        history = grown([record(i) for i in range(1, 100)])
        view, before = history.epochs.view(), list(history.epochs)
        for i in range(100, 1000):
            history.epochs.append(record(i))
            history.thin_when_full(None)
        assert list(view) == before

    def test_what_was_thinned_out_is_put_back_in_its_place(self):
        kept = grown(made := [record(i) for i in range(1, 1000)]).epochs
        missing = next(i for i in range(2, 1000) if kept.at(i) is None)
        kept.put_back(made[missing - 1])
        numbers = [each.epoch for each in kept]
        assert missing in numbers
        assert numbers == sorted(numbers)


def trained(epochs: int, **settings: Any) -> Trainer:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(6, 2))
    network = Network(2, [Dense(3, "tanh"), Dense(1)], "mean_squared_error", seed=4)
    training = TrainingSettings(
        loss="mean_squared_error", variant="batch", epochs=epochs, learning_rate=0.2, metrics=("mae",), **settings
    )
    trainer = Trainer(network, X, np.sin(3 * X[:, :1]), training, X_val=-X, Y_val=np.sin(2 * X[:, :1]))
    for _ in trainer.run():
        pass
    return trainer


class TestTraining:
    @pytest.fixture(params=[{}, {"tolerance": 1e-6}, {"gradient_tolerance": 1e-3}, "early"], ids=str)
    def settings(self, request):
        early = EarlyStopping(patience=300, min_delta=1e-3, restore_best_weights=True)
        return {"early_stopping": early} if request.param == "early" else request.param

    def test_a_thinned_run_is_the_same_run(self, monkeypatch, settings):
        whole = trained(600, **settings)
        keep_few(monkeypatch)
        thinned = trained(600, **settings)
        assert len(thinned.history.epochs) < MOST < len(whole.history.epochs)
        assert thinned.stop_reason == whole.stop_reason
        np.testing.assert_array_equal(thinned.network.theta, whole.network.theta)
        best = thinned.best_epoch
        assert thinned.history.epochs.at(best).values == whole.history.epochs.at(best).values
        assert thinned.history.epochs.column("val_loss").min() == whole.history.epochs.column("val_loss").min()

    def test_going_back_into_what_was_thinned_changes_nothing(self, monkeypatch, settings):
        keep_few(monkeypatch)
        trainer = trained(600, **settings)
        end, reason, theta = trainer.update, trainer.stop_reason, trainer.network.theta.copy()
        for update in (end - 1, end // 2, 37, end // 3):
            trainer.seek(update)
            assert trainer.history.epochs.done == trainer.epoch == update
            assert trainer.history.epochs.at(trainer.best_epoch) is not None
        for _ in trainer.run():
            pass
        assert trainer.stop_reason == reason
        np.testing.assert_array_equal(trainer.network.theta, theta)

    def test_a_divergence_is_found_in_a_long_run(self, few):
        trainer = trained(300)
        trainer.change(learning_rate=1e6, epochs=600)
        for _ in trainer.run():
            pass
        assert trainer.stop_reason.status is Status.DIVERGED
        assert trainer.history.epochs.done == trainer.epoch
