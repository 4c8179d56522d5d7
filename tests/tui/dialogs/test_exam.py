import re

from tests.tui.pilots import press, running, text_of, type_text
from tui_ann.session.exam.records import ExamRecords
from tui_ann.tui.dialogs.exam import ExamDialog
from tui_ann.tui.dialogs.workbook import WorkbookDialog


async def test_an_exam_from_its_first_question_to_the_page_of_a_wrong_answer():
    async with running(None, "Q") as (app, pilot):
        dialog = app.screen
        assert isinstance(dialog, ExamDialog)
        exam = dialog.exam
        wrong = next(i for i, question in enumerate(exam.questions) if question.page)
        places = set()
        for i, question in enumerate(exam.questions):
            assert f"{i + 1} of 10   {question.title}" in text_of(app)
            assert f"{question.wanted} · Enter alone gives up" in text_of(app)
            assert ";;" not in text_of(app)
            if i != wrong:
                await type_text(pilot, question.expected_text.replace("[", "").replace("]", ""))
            await press(pilot, "enter")
            places.add(app.screen.query_one(".dialog").region)
            words = text_of(app)
            assert ("✗ It is " if i == wrong else "✓ Right: ") in words
            assert f"{i + 1} of 10   {question.title}" in words, "the answer stands at its own question"
            for line in question.solution[:1]:
                assert line.split("=")[0].strip() in words
            await press(pilot, "enter")
        assert len(places) == 1
        assert "9 of 10 right." in text_of(app)
        assert "Weak: " in text_of(app)
        assert [record.right for record in ExamRecords(app.session.paths.exams).all()] == [9]
        await press(pilot, *["down"] * wrong, "enter")
        assert isinstance(app.screen, WorkbookDialog)
        assert app.screen.page.id == exam.questions[wrong].page


async def test_an_exam_that_was_left_goes_on_where_it_was():
    async with running(None, "Q", *["enter"] * 4, "escape", "Q", size=(80, 24)) as (app, _):
        assert "3 of 10" in text_of(app)
        assert "0 of 2 right" in text_of(app)


async def test_the_score_breaks_no_figure_and_says_how_to_see_all_answers():
    async with running(None, "Q", *["enter"] * 20, size=(80, 24)) as (app, pilot):
        await pilot.pause()
        await pilot.pause()
        text = text_of(app)
        assert "0 of 10 right." in text
        assert "0 of 10 right · ↓ all 10 answers" in text
        assert not re.search(r"\(\d( of)?\s*\n|\d of\s*\n", text)
