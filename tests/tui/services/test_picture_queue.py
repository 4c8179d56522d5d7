"""Pictures computed in a thread: the newest request first, outdated ones dropped, errors sent like results."""

import asyncio
import threading
from collections.abc import Callable
from inspect import isawaitable
from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import Static

from tui_ann.tui.services.picture_queue import Pictured, PictureQueue


class Asker(Static):
    """Collects its pictures."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.got: list[tuple[int, Any, Exception | None]] = []

    def on_pictured(self, event: Pictured) -> None:
        self.got.append((event.ticket, event.picture, event.error))


class AskingApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Asker("first")
        yield Asker("second")


async def asked(work: Callable[[PictureQueue, Asker, Asker, threading.Event], Any]) -> tuple[Asker, Asker, Any]:
    """Ask while the thread is held up, then let it go and wait."""
    app = AskingApp()
    async with app.run_test() as pilot:
        first, second = app.query_one("#first", Asker), app.query_one("#second", Asker)
        queue, gate = PictureQueue(lambda: app), threading.Event()  # type: ignore[arg-type, return-value]
        told = work(queue, first, second, gate)
        if isawaitable(told):
            told = await told
        gate.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert not queue.busy
        return first, second, told


async def test_only_the_newest_request_of_a_widget_is_computed():
    def work(queue, first, second, gate):
        queue.ask(second, lambda outdated: gate.wait())
        queue.ask(first, lambda outdated: "old")
        return queue.ask(first, lambda outdated: "new")

    first, _, ticket = await asked(work)
    assert first.got == [(ticket, "new", None)]


async def test_the_newest_request_comes_first():
    order = []

    def work(queue, first, second, gate):
        queue.ask(first, lambda outdated: gate.wait())
        gate.computed = queue
        queue.ask(second, lambda outdated: order.append("second"))
        queue.ask(first, lambda outdated: order.append("first"))

    await asked(work)
    assert order == ["first", "second"]


async def test_a_long_computation_learns_that_it_is_outdated():
    async def work(queue, first, second, gate):
        begun = threading.Event()

        def slow(outdated):
            begun.set()
            gate.wait()
            return outdated()

        queue.ask(first, slow)
        await asyncio.to_thread(begun.wait)  # the thread begins only when the event loop goes on
        queue.ask(first, lambda outdated: outdated())

    first, _, _ = await asked(work)
    assert [picture for _, picture, _ in first.got] == [True, False]


async def test_an_error_is_sent_and_the_next_picture_is_computed():
    def work(queue, first, second, gate):
        queue.ask(first, lambda outdated: 1 / 0)
        queue.ask(second, lambda outdated: "drawn")

    first, second, _ = await asked(work)
    assert isinstance(first.got[0][2], ZeroDivisionError)
    assert second.got[0][1] == "drawn"
