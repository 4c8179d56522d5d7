"""Walks of the course on Explore by keys alone; C9 and C10 are in test_loss_surface_view."""

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, shown, steady, train_for, trained
from tui_ann.tui.explore.activations_view import ActivationsView
from tui_ann.tui.explore.histograms_view import HistogramsView
from tui_ann.tui.explore.map_view import MapView
from tui_ann.tui.shell.app import TuiAnnApp

GROUPS = ("loading", "preparing", "picturing")


async def _keys(pilot: Pilot[None], *keys: str) -> str:
    await press(pilot, *keys)
    await settle(pilot, *GROUPS)
    assert isinstance(pilot.app, TuiAnnApp)
    return await steady(pilot.app, pilot)


async def test_c3_a_neuron_from_its_inputs_to_its_output() -> None:
    """C3: what one neuron answers over the plane, and its z at the picked point, which is Σ wᵢxᵢ + b."""
    async with running("sample:circles", "5") as (app, pilot):
        text = await _keys(pilot, "i", "down", "enter", "right", "up")
        assert "Neuron a¹₁ over x1, x2" in text
        view, run = shown(app).body.chosen, app.session.workspace.run
        assert isinstance(view, MapView)
        assert run is not None
        assert view.point is not None
        network = run.copy_network()
        z = network.parameters["W1"] @ view.point.x + network.parameters["b1"]
        assert f"z¹ {z[0]:+.2g}".replace("-", "−") in text
        picture = view.scene.shown
        assert picture is not None
        answer = network.signals(view.point.x)["a1"][0]
        assert f"= {answer:.3g}".replace("-", "−") in view.summary


async def test_c4_the_boundary_of_one_sigmoid_unit_is_a_line() -> None:
    """C4: where ŷ = 0.5, that is where w·x + b = 0."""
    async with running("sample:moons", "2", "backspace", "3") as (app, pilot):
        train_for(app, 20)
        await press(pilot, "space")
        await trained(pilot)
        text = await _keys(pilot, "5")
        assert "Decision map · ŷ = P(upper) over x1, x2" in text
        assert "dark: ŷ = 0.5" in text
        view, run = shown(app).body.chosen, app.session.workspace.run
        assert isinstance(view, MapView)
        assert run is not None
        assert list(run.network.parameters) == ["W1", "b1"]
        picture = view.scene.shown
        assert picture is not None
        levels = picture.view.picture.levels
        plane = picture.data.plane.grid(levels.shape[1], levels.shape[0])
        z = plane @ run.network.parameters["W1"][0] + run.network.parameters["b1"][0]
        clear = np.abs(z) > 0.25  # the levels next to the boundary are shared
        np.testing.assert_array_equal((levels.ravel() > 8)[clear], (z > 0)[clear])


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_c19_every_activation_with_its_derivative_and_the_alpha(size: tuple[int, int]) -> None:
    """C19: g and g′, the z's of the network on the curve, α adjustable, strengths and a weakness."""
    async with running("sample:spirals", "5", "]", size=size) as (app, pilot):
        text = await _keys(pilot)
        assert "tanh · z's of layer 1" in text
        assert "◆ the 32 z¹" in text
        view = shown(app).body.chosen
        assert isinstance(view, ActivationsView)
        seen = []
        await _keys(pilot, "home")
        for _ in range(10):
            seen.append(str(view.border_title).split(" ")[0])
            await _keys(pilot, "down")
        assert seen[:4] == ["linear", "sigmoid", "tanh", "relu"]
        assert {"leaky_relu", "elu", "prelu", "softmax"} <= set(seen)
        await _keys(pilot, "home", "down", "down", "down", "down")
        before = str(view.border_title)
        assert before.startswith("leaky_relu")
        after = await _keys(pilot, "+")
        assert str(view.border_title) != before or "α" in after


async def test_c20_vanishing_gradients_are_seen_by_layer() -> None:
    """C20: how small ∂l/∂z is in the first layer, and the share of each layer that sits where the slope is small."""
    async with running("sample:spirals", "3") as (app, pilot):
        train_for(app, 20)
        await press(pilot, "space")
        await trained(pilot)
        text = await _keys(pilot, "5", "]", "]", "]")
        view = shown(app).body.chosen
        assert isinstance(view, HistogramsView)
        assert "layer 1 · tanh · 32 units" in text
        assert text.count("slope < 0.1:") >= 3
        assert "rms ∂l/∂z¹" in text
        assert "rms ∂l/∂z in layer 3 is " in view.summary
        over_epochs = await _keys(pilot, "v")
        assert over_epochs != text
