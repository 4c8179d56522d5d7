"""Tests of the panes of Explore: what a change of view costs, and where the focus is afterwards."""

import threading

import pytest
from textual.geometry import Size

from tests.tui.explore.waiting import complete
from tests.tui.pilots import press, running, settle, shown, trained
from tui_ann.tui.explore import lateness
from tui_ann.tui.screens.explore import ExploreScreen


async def test_a_change_of_view_takes_one_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running("sample:moons", "5") as (_, pilot):
        await settle(pilot, "preparing", "picturing")
        await press(pilot, "]", "[")
        await settle(pilot, "preparing", "picturing")
        layouts, lay_out = [], ExploreScreen._refresh_layout

        def counted(screen: ExploreScreen, size: Size | None = None, scroll: bool = False) -> None:
            layouts.extend([] if scroll else [size])
            lay_out(screen, size, scroll)

        monkeypatch.setattr(ExploreScreen, "_refresh_layout", counted)
        await pilot.press("]")
        await settle(pilot, "picturing")
        assert len(layouts) == 1


async def test_every_view_gets_the_keys_when_it_is_chosen() -> None:
    async with running("sample:digits", "5") as (app, pilot):
        for _ in range(6):
            await press(pilot, "]")
            await settle(pilot, "preparing", "picturing")
            view = shown(app).body.chosen
            assert app.focused in view.stops(), view


async def test_a_picture_of_a_later_moment_is_said_to_be_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lateness, "LATE", 0.001)
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        await press(pilot, "5")
        panes, held = shown(app).body, threading.Event()
        assert str(panes.chosen.border_subtitle).startswith("╋ ")
        panes.queue.ask(panes.views[1], lambda outdated: held.wait())
        try:
            await pilot.press("3", "r", "5")
            for _ in range(50):
                await settle(pilot, "rebuilding", "preparing")
                app._look()
        finally:
            drawing = str(panes.chosen.border_subtitle)
            held.set()
        assert drawing == "drawing update 0 …"
        await settle(pilot)
        assert str(panes.chosen.border_subtitle).startswith("╋ ")
        assert panes.chosen.moment.update == 0


async def test_every_view_shows_the_moment_picked_on_the_loss_curve_and_the_present_afterwards() -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        app.moments.ask(400)
        await settle(pilot, "looking back")
        await press(pilot, "5")
        panes, sentences = shown(app).body, {}
        for chosen in panes.views:
            assert panes.chosen is chosen
            await complete(pilot, chosen)
            assert chosen.moment.update == 400
            sentences[chosen] = f"{chosen.summary} {chosen.border_title}"
            await press(pilot, "]")
        await press(pilot, "escape")
        for chosen in panes.views:
            await complete(pilot, chosen)
            assert chosen.moment.update == app.snapshot.update
            assert sentences[chosen] != f"{chosen.summary} {chosen.border_title}", chosen
            await press(pilot, "]")
