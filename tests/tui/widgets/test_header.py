"""The header with the eight screens that the program will have, at every width."""

import pytest

from tests.tui.hosts import WidgetHost
from tests.tui.pilots import press, running, text_of, trained
from tui_ann.engine.stopping import Status
from tui_ann.experiment.run_record import Trouble
from tui_ann.tui.content import edits
from tui_ann.tui.keys.modes import Mode
from tui_ann.tui.widgets.header import STATES, HeaderBar

TITLES = ("Start", "Data", "Build", "Train", "Step", "Explore", "Compare", "Predict")
EIGHT = tuple(Mode(title.lower(), str(n), title, "Goes there.", "") for n, title in enumerate(TITLES))


async def line(width: int, name: str = "spirals", state: str = "running", current: str = "explore") -> str:
    bar = HeaderBar(current, EIGHT)
    app = WidgetHost(bar, css=True)
    async with app.run_test(size=(width, 3)) as pilot:
        bar.show_name(name)
        bar.show_state(state)
        await pilot.pause()
        return text_of(app).splitlines()[0]


async def test_eighty_columns_hold_eight_screens_the_name_and_the_state():
    assert await line(80) == " tui-ann  0  1  2  3  4  5 Explore  6  7                    spirals  ▶ running"


async def test_the_screens_are_named_where_there_is_room():
    text = await line(120)
    assert all(f"{n} {title}" in text for n, title in enumerate(TITLES))
    assert text.endswith("spirals  ▶ running")


@pytest.mark.parametrize("current", [mode.id for mode in EIGHT])
async def test_the_present_screen_is_always_named(current):
    mode = next(mode for mode in EIGHT if mode.id == current)
    assert f"{mode.digit} {mode.title}" in await line(80, current=current)


@pytest.mark.parametrize("width", range(48, 150, 6))
async def test_the_state_is_never_cut_however_long_the_name(width):
    text = await line(width, name="a-very-long-name-of-an-experiment-that-goes-on-and-on", state="diverged")
    assert text.rstrip().endswith("✗ diverged")
    assert "a-very" in text or width < 60


@pytest.mark.parametrize("state", STATES)
async def test_every_state_has_a_sign_and_a_word(state):
    text = await line(80, state=state)
    assert STATES[state].word in text


def test_every_end_of_a_run_is_a_state():
    assert set(STATES) == {"ready", "running", "watched", "paused", *map(str, Status), *map(str, Trouble)}


async def test_nothing_open_has_no_state():
    assert "ready" not in await line(80, name="", state="")


async def test_the_header_follows_the_run_on_every_screen():
    async with running("sample:xor") as (app, pilot):
        assert text_of(app).splitlines()[0].endswith("xor  · ready")
        app.bench.edit(edits.put(app.session.workspace.experiment, "training.epochs", 2))
        await press(pilot, "n")
        await trained(pilot)
        assert text_of(app).splitlines()[0].endswith("xor  ⏸ paused")
        await press(pilot, "space")
        await trained(pilot)
        for digit in "01234":
            await press(pilot, digit)
            assert text_of(app).splitlines()[0].endswith("xor  ✓ finished")
