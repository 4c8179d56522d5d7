"""Planes through the parameters: named ones, those of the path, and random ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.helpers import inputs, scrambled, targets
from tui_ann.engine.inspect.directions import (
    PlaneKind,
    most_moved,
    parameter_plane,
    path_plane,
    place_of,
    position_of,
    random_plane,
)
from tui_ann.engine.layers import BatchNormalization, Dense
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings


def network(seed: int = 0) -> Network:
    layers = [Dense(4, "prelu"), BatchNormalization(), Dense(2)]
    return scrambled(Network(3, layers, "mean_squared_error"), seed)


def walked(steps: int = 30) -> tuple[Network, Array]:
    """A network and the path that its training took."""
    net = network()
    trainer = Trainer(net, inputs(40, 3), targets("", 40, 2), TrainingSettings(loss="mean_squared_error", epochs=steps))
    path = [net.theta.copy()]
    for _ in range(steps):
        next(trainer.run())
        path.append(net.theta.copy())
    return net, np.array(path)


def test_every_position_has_a_name_and_every_name_its_position() -> None:
    net = network()
    found = [place_of(net.layout, position) for position in range(net.n_parameters)]
    assert len(set(found)) == net.n_parameters
    for place in found:
        assert net.parameters[place.name][place.index] == net.theta[place.position]
        assert position_of(net.layout, place.name, place.index) == place.position
    with pytest.raises(ValueError, match="no parameter"):
        place_of(net.layout, net.n_parameters)
    with pytest.raises(ValueError, match="moving_mean1"):
        position_of(net.layout, "moving_mean1", (0,))


@given(st.integers(0, 29), st.integers(0, 29), st.floats(-5, 5), st.floats(-5, 5))
def test_the_coordinates_of_two_parameters_are_their_values(first: int, second: int, a: float, b: float) -> None:
    net = network()
    if first == second:
        with pytest.raises(ValueError, match="different"):
            parameter_plane(net.layout, net.theta, first, second)
        return
    plane = parameter_plane(net.layout, net.theta, first, second)
    point = plane.point(a, b)
    assert (point[first], point[second]) == (a, b)
    others = [place for place in range(len(point)) if place not in (first, second)]
    assert np.array_equal(point[others], net.theta[others])
    np.testing.assert_allclose(plane.coordinates(point), [[a, b]], atol=1e-12)
    np.testing.assert_allclose(plane.coordinates(net.theta), [[net.theta[first], net.theta[second]]], atol=1e-12)
    assert plane.distances(point)[0] == pytest.approx(0, abs=1e-12)


def test_the_distance_from_a_slice_is_that_of_the_other_parameters() -> None:
    net, path = walked()
    plane = parameter_plane(net.layout, path[-1], 0, 5)
    others = np.delete(path - path[-1], [0, 5], axis=1)
    np.testing.assert_allclose(plane.distances(path), np.linalg.norm(others, axis=1), atol=1e-12)


def test_the_two_parameters_that_moved_most() -> None:
    path = np.array([[0.0, 5.0, 1.0, 2.0], [0.0, 4.0, -2.0, 2.5], [0.1, 5.0, 1.0, 2.0]])
    assert most_moved(path) == (1, 2)
    assert most_moved(np.zeros((1, 4))) == (0, 1)


def test_the_plane_of_the_path_holds_the_share_that_numpys_svd_says() -> None:
    net, path = walked()
    plane = path_plane(net.layout, path, path[-1])
    singular = np.linalg.svd(path - path.mean(axis=0), compute_uv=False)
    expected = float((singular[:2] ** 2).sum() / (singular**2).sum())
    assert plane.share(path) == pytest.approx(expected, abs=1e-9)
    named = parameter_plane(net.layout, path[-1], *most_moved(path))
    assert named.share(path) < plane.share(path) <= 1.0
    np.testing.assert_allclose([plane.across @ plane.across, plane.across @ plane.up], [1, 0], atol=1e-9)
    start, end = plane.coordinates(path[[0, -1]])
    np.testing.assert_allclose(end, 0, atol=1e-12)
    assert (start <= 1e-12).all()


@pytest.mark.parametrize("points", [1, 5])
def test_a_path_that_stays_or_is_straight_gets_a_plane_too(points: int) -> None:
    net = network()
    path = np.linspace(0, 1, points)[:, None] * np.ones(net.n_parameters)
    plane = path_plane(net.layout, path, path[-1])
    assert plane.kind is PlaneKind.PATH
    np.testing.assert_allclose([plane.across @ plane.across, plane.up @ plane.up], 1)
    assert plane.across @ plane.up == pytest.approx(0, abs=1e-9)
    assert len(path) == 1 or plane.share(path) == pytest.approx(1)
    assert len(path) > 1 or np.isnan(plane.share(path))


def test_random_directions_have_the_length_of_each_neurons_weights() -> None:
    net = network()
    plane = random_plane(net.layout, net.theta)
    for direction in (plane.across, plane.up):
        views = net.parameters.views(direction)
        for name in ("W1", "W2"):
            np.testing.assert_allclose(
                np.linalg.norm(views[name], axis=1), np.linalg.norm(net.parameters[name], axis=1)
            )
        assert not any(views[name].any() for name in ("b1", "alpha1", "gamma1", "beta1", "b2"))
    again, other = random_plane(net.layout, net.theta), random_plane(net.layout, net.theta, 1)
    assert np.array_equal(plane.up, again.up)
    assert not np.array_equal(plane.up, other.up)


def test_random_directions_from_weights_that_are_zero() -> None:
    net = network()
    assert random_plane(net.layout, np.zeros(net.n_parameters)).across.all()


def test_two_parameters_hide_nothing() -> None:
    unit = scrambled(Network(1, [Dense(1)], "half_squared_error"))
    plane = parameter_plane(unit.layout, unit.theta, 0, 1)
    path = inputs(7, 2)
    assert plane.exact
    assert plane.share(path) == pytest.approx(1)
    assert not parameter_plane(network().layout, network().theta, 0, 1).exact
