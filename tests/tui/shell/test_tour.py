"""The tour of the very first start."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests.tui.pilots import press, running, settle, text_of, train_for, trained
from tui_ann.tui.services.tour import Tour


@pytest.fixture
def first_start() -> bool:
    return True


async def test_three_keys_one_after_the_other_and_never_again():
    async with running() as (app, pilot):
        assert "1 of 3   ⏎ opens the run" in text_of(app)
        await press(pilot, "enter")
        assert "2 of 3   space trains it" in text_of(app)
        train_for(app, 2)
        await press(pilot, "space")
        await trained(pilot)
        assert "3 of 3   Key 4 takes it apart" in text_of(app)
        await press(pilot, "4")
        assert "← and → go through its parts" in text_of(app)
        await press(pilot, "3")
        for _ in range(100):  # the line is gone with the next layout
            if "3 of 3  " not in text_of(app):
                break
            await pilot.pause()
        assert "3 of 3  " not in text_of(app)
        assert "tour = false" in app.paths.settings.read_text(encoding="utf-8")
    app.paths.recents.unlink()
    async with running() as (again, _):
        assert "3 of 3  " not in text_of(again)


async def test_a_start_that_is_left_early_was_the_first_one_too():
    async with running() as (app, pilot):
        await settle(pilot)
    async with running() as (app, _):
        assert "3 of 3  " not in text_of(app)


async def test_the_key_is_the_one_of_the_keymap(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    (home / "keymap.toml").write_text('[train]\nrun = "x"\n', encoding="utf-8")
    async with running(None, "enter") as (app, _):
        assert "2 of 3   x trains it" in text_of(app)


def test_while_the_run_trains_the_tour_does_not_send_away_from_it():
    shot = SimpleNamespace(update=5, status="running")
    host = SimpleNamespace(snapshot=shot, key_of=lambda action: {"train.run": "space", "app.step": "4"}[action])
    tour = Tour(host, True, lambda: True, lambda: None)
    assert tour.line("train").startswith("2 of 3   It trains")
    shot.status = "paused"
    assert tour.line("train") == "3 of 3   Key 4 takes it apart, number by number."


async def test_frames_of_a_run_do_not_lay_out_the_screen_again(monkeypatch):
    async with running(None, "enter") as (app, pilot):
        app.runner.change_speed(99)
        train_for(app, 2)
        await press(pilot, "space")
        await trained(pilot)
        await settle(pilot)
        assert "3 of 3  " in text_of(app)
        reflows = []
        reflow = app.screen._compositor.reflow
        monkeypatch.setattr(app.screen._compositor, "reflow", lambda *args: reflows.append(args) or reflow(*args))
        for _ in range(5):
            assert app.snapshot is not None
            app.runner.publish(replace(app.snapshot, seconds=app.snapshot.seconds + 1.0))
            app._look()
            app.refresh_status()
            await settle(pilot)
        assert reflows == []
