"""What a person at the browser can and cannot do with the machine."""

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from tests.cli.conftest import environment
from tests.web.conftest import SECONDS, Window, alive

pytestmark = pytest.mark.timeout(120)
OPEN, ENTER, PICTURE = "\x0f", "\r", "\x1b[24~"
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
links = pytest.mark.skipif(sys.platform == "win32", reason="links need a permission there")


async def gone(served) -> None:
    async with asyncio.timeout(SECONDS):
        while served.server.apps:
            await asyncio.sleep(0.01)


@links
async def test_no_file_outside_the_folder_is_opened(serve, folder, tmp_path):
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "way").symlink_to(tmp_path)
    async with serve() as served:
        window = await served.open("width=140&height=40")
        await window.until(seen="Open")
        await window.type(OPEN)
        await window.until(seen="points.csv")
        assert "link.csv" not in window.text
        assert "way" not in window.text
        await window.type("way/secret.csv" + ENTER)
        await window.until(seen="this program")
        assert "zebra" not in window.text


@linux_only
async def test_a_session_gets_an_environment_of_its_own(serve, folder, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("TUI_ANN_DEBUG", "1")
    monkeypatch.setenv("LANG", "C.UTF-8")
    async with serve() as served:
        window = await served.open("width=101&height=33")
        await window.until(seen="Open")
        (app,) = served.server.apps
        text = Path(f"/proc/{app.pid}/environ").read_text(encoding="utf-8")
        variables = dict(entry.partition("=")[::2] for entry in text.split("\0") if entry)
        command = Path(f"/proc/{app.pid}/cmdline").read_text(encoding="utf-8").split("\0")
        limits = Path(f"/proc/{app.pid}/limits").read_text(encoding="utf-8")
        assert os.getsid(app.pid) == os.getpgid(app.pid) == app.pid
        assert os.path.realpath(f"/proc/{app.pid}/cwd") == os.path.realpath(folder)
    assert "hush" not in text
    assert served.access.token not in text + "".join(command)
    assert not {"AWS_SECRET_ACCESS_KEY", "TUI_ANN_DEBUG", "PATH", "SSH_AUTH_SOCK"} & set(variables)
    assert variables["HOME"] == variables["TUI_ANN_HOME"] == str(folder / ".tui-ann")
    assert variables["COLUMNS"] == "101"
    assert variables["LANG"] == "C.UTF-8"
    assert command[0] == sys.executable
    assert "sh" not in command
    assert [line.split()[3] for line in limits.splitlines() if line.startswith("Max address space")] == [str(2 << 30)]
    assert [line.split()[4] for line in limits.splitlines() if line.startswith("Max core file")] == ["0"]


@pytest.mark.skipif(sys.platform == "win32", reason="a process there is not asked to end; its run is left unfinished")
async def test_a_session_ends_with_its_run_saved_and_its_process_gone(serve, folder):
    async with serve() as served:
        window = await served.open()
        await window.until(seen="Open")
        await window.type(ENTER)
        await window.until(seen="epoch")
        await window.type(" ")
        await window.until(seen="epoch 3")
        pid = next(iter(served.server.apps)).pid
        await window.socket.close()
        await gone(served)
        assert not alive(pid)
    assert list((folder / ".tui-ann" / "runs").glob("*/run.json"))


async def test_the_end_of_the_server_ends_every_session(serve):
    async with serve() as served:
        windows = [await served.open() for _ in range(2)]
        for window in windows:
            await window.until(seen="Open")
        pids = [app.pid for app in served.server.apps]
        ending = asyncio.create_task(served.server.end())
        for window in windows:
            await window.until(closed=True)
        await ending
        assert not any(map(alive, pids))


async def test_what_is_written_is_a_download_once_and_never_a_page(serve, folder):
    async with serve() as served:
        window = await served.open()
        await window.until(seen="Open")
        await window.type(PICTURE)
        await window.until(said="deliver_file_start")
        key = next(message[1] for message in window.messages if message[0] == "deliver_file_start")
        waiting = asyncio.create_task(window.until(closed=True))
        async with served.browser.get(f"{served.base}/download/{key}") as answer:
            content = await answer.read()
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "application/octet-stream"
            assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''tui-ann-start-")
            assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        (path,) = folder.glob("*.svg")
        assert content == path.read_bytes()
        async with served.browser.get(f"{served.base}/download/{key}") as answer:
            assert answer.status == 404
        waiting.cancel()


async def test_read_only_shows_runs_and_changes_nothing(serve, folder):
    async with serve(read_only=True) as served:
        window = await served.open()
        await window.until(seen="Open")
        await window.type(ENTER)
        await window.until(seen="epoch")
        for keys in (" ", "\x05"):
            await window.type(keys)
            await window.until(seen="--read-only")
            await window.type(ENTER)
            await window.until(seen="Quit")
    assert sorted(path.name for path in folder.iterdir()) == ["points.csv"]


@linux_only
async def test_a_session_ends_when_its_server_is_killed(folder):
    """A server that is killed tells nobody; no process stays behind."""
    command = [sys.executable, "-m", "tui_ann", "serve", str(folder), "--port", "0"]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env=environment()
    )
    try:
        assert process.stdout is not None
        address = (await process.stdout.readline()).decode().strip()
        base = address.partition("/?")[0]
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(address) as page:
                assert page.status == 200
            window = Window(await browser.ws_connect(f"{base}/ws", headers={"Origin": base}, max_msg_size=0))
            await window.until(seen="Open")
            task = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            children = [int(pid) for pid in task.read_text(encoding="utf-8").split()]
            process.kill()
            assert children
            async with asyncio.timeout(SECONDS):
                while any(map(alive, children)):
                    await asyncio.sleep(0.05)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_quitting_ends_the_session(serve):
    async with serve() as served:
        window = await served.open()
        await window.until(seen="Open")
        await window.type("q")
        await window.until(closed=True)
        await gone(served)
