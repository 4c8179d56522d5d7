"""A dialog answers once, about what was open when it was shown."""

from tests.tui.pilots import press, running, settle, table, type_text
from tui_ann.errors import DataError
from tui_ann.tui.content.edits import put
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.doctor import DoctorDialog
from tui_ann.tui.dialogs.messages import ErrorDialog
from tui_ann.tui.dialogs.open_file import OpenDialog


def choice():
    return ChooseDialog("Choose", [Choice(1, "one"), Choice(2, "two")])


async def test_a_second_answer_is_dropped():
    async with running("sample:xor") as (app, pilot):
        answers = []
        first, dialog = choice(), choice()
        app.push_screen(first)
        app.push_screen(dialog, lambda answer: answers.append(answer))
        await settle(pilot)
        dialog.dismiss(dialog.choices[0])
        dialog.dismiss(dialog.choices[1])
        await settle(pilot)
        assert [answer.value for answer in answers] == [1]
        assert app.screen is first


async def test_a_dialog_that_is_answered_below_another_closes_with_it():
    async with running("sample:xor") as (app, pilot):
        answers = []
        screen, below, above = app.screen, choice(), choice()
        app.push_screen(below, lambda answer: answers.append(answer))
        app.push_screen(above)
        await settle(pilot)
        below.dismiss(below.choices[1])
        await settle(pilot)
        assert app.screen is above
        assert not answers
        above.dismiss()
        await settle(pilot)
        assert [answer.value for answer in answers] == [2]
        assert app.screen is screen


async def test_an_answer_about_what_is_no_longer_open_is_dropped():
    async with running("sample:xor", "2", "a") as (app, pilot):
        layers = len(app.session.workspace.experiment.network.layers)
        app.bench.edit(put(app.session.workspace.experiment, "training.epochs", 7))
        await press(pilot, "enter")
        assert len(app.session.workspace.experiment.network.layers) == layers
        assert any("nothing was done" in note.message for note in app._notifications)
        await press(pilot, "a", "enter")
        assert len(app.session.workspace.experiment.network.layers) == layers + 1


async def test_what_is_not_about_the_experiment_is_answered_in_any_case(tmp_path):
    async with running("sample:xor", "ctrl+o") as (app, pilot):
        app.bench.edit(put(app.session.workspace.experiment, "training.epochs", 7))
        assert isinstance(app.screen, OpenDialog)
        await type_text(pilot, str(table(tmp_path)))
        await press(pilot, "enter")
        assert app.open_name == "shapes"


async def test_a_refusal_of_an_answer_leaves_the_screen_as_it_is():
    async with running("sample:xor") as (app, pilot):

        def refuse(answer: object) -> None:
            raise DataError("Not this one.", remedy="Take another one.", code="not_this")

        screen = app.screen
        app.push_screen(choice(), refuse)
        await settle(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, ErrorDialog)
        await press(pilot, "escape")
        assert app.screen is screen


async def test_a_dialog_is_open_until_it_is_dismissed():
    async with running("sample:xor") as (app, pilot):
        dialog = choice()
        assert not dialog.is_attached
        app.push_screen(dialog)
        await settle(pilot)
        assert dialog.is_open
        gone = dialog.dismiss()
        assert not dialog.is_open
        await gone


async def test_the_doctor_has_nothing_to_scroll_once_it_is_closed():
    async with running("sample:xor", "3", "d") as (app, pilot):
        doctor = app.screen
        assert isinstance(doctor, DoctorDialog)
        await press(pilot, "escape")
        await settle(pilot)
        doctor._show_place(1)
        assert not app.failures.seen
