"""Labs by keys alone: the proposal, its runs on Compare, and what they show."""

import threading

import pytest
from textual.widgets import Input, Static

from tests.session.labs.conftest import proposal as proposed_for
from tests.tui.pilots import press, running, settle, steady, text_of
from tui_ann.session.jobs.carrier import SerialCarrier
from tui_ann.session.labs.running import LabRun
from tui_ann.session.labs.table import LABS
from tui_ann.tui.dialogs.lab import LabDialog
from tui_ann.tui.screens.compare import CompareScreen
from tui_ann.tui.services.laboratory import GROUP
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.widgets.text_scroll import TextScroll


@pytest.fixture(autouse=True)
def here(monkeypatch):
    """Labs are made in this process: other tests start workers."""
    monkeypatch.setattr("tui_ann.session.jobs.local.LocalCarrier", SerialCarrier)


def compare(app) -> CompareScreen:
    assert isinstance(app.screen, CompareScreen)
    return app.screen


async def proposal(pilot, lab: str) -> LabDialog:
    """Go to Compare, choose a lab, and wait for its proposal."""
    await press(pilot, "6", "number_sign", *["down"] * list(LABS).index(lab), "enter")
    await settle(pilot)
    assert isinstance(pilot.app.screen, LabDialog)
    return pilot.app.screen


def edit(dialog: LabDialog, *values: str | None) -> None:
    """Type other values into the lines of a proposal, in order."""
    for line, value in zip(dialog.query(Input), values, strict=False):
        if value is not None:
            line.value = value


async def made(pilot) -> str:
    """Start, and wait for the end."""
    await press(pilot, "ctrl+s")
    await settle(pilot, GROUP)
    compare(pilot.app).look()
    await settle(pilot)
    return await steady(pilot.app, pilot)


WALKS = {
    "learning-rate": (("0.01,0.5,1000", "8"), "η 0.5 is good: the loss falls from", 3),
    "variant": ((None, None, None, "5"), "stochastic descent needs fewer epochs than", 3),
    "depth": (("1,3", "60", None, "3", "2"), "Best: ", 4),
    "activation": (("sigmoid,relu", None, "8", "5"), "Vanishing gradients with sigmoid", 2),
    "regularisation": (("none,dropout=0.5", "3", "2"), "Without regularisation it", 4),
    "data-size": (("2,8", "0.1,1", "2", "2"), "2 units: accuracy on the test rows from", 8),
    "luck": (("3", "4"), "Over 4 seeds the accuracy on the test rows has the median", 4),
    "optimiser": (("sgd,adam", "0.01,0.1", "3"), "Each with its best η", 4),
}
"""For each lab values of its choices, words of its result, and its runs: C8, C10, C18, C20, C21, C1."""


@pytest.mark.parametrize("lab", LABS)
async def test_every_lab_is_made_by_keys_alone(lab):
    values, words, runs = WALKS[lab]
    async with running("sample:moons", size=(160, 60)) as (app, pilot):
        edit(await proposal(pilot, lab), *values)
        text = " ".join((await made(pilot)).replace("│", " ").split())
        assert words in text
        board = compare(app).body.board
        assert len(board.runs) == runs + 1
        folders = [int(run.run.source.folder.name.partition("-")[0]) for run in board.runs[1:]]
        assert folders == sorted(folders), "letters are in the order of the plan"
        if lab == "regularisation":
            await press(pilot, "asterisk")
            await settle(pilot)
            said = str(compare(app).query_one("#lab-result Static", Static).content).splitlines()[0]
            assert "B" in said
            assert not {"C", "E"} & set(said), "one letter for each curve"
        if lab == "data-size":
            assert "Accuracy on the test rows · mean ± SE" in text
            assert "○ 2 units" in text
            await press(pilot, "escape")
            await settle(pilot)
            assert "Loss · binary cross-entropy" in await steady(app, pilot)


async def test_the_words_of_a_lab_name_its_curves_and_are_put_away():
    async with running("sample:moons", size=(120, 36)) as (app, pilot):
        edit(await proposal(pilot, "learning-rate"), "0.001,0.5,1000", "8")
        text = await made(pilot)
        assert "B too small · C good · D diverges" in text
        assert all(end in text for end in ("B● too small", "C△ good", "D▲ diverges"))
        assert "Learning rate · esc puts this away" in text
        await press(pilot, "escape")
        await settle(pilot)
        assert "diverges" not in await steady(app, pilot)


@pytest.mark.parametrize("size", [(80, 24), (80, 18), (120, 36), (120, 50)])
async def test_all_that_a_lab_said_can_be_read(size):
    async with running("sample:moons", size=size) as (app, pilot):
        edit(await proposal(pilot, "variant"), None, None, None, "5")
        await made(pilot)
        text = compare(app).query_one("#lab-result TextScroll", TextScroll)
        if size[0] > 80:
            assert not text.max_scroll_y, "the pane grows with its text where there is room"
        await press(pilot, "tab")
        await settle(pilot)
        assert app.focused is text
        await press(pilot, *["pagedown"] * 5)
        assert "Saved in" in text_of(app), "the last sentence"
        assert text.scroll_y == text.max_scroll_y
        await press(pilot, "z")
        await settle(pilot)
        assert not text.max_scroll_y, "maximised it has room for all"
        await press(pilot, "z", "escape")
        await settle(pilot)
        assert not compare(app).query_one("#lab-result").display
        assert app.focused is not text


async def test_the_folder_of_a_lab_says_again_what_it_said(tmp_path):
    chosen = {"training.learning_rate": "0.001,0.5", "training.epochs": "8"}
    lab = LabRun.begun(proposed_for("learning-rate", "moons").plan(chosen), tmp_path / "lab")
    list(lab.run(SerialCarrier))
    app = TuiAnnApp(runs=[tmp_path / "lab"])
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        text = await steady(app, pilot)
        assert "Learning rate · esc puts this away" in text
        assert lab.record.sentences[0] in text
        assert sum(row.count(" too small") for row in text.splitlines()) >= 2, "at the end of its curve, too"
        await press(pilot, "escape")
        await settle(pilot)
        assert "Learning rate · esc" not in await steady(app, pilot)


async def test_a_value_that_cannot_be_used_is_said_and_nothing_starts():
    async with running("sample:moons", size=(120, 36)) as (app, pilot):
        dialog = await proposal(pilot, "learning-rate")
        edit(dialog, "0.1,x")
        await settle(pilot)
        assert "Allowed: a number above 0" in await steady(app, pilot)
        await press(pilot, "ctrl+s")
        assert app.screen is dialog
        edit(dialog, "0.1,0.2")
        await settle(pilot)
        assert "2 runs in all" in text_of(app)
        await press(pilot, "escape")
        assert not compare(app).laboratory.running


async def test_a_lab_that_the_table_is_too_small_for_is_refused():
    async with running("sample:worked-example", size=(120, 36)) as (app, pilot):
        await press(pilot, "6", "number_sign", *["down"] * list(LABS).index("data-size"), "enter")
        await settle(pilot)
        assert "too few rows to test on" in " ".join(text_of(app).split())
        await press(pilot, "ctrl+s", "escape")


async def test_a_lab_is_stopped_with_a_key_and_its_runs_stay(monkeypatch):
    go_on = threading.Event()

    class Slow(SerialCarrier):
        def run(self, jobs):
            for place, job in enumerate(jobs):
                if place == 1:
                    go_on.wait(30)
                yield from super().run([job])

    monkeypatch.setattr("tui_ann.session.jobs.local.LocalCarrier", Slow)
    async with running("sample:moons", size=(120, 36)) as (app, pilot):
        edit(await proposal(pilot, "learning-rate"), "0.01,0.5", "3")
        await press(pilot, "ctrl+s")
        lab = compare(app).laboratory
        while lab.progress != "1 of 2 runs":
            await pilot.pause(0.01)
        app.refresh_status()
        assert "Learning rate: 1 of 2 runs; esc stops." in await steady(app, pilot)
        await press(pilot, "escape")
        go_on.set()
        await settle(pilot, GROUP)
        compare(app).look()
        await settle(pilot)
        assert "Stopped after 1 of 2 runs." in await steady(app, pilot)
        assert len(compare(app).body.board.runs) == 2


async def test_a_setting_is_varied_from_build_and_the_best_run_is_opened_with_one_key():
    async with running("sample:moons", size=(120, 36)) as (app, pilot):
        await press(pilot, "2", "number_sign")
        await settle(pilot)
        dialog = app.screen
        assert isinstance(dialog, LabDialog)
        assert [line.value for line in dialog.query(Input)] == ["3,6,12,24,48", "150", "1"]
        edit(dialog, "1,6", "20")
        text = await made(pilot)
        assert "Best: units 6, with loss on the test rows" in text
        assert compare(app).body.chosen.first.run.source.experiment.network.layers[0].units == 6
        await press(pilot, "enter")
        await settle(pilot)
        assert app.session.workspace.experiment.network.layers[0].units == 6


async def test_without_an_experiment_there_is_nothing_to_vary():
    async with running(size=(120, 36)) as (app, pilot):
        await press(pilot, "6", "number_sign")
        assert not isinstance(app.screen, LabDialog)


async def test_a_lab_ends_with_the_application(monkeypatch):
    begun, stopped = threading.Event(), threading.Event()

    class Endless(SerialCarrier):
        def run(self, jobs):
            begun.set()
            assert stopped.wait(30)
            return iter(())

        def stop(self):
            stopped.set()
            super().stop()

    monkeypatch.setattr("tui_ann.session.jobs.local.LocalCarrier", Endless)
    async with running("sample:moons", size=(120, 36)) as (app, pilot):
        edit(await proposal(pilot, "learning-rate"), "0.01,0.5", "3")
        await press(pilot, "ctrl+s")
        while not begun.is_set():
            await pilot.pause(0.01)
        laboratory = compare(app).laboratory
    assert stopped.is_set()
    assert laboratory.said == () or "Stopped" in " ".join(laboratory.said)
