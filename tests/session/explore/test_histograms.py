"""Histograms of the layers: every value is counted, on a common axis."""

import numpy as np
import pytest

from tests.session.explore.test_moment import moment
from tui_ann.engine.arrays import rms
from tui_ann.experiment.spec import Experiment
from tui_ann.session.explore.histograms import BINS, QUANTITIES, StartValues, network_histograms, ridge
from tui_ann.session.explore.layer_values import gradients_of, layer_values
from tui_ann.session.explore.recording import RecordKeeper
from tui_ann.session.session import Session
from tui_ann.text.symbols import spelled


@pytest.fixture
def trained(session: Session, experiment: Experiment) -> Session:
    session.workspace.adopt(experiment)
    session.runs.one_update(40)
    return session


def test_every_value_is_counted_once_now_and_at_the_start(trained: Session) -> None:
    shown = moment(trained)
    found = network_histograms(shown, StartValues())
    assert (found.rows, found.of, found.update) == (len(shown.part("train").X), found.rows, 40)
    for layer in found.layers:
        assert set(layer.now) == set(layer.start) == set(QUANTITIES)
        for quantity in QUANTITIES:
            now, start = layer.now[quantity], layer.start[quantity]
            assert len(now.counts) == BINS
            assert now.counts.sum() == start.counts.sum() == found.rows * layer.units
            assert (now.low, now.high) == (start.low, start.high)
            assert now.low in (0.0, -now.high)


def test_the_shares_are_those_of_the_layers(trained: Session) -> None:
    shown = moment(trained)
    found = network_histograms(shown, StartValues())
    values = layer_values(shown.network, shown.part("train").X)
    assert [layer.flat for layer in found.layers] == [each.flat_share for each in values]
    assert found.flattest is max(found.layers[:-1], key=lambda layer: layer.flat)


def test_the_gradients_are_named_as_those_of_the_loss_of_a_row(trained: Session) -> None:
    assert {spelled(f"{quantity}1") for quantity in QUANTITIES} == {"z¹", "a¹", "∂l/∂z¹"}
    shown = moment(trained)
    rows = shown.part("train")
    gradients = gradients_of(shown.network, rows.X, rows.Y, shown.update)
    for layer in network_histograms(shown, StartValues()).layers:
        assert layer.gradient == pytest.approx(rms(gradients[layer.number]))


def test_the_start_is_computed_once_for_a_run(trained: Session) -> None:
    begun = StartValues()
    first = network_histograms(moment(trained), begun)
    kept = begun._values
    trained.runs.one_update(3)
    second = network_histograms(moment(trained), begun)
    assert begun._values is kept
    assert first.layers[0].flat_start == second.layers[0].flat_start
    trained.runs.new_start()
    network_histograms(moment(trained), begun)
    assert begun._values is not kept


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_ridge_ends_with_the_present_on_one_axis(trained: Session, quantity: str) -> None:
    shown, keeper = moment(trained), RecordKeeper()
    keeper.see(shown)
    keeper.replay(shown)
    found = ridge(shown, keeper.moments, quantity, 1, 5)
    assert len(found.spreads) == 5
    assert (found.updates[0], found.updates[-1]) == (0, 40)
    assert len({(spread.low, spread.high) for spread in found.spreads}) == 1
    assert len({int(spread.counts.sum()) for spread in found.spreads}) == 1


def test_values_that_are_not_finite_are_left_out(trained: Session) -> None:
    shown = moment(trained)
    for array in shown.network.parameters.values():
        array[...] = np.nan
    found = network_histograms(shown, StartValues())
    assert all(layer.now["z"].counts.sum() == 0 for layer in found.layers)


@pytest.mark.parametrize("size", [1e150, 1e306, 1.7e308])
def test_values_at_the_end_of_the_range_are_counted(trained: Session, size: float) -> None:
    shown = moment(trained)
    for name, array in shown.network.parameters.items():
        array[...] = size if name.startswith("b") else 0.0
    with np.errstate(all="raise"):
        found = network_histograms(shown, StartValues())
    first = found.layers[0]
    assert first.now["z"].counts.sum() == found.rows * first.units
    assert first.now["z"].high == size
