"""The drawn network on Train, whose neurons draw what they answer."""

from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, steady, trained
from tui_ann.tui.content.edits import insert_layer
from tui_ann.tui.screens.train_panes import TrainPanes
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.widgets.network_picture import NetworkPicture

GROUPS = ("loading", "preparing", "picturing", "looking back")


def _panes(app: TuiAnnApp) -> TrainPanes:
    screen: Any = app.screen
    body = screen.body
    assert isinstance(body, TrainPanes)
    return body


async def _keys(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await press(pilot, key)
        await settle(pilot, *GROUPS)


async def test_two_features_stand_large_as_maps_with_the_verdict() -> None:
    async with running("sample:circles", "3") as (app, pilot):
        await settle(pilot, *GROUPS)
        await _keys(pilot, "space")
        await trained(pilot)
        await settle(pilot, *GROUPS)
        text = await steady(app, pilot)
        assert "Network · what each neuron answers over x1, x2" in text
        assert "all 24 edges" in text
        table = app.session.workspace.table
        assert table is not None
        rows = app.session.runs.predict(table).to_json()["rows"]
        right = sum(row["predicted"] == row["actual"] for row in rows)
        assert f"{right} of 300 right" in text
        assert _panes(app).has_class("-playground")


async def test_the_key_switches_between_maps_and_circles() -> None:
    async with running("sample:circles", "3", "n") as (app, pilot):
        await settle(pilot, *GROUPS)
        assert "of 300 right" in await steady(app, pilot)
        await _keys(pilot, "i")
        text = await steady(app, pilot)
        assert "of 300 right" not in text
        assert "‖∂L/∂W‖" in text
        await _keys(pilot, "i")
        assert "of 300 right" in await steady(app, pilot)


async def test_more_features_are_circles_until_two_are_chosen_for_maps() -> None:
    async with running("sample:iris", "3", "n") as (app, pilot):
        assert "right" not in await steady(app, pilot)
        await _keys(pilot, "i")
        text = await steady(app, pilot)
        assert "of 150 right" in text
        assert "2 others at their" in text
        assert "2 of 4" in text
        assert not app._notifications, "there is room once the panes are arranged"


async def test_worked_by_hand_keeps_its_numbers() -> None:
    async with running("sample:worked-example", "3", "n") as (app, pilot):
        await settle(pilot, *GROUPS)
        assert not _panes(app).maps.shown
        assert "right" not in await steady(app, pilot)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (200, 50)])
async def test_the_network_pane_shows_maps_at_every_size(size: tuple[int, int]) -> None:
    async with running("sample:circles", "3", "n", size=size) as (app, pilot):
        if size[0] < 100:
            assert "‖∂L" in await steady(app, pilot) or "Numbers" in await steady(app, pilot)
            await _keys(pilot, "tab")
        await settle(pilot, *GROUPS)
        assert "of 300 right" in await steady(app, pilot)


async def test_the_maps_follow_the_moment_picked_on_the_curve() -> None:
    async with running("sample:circles", "3", "e", "e", "e") as (app, pilot):
        await settle(pilot, *GROUPS)
        app._look()
        await settle(pilot, *GROUPS)
        picture = app.screen.query_one(NetworkPicture)
        now = picture._maps
        await _keys(pilot, "left", "left")
        await settle(pilot, *GROUPS)
        await steady(app, pilot)
        then = picture._maps
        assert now is not None
        assert then is not None
        assert (now.answer.shares != then.answer.shares).any()
        await _keys(pilot, "escape")
        await settle(pilot, *GROUPS)
        back = picture._maps
        assert back is not None
        assert (now.answer.shares == back.answer.shares).all()


async def test_a_unit_is_selected_on_its_map() -> None:
    async with running("sample:circles", "3", "n", "tab") as (app, pilot):
        await settle(pilot, *GROUPS)
        picture = app.screen.query_one(NetworkPicture)
        picture.focus()
        await _keys(pilot, "right", "right")
        assert picture.describe().startswith("a¹")
        assert "▶" in await steady(app, pilot)


async def test_maps_that_come_after_the_network_or_the_axes_have_changed_are_dropped() -> None:
    async with running("sample:circles", "3", "n") as (app, pilot):
        await settle(pilot, *GROUPS)
        picture = _panes(app).query_one(NetworkPicture)
        late = picture._maps
        assert late is not None
        before = app.bench.experiment
        assert before is not None
        app.bench.edit(insert_layer(before, 1, before.network.layers[0]))
        await settle(pilot, *GROUPS)
        assert len(picture._layers) == 4
        now = picture._maps
        picture.set_maps(late)
        assert picture._maps is now
        picture.set_axes((1, 2))
        picture.set_maps(late)
        assert picture._maps is None
