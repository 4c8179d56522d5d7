"""The pages of the course, from Start to the experiment, by keys."""

from dataclasses import replace

import numpy as np
import pytest

from tests.tui.pilots import press, running, settle, shown, steady, text_of
from tui_ann.session.course.pages import find_page, pages
from tui_ann.tui.dialogs import workbook
from tui_ann.tui.dialogs.workbook import WorkbookDialog
from tui_ann.tui.widgets.row_list import RowList


def to(page: str) -> list[str]:
    """The keys that lead from Start to a page."""
    return ["c", *["down"] * [each.id for each in pages()].index(page), "enter"]


async def test_every_page_stands_on_start_in_the_order_of_the_course():
    async with running(None, "c", size=(80, 24)) as (app, pilot):
        assert all(page.title in text_of(app) for page in pages()[:14])
        listed = [entry.page for entry in shown(app).entries if entry.kind == "page"]
        assert listed == list(pages())
        assert shown(app).entry.page is pages()[0]
        await press(pilot, "c")
        assert shown(app).entry.source == "sample:spirals"


async def test_the_worked_example_from_start_to_its_update():
    async with running(None, *to("worked-update"), size=(80, 24)) as (app, pilot):
        assert isinstance(app.screen, WorkbookDialog)
        text = text_of(app)
        for words in (
            "One hidden layer, one update",
            "page 13 of 19",
            "expected",
            "computed",
            "all 10 agree",
            "½(ŷ − y)²",
        ):
            assert words in text
        assert "✓ ∂L/∂W²" in text
        assert "✗" not in text
        await press(pilot, "enter")
        assert app.current_mode == "step"
        assert app.session.workspace.experiment.name == "worked-example"
        assert app.session.stepper.place().trace.update == 1
        np.testing.assert_allclose(
            app.session.stepper.place().trace.value("dW1"), [[0.16, 0.32], [0.12, 0.24], [0.08, 0.16]]
        )


async def test_a_page_brings_its_own_settings():
    async with running(None, *to("rate-diverges"), "enter") as (app, pilot):
        assert app.session.workspace.experiment.training.learning_rate == 0.5
        assert app.session.stepper.place().trace.update == 2
        await press(pilot, "0", "up", "up", "up", "enter", "space")
        assert app.current_mode == "train"
        assert app.session.workspace.experiment.training.learning_rate == 0.1


async def test_pages_can_be_turned():
    async with running(None, *to("linear-forward"), size=(80, 24)) as (app, pilot):
        await press(pilot, "left")
        assert shown(app).page.id == "linear-forward"
        await press(pilot, "right", "n")
        assert shown(app).page.id == "logistic-forward"
        assert "all 3 agree" in text_of(app)
        await press(pilot, "b", "escape")
        assert app.current_mode == "start"
        assert not isinstance(app.screen, WorkbookDialog)


async def test_a_number_that_differs_is_seen(monkeypatch: pytest.MonkeyPatch):
    page = find_page("worked-forward")
    wrong = replace(page, checks=(replace(page.checks[0], expected="1; 2; 1.6"), *page.checks[1:]))
    async with running() as (app, pilot):
        app.push_screen(WorkbookDialog(wrong))
        await settle(pilot)
        assert "✗ z¹" in text_of(app)
        assert "3 of 4 agree" in text_of(app)


async def test_what_cannot_be_computed_says_why(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workbook, "work_out", lambda page: find_page("nothing"))
    async with running(None, *to("linear-forward")) as (app, _):
        assert "There is no page “nothing”." in text_of(app)


async def test_every_page_fits_on_a_small_screen():
    async with running(None, *to("linear-forward"), size=(80, 24)) as (app, pilot):
        for page in pages():
            text = text_of(app)
            assert shown(app).page is page
            assert "agree" in text
            assert page.about[:40] in text
            assert app.screen.query_one(RowList).size.height >= min(8, len(page.checks))
            assert "…" not in "\n".join(line for line in text.splitlines() if "✓" in line)
            await press(pilot, "right")


@pytest.mark.parametrize(("page", "size"), [("rate-diverges", (80, 24)), ("worked-update", (120, 36))], ids=str)
async def test_words_of_a_page(golden, page, size):
    async with running(None, *to(page), size=size) as (app, pilot):
        golden(await steady(app, pilot))


async def test_the_list_below_goes_along_with_the_pages():
    async with running(None, *to("rate-climbs"), size=(80, 24)) as (app, pilot):
        await press(pilot, "n", "n")
        assert shown(app).page.id == "keras-linear"
        await press(pilot, "escape")
        assert shown(app).entry.page is find_page("keras-linear")
