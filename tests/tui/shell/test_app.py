import threading
from dataclasses import replace

import pytest

from tests.tui.pilots import (
    press,
    running,
    settle,
    shown,
    table,
    text_of,
    train_for,
    trained,
    type_text,
    updates,
    updates_some,
)
from tui_ann.errors import SessionError
from tui_ann.tui.content import edits
from tui_ann.tui.dialogs.help import HelpDialog
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.dialogs.palette import PaletteDialog
from tui_ann.tui.dialogs.progress import ProgressDialog
from tui_ann.tui.dialogs.themes import ThemeDialog
from tui_ann.tui.shell.app import TuiAnnApp


class TestTheFirstSteps:
    async def test_from_start_to_a_moving_curve_it_is_enter_then_space(self):
        async with running() as (app, pilot):
            await press(pilot, "enter")
            assert app.current_mode == "train"
            await press(pilot, "space")
            await trained(pilot)
            assert app.snapshot.update > 0
            assert app.snapshot.history.epochs

    async def test_a_data_file_lands_on_data_and_two_keys_train_it(self, tmp_path):
        async with running(table(tmp_path)) as (app, pilot):
            assert app.current_mode == "data"
            await press(pilot, "enter")
            assert app.current_mode == "build"
            await press(pilot, "space")
            assert app.current_mode == "train"
            await trained(pilot)
            assert app.snapshot.update > 0

    async def test_a_run_folder_lands_on_train_with_its_history(self, tmp_path):
        async with running("sample:xor") as (app, pilot):
            await press(pilot, "space")
            await trained(pilot)
            folder = app.session.store.save(tmp_path / "run")
            epochs = app.snapshot.epoch
        async with running(folder) as (app, _):
            assert app.current_mode == "train"
            assert app.snapshot.epoch == epochs


class TestGoingPlaces:
    async def test_digits_switch_the_screens(self):
        async with running() as (app, pilot):
            for digit, mode in (("1", "data"), ("2", "build"), ("3", "train"), ("0", "start")):
                await press(pilot, digit)
                assert app.current_mode == mode

    async def test_a_click_in_the_header_switches_too(self):
        async with running() as (app, pilot):
            await pilot.click("HeaderTab", offset=(1, 0))
            await pilot.click(app.screen.query("HeaderTab")[2])
            await settle(pilot)
            assert app.current_mode == "build"

    @pytest.mark.parametrize("digit", ["1", "2", "3"])
    async def test_screens_without_anything_open_say_so(self, digit):
        async with running(None, digit) as (app, _):
            assert "0 goes to the examples" in text_of(app)

    async def test_switching_leaves_the_run_alone(self):
        async with running("sample:iris") as (app, pilot):
            app.runner.change_speed(-99)
            await press(pilot, "space", "2", "1", "0", "3")
            assert app.runner.running
            await press(pilot, "space")
            assert not app.runner.running


class TestSteering:
    async def test_one_update_and_one_epoch(self):
        async with running("sample:xor") as (app, pilot):
            await press(pilot, "n")
            await updates(app, pilot, 1)
            await press(pilot, "e")
            await updates(app, pilot, 2)
            assert app.snapshot.epoch == 2
            assert not app.runner.running

    async def test_rewind_goes_back_to_the_same_start_and_undo_brings_the_run_back(self):
        async with running("sample:xor") as (app, pilot):
            start = app.snapshot.parameters["W1"].copy()
            await press(pilot, "n")
            await updates(app, pilot, 1)
            await press(pilot, "r")
            await updates(app, pilot, 0)
            assert (app.snapshot.parameters["W1"] == start).all()
            await press(pilot, "u")
            await updates(app, pilot, 1)

    async def test_a_new_start_draws_from_the_next_seed(self):
        async with running("sample:xor") as (app, pilot):
            seed, start = app.session.workspace.experiment.network.seed, app.snapshot.parameters["W1"].copy()
            await press(pilot, "R")
            await updates(app, pilot, 0)
            assert app.session.workspace.experiment.network.seed == seed + 1
            assert (app.snapshot.parameters["W1"] != start).any()

    async def test_speed_goes_down_to_one_update_a_second_and_up_to_flat_out(self):
        async with running("sample:xor") as (app, pilot):
            assert app.runner.speed is None
            for _ in range(12):
                await pilot.press("-")
            assert app.runner.speed == 1
            for _ in range(12):
                await pilot.press("+")
            assert app.runner.speed is None

    async def test_the_speed_is_shown_when_it_changes_whatever_the_run_does(self):
        async with running("sample:xor") as (app, pilot):

            async def line_after(*keys):
                await pilot.press(*keys)
                app._look()
                await pilot.pause()
                return next(line for line in text_of(app).splitlines() if " epoch " in line and "η" in line)

            assert "held" not in await line_after()
            assert "update 0 · max 1/s · η" in await line_after(*["-"] * 9)
            assert "update 0 · full speed · η" in await line_after(*["+"] * 9)
            await press(pilot, "n")
            await updates(app, pilot, 1)
            assert "update 1 · max 1 k/s" in await line_after("-")
            assert "update 1 · full speed" in await line_after("+")
            train_for(app, 2)
            app.bench.changed()
            await press(pilot, "space")
            await trained(pilot)
            assert "epoch 2/2" in await line_after("-")
            assert "max 1 k/s" in await line_after()
            assert app.snapshot.status == "completed"

    async def test_the_pace_of_another_speed_is_not_shown(self):
        async with running("sample:iris") as (app, _):
            assert app.snapshot is not None
            app.runner.publish(replace(app.snapshot, status="running", updates_per_second=1100.0, eta_seconds=0.2))
            app.runner.change_speed(1)
            assert app.runner.newest().updates_per_second == 1100
            app.runner.change_speed(-9)
            assert app.runner.newest().updates_per_second is None
            assert app.runner.newest().eta_seconds is None

    async def test_the_end_of_a_run_names_the_keys_that_train_it_again(self):
        async with running("sample:xor") as (app, pilot):
            train_for(app, 2)
            await press(pilot, "space")
            await trained(pilot)
            assert "space plays it again" in text_of(app)
            run, theta = app.session.runs.current, app.snapshot.parameters["W1"]
            await press(pilot, "space")
            await trained(pilot)
            assert app.session.runs.current is run
            assert (app.snapshot.epoch, app.snapshot.status) == (2, "completed")
            assert (app.snapshot.parameters["W1"] == theta).all()

    async def test_the_learning_rate_changes_in_the_midst_of_a_run(self):
        async with running("sample:xor") as (app, pilot):
            await press(pilot, "n")
            await updates(app, pilot, 1)
            before = app.session.workspace.run
            await press(pilot, "2", "tab", "tab", "down", "down", "+")
            assert app.session.workspace.run is before
            assert app.session.workspace.trainer.history.marks

    async def test_an_edit_in_the_midst_of_a_run_makes_a_new_one_and_undo_brings_the_old_one_back(self):
        async with running("sample:iris") as (app, pilot):
            app.runner.change_speed(-99)
            await press(pilot, "n", "space")
            await updates_some(app, pilot)
            await press(pilot, "2", "+", "3")
            await settle(pilot, "training")
            await settle(pilot)
            await updates(app, pilot, 0)
            assert not app.session.workspace.stale
            assert app.snapshot.parameters["W1"].shape == (9, 4)
            await press(pilot, "u")
            await settle(pilot)
            await updates_some(app, pilot)
            assert app.snapshot.parameters["W1"].shape == (8, 4)


class TestTheEndOfARun:
    async def test_keys_that_have_nothing_to_do_say_so(self):
        async with running("sample:xor") as (app, pilot):
            train_for(app, 2)
            await press(pilot, "space")
            await trained(pilot)
            for key in ("n", "e"):
                await press(pilot, key)
                assert said(app).startswith("The run has ended: space on Train plays it again")
                app.clear_notifications()
            train_for(app, 3)
            await press(pilot, "space")
            await trained(pilot)
            assert app.snapshot.epoch == 3

    async def test_a_network_that_cannot_be_trained_is_mended_with_the_key_that_is_named(self):
        async with running("sample:xor") as (app, pilot):
            app.bench.edit(edits.put(app.session.workspace.experiment, "training.loss", "categorical_crossentropy"))
            await settle(pilot)
            await press(pilot, "space")
            assert app.current_mode == "build"
            assert "! fixes it" in said(app)
            await press(pilot, "!", "n")
            assert not app.plan().problems

    async def test_undoing_a_setting_of_a_run_that_has_ended_says_what_becomes_of_it(self):
        async with running("sample:xor") as (app, pilot):
            app.bench.edit(edits.put(app.session.workspace.experiment, "training.epochs", 2))
            app.bench.edit(edits.put(app.session.workspace.experiment, "training.learning_rate", 0.3))
            await press(pilot, "space")
            await trained(pilot)
            await press(pilot, "u")
            assert "now 0.5 again" in said(app)
            assert "The run of 2 updates ends; U restores it." in said(app)
            await press(pilot, "U")
            assert app.session.workspace.trainer.finished


def said(app: TuiAnnApp) -> str:
    """What was told last."""
    return [note.message for note in app._notifications][-1]


class TestOpeningAtTheStart:
    async def test_keys_pressed_meanwhile_do_nothing_and_escape_says_what_it_did(self, monkeypatch):
        wait = threading.Event()

        def slow(*_, cancelled, **__):
            while not cancelled():
                wait.wait(0.01)
            raise SessionError("Called off.")

        monkeypatch.setattr("tui_ann.session.workspace.load_source", slow)
        app = TuiAnnApp("sample:xor")
        async with app.run_test() as pilot:
            assert "Opening xor" in text_of(app)
            for key in ("space", "enter", "question_mark", "0"):
                await pilot.press(key)
                assert isinstance(app.screen, ProgressDialog)
            assert not shown(app).cancelled.is_set()
            await press(pilot, "escape")
            assert "cancelled" in said(app)
            assert not app.session.workspace.is_open

    async def test_a_run_in_progress_is_kept_and_that_is_said(self):
        async with running("sample:iris", "n") as (app, pilot):
            await updates(app, pilot, 1)
            await app.opener.open("sample:xor")
            await settle(pilot)
            assert "The run of iris is saved" in said(app)
            await press(pilot, "0")
            assert "Unfinished" in text_of(app)
            await press(pilot, "home", "enter")
            assert app.open_name == "iris"
            assert app.session.workspace.trainer.update == 1


class TestLooks:
    async def test_a_theme_is_seen_at_once_kept_and_remembered(self):
        async with running(None, "ctrl+t") as (app, pilot):
            assert isinstance(app.screen, ThemeDialog)
            await press(pilot, "down")
            assert app.theme == "dawn"
            await press(pilot, "enter")
        async with running() as (app, _):
            assert app.theme == "dawn"

    async def test_cancelling_puts_the_theme_before_on_again(self):
        async with running(None, "ctrl+t", "down", "escape") as (app, _):
            assert app.theme == "dusk"

    async def test_an_unknown_theme_is_told(self):
        app = TuiAnnApp()
        app.paths.config.mkdir(parents=True)
        app.paths.settings.write_text('theme = "plaid"\n', encoding="utf-8")
        async with running() as (app, _):
            assert app.theme == "dusk"
            assert "plaid" in str([note.message for note in app._notifications])

    async def test_a_keymap_changes_keys_footer_and_help(self):
        app = TuiAnnApp()
        app.paths.config.mkdir(parents=True)
        app.paths.keymap.write_text('[start]\nopen = "f"\n[app]\nzom = "w"\n', encoding="utf-8")
        async with running() as (app, pilot):
            assert "f Open a file" in text_of(app)
            assert "“app.zoom”" in str([note.message for note in app._notifications])
            await press(pilot, "f")
            assert isinstance(app.screen, OpenDialog)

    async def test_complaints_about_a_keymap_stand_one_a_line(self):
        app = TuiAnnApp()
        app.paths.config.mkdir(parents=True)
        app.paths.keymap.write_text('[app]\nzom = "w"\n[data]\ntarget = "f99"\n', encoding="utf-8")
        async with running() as (app, pilot):
            await pilot.pause()
            first, second = said(app).split("\n")
            assert first.startswith("There is no action “app.zom”")
            assert second.startswith("“data.target” cannot have the key “f99”")


class TestFooter:
    async def test_it_ends_with_help_all_keys_and_quit(self):
        async with running("sample:xor", size=(80, 24)) as (app, pilot):
            for digit in "012345":
                await press(pilot, digit)
                assert text_of(app).splitlines()[-1].endswith("? Help  ^p Keys  q Quit")

    async def test_a_sign_says_that_there_are_more_keys_and_lists_them(self):
        async with running("sample:xor", "3", size=(80, 24)) as (app, pilot):
            line = text_of(app).splitlines()[-1]
            assert "…" in line
            await pilot.click("KeyFooter", offset=(line.index("…"), 0))
            await settle(pilot)
            assert isinstance(app.screen, PaletteDialog)

    async def test_there_is_no_such_sign_where_all_keys_fit(self):
        async with running("sample:xor", "1", size=(200, 50)) as (app, _):
            assert "…" not in text_of(app).splitlines()[-1]


class TestHelp:
    async def test_help_explains_the_thing_under_the_cursor(self):
        async with running("sample:iris", "2", "question_mark", size=(120, 80)) as (app, _):
            assert isinstance(app.screen, HelpDialog)
            assert "Help · Dense layer" in text_of(app)
            assert "Under the cursor: Dense layer" in text_of(app)
            assert "z = W a + b" in text_of(app)

    async def test_help_follows_the_setting_in_hand(self):
        async with running("sample:iris", "2", "tab", "tab", "down", "question_mark", size=(120, 80)) as (
            app,
            pilot,
        ):
            assert "Variant of gradient descent" in text_of(app)
            await press(pilot, "escape")
            assert app.current_mode == "build"

    async def test_help_says_where_the_keymap_is(self):
        async with running(None, "question_mark") as (app, pilot):
            await press(pilot, "end")
            assert str(app.paths.keymap)[:20] in text_of(app)

    async def test_the_palette_finds_and_does_an_action(self):
        async with running("sample:iris", "2", "ctrl+p") as (app, pilot):
            await type_text(pilot, "duplicate")
            await press(pilot, "enter")
            await settle(pilot)
            assert len(app.session.workspace.experiment.network.layers) == 3

    async def test_the_palette_opens_an_example(self):
        async with running("sample:xor", "ctrl+p") as (app, pilot):
            await type_text(pilot, "open half moons")
            await settle(pilot)
            await press(pilot, "enter")
            await settle(pilot)
            assert app.open_name == "moons"


async def test_every_screen_shows_another_experiment_from_the_start():
    async with running("sample:iris", "2", "tab", "z") as (app, pilot):
        assert app.focused.id == "network-picture"
        await press(pilot, "0", "home", "enter", "2")
        await settle(pilot)
        assert app.focused.id == "layers"
        assert not shown(app).panes.zoomed
        await press(pilot, "tab")
        assert app.focused.id == "network-picture"
