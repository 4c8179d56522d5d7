"""Explore by keys alone: its views, the moment they show, and what each says."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.tui.pilots import press, running, steady, text_of, trained
from tui_ann.errors import SessionError
from tui_ann.tui.draw.fitting import first_parts
from tui_ann.tui.explore.view import ExploreView
from tui_ann.tui.screens.explore import ExploreScreen
from tui_ann.tui.widgets.activation_plot import ActivationPlot
from tui_ann.tui.widgets.few_colours import few_colours
from tui_ann.tui.widgets.layer_histograms import LayerHistogramsPicture
from tui_ann.tui.widgets.status_line import StatusLine
from tui_ann.tui.widgets.weight_way import WeightWay

TITLES = ("Map", "Activations", "Loss surface", "Histograms", "Weights")


def explore(app) -> ExploreScreen:
    assert isinstance(app.screen, ExploreScreen)
    return app.screen


def shown(app) -> list[str]:
    """Names of the views that are on the screen, the chosen one first."""
    body = explore(app).body
    views = [view for view in body.views if view.is_on_screen]
    return [view.NAME for view in sorted(views, key=lambda view: view is not body.chosen)]


class TestViews:
    async def test_brackets_change_the_view(self):
        async with running("sample:iris", "5") as (app, pilot):
            for title in (*TITLES[1:], TITLES[0]):
                await press(pilot, "]")
                assert title == explore(app).body.chosen.TITLE
            await press(pilot, "[")
            assert explore(app).body.chosen.TITLE == "Weights"

    @pytest.mark.parametrize("size", [(80, 24), (120, 36), (160, 45)], ids=str)
    async def test_the_chosen_view_and_two_that_go_with_it_are_seen(self, size):
        async with running("sample:iris", "5", size=size) as (app, pilot):
            assert shown(app) == ["map", "activations", "histograms"]
            await press(pilot, "]")
            assert shown(app) == ["activations", "map", "histograms"]
            chosen = explore(app).body.chosen
            others = [view for view in explore(app).body.views if view.is_on_screen and view is not chosen]
            assert all(chosen.region.area > view.region.area or size[0] >= 150 for view in others)
            assert chosen.has_focus_within
            if size[0] >= 150:
                assert [view.region.x for view in explore(app).body.views if view.is_on_screen] == sorted(
                    view.region.x for view in explore(app).body.views if view.is_on_screen
                ), "the order is that of the tabs"

    async def test_one_view_can_be_seen_alone(self):
        async with running("sample:iris", "5", "]", "z") as (app, pilot):
            assert shown(app) == ["activations"]
            await press(pilot, "z")
            assert len(shown(app)) == 3

    async def test_a_click_on_a_companion_makes_it_the_chosen_view(self):
        async with running("sample:iris", "5") as (app, pilot):
            await pilot.click(LayerHistogramsPicture)
            await steady(app, pilot)
            assert explore(app).body.chosen.NAME == "histograms"

    async def test_only_keys_of_the_chosen_view_are_offered(self):
        async with running("sample:iris", "5", "]") as (app, pilot):
            assert "x axis" not in text_of(app).splitlines()[-1]
            assert "v Show" in text_of(app).splitlines()[-1]
            await press(pilot, "[")
            assert "x axis" in text_of(app).splitlines()[-1]

    async def test_an_error_is_shown_in_the_view_and_goes_away(self):
        async with running("sample:iris", "5", "]") as (app, pilot):
            view = explore(app).body.chosen

            def fail(outdated):
                raise SessionError("It cannot be drawn.", remedy="Train again.", code="no_run")

            view.compute(fail, lambda picture: None)
            assert "It cannot be drawn. Train again." in await steady(app, pilot)
            await press(pilot, "v")
            assert "It cannot be drawn." not in await steady(app, pilot)

    async def test_an_outdated_picture_is_dropped(self):
        async with running("sample:iris", "5", "]") as (app, pilot):
            view = explore(app).body.chosen
            got: list[str] = []
            view.compute(lambda outdated: "old", got.append)
            view.compute(lambda outdated: "new", got.append)
            await steady(app, pilot)
            assert got == ["new"]


class TestMoments:
    async def test_space_trains_here_and_the_pictures_follow(self):
        async with running("sample:xor", "5") as (app, pilot):
            assert "These are the start values; space starts the training." in text_of(app)
            app.runner.change_speed(20)
            await press(pilot, "space")
            await trained(pilot)
            body = explore(app).body
            assert {view.moment.update for view in body.visible_views} == {app.snapshot.update}
            assert app.snapshot.update > 0

    async def test_a_picked_moment_is_shown_and_escape_returns(self):
        async with running("sample:xor", "3", "e", "e", "e", "5") as (app, pilot):
            app.moments.ask(1)
            await press(pilot, "]")
            assert explore(app).body.chosen.moment.update == 1
            assert "esc" in text_of(app).splitlines()[-3]
            await press(pilot, "escape")
            assert explore(app).body.chosen.moment.update == app.snapshot.update

    async def test_a_problem_of_the_data_is_said_while_the_old_run_is_shown(self, tmp_path: Path):
        path = tmp_path / "gaps.csv"
        path.write_text("a,b,y\n" + "1,2,0\n3,,1\n5,6,0\n7,8,1\n" * 4, encoding="utf-8")
        async with running(path, "M", "home", "enter", "5") as (app, _):
            assert "missing" in text_of(app).splitlines()[-3]
            assert "1 goes to the data." in text_of(app)

    async def test_without_a_moment_the_views_say_why(self):
        async with running("sample:iris", "5") as (app, pilot):
            body = explore(app).body
            body.show_moment(None, False, False, "The data are being prepared.")
            assert (await steady(app, pilot)).count("The data are being prepared.") == 3
            explore(app).show_snapshot(app.snapshot)
            assert "The data are being prepared." not in await steady(app, pilot)


class TestActivations:
    async def test_the_z_of_the_network_stand_on_every_function(self):
        async with running("sample:iris", "5", "]") as (app, pilot):
            assert "tanh · z's of layer 1" in text_of(app)
            assert text_of(app).count("◆") >= 4
            await press(pilot, "home")
            for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "prelu", "softplus", "gelu"):
                assert f"▸{name}" in await steady(app, pilot)
                assert "range" in text_of(app)
                await press(pilot, "down")
            assert "▸softmax" in await steady(app, pilot)
            assert app.screen.query_one(ActivationPlot).describe().endswith("as if g were softmax")

    async def test_alpha_is_adjusted(self):
        async with running("sample:iris", "5", "]", "down", "down", "+", "+") as (app, pilot):
            assert "leaky_relu · α 0.07" in await steady(app, pilot)
            await press(pilot, "-")
            assert "leaky_relu · α 0.06" in await steady(app, pilot)

    async def test_layer_neuron_and_part_are_chosen(self):
        async with running("sample:iris", "5", "]") as (app, pilot):
            assert "slope at n₁" in text_of(app)
            await press(pilot, "right")
            assert "slope at n₂" in await steady(app, pilot)
            await press(pilot, "}")
            assert "softmax · z's of layer 2" in await steady(app, pilot)
            await press(pilot, "v")
            text = await steady(app, pilot)
            assert "3 units × 108 train rows" in text
            await press(pilot, "v", "v", "v")
            assert "of the point" in await steady(app, pilot)

    async def test_the_share_of_flat_slopes_is_that_of_the_rows(self):
        async with running("sample:iris", "5", "]", "v") as (app, _):
            run = app.session.workspace.run
            z = run.dataset.X_train @ run.network.parameters["W1"].T + run.network.parameters["b1"]
            share = float((1 - np.tanh(z) ** 2 < 0.1).mean())
            words = app.screen.query_one(ActivationPlot).describe()
            assert words == f"slope < 0.1: {100 * share:.3g} % of the z¹ of 8 units × 108 train rows"

    async def test_each_share_of_flat_slopes_says_over_what(self):
        async with running("sample:moons", "5", "]", size=(80, 24)) as (app, pilot):
            z = app.screen.query_one(ActivationPlot).describe()
            assert re.search(r" · slope < 0\.1: [\d.]+ % of the 12 z¹ of the point$", z)
            await press(pilot, "[")
            assert re.search(r" slope < 0\.1: [\d.]+ % of all z¹ ─", await steady(app, pilot))


class TestHistograms:
    async def test_the_layers_are_shown_now_and_over_the_epochs(self):
        async with running("sample:iris", "3", "e", "e", "e", "e", "5", "[", "[") as (app, pilot):
            text = await steady(app, pilot)
            assert "▸layer 1 · tanh · 8 units" in text
            assert "‖ΔW¹‖/‖W¹‖" in text
            assert "all 108 training rows" in text
            await press(pilot, "v")
            text = await steady(app, pilot)
            assert "z¹ of layer 1 over the epochs" in text
            assert "epoch 0" in text or "update 0" in text
            await press(pilot, "}")
            assert "z² of layer 2 over the epochs" in await steady(app, pilot)
            await press(pilot, "v", "v", "v")
            assert "Values and gradients by layer" in await steady(app, pilot)


class TestWeights:
    async def test_the_way_of_a_weight_is_drawn_and_written(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.chdir(tmp_path)
        async with running("sample:iris", "3", "e", "e", "5", "[", "down", "right") as (app, pilot):
            assert "W¹₂₂ over the updates" in await steady(app, pilot)
            assert "· seen " in app.screen.query_one(WeightWay).describe()
            await press(pilot, "s", "enter")
            lines = (tmp_path / "iris-W1-2-2.csv").read_text(encoding="utf-8").splitlines()
            value = float(app.snapshot.parameters["W1"][1, 1])
            assert lines[0] == "update,epoch,W1_2_2"
            assert lines[-1] == f"{app.snapshot.update},2,{value!r}"
            await press(pilot, "s", "enter")
            assert "exists already" in text_of(app)
            await press(pilot, "escape", "}")
            assert "b¹₂ over the updates" in await steady(app, pilot)

    async def test_pixels_are_shown_as_images_with_a_chosen_neuron(self):
        async with running("sample:digits", "5", "[") as (app, pilot):
            assert "W¹ as images · 64 neurons × 8×8 pixels" in await steady(app, pilot)
            assert "it fire" in text_of(app)
            before = explore(app).body.chosen.summary
            await press(pilot, "right", "down")
            assert explore(app).body.chosen.summary != before
            await press(pilot, "v")
            assert "W¹₁₁ over the updates" in await steady(app, pilot)

    async def test_without_colours_the_images_are_shades(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("NO_COLOR", "1")
        async with running("sample:digits", "5", "[") as (app, pilot):
            assert few_colours(app)
            text = await steady(app, pilot)
            assert "▓" in text
            assert "▀" not in text


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
async def test_each_view_has_a_sentence_in_the_status_line(size):
    async with running("sample:iris", "3", "e", "5", size=size) as (app, pilot):
        for _ in TITLES:
            await steady(app, pilot)
            view = explore(app).body.chosen
            assert isinstance(view, ExploreView)
            text = app.screen.query_one(StatusLine)._text
            assert text is not None
            status = text[0].plain
            if view.NAME != "surface":
                assert view.summary
                assert status == first_parts(view.summary, app.size.width - 2)
                assert not status.endswith("…")
            await press(pilot, "]")


async def test_a_run_that_diverged_can_be_looked_at():
    async with running("sample:iris", "3", "e", "5", "]") as (app, pilot):
        view = explore(app).body.chosen
        broken = {name: np.full_like(array, np.nan) for name, array in app.snapshot.parameters.items()}
        assert view.moment is not None
        moment = replace(view.moment, snapshot=replace(view.moment.snapshot, parameters=broken))
        for other in explore(app).body.visible_views:
            other.show_moment(moment)
        await steady(app, pilot)
        assert not app.failures.seen
