"""The looks of the screens as pictures in two themes; what they say in every important state as text."""

import pytest
from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, steady, table
from tui_ann.session.evaluate.figures import RESAMPLES
from tui_ann.tui.screens.preview_slot import GROUP as PREVIEW
from tui_ann.tui.shell.app import TuiAnnApp

GAPS = "a,b,y\n1,2,0\n3,,1\n5,6,0\n7,8,1\n2,3,0\n3,4,1\n6,6,0\n7,1,1\n"
LOOKS = {
    "start": (None, ()),
    "data": ("sample:breast-cancer", ("1", "up")),
    "build": ("sample:iris", ("2",)),
    "explore": ("sample:moons", ("5",)),
    "predict": ("sample:logistic-unit", ("3", "e", "e", "e", "7")),
}
WORDS: dict[str | None, dict[str, tuple[str, ...]]] = {
    None: {"start": (), "data-empty": ("1",), "build-empty": ("2",)},
    "sample:breast-cancer": {"data-loaded": ("1", "up")},
    "sample:iris": {
        "data-table": ("1", "tab", "tab", "down", "z"),
        "build-loaded": ("z", "2"),
        "help": ("question_mark",),
        "choosing": ("escape", "enter", "down", "enter"),
        "build-misfit": ("escape", "escape", "down", "-"),
    },
    "sample:digits": {"build-descent": ("2", "tab", "tab", "down", "down")},
    "gaps": {"data-trouble": ("M", "home", "enter"), "error": ("enter",)},  # whatever was proposed for gaps: refuse
}
"""The states of a session one after another, each by the keys that lead to it."""


@pytest.fixture
def resamples() -> int:
    """As many as a user gets."""
    return RESAMPLES


@pytest.mark.parametrize("theme", ["dusk", "dawn"])
@pytest.mark.parametrize("screen", LOOKS)
def test_picture(snap_compare, screen, theme):
    source, keys = LOOKS[screen]

    async def dress(pilot: Pilot[None]) -> None:
        await settle(pilot)
        pilot.app.theme = theme
        await press(pilot, *keys)
        await settle(pilot, PREVIEW)

    assert snap_compare(TuiAnnApp(source), terminal_size=(120, 36), run_before=dress)


async def test_the_theme_of_most_contrast_has_other_colours():
    async with running("sample:iris", "2", size=(80, 24)) as (app, pilot):
        looks = {}
        for theme in ("dusk", "contrast"):
            app.theme = theme
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            looks[theme] = {str(segment.style) for strip in strips for segment in strip}
        assert looks["dusk"].isdisjoint(looks["contrast"])


@pytest.mark.parametrize("source", WORDS, ids=str)
async def test_words_of_a_screen(golden, tmp_path, source):
    path = table(tmp_path, GAPS, "gaps.csv") if source == "gaps" else source
    texts = []
    async with running(path, size=(80, 24)) as (app, pilot):
        for state, keys in WORDS[source].items():
            await press(pilot, *keys)
            texts.append(f"── {state}\n{await steady(app, pilot)}")
    golden("\n".join(texts))
