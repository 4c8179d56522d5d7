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
