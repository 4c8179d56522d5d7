import math

import numpy as np
import pytest

from tui_ann.engine.diagnostics import measuring
from tui_ann.engine.diagnostics.measuring import now_facts, relative_change, start_facts
from tui_ann.engine.inspect.curvature import largest_curvature
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network

RNG = np.random.default_rng(8)
X = RNG.normal(size=(60, 2))
Y = (X[:, :1] + X[:, 1:] > 0).astype(float)


def network() -> Network:
    return Network(2, [Dense(4, "tanh"), Dense(1, "sigmoid")], "binary_crossentropy", seed=2)


def test_the_start_is_measured_on_all_rows_for_batch_descent():
    found = start_facts(network(), X, Y, 60)
    assert found.curvature == largest_curvature(network(), X, Y, steps=measuring.STEPS)
    assert found.loss == network().loss_of(X, Y)[0]
    assert (found.parameters, len(found.layers)) == (17, 2)


def test_batches_are_steeper_than_all_rows():
    assert start_facts(network(), X, Y, 4).curvature > start_facts(network(), X, Y, 60).curvature


def test_a_curvature_that_takes_too_long_is_not_known(monkeypatch):
    monkeypatch.setattr(measuring, "MOST_WORK", 17 * 5)
    assert math.isnan(start_facts(network(), X, Y, 60).curvature)
    assert start_facts(network(), X, Y, 4).curvature > 0
    monkeypatch.setattr(measuring, "MOST_WORK", 17 * 10)
    assert start_facts(network(), X, Y, 60).curvature > 0


def test_the_present_is_measured_on_both_parts():
    found = now_facts(network(), X, Y, X[:10], Y[:10], X[:0], Y[:0], classes=2, change=0.01)
    assert found.loss == network().loss_of(X, Y)[0]
    assert found.loss_validation == network().loss_of(X[:10], Y[:10])[0]
    assert found.accuracy == ((network().predict(X) >= 0.5) == Y).mean()
    assert found.relative_change == 0.01
    none = now_facts(network(), X, Y, X[:0], Y[:0], X[5:9], Y[5:9], classes=0, change=math.nan)
    assert math.isnan(none.loss_validation)
    assert math.isnan(found.loss_test)
    assert none.loss_test == network().loss_of(X[5:9], Y[5:9])[0]
    assert math.isnan(none.accuracy)


def test_rows_outside_the_commonest_class_are_looked_for_among_unseen_rows_if_there_are_any():
    order = np.argsort(Y[:, 0], kind="stable")
    rare = order[Y[order, 0] > 0.5][:6]
    mixed = np.concatenate([order[Y[order, 0] < 0.5], rare])
    trained, seen = (X[mixed], Y[mixed]), network()

    def found(validation: np.ndarray, test: np.ndarray) -> float:
        parts = (X[validation], Y[validation], X[test], Y[test])
        return now_facts(seen, *trained, *parts, classes=2, change=0.0).others_found

    def right(rows: np.ndarray) -> float:
        return float((seen.predict(X[rows]) >= 0.5).mean())

    common, none = order[:8], order[:0]
    assert found(np.append(common, rare[:2]), rare[2:5]) == right(rare[:5])
    assert found(common, none) == right(rare), "no unseen row is of another class"
    several = Network(2, [Dense(3, "softmax")], "categorical_crossentropy", seed=3)
    targets = np.eye(3)[np.repeat([0, 1, 2], [50, 6, 4])]
    facts = now_facts(several, X, targets, X[:0], targets[:0], X[:0], targets[:0], classes=3, change=0.0)
    assert facts.others_found == (several.predict(X).argmax(1) == targets.argmax(1))[50:].mean()
    alone = now_facts(several, X[:9], targets[:9], X[:9], targets[:9], X[:0], targets[:0], classes=3, change=0.0)
    assert math.isnan(alone.others_found)


def test_a_diverged_network_is_not_traced():
    broken = network()
    broken.theta[0] = np.nan
    assert now_facts(broken, X, Y, X[:0], Y[:0], X[:0], Y[:0], classes=2, change=math.nan).layers == ()


def test_the_relative_change_is_the_largest_of_the_weight_matrices():
    before = {"W1": np.full((2, 2), 2.0), "b1": np.ones(2), "W2": np.ones((1, 2))}
    change = {"W1": np.full((2, 2), 0.2), "b1": np.ones(2), "W2": np.full((1, 2), 0.01)}
    assert relative_change(before, change) == pytest.approx(0.1)
    assert math.isnan(relative_change({"W1": np.zeros((1, 1))}, {"W1": np.ones((1, 1))}))
