"""Helpers for tests that press keys: the application in a home of its own, its threads awaited, its screen as text."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import textual.screen
from textual import _wait
from textual.app import App
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input
from textual.worker import WorkerCancelled, WorkerFailed

from tui_ann.tui.content.edits import put
from tui_ann.tui.shell.app import TuiAnnApp

SIZE = (120, 36)
TABLE = """height,weight,shape,name,answer
1.5,10,round,anna,yes
2.5,20,square,ben,no
3.5,35,round,cleo,yes
4.5,38,square,dan,no
5.5,50,round,eve,yes
6.5,61,square,fay,no
7.5,72,round,gus,yes
8.5,80,square,hal,no
"""


_pause_once = Pilot.pause


def wait_for_screens(put: Callable[[object, str, object], None]) -> None:
    """Have a pilot wait for the screens and for nothing else.

    Args:
        put: Sets an attribute of an object.
    """
    # A screen is painted this much after it has changed.
    put(textual.screen, "UPDATE_PERIOD", 1 / 1000)
    # It asks this often whether the application is idle, two to three times a key.
    put(_wait, "SLEEP_GRANULARITY", 1 / 200)
    put(_wait, "SLEEP_IDLE", 1 / 4000)
    # Next to a thread that trains it would wait for a second with each key.
    put(_wait, "process_time", time.thread_time)
    # A thread that is kept waiting by another program looks idle too.
    put(Pilot, "pause", _pause)


async def _pause(self: Pilot[Any], delay: float | None = None) -> None:
    """Pause until no message waits, and the screen is as it will be."""
    await _pause_once(self, delay)
    while _messages_wait(self.app) or _picture_waits(self.app):
        await _pause_once(self)


async def settle(pilot: Pilot[None], *groups: str) -> None:
    """Wait until nothing is being opened or prepared, and everything is shown."""
    wanted = groups or ("loading", "preparing", "stepping", "rebuilding", "judging", "picturing", "examining")
    await pilot.pause()
    _examine(pilot.app)
    while (
        _keys_wait(pilot.app)
        or (busy := [worker for worker in pilot.app.workers if worker.group in wanted and not worker.is_finished])
        or _messages_wait(pilot.app)
    ):
        if not _keys_wait(pilot.app):
            with suppress(WorkerFailed, WorkerCancelled):
                await pilot.app.workers.wait_for_complete(busy)
        await pilot.pause()
        _examine(pilot.app)


async def press_at_once(pilot: Pilot[None], *keys: str) -> None:
    """Press keys faster than the application can follow."""
    for key in keys:
        pilot.app.post_message(Key(key, key if len(key) == 1 else None))
    await settle(pilot)


def _keys_wait(app: App[Any]) -> bool:
    """Whether a key waits for what an earlier one brings about."""
    return isinstance(app, TuiAnnApp) and app.keys.waiting


def _messages_wait(app: App[Any]) -> bool:
    """Whether something has still to read a message: a worker that has ended may have sent its result just now."""
    nodes = (app, *(node for screen in app.screen_stack for node in screen.walk_children(with_self=True)))
    return any(node.is_running and node.message_queue_size for node in nodes)


def _picture_waits(app: App[Any]) -> bool:
    """Whether the screen is still to be laid out or painted: it does that with its next frame, a moment later."""
    screen = app.screen
    if app._exit or not screen.is_running:
        return False
    return bool(app._batch_count or screen._layout_required or screen._repaint_required or screen._dirty_widgets)


def _examine(app: App[Any]) -> None:
    """Let the doctor look at what is new now instead of with the next frame."""
    if isinstance(app, TuiAnnApp) and app.used and app.bench.experiment is not None:
        app.doctor.look(app.snapshot)


@asynccontextmanager
async def running(
    path: str | Path | None = None, *keys: str, size: tuple[int, int] = SIZE
) -> AsyncIterator[tuple[TuiAnnApp, Pilot[None]]]:
    """The application with something open; a mistake of the program fails the test."""
    app = TuiAnnApp(path)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        yield app, pilot
        await app.runner.stop()
        for error in app.failures.seen:
            raise error


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys one by one, each with all it brings about."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Put a text where the cursor is, as a paste does."""
    field = pilot.app.screen.focused
    assert isinstance(field, Input)
    field.replace(text, *field.selection)
    await pilot.pause()


async def trained(pilot: Pilot[None]) -> None:
    """Wait for the end of the training."""
    await settle(pilot, "training")
    app = pilot.app
    assert isinstance(app, TuiAnnApp)
    app._look()
    await settle(pilot)
    app._look()
    await pilot.pause()


def train_for(app: TuiAnnApp, epochs: int) -> None:
    """Let the open experiment train for fewer epochs, where a test needs no more."""
    workspace = app.session.workspace
    workspace.edit(put(workspace.experiment, "training.epochs", epochs))


async def steady(app: App[Any], pilot: Pilot[None]) -> str:
    """What is on the screen once it does not change any more, bars and titles included."""
    text = before = ""
    for _ in range(100):
        await pilot.pause()
        text = text_of(app)
        if text and text == before:
            break
        before = text
    return text


def text_of(app: App[Any]) -> str:
    """What is on the screen, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def table(folder: Path, text: str = TABLE, name: str = "shapes.csv") -> Path:
    """A data file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


async def updates(app: TuiAnnApp, pilot: Pilot[None], wanted: int) -> None:
    """Look until the picture shows so many updates."""
    for _ in range(200):
        app._look()
        if app.snapshot is not None and app.snapshot.update == wanted:
            await pilot.pause()
            return
        await asyncio.to_thread(threading.Event().wait, 0.01)
    assert app.snapshot.update == wanted


async def updates_some(app: TuiAnnApp, pilot: Pilot[None]) -> None:
    """Look until the picture shows an update, or two seconds have passed."""
    for _ in range(200):
        app._look()
        if app.snapshot is not None and app.snapshot.update > 0:
            return
        await asyncio.to_thread(threading.Event().wait, 0.01)


def shown(app: TuiAnnApp) -> Any:
    """The screen that is shown, of whatever class it is: a test reads what that class has."""
    return app.screen
