from pathlib import Path

from tests.tui.pilots import press, running, shown, text_of
from tui_ann.tui.dialogs.messages import ErrorDialog
from tui_ann.tui.dialogs.practice import PracticeDialog
from tui_ann.tui.dialogs.workbook import WorkbookDialog

EXAMPLE = Path(__file__).parents[3] / "docs" / "course-example.toml"


async def test_a_page_is_practised_with_one_key():
    async with running(None, "c", "enter") as (app, pilot):
        page = shown(app).page
        await press(pilot, "p")
        assert app.current_mode == "step"
        assert isinstance(app.screen, PracticeDialog)
        assert app.session.workspace.experiment.name == page.sample


async def test_a_course_of_ones_own_opens_by_its_path_and_is_remembered():
    async with running(EXAMPLE) as (app, pilot):
        assert isinstance(app.screen, WorkbookDialog)
        assert "A network of my own" in text_of(app)
        assert "page 1 of 2" in text_of(app)
        assert "all 4 agree" in text_of(app)
        await press(pilot, "right")
        assert "page 2 of 2" in text_of(app)
        await press(pilot, "left", "enter")
        assert app.current_mode == "step"
        assert app.session.stepper.place().trace.before["W1"].tolist() == [[0, 1], [2, 3]]
        await press(pilot, "0")
        assert any(entry.source == str(EXAMPLE) for entry in shown(app).entries)


async def test_a_course_with_mistakes_is_refused_with_their_lines(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[[page]]\nid = "one"\n', encoding="utf-8")
    async with running(path) as (app, _):
        assert isinstance(app.screen, ErrorDialog)
        assert "mine.toml, line 1" in text_of(app)
