"""Names and cells that would take a careless program over: shown as plain text on every screen, obeyed nowhere."""

import csv
import re
from pathlib import Path

import pytest

from tests.tui.pilots import press, running, settle, text_of, type_text
from tui_ann.tui.screens.start import StartScreen
from tui_ann.tui.shell.app import TuiAnnApp

NAMES = [
    "[red]x[/]",
    "[@click=app.quit]quit[/]",
    "a[/b]c",
    "\x1b]2;owned\x07",
    "\x1b[2J\x1b[31mred",
    "\x9b31mc1",
    "price[USD]",
    "\u202egnirts",
    "👩‍👩‍👧‍👦 family",
    "e\u0301\u0301\u0301\u0301\u0301",
    "$x ${y} {z}",
    "long " * 100,
    "tab\tand\nbreak",
    "zero\u200bwidth",
    "trailing\\",
]
SEQUENCES = re.compile(r"\x1b\]|\x1b\[2J|\x9b|\x07|[\u202a-\u202e\u2066-\u2069\u200b]")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A table with hostile headers, labels and cells, under a hostile name."""
    path = tmp_path / "[bold]data[@click=app.quit] \x1b[31m\u202e.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*NAMES, "answer"])
        for row in range(40):
            cells = [str(row * (column + 1) % 7 + 0.5) for column in range(len(NAMES) - 2)]
            writer.writerow([*cells, NAMES[row % 3], NAMES[row % 4 + 3], ["[b]no[/", "\x1b[5myes"][row % 2]])
    return path


def assert_harmless(app: TuiAnnApp) -> None:
    """Nothing on the screen is obeyed by the terminal or by Textual."""
    strips = app.screen._compositor.render_strips()
    for strip in strips:
        for text, style, _ in strip:
            assert not SEQUENCES.search(text), repr(text)
            if style is not None and style.meta:
                action = str(style.meta.get("@click", ""))
                assert "quit" not in action


async def test_hostile_names_walk_through_every_screen(hostile):
    async with running(hostile) as (app, pilot):
        assert "[red]x[/]" in text_of(app)
        for key in ("home", "down", "down", "down", "down", "space", "end", "tab", "tab", "tab", "D", "escape"):
            await press(pilot, key)
            assert_harmless(app)
        await press(pilot, "t")
        assert_harmless(app)
        await press(pilot, "escape", "2")
        for key in ("up", "up", "question_mark", "escape", "tab", "tab", "right", "down", "A", "escape"):
            await press(pilot, key)
            assert_harmless(app)
        await press(pilot, "3", "n")
        await settle(pilot)
        for key in ("tab", "tab", "down", "right", "tab", "tab"):
            await press(pilot, key)
            assert_harmless(app)
        await press(pilot, "4", "n", "[", "right", "down")
        assert_harmless(app)
        for key in ("I", "escape", "tab", "tab", "right", "down", "s", "enter", "escape"):
            await press(pilot, key)
            assert_harmless(app)
        await press(pilot, "0", "question_mark", "escape", "ctrl+p")
        assert_harmless(app)


async def test_hostile_columns_can_be_the_target(hostile):
    async with running(hostile) as (app, pilot):
        await press(pilot, "home", "t")
        for _ in NAMES[1:7]:
            await press(pilot, "down", "t", "escape")
            assert_harmless(app)


async def test_hostile_files_in_the_open_dialog(hostile, monkeypatch):
    monkeypatch.chdir(hostile.parent)
    async with running(None, "o") as (app, pilot):
        assert "[bold]data[@click" in text_of(app)
        assert_harmless(app)
        await type_text(pilot, "\x1b]0;x\x07")
        assert_harmless(app)


async def test_hostile_paths_in_error_dialogs_and_recents(hostile, tmp_path):
    missing = tmp_path / "[@click=app.quit]\x1b[2J.csv"
    async with running(str(missing)) as (app, pilot):
        assert "Cannot open this" in text_of(app)
        assert_harmless(app)
        await press(pilot, "escape")
    async with running(hostile, "0") as (app, pilot):
        await press(pilot, "end", "up")
        assert isinstance(app.screen, StartScreen)
        assert_harmless(app)
        await press(pilot, "ctrl+p")
        await type_text(pilot, "data")
        await press(pilot)
        assert_harmless(app)


async def test_a_click_on_a_name_that_looks_like_a_link_does_nothing(hostile):
    async with running(hostile) as (app, pilot):
        for line, text in enumerate(text_of(app).splitlines()):
            if "quit" in text:
                await pilot.click(offset=(text.index("quit") + 1, line))
        assert app.is_running
        assert app.current_mode == "data"
