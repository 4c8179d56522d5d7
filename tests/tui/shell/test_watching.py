"""A run as it is watched: played at a pace of its own, played again, and looked back at."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, shown, steady, table, text_of, trained, updates_some
from tui_ann.session.run import pace
from tui_ann.tui.screens.train import TrainScreen
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.parameters import ParameterTable


async def looked(pilot: Pilot[None]) -> None:
    await settle(pilot, "looking back")
    await pilot.pause()


def weights(app: TuiAnnApp) -> np.ndarray:
    return app.screen.query_one(ParameterTable).matrix._matrix.copy()


async def test_a_new_run_is_played_slowly_until_full_speed_is_chosen_and_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "PLAYING", 12.0)
    async with running("sample:xor") as (app, pilot):
        await press(pilot, "space")
        await updates_some(app, pilot)
        await pilot.pause()
        assert app.runner.paced
        assert app.runner.speed == pytest.approx(1000 / 12)
        assert "played at 83.3/s" in text_of(app)
        assert "+ trains faster, up to full speed" in text_of(app)
        await pilot.press("+")
        assert (app.runner.speed, app.runner.paced, app.preferences.full_speed) == (100, False, False)
        await pilot.press("+", "+", "+")
        assert app.runner.speed is None
        await trained(pilot)
    async with running("sample:moons") as (app, pilot):
        assert "full speed" in text_of(app)
        await press(pilot, "space")
        await updates_some(app, pilot)
        assert app.runner.speed is None
        await pilot.press("-")
        assert not app.preferences.full_speed


async def test_moving_along_the_curve_moves_every_pane_and_escape_returns() -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        end = weights(app)
        await press(pilot, "home", "right", "right")
        await looked(pilot)
        cursor = app.screen.query_one(LossCurve).cursor
        assert cursor is not None
        moment = round(cursor)
        assert f"Every pane shows update {moment} of 1 000; esc returns to now." in text_of(app)
        assert f"Numbers · after update {moment}" in text_of(app)
        assert f"Metrics · epoch {moment}" in text_of(app)
        assert f"epoch {moment} done" in app.screen.query_one(LossCurve).describe(), "the same epoch as the metrics"
        assert "esc Now" in text_of(app)
        then = app.session.runs.look_back(moment)
        assert then is not None
        np.testing.assert_array_equal(weights(app), then.parameters["W1"])
        assert app.session.runs.current.trainer.update == 1000, "the run itself stays"
        await press(pilot, "escape")
        np.testing.assert_array_equal(weights(app), end)
        await press(pilot, "home")
        await looked(pilot)
        np.testing.assert_array_equal(weights(app), app.session.runs.current.start["W1"])
        assert "Every pane shows the start values" in text_of(app)
        await press(pilot, "end")
        np.testing.assert_array_equal(weights(app), end)
        assert "plays it again" in text_of(app)


async def test_playing_again_ends_the_look_back() -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        end = weights(app)
        await press(pilot, "home")
        await looked(pilot)
        assert "esc Now" in text_of(app)
        await press(pilot, "space")
        await trained(pilot)
        np.testing.assert_array_equal(weights(app), end)
        assert "esc Now" not in text_of(app)
        assert "Every pane shows" not in text_of(app)


async def test_playing_again_drops_a_look_back_that_is_still_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        end, before = weights(app), app.snapshot
        runs, begun, gate = app.session.runs, threading.Event(), threading.Event()
        original = runs.look_back

        def slow(update, cancelled):
            begun.set()
            gate.wait(60)
            return original(update, lambda: False)  # it is found, but too late

        monkeypatch.setattr(runs, "look_back", slow)
        await pilot.press("home")
        await asyncio.to_thread(begun.wait, 60)
        await press(pilot, "space")
        await asyncio.to_thread(gate.set)
        while app.snapshot is before or app.snapshot.status != "completed":  # it begins a little later
            await trained(pilot)
        await looked(pilot)
        assert app.picked is None
        np.testing.assert_array_equal(weights(app), end)
        assert "Every pane shows" not in text_of(app)


async def test_a_moment_that_arrives_after_its_request_was_withdrawn_is_not_shown() -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        early = app.session.runs.look_back(3)
        assert early is not None
        app.moments._arrived(early, app.moments._withdrawals)
        assert app.picked is early
        asked = app.moments._withdrawals
        app.moments.give_up()
        app.moments.ask(5)  # a newer request does not bring the withdrawn one back
        app.moments._arrived(early, asked)
        assert app.picked is not early
        await looked(pilot)


async def test_the_newest_request_wins_and_no_key_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        runs, gate, asked = app.session.runs, threading.Event(), []
        original = runs.look_back

        def slow(update, cancelled):
            asked.append(update)
            gate.wait(60)
            return original(update, cancelled)

        monkeypatch.setattr(runs, "look_back", slow)
        await pilot.press("home", "right", "right", "right")
        screen = app.screen
        assert isinstance(screen, TrainScreen)
        cursor = screen.query_one(LossCurve).cursor
        await asyncio.to_thread(gate.set)
        await looked(pilot)
        assert cursor is not None
        assert asked == [0, round(cursor)], "the requests in between were dropped"
        assert f"update {round(cursor)} of 1 000" in text_of(app)


async def test_every_pane_of_a_saved_run_shows_the_moment_that_the_live_run_had(tmp_path: Path) -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        await press(pilot, "home", "right", "right")
        await looked(pilot)
        live, moment = app.moment, weights(app)
        folder = app.session.store.save(tmp_path / "run")
    assert live is not None
    async with running(folder, "3") as (app, pilot):
        end = weights(app)
        app.moments.ask(live.update)
        await looked(pilot)
        assert app.moment is app.picked
        np.testing.assert_array_equal(weights(app), moment)
        assert "Every pane shows update" in text_of(app)
        assert f"Numbers · after update {live.update}" in text_of(app)
        assert f"Metrics · epoch {live.epoch}" in text_of(app)
        assert app.session.workspace.saved_run is not None
        await press(pilot, "escape")
        np.testing.assert_array_equal(weights(app), end)
        assert app.moment is app.snapshot
        await press(pilot, "home")
        await looked(pilot)
        assert "Every pane shows the start values" in text_of(app)


async def test_the_keys_look_back_in_a_saved_run_and_what_lacks_says_so(tmp_path: Path) -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        folder = app.session.store.save(tmp_path / "run")
    async with running(folder, "3", size=(120, 60)) as (app, pilot):
        assert "← → on the curve look back" in text_of(app)
        assert "not saved · ← on the curve has earlier ones" in text_of(app)
        await press(pilot, "left", "left")
        await looked(pilot)
        assert app.picked is not None
        assert f"Every pane shows update {app.picked.update} of 1 000" in text_of(app)
        assert "not saved" not in text_of(app)
        await press(pilot, "end")
        await looked(pilot)
        assert app.picked is None
        await press(pilot, "4")
        assert text_of(app).count("A saved run: → shows its last update.") == 3, "in the line and in both panes"


async def test_the_end_key_ends_the_look_back_on_every_screen_and_the_lines_below_say_now() -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        end = weights(app)
        for screen in "3457":
            await press(pilot, "3", "home", "right", "right")
            await looked(pilot)
            assert "⚕ now: " in text_of(app)
            await press(pilot, screen)
            assert app.picked is not None
            assert "$ To the end" in text_of(app)
            assert screen != "4" or " now: ✓ epoch" in text_of(app)
            await press(pilot, "dollar_sign")
            assert app.picked is None
            assert "now: " not in text_of(app)
            assert "$ To the end" not in text_of(app)
            await press(pilot, "3")
            assert app.screen.query_one(LossCurve).cursor is None
            np.testing.assert_array_equal(weights(app), end)


async def test_the_end_key_ends_the_look_back_in_a_run_that_was_left_by_stepping_too() -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        end = app.session.runs.current.network.theta.copy()
        await press(pilot, "4", "b", "b", "3", "home")
        app._look()
        await press(pilot, "home")
        await looked(pilot)
        assert app.picked is not None
        assert app.snapshot.left_its_end
        await press(pilot, "dollar_sign")
        app._look()
        await pilot.pause()
        assert app.picked is None
        assert not app.snapshot.left_its_end
        np.testing.assert_array_equal(app.session.runs.current.network.theta, end)


async def test_the_end_key_takes_a_paused_run_to_where_it_was_before_an_earlier_update_was_stepped() -> None:
    async with running("sample:xor", "e", "e", "e") as (app, pilot):
        await settle(pilot, "training")
        run = app.session.runs.current
        end, theta = run.trainer.update, run.network.theta.copy()
        await press(pilot, "3", "left", "left", "g")
        await settle(pilot)
        await press(pilot, "3")
        app._look()
        await settle(pilot)
        assert run.trainer.update < end
        assert f"The run is {end} updates long" in text_of(app)
        assert "$ goes to its end" in text_of(app)
        await press(pilot, "dollar_sign")
        app._look()
        await settle(pilot)
        assert run.trainer.update == end
        np.testing.assert_array_equal(run.network.theta, theta)
        assert "updates long" not in text_of(app)


async def test_a_saved_run_whose_data_have_changed_keeps_its_end_and_says_so_once(tmp_path: Path) -> None:
    path = table(tmp_path)
    async with running(path, "3", "e") as (app, pilot):
        await settle(pilot, "training")
        folder = app.session.store.save(tmp_path / "run")
    path.write_text(path.read_text("utf-8").replace("anna", "anne"), "utf-8")
    async with running(folder, "3") as (app, pilot):
        end = weights(app)
        for _ in range(2):
            app.moments.ask(0)
            await looked(pilot)
        assert app.picked is None
        np.testing.assert_array_equal(weights(app), end)
        told = [note.message for note in app._notifications if "Earlier moments" in note.message]
        assert told == ["Earlier moments of this run cannot be shown: the data file has changed since it was trained."]


async def test_the_picked_moment_stays_while_the_run_ends_and_its_result_is_measured() -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        assert app.snapshot is not None
        ended = app.snapshot
        early = app.session.runs.look_back(3)
        app.moments.follow(replace(ended, status="running"))
        app.picked = early
        app.moments.follow(ended)
        app.moments.follow(replace(ended, results=None))
        assert app.picked is early, "nothing was done with the run"
        app.moments.follow(replace(ended, update=ended.update - 1))
        assert app.picked is None, "it was stepped"


async def test_a_click_on_the_curve_shows_that_update_and_the_mark_stays() -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        await pilot.click(LossCurve, offset=(30, 6))
        await looked(pilot)
        assert "Every pane shows update" in text_of(app)
        await pilot.hover(ParameterTable)
        await pilot.pause()
        assert app.screen.query_one(LossCurve).describe().startswith("update ")


async def test_the_picked_update_is_stepped_with_one_key_from_train_and_from_explore() -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        for screen in ("3", "5"):
            await press(pilot, "3", "home", "right", "right", "right")
            await looked(pilot)
            picked = app.picked
            assert picked is not None
            await press(pilot, screen)
            assert f"Every pane shows update {picked.update} of 1 000; esc returns to now. g steps it." in text_of(app)
            assert "esc Now" in text_of(app)
            await press(pilot, "4")
            assert f"◀ The other screens show update {picked.update}; this is the run itself." in text_of(app)
            await press(pilot, screen, "g")
            await settle(pilot)
            place = shown(app).selection.place
            assert place is not None
            assert place.made == app.session.runs.current.trainer.update == picked.update
            assert app.picked is None, "every screen shows this update now, because the run itself is there"
            await press(pilot, "greater_than_sign")
            await settle(pilot)
            assert app.session.runs.current.trainer.update == 1000, "nothing of the run is lost"


async def test_the_start_of_the_run_is_stepped_too() -> None:
    async with running("sample:xor", "space") as (app, pilot):
        await trained(pilot)
        await press(pilot, "home")
        await looked(pilot)
        assert app.picked is not None
        await press(pilot, "g")
        await settle(pilot)
        assert app.session.runs.current.trainer.update == 0
        assert "Update 1 has not started." in await steady(app, pilot)
