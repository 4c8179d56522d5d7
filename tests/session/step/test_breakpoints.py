"""Breakpoints: what they wait for, in words, and the places that people name."""

import numpy as np
import pytest

from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import SessionError
from tui_ann.session.step.breakpoints import ExampleMet, GradientBelow, LossBelow, NotFinite, SignChange, weight_named

SHAPES = {"W1": (3, 2), "b1": (3,), "alpha1": (3,), "W2": (12, 3), "b2": (12,)}


@pytest.mark.parametrize(
    ("point", "words"),
    [
        (LossBelow(0.1), "the loss of a batch falls below 0.1"),
        (GradientBelow(1e-4), "‖∇L‖ falls below 1e−4"),
        (SignChange(), "any weight or bias changes its sign"),
        (SignChange("b1"), "an entry of b¹ changes its sign"),
        (SignChange("W1", (1, 0)), "W¹₂₁ changes its sign"),
        (ExampleMet(4), "example 5 is in the batch"),
        (NotFinite(), "a loss or gradient is no longer finite"),
    ],
)
def test_what_is_waited_for(point, words):
    assert point.words == words


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("W1", ("W1", ())),
        (" w1 2 1 ", ("W1", (1, 0))),
        ("W1[3,2]", ("W1", (2, 1))),
        ("W¹₃₂", ("W1", (2, 1))),
        ("W^[1]₃₂", ("W1", (2, 1))),
        ("b^[1]₂", ("b1", (1,))),
        ("W2 12 3", ("W2", (11, 2))),
        ("b1(2)", ("b1", (1,))),
        ("α¹₂", ("alpha1", (1,))),
    ],
)
def test_a_place_is_found(text, place):
    assert weight_named(text, SHAPES) == place


@pytest.mark.parametrize("text", ["", "W", "W9", "1 2", "[b]x", "W1 4 1", "W1 0 1", "b1 1 1", "W1 2"])
def test_a_place_that_is_none_is_refused(text):
    with pytest.raises(SessionError) as refused:
        weight_named(text, SHAPES)
    assert refused.value.remedy


def test_a_zero_on_the_way_keeps_the_sign_over_a_pause():
    network = Network(1, [Dense(1)], "half_squared_error")
    trainer = Trainer(network, np.array([[1.0]]), np.array([[1.0]]), TrainingSettings(epochs=9))
    point, w = SignChange("W1", (0, 0)), network.parameters["W1"]
    w[:] = 1.0
    point.begin(trainer)
    w[:] = 0.0
    assert point.met(trainer, None) is None
    point.begin(trainer)
    w[:] = -0.5
    assert point.met(trainer, None) == "W¹₁₁ changed sign, it is −0.5"


def test_a_loss_that_stays_below_is_met_once():
    network = Network(1, [Dense(1)], "half_squared_error")
    trainer = Trainer(network, np.array([[1.0]]), np.array([[3.0]]), TrainingSettings(learning_rate=0.1, epochs=40))
    points = (LossBelow(0.5), GradientBelow(0.9))
    met = {point.words: list[int]() for point in points}
    for _ in range(40):
        for point in points:
            point.begin(trainer)  # as where the run is taken up again
        next(trainer.run())
        for point in points:
            met[point.words] += [trainer.update] if point.met(trainer, None) else []
    assert [len(updates) for updates in met.values()] == [1, 1]


@pytest.mark.parametrize("point", [SignChange("W2", (0, 0)), SignChange("W1", (3, 0)), SignChange("b1", (0, 0))])
def test_a_place_that_the_edited_network_does_not_have_is_refused(point):
    network = Network(1, [Dense(1)], "half_squared_error")
    trainer = Trainer(network, np.array([[1.0]]), np.array([[1.0]]), TrainingSettings(epochs=9))
    with pytest.raises(SessionError, match="network has changed") as refused:
        point.begin(trainer)
    assert refused.value.remedy
