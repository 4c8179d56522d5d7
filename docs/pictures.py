"""Makes the pictures of the README from the program as it is now: `python docs/pictures.py` in the repository.

`train.svg` and `explore.svg` are screens of a finished run, `step.svg` an update in the middle; `first-seconds.svg` is a
recording: the picture moves by itself in any browser.  The pictures are the same on every machine, apart from times and
the look of numbers; `tests/docs/test_pictures.py` says when they are out of date.
"""

import asyncio
import html
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rich.color import ColorTriplet
from rich.segment import Segment
from textual.pilot import Pilot
from textual.worker import WorkerCancelled, WorkerFailed

from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.shell.app import TuiAnnApp

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github"
SIZE = (120, 36)
CELL, LINE, BASE = 8.4, 18, 14
"""Width and height of a cell in a recording, and where its base line is."""
GROUND = "#12161d"
"""The colour behind everything."""
_GAP = 3
"""Most blanks within a text."""
FONT = "'DejaVu Sans Mono', 'Menlo', 'Consolas', monospace"

Do = Callable[[TuiAnnApp, Pilot[None]], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """A picture: what is opened, and the keys that lead to it."""

    source: str | None
    keys: tuple[str, ...]


SCENES = {
    "train": Scene("sample:spirals", ("space", "end of the run")),
    "step": Scene("sample:worked-example", ("4", *["right"] * 8)),
    "explore": Scene("sample:circles", ("space", "end of the run", "5")),
}
RECORDED: tuple[tuple[str, float], ...] = (
    ("", 1.6),
    ("enter", 1.2),
    ("space", 0.5),
    ("end of the run", 2.0),
    ("4", 0.6),
    ("do: update_back", 0.8),
    *((("right", 0.4),) * 7),
)
"""The first seconds: each key, and how long its picture is shown."""
WATCHED, BETWEEN = 8, 0.5
"""Pictures of the training itself at most, and the seconds between two."""


async def settle(pilot: Pilot[None], *groups: str) -> None:
    """Wait until nothing is being opened, prepared or computed."""
    wanted = groups or ("loading", "preparing", "stepping", "rebuilding", "judging", "picturing", "examining")
    await pilot.pause()
    while busy := [worker for worker in pilot.app.workers if worker.group in wanted and not worker.is_finished]:
        with suppress(WorkerFailed, WorkerCancelled):
            await pilot.app.workers.wait_for_complete(busy)
        await pilot.pause()


async def press(app: TuiAnnApp, pilot: Pilot[None], key: str) -> None:
    """Press a key and wait for all it brings about.

    Args:
        app: The application.
        pilot: Its pilot.
        key: A key; `end of the run` waits for the training, `do: NAME` runs an action of the screen.
    """
    if key == "end of the run":
        while app.session.workspace.trainer is None or not app.session.workspace.trainer.finished:
            await asyncio.sleep(0.02)
        await settle(pilot, "training")
        app._look()
    elif key.startswith("do: ") and isinstance(app.screen, AnnScreen):
        await app.screen.action_do(key.removeprefix("do: "))
    elif key:
        await pilot.press(key)
    await settle(pilot)


def new_app(source: str | None, home: Path) -> TuiAnnApp:
    """The application of a person who has seen the tour."""
    os.environ["TUI_ANN_HOME"] = str(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / "settings.toml").write_text("tour = false\n", encoding="utf-8")
    return TuiAnnApp(source)


async def picture(scene: Scene, home: Path, size: tuple[int, int] = SIZE) -> str:
    """The SVG of a scene.

    Args:
        scene: The scene.
        home: An empty folder for the settings.
        size: Columns and lines.
    """
    app = new_app(scene.source, home)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in scene.keys:
            await press(app, pilot, key)
        image = app.export_screenshot(title="tui-ann")
        await app.runner.stop()
    return "\n".join(line.rstrip() for line in image.splitlines()) + "\n"


def words_of(image: str) -> list[str]:
    """What a picture says: its words without numbers, times and drawn lines.

    Args:
        image: An SVG.
    """
    texts = (html.unescape(text) for text in re.findall(r">([^<>]+)</text>", image))
    return re.findall(r"[^\W\d_]{2,}", " ".join(texts).replace("\xa0", " "))


# The recording: the lines of each frame that changed, shown and hidden by the clock of the picture.  What is shown at
# the same time is one group, a line that occurs more than once is written once, and colours are classes.


@dataclass(frozen=True)
class Frame:
    """The screen at a moment."""

    begin: float
    lines: tuple[str, ...]
    """Each line as SVG, with its base line at 0."""


async def recording(home: Path, size: tuple[int, int] = (100, 30)) -> str:
    """The moving SVG of the first seconds.

    Args:
        home: An empty folder for the settings.
        size: Columns and lines.
    """
    app, frames, clock = new_app(None, home), list[Frame](), 0.0
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key, seconds in RECORDED:
            if key == "end of the run":
                for _ in range(WATCHED):
                    await asyncio.sleep(BETWEEN)
                    if (trainer := app.session.workspace.trainer) is not None and trainer.finished:
                        break
                    app._look()
                    await pilot.pause()
                    frames.append(_frame(app, clock))
                    clock += BETWEEN
            await press(app, pilot, key)
            frames.append(_frame(app, clock))
            clock += seconds
        await app.runner.stop()
    return moving(frames, clock, size)


def _frame(app: TuiAnnApp, clock: float) -> Frame:
    """The screen as it is now."""
    strips = app.screen._compositor.render_strips()
    return Frame(clock, tuple(_line(list(strip)) for strip in strips))


def moving(frames: Sequence[Frame], total: float, size: tuple[int, int]) -> str:
    """Frames as one SVG that moves by itself.

    Args:
        frames: The frames in their order.
        total: Seconds until it begins again.
        size: Columns and lines.
    """
    width, height = size[0] * CELL, size[1] * LINE
    groups: dict[tuple[float, float], list[tuple[int, str]]] = {}
    for y in range(size[1]):
        begin = 0
        for i in range(1, len(frames) + 1):
            if i == len(frames) or frames[i].lines[y] != frames[begin].lines[y]:
                until = total if i == len(frames) else frames[i].begin
                if frames[begin].lines[y]:
                    groups.setdefault((frames[begin].begin, until), []).append((y, frames[begin].lines[y]))
                begin = i
    often = Counter(line for placed in groups.values() for _, line in placed)
    symbols = {line: f"l{number}" for number, (line, times) in enumerate(often.items()) if times > 1}
    parts = [
        _shown("".join(_placed(*each, symbols) for each in placed), *times, total) for times, placed in groups.items()
    ]
    image = "\n".join(["<defs>", *(f'<g id="{name}">{line}</g>' for line, name in symbols.items()), "</defs>", *parts])
    colours = {colour: f"c{number}" for number, colour in enumerate(dict.fromkeys(re.findall(r'fill="(#\w+)"', image)))}
    style = "".join(f".{name}{{fill:{colour}}}" for colour, name in colours.items())
    image = re.sub(r'fill="(#\w+)"', lambda match: f'class="{colours[match[1]]}"', image)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" font-family="{FONT}" '
        f'font-size="14" xml:space="preserve">\n<style>text{{white-space:pre}}{style}</style>\n'
        f'<rect width="100%" height="100%" fill="{GROUND}"/>\n{image}\n</svg>\n'
    )


def _placed(y: int, line: str, symbols: Mapping[str, str]) -> str:
    """A line at its place."""
    place = y * LINE + BASE
    if line in symbols:
        return f'<use href="#{symbols[line]}" y="{place}"/>'
    return f'<g transform="translate(0 {place})">{line}</g>'


def _shown(line: str, begin: float, until: float, total: float) -> str:
    """A line that is visible for a part of the time."""
    if begin <= 0 and until >= total:
        return line
    times, values = [0.0], ["visible" if begin <= 0 else "hidden"]
    for moment, value in ((begin, "visible"), (until, "hidden")):
        if 0 < moment < total:
            times.append(moment / total)
            values.append(value)
    key_times = ";".join(f"{time:.4f}" for time in times)
    return (
        f'<g visibility="{values[0]}"><animate attributeName="visibility" values="{";".join(values)}" '
        f'keyTimes="{key_times}" calcMode="discrete" dur="{total:g}s" repeatCount="indefinite"/>{line}</g>'
    )


def _line(segments: Sequence[Segment]) -> str:
    """A line of the screen as SVG: the grounds, then the texts; neighbours that look the same are one."""
    grounds: dict[str, list[tuple[int, int]]] = {}
    texts: list[_Text] = []
    x = 0
    for text, style, _ in segments:
        if style is not None and text:
            ground, ink = _colour(style.bgcolor), _colour(style.color) or "#d9dee7"
            if style.reverse:
                ground, ink = ink, ground or GROUND
            if ground and ground != GROUND:
                spans = grounds.setdefault(ground, [])
                begin = spans.pop()[0] if spans and spans[-1][1] == x else x
                spans.append((begin, x + len(text)))
            if words := text.strip():
                at = x + len(text) - len(text.lstrip())
                gap = at - texts[-1].end if texts else 0
                look = ink, bool(style.bold)
                if texts and texts[-1].look == look and gap <= _GAP:
                    last = texts.pop()
                    texts.append(_Text(last.begin, last.words + " " * gap + words, look))
                else:
                    texts.append(_Text(at, words, look))
        x += len(text)
    return "".join([*(_ground(*each) for each in grounds.items()), *map(_written, texts)])


class _Text(NamedTuple):
    """Words that look the same, and the column where they begin."""

    begin: int
    words: str
    look: tuple[str, bool]
    """The colour, and whether it is bold."""

    @property
    def end(self) -> int:
        """The column after them."""
        return self.begin + len(self.words)


def _ground(colour: str, spans: Sequence[tuple[int, int]]) -> str:
    """Rectangles of one colour."""
    path = "".join(f"M{a * CELL:g}-{BASE}h{(b - a) * CELL:g}v{LINE}H{a * CELL:g}z" for a, b in spans)
    return f'<path fill="{colour}" d="{path}"/>'


def _written(text: _Text) -> str:
    """A text, made to fit its columns: the fonts of readers differ, most of all in letters that are no ASCII."""
    ink, bold = text.look
    fit = f' textLength="{len(text.words) * CELL:g}"' if len(text.words) > 1 else ""
    fit += ' lengthAdjust="spacingAndGlyphs"' if fit and not text.words.isascii() else ""
    lean = ' font-weight="bold"' if bold else ""
    return f'<text x="{text.begin * CELL:g}"{fit} fill="{ink}"{lean}>{html.escape(text.words, quote=False)}</text>'


def _colour(colour: object) -> str:
    triplet = getattr(colour, "triplet", None)
    return triplet.hex if isinstance(triplet, ColorTriplet) else ""


async def make(folder: Path) -> None:
    """Write all pictures.

    Args:
        folder: Where they go.
    """
    os.environ.setdefault("COLORTERM", "truecolor")
    for name, scene in SCENES.items():
        with tempfile.TemporaryDirectory() as home:
            (folder / f"{name}.svg").write_text(await picture(scene, Path(home) / "home"), encoding="utf-8")
        print(folder / f"{name}.svg")
    with tempfile.TemporaryDirectory() as home:
        (folder / "first-seconds.svg").write_text(await recording(Path(home) / "home"), encoding="utf-8")
    print(folder / "first-seconds.svg")


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
