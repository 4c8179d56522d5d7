"""Garbage is collected while nobody presses a key, so that no key waits for it."""

import asyncio
import gc
import weakref
from collections.abc import Iterator
from time import monotonic

import pytest

from tests.tui.pilots import running
from tui_ann.tui.shell.idle_collection import IdleCollection


class Node:
    """An object that refers to itself: only the collector frees it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def only_on_demand() -> Iterator[None]:
    """Nothing is collected but by `look`."""
    gc.disable()
    yield
    gc.enable()
    gc.freeze()


def garbage() -> weakref.ref[Node]:
    """An unreachable cycle, set aside like everything that is old."""
    left = weakref.ref(Node())
    gc.freeze()
    return left


def test_garbage_is_collected_when_the_keyboard_rests_and_something_new_is_shown() -> None:
    shown = ["train"]
    collection = IdleCollection(lambda: monotonic() - 5, lambda: shown[0])
    for name in ("train", "explore"):
        shown[0], left = name, garbage()
        collection.look()
        assert left() is None
        assert gc.get_freeze_count() > 0, "what stays is not visited again"


def test_what_was_shown_before_is_not_collected_again_at_once() -> None:
    collection = IdleCollection(lambda: monotonic() - 5, lambda: "train")
    collection.look()
    left = garbage()
    collection.look()
    assert left() is not None


def test_nothing_is_collected_just_after_a_key() -> None:
    left = garbage()
    IdleCollection(monotonic, lambda: "train").look()
    assert left() is not None


async def test_the_application_looks_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = asyncio.Queue[None]()
    monkeypatch.setattr(IdleCollection, "interval", 0.01)
    monkeypatch.setattr(IdleCollection, "look", lambda self: looks.put_nowait(None))
    async with asyncio.timeout(60), running():
        for _ in range(2):
            await looks.get()
