from textual.events import Paste

from tests.tui.pilots import press, running, settle, text_of
from tui_ann.tui.dialogs.exercise import ExerciseDialog, FieldInput


def value(app, name):
    return next(each.value for each in app.screen.query(FieldInput) if each.field == name)


async def test_an_exercise_goes_from_the_form_to_step():
    async with running(None, "ctrl+n") as (app, pilot):
        assert isinstance(app.screen, ExerciseDialog)
        await press(pilot, *"2-2-1", "down", *"sigmoid", "down", "down", "1", "enter")
        assert app.current_mode == "step"
        experiment = app.session.workspace.experiment
        assert [(layer.units, layer.activation) for layer in experiment.network.layers] == [
            (2, "sigmoid"),
            (1, "sigmoid"),
        ]
        assert experiment.training.learning_rate == 1
        assert experiment.training.loss == "binary_crossentropy"
        await press(pilot, "0")
        assert "exercise 2-2-1" in text_of(app)


async def test_a_mistake_keeps_the_form_and_is_shown_at_its_field():
    async with running(None, "ctrl+n", "down", "down", "down", "down", *"1 2 3", "down", "enter") as (app, pilot):
        assert isinstance(app.screen, ExerciseDialog)
        assert app.focused.field == "x"
        assert "✗ x" in text_of(app)
        assert "the network has 2 inputs" in text_of(app)
        await press(pilot, "escape", "ctrl+n")
        assert value(app, "x") == "1 2 3"  # nothing that was typed is lost


async def test_the_mistake_of_a_field_is_said_when_it_is_left():
    async with running(None, "ctrl+n", "down", "down", size=(80, 24)) as (app, pilot):
        await press(pilot, *"cross-entropy", "down")
        text = " ".join(text_of(app).replace("│", " ").split())
        assert "✗ loss" in text
        assert "loss: “cross-entropy” is not known. Use one of" in text
        assert "categorical_crossentropy" in text
        await press(pilot, *".5")
        assert "is not known" not in text_of(app), "what is typed now is explained"
        await press(pilot, "down")
        assert "is not known" not in text_of(app), "that field is right"
        await press(pilot, "up", "up", "up")
        assert "is not known" in text_of(app)


async def test_other_sizes_have_other_fields():
    async with running(None, "ctrl+n", *"2-2-2-1") as (app, _):
        names = [each.field for each in app.screen.query(FieldInput)]
        assert names[6:] == ["W1", "b1", "W2", "b2", "W3", "b3"]


async def test_a_pasted_matrix_keeps_its_rows_and_a_pasted_sheet_fills_the_form():
    async with running(None, "ctrl+n") as (app, pilot):
        app.focused.post_message(Paste("sizes = 2-2-1\nW1 = np.array([[1, 2],\n   [3, 4]])\nb1 = [5, 6]"))
        await settle(pilot)
        assert value(app, "sizes") == "2-2-1"
        assert value(app, "b1") == "[5, 6]"
        await press(pilot, "up", "up")  # W2: from the first field to the last ones
        app.focused.post_message(Paste("\\begin{pmatrix} 7 &\n 8 \\end{pmatrix}".replace("\n", "")))
        await settle(pilot)
        await press(pilot, "enter")
        assert app.current_mode == "step"
        trace = app.session.stepper.trace_of(1)
        assert trace.before["W1"].tolist() == [[1, 2], [3, 4]]
        assert trace.before["W2"].tolist() == [[7, 8]]


async def test_a_mistake_in_a_pasted_sheet_is_shown_at_once_with_its_field():
    async with running(None, "ctrl+n", size=(80, 24)) as (app, pilot):
        app.focused.post_message(Paste("sizes = 2-1-1 W1 = 1 2 b1 = 3 W2 = 4 b2 = .1 and so on, see page 7"))
        await settle(pilot)
        assert app.focused.field == "b2"
        assert "b²: " in text_of(app)


async def test_the_form_keeps_its_place_whatever_its_message_says():
    async with running(None, "ctrl+n", size=(80, 24)) as (app, pilot):
        places = set()
        for keys in (("down",), ("down",), ("x",), ("down", "down", *"1 2 3"), ("down", "down", *"a; b"), ("up",)):
            await press(pilot, *keys)
            places.add(app.screen.query_one(".dialog").region)
        assert len(places) == 1


async def test_the_form_fits_the_smallest_terminal():
    async with running(None, "ctrl+n", size=(80, 24)) as (app, _):
        text = text_of(app)
        assert "b²" in text
        assert "Work it out" in text


async def test_an_exercise_and_the_worked_example_open_on_step():
    async with running("sample:worked-example") as (app, _):
        assert app.current_mode == "step"
    async with running("sample:xor") as (app, _):
        assert app.current_mode == "train"


async def test_the_form_is_as_it_was_left_also_at_the_next_start_and_can_be_emptied():
    async with running(None, "ctrl+n", *["down"] * 4, *"7 8", "down", "3") as (app, pilot):
        await press(pilot, *["up"] * 5, *"3-3-1", *["backspace"] * 5, *"2-3-1")
        assert (value(app, "x"), value(app, "y")) == ("7 8", "3")
        await press(pilot, "enter")
        assert app.current_mode == "step"
    async with running(None, "ctrl+n") as (app, pilot):
        assert (value(app, "x"), value(app, "y")) == ("7 8", "3")
        await press(pilot, "ctrl+n")
        assert (value(app, "sizes"), value(app, "x"), value(app, "y")) == ("2-3-1", "1 2", "1")
        await press(pilot, "ctrl+n")
        assert (value(app, "x"), value(app, "y")) == ("7 8", "3")


async def test_proposals_that_fit_other_sizes_stay():
    async with running(None, "ctrl+n", *"4-3-1") as (app, _):
        assert [value(app, name) for name in ("y", "b1", "W2", "b2")] == ["1", ".1 .1 .1", ".4 .3 .2", ".1"]
        assert len(value(app, "x").split()) == 4
