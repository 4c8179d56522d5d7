"""Where the application draws that `tui-ann serve` shows in a browser."""

import os
from functools import partial
from threading import Lock
from typing import Any

from textual.drivers.web_driver import WebDriver


class ServedDriver(WebDriver):
    """Textual's driver for the browser, with each packet written whole.

    The screen is written by the main thread, the parts of a download by the thread that reads the keys.  A pipe keeps
    only short writes in one piece: without a lock a packet may begin in the middle of another.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._packet = Lock()
        self._write = partial(self._write_packet)

    def _write_packet(self, packet: bytes) -> int:
        left = memoryview(packet)
        with self._packet:
            while left:
                left = left[os.write(self.fileno, left) :]
        return len(packet)
