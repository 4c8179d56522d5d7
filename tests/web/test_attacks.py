"""Each attack that is known on such a server, and what it gets."""

import asyncio
import json
import sys

import aiohttp
import pytest

from tests.web.conftest import SECONDS, alive
from tui_ann.web.messages import MOST_BYTES

pytestmark = pytest.mark.timeout(120)


async def status(served, path="/", method="GET", browser=None, **headers) -> int:
    browser = browser or served.browser
    async with browser.request(method, served.base + path, headers=headers, allow_redirects=False) as answer:
        await answer.read()
        return int(answer.status)


async def refused(served, **headers) -> int:
    """The status that a socket gets."""
    given = {"Origin": served.base, **headers}
    with pytest.raises(aiohttp.WSServerHandshakeError) as error:
        await served.browser.ws_connect(f"{served.base}/ws", headers={k: v for k, v in given.items() if v})
    return int(error.value.status)


@pytest.mark.parametrize(
    "path", ["/", "/?token=", "/?token=wrong", "/?token=%ff%00", "/ws", "/static/page.css", "/download/x", "/x"]
)
async def test_without_the_token_nobody_comes_in(serve, path):
    async with serve(enter=False) as served:
        assert await status(served, path) == 403


async def test_the_token_becomes_a_cookie_that_scripts_and_other_sites_do_not_get(serve):
    async with serve(enter=False) as served:
        async with served.browser.get(served.access.address, allow_redirects=False) as answer:
            cookie = answer.headers["Set-Cookie"]
            assert answer.status == 303
            assert answer.headers["Location"] == "/"
        assert cookie.startswith(f"tui-ann-{served.access.port}=")
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert served.access.token not in cookie
        assert await status(served) == 200


async def test_a_cookie_of_another_server_is_worth_nothing(serve):
    async with serve() as served, serve(enter=False) as other:
        cookies = [f"{c.key.rpartition('-')[0]}-{other.access.port}={c.value}" for c in served.browser.cookie_jar]
        assert await status(other, Cookie="; ".join(cookies)) == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "localhost:1", "127.0.0.1.evil.example:80", "[::1]:8000", "0.0.0.0:8000", ""]
)
async def test_another_name_of_this_machine_is_refused(serve, host):
    async with serve() as served:
        assert await status(served, Host=host) == 403


async def test_localhost_is_a_name_of_this_machine(serve):
    async with serve() as served:
        cookie = "; ".join(f"{c.key}={c.value}" for c in served.browser.cookie_jar)
        assert await status(served, Host=f"localhost:{served.access.port}", Cookie=cookie) == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", "http://localhost:1", ""])
async def test_a_socket_of_another_page_is_refused(serve, origin):
    async with serve() as served:
        assert await refused(served, Origin=origin) == 403
        assert not served.server.apps


async def test_a_socket_without_the_cookie_is_refused(serve):
    async with serve(enter=False) as served:
        assert await refused(served) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "rubbish"])
async def test_a_request_that_another_site_makes_is_refused(serve, site):
    async with serve() as served:
        assert await status(served, **{"Sec-Fetch-Site": site}) == 403
        assert await status(served, f"/?token={served.access.token}", **{"Sec-Fetch-Site": site}) == 403
        assert await refused(served, **{"Sec-Fetch-Site": site}) == 403


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static",
        "/static/../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2fpage.py",
        "//etc/passwd",
        "/points.csv",
        "/.tui-ann",
        "/download/x",
        "/download/../points.csv",
    ],
)
async def test_there_are_no_files_but_those_of_the_page(serve, path):
    from yarl import URL

    async with serve() as served, served.browser.get(URL(served.base + path, encoded=True)) as answer:
        assert answer.status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
async def test_nothing_is_changed_by_a_request(serve, method):
    async with serve() as served:
        assert await status(served, method=method) == 405


async def test_the_page_asks_no_other_host_and_nobody_frames_it(serve):
    async with serve() as served, served.browser.get(served.base) as answer:
        text, policy = await answer.text(), answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert f"connect-src 'self' ws://127.0.0.1:{served.access.port};" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "aiohttp" not in answer.headers["Server"]
        assert "http" not in text
        for path in ("page.css", "page.js", "xterm.css", "textual.js", "mono.ttf"):
            assert await status(served, f"/static/{path}") == 200


async def test_a_third_window_has_to_wait_and_a_closed_one_makes_room(serve):
    async with serve(sessions=1) as served:
        first = await served.open()
        await first.until(seen="tui-ann")
        assert await refused(served) == 429
        pid = next(iter(served.server.apps)).pid
        await first.socket.close()
        async with asyncio.timeout(SECONDS):
            while served.server.apps:
                await asyncio.sleep(0.01)
        assert not alive(pid)
        await (await served.open()).until(seen="tui-ann")


async def test_sizes_are_clamped_and_many_of_them_cost_no_memory(serve):
    async with serve() as served:
        window = await served.open("width=100000&height=-5")
        await window.until(seen="tui-ann")
        for size in range(100):
            await window.socket.send_json(["resize", {"width": 100_000 + size, "height": 10**9}])
        await window.socket.send_json(["resize", {"width": 90, "height": 30}])
        await window.until(seen="Open")
        assert (
            max(int(part) for part in window.raw.replace("H", ";").replace("[", ";").split(";") if part.isdigit())
            <= 400
        )
        if sys.platform == "linux":
            (app,) = served.server.apps
            with open(f"/proc/{app.pid}/status", encoding="utf-8") as lines:
                kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
            assert kilobytes < 400_000


BAD = [
    "no json",
    "[" * 50_000,
    json.dumps({"stdin": "x"}),
    json.dumps([]),
    json.dumps(["stdin"]),
    json.dumps(["stdin", 5]),
    json.dumps(["stdin", "a", "b"]),
    json.dumps(["resize", {"width": "x", "height": 1}]),
    json.dumps(["resize", {}]),
    json.dumps(["quit"]),
    json.dumps(["deliver_chunk_request", {"key": "x"}]),
    json.dumps(["stdin", "x" * (MOST_BYTES + 1)]),
    json.dumps(["stdin", "x" * 3 * MOST_BYTES]),
]


async def test_a_message_that_is_too_long_or_makes_no_sense_ends_the_session(serve):
    async with serve(sessions=len(BAD), wait=30) as served:

        async def end(text: str) -> None:
            window = await served.open()
            await window.socket.send_str(text)
            await window.until(closed=True)

        for start in range(0, len(BAD), 4):
            await asyncio.gather(*map(end, BAD[start : start + 4]))
        async with asyncio.timeout(SECONDS):
            while served.server.apps:
                await asyncio.sleep(0.01)


async def test_a_window_where_nobody_types_ends(serve):
    async with serve(idle=0.5) as served:
        window = await served.open()
        await window.until(closed=True)
        async with asyncio.timeout(SECONDS):
            while served.server.apps:
                await asyncio.sleep(0.01)
