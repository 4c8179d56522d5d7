import numpy as np
import pytest

from tui_ann.engine.diagnostics.history_facts import HistoryFacts, history_facts
from tui_ann.engine.epoch_records import EpochRecord
from tui_ann.engine.history import History


def of(losses, validation=None, penalties=None, kept=0) -> HistoryFacts:
    history = History()
    for epoch, loss in enumerate(losses):
        penalty = 0.0 if penalties is None else float(penalties[epoch])
        values = {"loss": float(loss) + penalty}
        if validation is not None:
            values["val_loss"] = float(validation[epoch])
        history.epochs.append(
            EpochRecord(
                epoch=epoch + 1,
                values=values,
                penalty=penalty,
                learning_rate=0.1,
                gradient_norm=1.0,
                gradient_norms={},
                examples=10,
                updates=epoch + 1,
                seconds=0.0,
            )
        )
    return history_facts(history, kept=kept)


def test_before_training_nothing_is_known():
    found = of([])
    assert (found.epochs, found.best_epoch) == (0, 0)
    assert np.isnan([found.first, found.last, found.level, found.progress, found.swing, found.validation]).all()


def test_the_epoch_that_was_kept_is_met_instead_of_the_last():
    losses, validation = np.linspace(1, 0, 30), np.linspace(2, 1, 30)
    assert of(losses, validation).met == of(losses, validation).last == 0.0
    kept = of(losses, validation, kept=15)
    assert (kept.met, kept.met_validation, kept.last) == (losses[14], validation[14], 0.0)
    assert np.isnan(of(losses, kept=99).met), "it was thinned out"


def test_an_even_fall_makes_a_tenth_of_its_progress_in_its_last_tenth():
    found = of(np.linspace(1.0, 0.5, 100))
    assert found.end_share == pytest.approx(0.1, abs=0.005)
    assert found.sign_changes == 0.0
    assert found.progress == pytest.approx(0.505 / 0.5556, abs=0.01)


def test_a_settled_curve_makes_none():
    assert of(np.exp(-np.arange(100) / 10)).end_share == pytest.approx(0.0, abs=1e-3)


def test_swings_are_counted_with_their_size():
    found = of(0.5 + 0.1 * (-1.0) ** np.arange(40))
    assert found.sign_changes == 1.0
    assert found.swing == pytest.approx(0.4)
    assert found.rising == pytest.approx(1.0)


def test_the_best_epoch_is_that_of_the_validation_loss():
    found = of(np.linspace(1, 0, 30), validation=[*np.linspace(1, 0.4, 15), *np.linspace(0.5, 1.0, 15)])
    assert (found.best_epoch, found.best_validation) == (15, 0.4)
    assert found.validation == pytest.approx(np.linspace(0.5, 1.0, 15)[-3:].mean())
    assert found.train_at_best == pytest.approx(np.linspace(1, 0, 30)[14])


def test_penalties_are_left_out():
    falling = np.linspace(2.0, 1.0, 20)
    found = of(np.full(20, 0.5), validation=0.4 + falling, penalties=falling)
    assert (found.first, found.last) == (pytest.approx(0.5), pytest.approx(0.5))
    assert found.best_validation == pytest.approx(0.4, abs=0.04)
    assert found.penalty == 1.0


def test_a_loss_of_zero_and_an_infinite_one_are_no_errors():
    assert of(np.zeros(40)).epochs == 40
    assert of([1.0, np.inf], penalties=[1e300, np.inf]).epochs == 2
