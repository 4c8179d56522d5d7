"""One session: the application in a process of its own, and what goes to and from it."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from pathlib import PurePath
from typing import Any

from textual_serve._binary_encode import DecodeError
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from tui_ann.web.place import ServedPlace

GRACE = 6.0
"""Seconds that an application has to save its run and end."""
_MOST_PACKET = 32 << 20
"""Bytes of one packet of the application; it sends far smaller ones."""
_LONGEST_START = 20
"""Lines that may come before the application says that it has started."""
_OWN_GROUP: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if sys.platform == "win32"
    else {"start_new_session": True}
)
_LINKS = ("http://", "https://")


class ServedApp(AppService):
    """The application in a process of its own, which ends with the session.

    Args:
        place: What it gets of this machine.
        downloads: Where its downloads wait for the browser.
        write_bytes: Sends output to the browser.
        write_str: Sends a message to the browser.
        close: Closes the socket of the browser.
    """

    def __init__(
        self,
        place: ServedPlace,
        downloads: DownloadManager,
        *,
        write_bytes: Callable[[bytes], Awaitable[None]],
        write_str: Callable[[str], Awaitable[None]],
        close: Callable[[], Awaitable[Any]],
    ) -> None:
        super().__init__(
            "", write_bytes=write_bytes, write_str=write_str, close=close, download_manager=downloads, debug=False
        )
        self._place = place
        self._over = False

    @property
    def pid(self) -> int:
        """The id of its process, which is that of its group too; 0 before the start."""
        return self._process.pid if self._process is not None else 0

    async def start(self, width: int, height: int) -> None:
        """Start the process.

        Args:
            width: Columns of the terminal.
            height: Its rows.
        """
        self._place.prepare()
        self._process = await asyncio.create_subprocess_exec(
            *self._place.command(),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd=self._place.folder,
            env=self._place.environment(width, height),
            **_OWN_GROUP,
        )
        self._stdin = self._process.stdin
        self._task = asyncio.create_task(self.run())

    async def run(self) -> None:
        """Pass on what the application sends, until it ends; then close the socket."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        try:
            if await self._has_started(process.stdout):
                while True:
                    kind, size = await process.stdout.readexactly(1), await process.stdout.readexactly(4)
                    length = int.from_bytes(size, "big")
                    if length > _MOST_PACKET:
                        break
                    await self._pass_on(kind, await process.stdout.readexactly(length))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, DecodeError, ValueError, OSError):
            pass  # it has ended, or sends something else than packets
        finally:
            self._kill(process)
            with contextlib.suppress(Exception):
                await self.remote_close()

    async def on_meta(self, data: bytes) -> None:
        """Pass on a download or a link to a web page; nothing else is for the browser.

        Args:
            data: What the application says, as JSON.
        """
        said = json.loads(data)
        if said.get("type") == "open_url" and not str(said.get("url", "")).startswith(_LINKS):
            return
        if said.get("type") == "deliver_file_start":
            said["path"] = PurePath(str(said["path"])).name
            data = json.dumps(said).encode()
        await super().on_meta(data)

    async def stop(self) -> None:
        """End the process: it saves its run, if it does that soon."""
        process, task = self._process, self._task
        if process is None or task is None:
            return
        self._over = True  # what it still writes is read and dropped, so that it does not wait for a reader
        await self._download_manager.cancel_app_downloads(app_service_id=self.app_service_id)
        if process.returncode is None:
            if sys.platform == "win32":
                await self.send_meta({"type": "quit"})
            else:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.shield(task), GRACE)
        self._kill(process)
        await task
        await process.wait()

    def kill(self) -> None:
        """End the process and those that it has started at once."""
        if self._process is not None:
            self._kill(self._process)

    @staticmethod
    def _kill(process: Process) -> None:
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)

    @staticmethod
    async def _has_started(output: asyncio.StreamReader) -> bool:
        for _ in range(_LONGEST_START):
            line = await output.readline()
            if line == b"__GANGLION__\n":
                return True
            if not line:
                return False
        return False

    async def _pass_on(self, kind: bytes, payload: bytes) -> None:
        if self._over:
            return
        if kind == b"D":
            await self.on_data(payload)
        elif kind == b"M":
            await self.on_meta(payload)
        elif kind == b"P":
            await self.on_packed(payload)
        else:
            raise ValueError("there is no such packet")
