"""A server in this process and a browser without a face; skipped where the extra `web` is not installed."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytest.importorskip("textual_serve", reason="needs the extra: pip install 'tui-ann[web]'")

import aiohttp

from tui_ann.web.access import Access
from tui_ann.web.place import ServedPlace
from tui_ann.web.server import WebServer, serving

SECONDS = 60.0
"""A test waits for something this long before it fails."""
_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\a\x1b]*(\a|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[@-Z\\-_])")


@dataclass
class Window:
    """A browser window: what it was sent, and its socket."""

    socket: aiohttp.ClientWebSocketResponse
    text: str = ""
    """Output of the application, without its escape sequences."""
    raw: str = ""
    """The same with them."""
    messages: list[list[object]] = field(default_factory=list)
    """What is no output, such as downloads."""

    async def type(self, keys: str) -> None:
        await self.socket.send_json(["stdin", keys])

    @asynccontextmanager
    async def _patience(self, wanted: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(SECONDS):
                yield
        except TimeoutError:
            raise AssertionError(f"{wanted!r} does not come; the last output: {self.text[-3000:]}") from None

    async def until(self, *, seen: str = "", said: str = "", closed: bool = False) -> None:
        """Wait for a text on the screen, a message, or the end; what was there before does not count."""
        self.text, self.raw = "", ""

        def there() -> bool:
            if closed:
                return self.socket.closed
            return bool(seen and seen in self.text) or any(message[0] == said for message in self.messages)

        async with self._patience(seen or said):
            while not there():
                received = await self.socket.receive()
                if received.type is aiohttp.WSMsgType.BINARY:
                    self.raw += received.data.decode("utf-8", "replace")
                    self.text += _ESCAPES.sub("", received.data.decode("utf-8", "replace"))
                elif received.type is aiohttp.WSMsgType.TEXT:
                    self.messages.append(received.json())
                elif self.socket.closed and not closed:
                    raise AssertionError(f"the session has ended: {self.text[-300:]!r}")


@dataclass
class Served:
    """A server and one browser that may come in."""

    server: WebServer
    access: Access
    browser: aiohttp.ClientSession
    folder: Path

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.access.port}"

    async def enter(self) -> None:
        """Open the printed address."""
        async with self.browser.get(self.access.address) as page:
            assert page.status == 200

    async def open(self, query: str = "width=100&height=30", **headers: str) -> Window:
        socket = await self.browser.ws_connect(
            f"{self.base}/ws?{query}", headers={"Origin": self.base, **headers}, max_msg_size=0
        )
        return Window(socket)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that is served, with a table in it, and something beside it that nobody may see."""
    place = tmp_path / "served"
    place.mkdir()
    (place / "points.csv").write_text("a,b,y\n" + "0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n" * 5, encoding="utf-8")
    (tmp_path / "secret.csv").write_text("a,b,y\n1,2,zebra\n2,1,zebra\n", encoding="utf-8")
    return place


@pytest.fixture
def serve(folder: Path) -> Callable[..., object]:
    """Serves the folder and opens the address."""

    @asynccontextmanager
    async def start(*, enter: bool = True, read_only: bool = False, **settings: float) -> AsyncIterator[Served]:
        place = ServedPlace.of(folder, read_only=read_only)
        async with (
            serving(place, 0, **{"wait": 0.1, **settings}) as (server, access),  # type: ignore[arg-type]
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
        ):
            served = Served(server, access, browser, folder)
            if enter:
                await served.enter()
            try:
                yield served
            finally:
                server.kill()

    return start


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    if sys.platform == "linux":
        with suppress(FileNotFoundError):
            return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
        return False
    try:
        os.kill(pid, signal.SIG_DFL if sys.platform == "win32" else 0)
    except OSError:
        return False
    return True
