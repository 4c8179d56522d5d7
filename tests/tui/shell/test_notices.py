"""Short messages over the screens."""

import asyncio

import pytest
from textual.app import App
from textual.notifications import Notification
from textual.widgets._toast import Toast

from tests.tui.pilots import running
from tui_ann.tui.shell.notices import LastingNotification


@pytest.mark.parametrize("left", [-1e-6, 1e-9])
async def test_a_message_whose_time_is_just_over_does_not_stop_the_application(left, monkeypatch) -> None:
    async with running(None) as (app, pilot):
        app.tell("a message")
        await pilot.pause()
        (note,) = app._notifications
        assert isinstance(note, LastingNotification)
        monkeypatch.setattr(Notification, "time_left", left)
        assert note.time_left > 0
        await app.screen.mount(Toast(note))
        await asyncio.wait_for(pilot.pause(), 10)
        monkeypatch.setattr(Notification, "time_left", 0.0)
        assert note.has_expired
        assert not list(app._notifications)


async def test_a_message_of_a_widget_lasts_as_well() -> None:
    async with running(None) as (app, pilot):
        App.notify(app, "from a widget")
        await pilot.pause()
        assert any(isinstance(note, LastingNotification) for note in app._notifications)
