import os
import sys
from threading import Thread

import pytest
from textual.app import App

from tui_ann.tui.services.served_driver import ServedDriver

LENGTH = 50_000
"""Bytes of a packet: more than a pipe takes in one piece."""


@pytest.fixture
def pipe(monkeypatch):
    """A pipe in the place of the standard input and output; gives its end to read."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as seen, os.fdopen(writing, "w", encoding="utf-8") as output:
        monkeypatch.setattr(sys, "__stdin__", seen)
        monkeypatch.setattr(sys, "__stdout__", output)
        yield seen


async def test_packets_of_two_threads_do_not_mix(pipe):
    driver = ServedDriver(App(), debug=False)
    times = 40
    screen = Thread(target=lambda: [driver.write("x" * LENGTH) for _ in range(times)])
    download = Thread(target=lambda: [driver.write_binary_encoded(("y" * LENGTH,)) for _ in range(times)])
    for thread in (screen, download):
        thread.start()
    kinds = []
    for _ in range(2 * times):
        kinds.append(pipe.read(1))
        payload = pipe.read(int.from_bytes(pipe.read(4), "big"))
        assert payload.count(b"x" if kinds[-1] == b"D" else b"y") == LENGTH
    for thread in (screen, download):
        thread.join()
    assert sorted(kinds) == [b"D"] * times + [b"P"] * times
