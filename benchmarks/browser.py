"""The served application in headless Chromium: keys, mouse, colours and letters, and how long a key takes.

`python -m benchmarks.browser [--shots FOLDER]` serves a folder of its own, opens the printed address in Chromium,
trains, clicks, and prints what it found; the exit code is 1 if something is wrong.  Chromium is driven by its DevTools
protocol.
"""

import argparse
import asyncio
import base64
import json
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.png import colours
from tui_ann.web.place import ServedPlace
from tui_ann.web.server import serving

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
"""Names of the browser."""
SIZE = (1280, 800)
"""The window, in pixels."""
SECONDS = 60.0
"""Patience with everything."""
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--mute-audio"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps"),
)
_LETTERS = "⣿⠒▀░ŷηⁱₙσ∂╭"
"""Letters of the application that a font may lack."""
_WATCH = """
window.seen = "";
window.braille = false;
window.sent = [];
window.paints = [];
const decoder = new TextDecoder();
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...words) {
    super(...words);
    this.addEventListener("message", (event) => {
      if (typeof event.data === "string") { window.sent.push(event.data); return; }
      const text = decoder.decode(new Uint8Array(event.data), {stream: true});
      window.seen = (window.seen + text).slice(-400000);
      window.braille ||= /[\\u2800-\\u28ff]/.test(text);
      const asked = window.pressed;
      window.pressed = undefined;
      if (asked !== undefined) requestAnimationFrame(() => requestAnimationFrame(
        () => window.paints.push(performance.now() - asked)));
    });
  }
  send(data) { window.sent.push(data); super.send(data); }
};
window.addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
"""
_DRAWN = """
(letters) => {
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
  const picture = (letter) => {
    pen.clearRect(0, 0, 40, 40);
    pen.font = "24px 'Roboto Mono', Monaco, 'Courier New', monospace";
    pen.fillText(letter, 5, 30);
    return pen.getImageData(0, 0, 40, 40).data.join();
  };
  const missing = ["\\u{10FFFE}", " "].map(picture);
  return [...letters].filter((letter) => missing.includes(picture(letter))).join("");
}
"""


def browser_path() -> str | None:
    """The browser, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass
class Tab:
    """A tab of the browser."""

    socket: aiohttp.ClientWebSocketResponse
    session: str = ""
    hosts: set[str] = field(default_factory=set)
    """Where it has sent requests."""
    complaints: list[str] = field(default_factory=list)
    """What its console says is wrong."""
    _asked: int = 0
    _answers: dict[int, "asyncio.Future[Any]"] = field(default_factory=dict)

    async def listen(self) -> None:
        """Take what the browser says, until it ends."""
        async for received in self.socket:
            said = json.loads(received.data)
            if (answer := self._answers.pop(said.get("id", 0), None)) is not None:
                answer.set_result(said)
            method, about = said.get("method", ""), said.get("params", {})
            if method in ("Network.requestWillBeSent", "Network.webSocketCreated"):
                url = about["request"]["url"] if "request" in about else about["url"]
                if not url.startswith("data:"):
                    self.hosts.add(url.split("/")[2])
            elif method == "Log.entryAdded" and about["entry"]["level"] == "error":
                self.complaints.append(about["entry"]["text"])
            elif method == "Runtime.exceptionThrown":
                self.complaints.append(about["exceptionDetails"]["text"])

    async def ask(self, method: str, **about: Any) -> Any:
        """Ask the browser for something.

        Raises:
            RuntimeError: It refuses.
        """
        self._asked += 1
        answer = self._answers[self._asked] = asyncio.get_running_loop().create_future()
        more = {"sessionId": self.session} if self.session else {}
        await self.socket.send_json({"id": self._asked, "method": method, "params": about, **more})
        said = await asyncio.wait_for(answer, SECONDS)
        if "error" in said:
            raise RuntimeError(f"{method}: {said['error']['message']}")
        return said["result"]

    async def value(self, expression: str) -> Any:
        """The value of an expression in the page."""
        said = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return said["result"].get("value")

    async def until(self, expression: str) -> float:
        """Wait until an expression is true; returns the seconds.

        Raises:
            TimeoutError: It does not become true.
        """
        began = time.perf_counter()
        while not await self.value(expression):
            if time.perf_counter() - began > SECONDS:
                raise TimeoutError(f"{expression} does not become true")
            await asyncio.sleep(0.02)
        return time.perf_counter() - began

    async def shows(self, text: str) -> float:
        """Wait until the application has written a text since the last key or click; returns the seconds."""
        return await self.until(f"window.seen.replace(/\\x1b\\[[0-9;?]*[A-Za-z]/g, '').includes({json.dumps(text)})")

    async def press(self, key: str, code: int, text: str = "") -> None:
        """Press and release a key."""
        await self.value("window.seen = ''")
        about = {"key": key, "windowsVirtualKeyCode": code}
        await self.ask("Input.dispatchKeyEvent", type="keyDown", text=text, **about)
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **about)

    async def letter(self, letter: str) -> None:
        """Press the key of a letter."""
        await self.press(letter, ord(letter.upper()), letter)

    async def latencies(self, presses: Sequence[tuple[str, int, str]], pause: float = 0.25) -> list[float]:
        """Milliseconds from each key to the paint of its first answer."""
        await self.value("window.paints = []")
        for key in presses:
            await self.press(*key)
            await asyncio.sleep(pause)
        found: list[float] = await self.value("window.paints")
        return found

    async def click(self, column: int, row: int) -> None:
        """Click into a cell of the terminal, counted from 0."""
        await self.value("window.seen = ''")
        place = await self.value(
            "(() => { const sizes = window.sent.filter((m) => m.startsWith('[\"resize')).map(JSON.parse);"
            "const size = sizes[sizes.length - 1][1], box = document.querySelector('.xterm-screen');"
            "const r = box.getBoundingClientRect();"
            f"return [r.x + ({column} + .5) * r.width / size.width, r.y + ({row} + .5) * r.height / size.height]; }})()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.ask("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    async def picture(self) -> bytes:
        """The window as a PNG."""
        return base64.b64decode((await self.ask("Page.captureScreenshot", format="png"))["data"])


@asynccontextmanager
async def chromium(path: str, profile: Path, size: tuple[int, int] = SIZE) -> AsyncIterator[Tab]:
    """An empty tab of a browser of its own."""
    process = await asyncio.create_subprocess_exec(
        path,
        *_FLAGS,
        f"--window-size={size[0]},{size[1]}",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        port = profile / "DevToolsActivePort"
        async with asyncio.timeout(SECONDS):
            while not port.exists() or len(port.read_text(encoding="utf-8").splitlines()) < 2:
                await asyncio.sleep(0.05)
        number, where = port.read_text(encoding="utf-8").splitlines()
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(f"ws://127.0.0.1:{number}{where}", max_msg_size=0) as socket,
        ):
            tab = Tab(socket)
            listening = asyncio.create_task(tab.listen())
            try:
                target = (await tab.ask("Target.createTarget", url="about:blank"))["targetId"]
                tab.session = (await tab.ask("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
                for domain in ("Page", "Runtime", "Network", "Log"):
                    await tab.ask(f"{domain}.enable")
                await tab.ask("Page.bringToFront")
                await tab.ask("Emulation.setFocusEmulationEnabled", enabled=True)
                await tab.ask("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)
                yield tab
            finally:
                listening.cancel()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def in_words(what: str, milliseconds: Sequence[float]) -> str:
    """Latencies as a line: how many, the median and the 95th percentile."""
    if not milliseconds:
        return f"{what}: no key was answered in time"
    several = milliseconds if len(milliseconds) > 1 else [*milliseconds] * 2
    p95 = statistics.quantiles(several, n=20, method="inclusive")[-1]
    return f"{what}: {len(milliseconds)} keys, median {statistics.median(milliseconds):.0f} ms, p95 {p95:.0f} ms"


async def look(path: str, shots: Path | None, keys: int = 40, size: tuple[int, int] = SIZE) -> list[str]:
    """Use the application in the browser; returns what is wrong.

    Args:
        path: The browser.
        shots: Where pictures go.
        keys: How many keys are measured on each screen.
        size: The window, in pixels.
    """
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder, profile = Path(scratch) / "served", Path(scratch) / "profile"
        folder.mkdir()
        async with (
            serving(ServedPlace.of(folder), 0) as (_, access),
            chromium(path, profile, size) as tab,
        ):

            async def shot(name: str, fewest: int) -> None:
                png = await tab.picture()
                if shots is not None:
                    (shots / f"{name}.png").write_bytes(png)
                found = colours(png)
                print(f"{name}: {found} colours")
                if found < fewest:
                    wrong.append(f"{name} has {found} colours, fewer than {fewest}")

            began = time.perf_counter()
            await tab.ask("Page.navigate", url=access.address)
            await tab.until("document.body && document.body.classList.contains('-first-byte')")
            print(f"first byte: {time.perf_counter() - began:.2f} s")
            await tab.shows("Spirals")
            if "token" in await tab.value("location.href"):
                wrong.append("the token stays in the address")
            if missing := await tab.value(f"({_DRAWN})({json.dumps(_LETTERS)})"):
                wrong.append(f"the font has no {missing}")
            await tab.press("Enter", 13, "\r")
            print(f"Enter on Start, until the run is there: {await tab.shows('epoch 0'):.2f} s")
            arrows = [("ArrowDown", 40, ""), ("ArrowUp", 38, "")] * (keys // 2)
            training = await tab.latencies([(" ", 32, " "), *arrows])
            print(in_words("training", training))
            wrong += [] if training else ["no key was answered while it trained"]
            await shot("train", 30)
            if not await tab.value("window.braille"):
                wrong.append("no braille was drawn")
            await tab.click(44, 0)  # the title of Step
            await tab.shows("Update")
            stepping = await tab.latencies([("ArrowRight", 39, ""), ("ArrowLeft", 37, "")] * (keys // 2))
            print(in_words("Step", stepping))
            wrong += [] if stepping else ["no key was answered on Step"]
            await shot("step", 10)
            await tab.press("F12", 123)
            await tab.until("window.sent.some((m) => m.startsWith('[\"deliver_file_start'))")
            await tab.letter("5")
            await tab.shows("Map")
            await shot("explore", 10)
            print(f"hosts: {', '.join(sorted(tab.hosts))}")
            if tab.hosts != {f"127.0.0.1:{access.port}"}:
                wrong.append(f"requests went to {tab.hosts}")
            wrong += [f"the console says: {complaint}" for complaint in tab.complaints]
    return wrong


def main() -> int:
    """Run it from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=Path, help="a folder for pictures of the screens")
    parser.add_argument("--keys", type=int, default=40, help="keys that are measured on each screen")
    wanted = parser.parse_args()
    path = browser_path()
    if path is None:
        print(f"There is no browser here: none of {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    if wanted.shots is not None:
        wanted.shots.mkdir(parents=True, exist_ok=True)
    wrong = asyncio.run(look(path, wanted.shots, wanted.keys))
    for each in wrong:
        print(f"wrong: {each}")
    print(f"{len(wrong)} wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
