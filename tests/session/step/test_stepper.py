from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from tui_ann.engine.inspect.trace import trace
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.session.step.breakpoints import ExampleMet, GradientBelow, LossBelow, NotFinite, SignChange
from tui_ann.session.step.stepper import Grain, Stepper
from tui_ann.session.step.what_if import what_if


def trainer(epochs=4, **settings):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(21, 4)), rng.integers(0, 2, (21, 1)).astype(float)
    layers: list[Layer] = [Dense(5, "prelu", l2=0.01), Dropout(0.3), BatchNormalization(), Dense(1, "sigmoid")]
    network = Network(4, layers, "binary_crossentropy")
    return Trainer(network, X, Y, TrainingSettings(batch_size=8, epochs=epochs, optimizer="adam", **settings))


def test_any_walk_meets_the_same_numbers():
    made = trainer()
    stepper, rng = Stepper(made), np.random.default_rng(1)
    seen: dict[Any, Any] = {}
    for _ in range(150):
        move = stepper.forward if rng.random() < 0.55 else stepper.back
        move(Grain(rng.choice(list(Grain))))
        theta = seen.setdefault(made.update, made.network.theta.copy())
        np.testing.assert_array_equal(made.network.theta, theta)
    straight = trainer()
    for _ in straight.run():
        if straight.update in seen and not straight.finished:
            np.testing.assert_array_equal(straight.network.theta, seen[straight.update])


def test_only_the_update_that_is_gone_to_is_worked_out(monkeypatch):
    worked_out = Mock(wraps=trace)
    monkeypatch.setattr("tui_ann.session.step.stepper.trace", worked_out)
    assert Stepper(trainer()).go_to(3).trace.update == 3
    assert worked_out.call_count == 1


def test_each_grain_goes_as_far_as_it_says():
    stepper = Stepper(trainer())
    assert str(stepper.forward(Grain.PART).current.symbol) == "x"
    first = stepper.place.trace.parts
    place = stepper.forward(Grain.PHASE)
    assert {part.phase for part in first[: place.done]} == {first[0].phase}
    place = stepper.forward(Grain.UPDATE)
    assert place.complete
    assert place.trace.update == 1
    assert stepper.forward(Grain.EPOCH).trace.update == 3
    assert stepper.back(Grain.EPOCH).trace.update == 1
    assert stepper.place.done == 0
    assert stepper.back(Grain.PART).done == 0


def test_a_part_on_and_a_part_back_are_inverse_at_the_border_of_two_updates():
    stepper = Stepper(trainer())
    stepper.forward(Grain.UPDATE)
    stepper.back(Grain.PART)
    way = []
    for move in [stepper.forward] * 3 + [stepper.back] * 3:
        way.append((move(Grain.PART).trace.update, stepper.place.done))
    parts = len(stepper.place.trace.parts)
    assert way == [(1, parts), (2, 0), (2, 1), (2, 0), (1, parts), (1, parts - 1)]


def test_a_run_that_diverges_amid_an_epoch_ends_there():
    rng = np.random.default_rng(0)
    network = Network(3, [Dense(4, "relu"), Dense(1)], "mean_squared_error")
    training = TrainingSettings(batch_size=2, epochs=3, learning_rate=1e6)
    stepper = Stepper(Trainer(network, rng.normal(size=(40, 3)), rng.normal(size=(40, 1)), training))
    for _ in range(12):
        place = stepper.forward(Grain.UPDATE)
    assert place.broken
    assert place.ended
    assert 1 < place.trace.update < 12
    assert place.made_parts < len(place.trace.parts)
    assert not np.isfinite(place.trace.parts[place.made_parts - 1].value).all()
    assert stepper.back(Grain.UPDATE).made == place.trace.update - 1


def test_the_end_of_the_run_stays():
    stepper = Stepper(trainer(epochs=1))
    for _ in range(5):
        place = stepper.forward(Grain.UPDATE)
    assert place.ended
    assert stepper.back(Grain.PART).trace.update == 3


@pytest.mark.parametrize(
    ("point", "words"),
    [
        (LossBelow(10.0), "the loss is"),
        (GradientBelow(100.0), "‖∇L‖ is"),
        (SignChange(), "changed sign"),
        (ExampleMet(3), "example 4 was in the batch"),
    ],
)
def test_breakpoints_are_met(point, words):
    stepper = Stepper(trainer(epochs=50))
    met = stepper.run_until([point], seconds=30)
    assert met is not None
    assert words in met
    assert stepper.place.complete


def test_divergence_is_met():
    stepper = Stepper(trainer())
    network = Network(2, [Dense(3), Dense(1)], "half_squared_error")
    made = Trainer(network, np.array([[1.0, 2.0]]), np.array([[1.0]]), TrainingSettings(learning_rate=5.0, epochs=200))
    stepper = Stepper(made)
    met = stepper.run_until([NotFinite()], seconds=30)
    assert met is not None
    assert "no longer finite" in met


def test_what_if_nothing_changes_is_the_update_itself():
    made = trainer()
    stepper = Stepper(made)
    stepper.go_to(5)
    taken = stepper.place.trace
    again = what_if(made, taken)
    for name, value in taken.after.items():
        np.testing.assert_array_equal(again.after[name], value)
    other = what_if(made, taken, learning_rate=0.5)
    assert not np.array_equal(other.after["W1"], taken.after["W1"])
    np.testing.assert_array_equal(other.gradients["W1"], taken.gradients["W1"])


def diverging():
    network = Network(2, [Dense(3), Dense(1)], "half_squared_error")
    return Trainer(network, np.array([[1.0, 2.0]]), np.array([[1.0]]), TrainingSettings(learning_rate=5.0, epochs=200))


def test_the_update_that_breaks_the_run_is_shown_and_not_counted():
    made = diverging()
    stepper = Stepper(made)
    while not (place := stepper.forward(Grain.UPDATE)).ended:
        assert not place.broken
    assert place.broken
    assert not np.isfinite(place.trace.loss)
    assert (place.made, made.update) == (place.trace.update - 1, place.trace.update - 1)
    assert made.finished
    before = stepper.back(Grain.PART)
    assert (before.broken, before.ended, made.finished) == (True, False, False)
    assert stepper.back(Grain.UPDATE).done == 0
    assert stepper.back(Grain.UPDATE).trace.update == place.trace.update - 1
    assert stepper.run_until([], seconds=30).startswith("the loss was no longer finite")
    assert stepper.place.broken


def test_a_run_that_has_diverged_is_taken_up_where_it_broke():
    made = diverging()
    for _ in made.run():
        pass
    place = Stepper(made).place
    assert (place.ended, place.broken, place.made) == (True, True, made.update)


def test_a_change_before_the_update_in_hand_makes_it_another():
    made = trainer()
    stepper = Stepper(made)
    stepper.forward(Grain.PART)
    made.change(learning_rate=0.5)
    assert (stepper.place.trace.learning_rate, stepper.place.done) == (0.5, 0)
