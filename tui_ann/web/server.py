"""The server: a page, a socket for each session, downloads, and nothing else."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote

from aiohttp import WSCloseCode, WSMsgType, web
from textual_serve.download_manager import DownloadManager

from tui_ann.errors import SessionError
from tui_ann.web import messages, page
from tui_ann.web.access import HOST, Access
from tui_ann.web.place import ServedPlace
from tui_ann.web.served_app import ServedApp

IDLE = 30 * 60.0
"""Seconds without a key after which a session ends."""
_HEARTBEAT = 15.0
_WAIT = 8.0
"""Seconds that a new session waits for one that is ending, as when a page is loaded again."""


class WebServer:
    """Serves the application.

    Args:
        place: The folder that is served.
        access: Decides who may come in.
        sessions: How many sessions there are at most at the same time.
        idle: Seconds without a key after which a session ends.
        wait: Seconds that a new session waits for a free place.
    """

    def __init__(
        self, place: ServedPlace, access: Access, *, sessions: int = 2, idle: float = IDLE, wait: float = _WAIT
    ) -> None:
        self._place, self._access, self._idle, self._wait = place, access, idle, wait
        self._free = asyncio.Semaphore(sessions)
        self._downloads = DownloadManager()
        self._static = page.static_files()
        self.apps: set[ServedApp] = set()
        """The sessions."""
        self._sockets: set[web.WebSocketResponse] = set()

    def application(self) -> web.Application:
        """What aiohttp serves."""
        app = web.Application(middlewares=[self._access.guard], client_max_size=1)
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/ws", self._session, allow_head=False),
                web.get("/download/{key}", self._download, allow_head=False),
                *(web.get(path, self._file) for path in self._static),
            ]
        )
        app.on_response_prepare.append(self._protect)
        app.on_shutdown.append(self._shut)
        return app

    def kill(self) -> None:
        """End all sessions at once, without saving."""
        for app in self.apps:
            app.kill()

    async def _protect(self, request: web.Request, response: web.StreamResponse) -> None:
        page.protect(request.host if response.status < 400 else HOST, response)

    async def _index(self, request: web.Request) -> web.Response:
        return web.Response(text=page.index(request.host), content_type="text/html")

    async def _file(self, request: web.Request) -> web.Response:
        file = self._static[request.path]
        return web.Response(body=file.content, content_type=file.kind)

    async def _session(self, request: web.Request) -> web.WebSocketResponse:
        self._access.check_origin(request)
        try:
            await asyncio.wait_for(self._free.acquire(), self._wait)
        except TimeoutError:
            raise web.HTTPTooManyRequests(text="There is no free session.\n") from None
        try:
            return await self._serve(request)
        finally:
            self._free.release()

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        browser = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=messages.MOST_BYTES, compress=False)
        await browser.prepare(request)
        app = ServedApp(
            self._place,
            self._downloads,
            write_bytes=browser.send_bytes,
            write_str=browser.send_str,
            close=browser.close,
        )
        self.apps.add(app)
        self._sockets.add(browser)
        try:
            width = messages.within(request.query.get("width"), messages.WIDTHS, 80)
            height = messages.within(request.query.get("height"), messages.HEIGHTS, 24)
            await app.start(width, height)
            await self._listen(browser, app)
        finally:
            self._sockets.discard(browser)
            await asyncio.shield(self._leave(app))
            await browser.close()
        return browser

    async def _leave(self, app: ServedApp) -> None:
        try:
            await app.stop()
        finally:
            self.apps.discard(app)

    async def _listen(self, browser: web.WebSocketResponse, app: ServedApp) -> None:
        """Pass on what the browser says, until it leaves, says nonsense, or nobody types for long."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._idle
        while True:
            try:
                received = await asyncio.wait_for(browser.receive(), until - loop.time())
            except TimeoutError:
                await browser.close(code=WSCloseCode.GOING_AWAY, message=b"idle")
                return
            if received.type is not WSMsgType.TEXT:
                return
            try:
                said = messages.read_message(received.data)
            except messages.BadMessageError:
                await browser.close(code=WSCloseCode.POLICY_VIOLATION)
                return
            match said:
                case messages.Typed(data):
                    until = loop.time() + self._idle
                    if data:  # the application takes an empty packet as the end of its input
                        await app.send_bytes(data)
                case messages.Resized(width, height):
                    await app.set_terminal_size(width, height)
                case messages.Focused(here):
                    await (app.focus() if here else app.blur())
                case messages.Pinged(mark):
                    await browser.send_json(["pong", mark])

    async def _download(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        try:
            wanted = await self._downloads.get_download_metadata(key)
        except KeyError:
            raise web.HTTPNotFound(text="There is no such download.\n") from None
        name = quote(wanted.file_name, safe="")
        response = web.StreamResponse(
            headers={
                "Content-Type": "application/octet-stream",  # never shown as a page of this server
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
                "Content-Security-Policy": "sandbox; default-src 'none'",
            }
        )
        await response.prepare(request)
        async for chunk in self._downloads.download(key):
            await response.write(chunk)
        await response.write_eof()
        return response

    async def _shut(self, _: web.Application) -> None:
        await self.end()

    async def end(self) -> None:
        """End all sessions; their runs are saved."""
        for browser in tuple(self._sockets):
            await browser.close(code=WSCloseCode.GOING_AWAY, message=b"the server ends")
        await asyncio.gather(*(app.stop() for app in tuple(self.apps)), return_exceptions=True)


@asynccontextmanager
async def serving(
    place: ServedPlace, port: int, *, sessions: int = 2, idle: float = IDLE, wait: float = _WAIT
) -> AsyncIterator[tuple[WebServer, Access]]:
    """A server that listens; it has ended all sessions when this ends.

    Args:
        place: The folder that is served.
        port: The port; 0 is any free one.
        sessions: How many sessions there are at most at the same time.
        idle: Seconds without a key after which a session ends.
        wait: Seconds that a new session waits for a free place.

    Raises:
        SessionError: The port is in use, or may not be used.
    """
    listener = _listener(port)
    access = Access(listener.getsockname()[1])
    server = WebServer(place, access, sessions=sessions, idle=idle, wait=wait)
    runner = web.AppRunner(server.application(), access_log=None, handle_signals=False, shutdown_timeout=1.0)
    try:
        await runner.setup()
        await web.SockSite(runner, listener).start()
        yield server, access
    finally:
        await runner.cleanup()
        server.kill()
        listener.close()


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would share the port with another program
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise SessionError(
            f"Port {port} of this machine cannot be used: {error.strerror or error}.",
            remedy="Name another one with --port; --port 0 takes a free one.",
            code="port_in_use",
        ) from error
    return listener


async def serve(place: ServedPlace, port: int, sessions: int, ready: Callable[[Access], None]) -> int:
    """Serve until the process is told to end.

    Args:
        place: The folder that is served.
        port: The port; 0 is any free one.
        sessions: How many sessions there are at most at the same time.
        ready: Gets the address when it can be opened.

    Returns:
        The number of the signal that ended it.

    Raises:
        SessionError: The port cannot be used.
    """
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async with serving(place, port, sessions=sessions) as (server, access):

        def end(number: int) -> None:
            if told.done():  # a second time: nothing is saved any more
                server.kill()
            else:
                told.set_result(number)

        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is signal.SIG_IGN:  # nohup
                    continue
                asyncio.get_running_loop().add_signal_handler(number, end, int(number))
        ready(access)
        with contextlib.suppress(asyncio.CancelledError):  # Ctrl-C on Windows
            return await told
    return int(signal.SIGINT)
