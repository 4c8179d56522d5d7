"""Playing the parts of an update: to its end, at a speed, until another key."""

from typing import Any

from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, text_of
from tests.tui.stepping import step_screen
from tui_ann.tui.step.autoplay import SPEEDS, Autoplay

EXAMPLE = "sample:worked-example"


def held(app: Any) -> Autoplay:
    """The player, with a timer that ticks only when the test says so."""
    player = step_screen(app).autoplay
    every = player._every
    player._every = lambda seconds, tick: every(3600, tick)
    return player


async def ticks(player: Autoplay, pilot: Pilot[None], times: int) -> None:
    for _ in range(times):
        player.tick()
        await settle(pilot, "stepping")


async def test_it_plays_to_the_end_of_the_update_and_then_the_next_one():
    async with running(EXAMPLE, size=(80, 24)) as (app, pilot):
        await press(pilot, "4")
        player = held(app)
        await press(pilot, "L")
        assert app.session.stepper.place().done == 1  # the first part at once
        assert "▶ Playing, 1 part a second: L stops, + and - change the speed." in text_of(app)
        await ticks(player, pilot, 2)
        assert app.session.stepper.place().done == 3
        await ticks(player, pilot, 19)
        assert app.session.stepper.place().complete
        assert not player.playing
        assert "Playing" not in text_of(app)
        await press(pilot, "L")
        assert (app.session.stepper.place().trace.update, app.session.stepper.place().done) == (2, 0)


async def test_plus_and_minus_change_the_speed_and_the_decimals_otherwise():
    async with running(EXAMPLE, size=(80, 24)) as (app, pilot):
        await press(pilot, "4")
        held(app)
        screen = step_screen(app)
        await press(pilot, "L", "+")
        assert "2 parts a second" in text_of(app)
        await press(pilot, *["-"] * len(SPEEDS))
        assert "a part every 5 s" in text_of(app)
        assert screen.selection.decimals == 4
        await press(pilot, "L", "+")
        assert screen.selection.decimals == 5


async def test_another_step_key_a_dialog_and_another_screen_stop_it():
    async with running(EXAMPLE, size=(80, 24)) as (app, pilot):
        await press(pilot, "4")
        player = held(app)
        for key in ("right", "left", "n", "g", "escape", "question_mark", "3"):
            await press(pilot, "L" if not player.playing else "J")
            assert player.playing, key
            await press(pilot, key)
            assert not player.playing, key
            if len(app.screen_stack) > 1:
                await press(pilot, "escape")


async def test_a_step_that_changes_nothing_ends_it():
    async with running(EXAMPLE, size=(80, 24)) as (app, pilot):
        await press(pilot, "4", "right")
        player = held(app)
        await press(pilot, "L")
        player._walk.forward = lambda grain: None  # type: ignore[method-assign]
        await ticks(player, pilot, 2)
        assert not player.playing
