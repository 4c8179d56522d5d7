"""Each screen in each important state, as a picture at the two sizes that matter most, and a few in other looks."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, table, text_of
from tui_ann.tui.shell.app import TuiAnnApp

SIZES = [(80, 24), (120, 36)]
GAPS = "a,b,y\n1,2,0\n3,,1\n5,6,0\n7,8,1\n2,3,0\n3,4,1\n6,6,0\n7,1,1\n"
KEYS = {
    "start": (None, ()),
    "data-empty": (None, ("1",)),
    "data-loaded": ("sample:breast-cancer", ("1", "up")),
    "data-table": ("sample:iris", ("1", "tab", "tab", "down", "z")),
    "data-trouble": ("gaps", ()),
    "build-empty": (None, ("2",)),
    "build-loaded": ("sample:iris", ("2",)),
    "build-misfit": ("sample:iris", ("2", "down", "-")),
    "build-descent": ("sample:digits", ("2", "tab", "tab", "tab", "down", "down")),
    "choosing": ("sample:iris", ("2", "e", "down", "enter")),
    "error": ("gaps", ("enter",)),
    "help": ("sample:iris", ("2", "question_mark")),
}


def app_for(source: str | None, folder: Path) -> TuiAnnApp:
    return TuiAnnApp(table(folder, GAPS, "gaps.csv") if source == "gaps" else source)


def pressing(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    async def run(pilot: Pilot[None]) -> None:
        await settle(pilot)
        if isinstance(pilot.app, TuiAnnApp) and pilot.app.open_name == "gaps":
            await press(pilot, "m", "home", "enter")  # whatever was proposed: refuse
        await press(pilot, *keys)

    return run


SMALL_ONLY = ("data-table", "build-descent", "choosing", "error", "help")
"""States that look the same at any size."""
PICTURES = [(state, size) for state in KEYS for size in SIZES if size == SIZES[0] or state not in SMALL_ONLY]


@pytest.mark.parametrize(
    ("state", "size"), PICTURES, ids=lambda part: "x".join(map(str, part)) if part in SIZES else part
)
def test_picture(snap_compare, tmp_path, state, size):
    source, keys = KEYS[state]
    assert snap_compare(app_for(source, tmp_path), terminal_size=size, run_before=pressing(*keys))


@pytest.mark.parametrize("theme", ["dawn", "contrast"])
def test_picture_of_a_theme(snap_compare, theme):
    async def dress(pilot: Pilot[None]) -> None:
        pilot.app.theme = theme
        await pressing("2")(pilot)

    assert snap_compare(TuiAnnApp("sample:iris"), terminal_size=(80, 24), run_before=dress)


@pytest.mark.parametrize("state", ["start", "data-loaded", "build-loaded"])
async def test_words_of_a_screen(golden, tmp_path, state):
    source, keys = KEYS[state]
    async with running(source, *keys, size=(80, 24)) as (app, _):
        golden(text_of(app))
