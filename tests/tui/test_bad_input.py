"""What bad input gets: a clear message with its remedy, an application that lives on, and nothing lost."""

import gzip

import pytest

from tests.tui.pilots import SIZE, press, running, settle, table, text_of, type_text
from tui_ann.errors import SessionError
from tui_ann.tui.dialogs.choose import ChooseDialog
from tui_ann.tui.dialogs.form import FormDialog
from tui_ann.tui.dialogs.messages import ErrorDialog

ROWS = "".join(f"{i},{i * 3 % 7},{i % 2}\n" for i in range(30))

REFUSED = {
    "a wrong path": (None, "There is no file"),
    "an empty file": (b"", "empty"),
    "a header without rows": (b"a,b,y\n", "no data"),
    "a binary file": (b"\x89PNG\r\n\x1a\n" + bytes(200), "PNG"),
    "one row with a label": (b"a,b,y\n1,2,no\n", "1 row"),
    "a broken archive": (gzip.compress(b"a,b\n1,2\n")[:-12], "file"),
    "an experiment with mistakes": (
        b'schema = 1\nnam = "x"\n[data]\npath = 3\n[training]\nepochs = -1\n',
        "training.epochs",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_what_cannot_be_opened_is_refused_with_a_remedy(tmp_path, kind):
    content, word = REFUSED[kind]
    path = tmp_path / ("x.toml" if "experiment" in kind else "x.csv")
    if content is not None:
        path.write_bytes(content)
    async with running("sample:xor") as (app, pilot):
        await app.opener.open(path)
        await settle(pilot)
        assert isinstance(app.screen, ErrorDialog)
        assert "Cannot open this" in text_of(app)
        told = " ".join([app.screen.error.message, *app.screen.error.details])
        assert word in told
        assert app.screen.error.remedy or app.screen.error.details
        await press(pilot, "escape")
        assert app.open_name == "xor"
        await press(pilot, "3", "n")


USABLE = {
    "all cells of a column missing": ("a,b,y\n" + "".join(f"{i},,{i % 2}\n" for i in range(30)), "has no values"),
    "text in a numeric column": ("a,b,y\n" + ROWS + "oops,1,0\n", "1 cell became missing"),
    "infinity": ("a,b,y\n" + ROWS + "inf,1,0\n", "1 cell became missing"),
}


@pytest.mark.parametrize("kind", USABLE)
async def test_what_is_wrong_with_a_file_is_said_on_the_screen(tmp_path, kind):
    text, words = USABLE[kind]
    async with running(table(tmp_path, text), size=(160, 50)) as (app, _):
        assert app.open_name == "shapes"
        assert words in text_of(app).replace("│ ", "") or words in text_of(app)


async def test_one_row_of_numbers_is_an_exercise_that_trains(tmp_path):
    async with running(table(tmp_path, "x1,x2,y\n1,2,1\n"), size=(160, 50)) as (app, pilot):
        assert "nothing can be set aside" in " ".join(text_of(app).replace("│", " ").split())
        await press(pilot, "3", "n")
        await settle(pilot)
        assert app.session.workspace.trainer.update == 1


async def test_a_file_read_the_wrong_way_can_be_read_otherwise(tmp_path):
    text = "".join("1;2;3\n" if row % 2 else "1;2;3;4;5\n" for row in range(60))
    async with running(table(tmp_path, "a;b;c\n" + text)) as (app, pilot):
        assert isinstance(app.screen, ErrorDialog)
        await press(pilot, "enter")
        assert isinstance(app.screen, FormDialog)
        await press(pilot, "home", "enter")
        await type_text(pilot, "|")
        await press(pilot, "enter", "ctrl+s")
        assert app.open_name == "shapes" or isinstance(app.screen, ErrorDialog)


@pytest.mark.parametrize("value", ["2.5", "yes"], ids=["a constant target", "one class"])
async def test_a_target_that_does_not_do_is_refused_and_another_one_asked_for(tmp_path, value):
    rows = "".join(f"{i},{i * 3 % 7},{value}\n" for i in range(30))
    path = table(tmp_path, "a,b,target\n" + rows)
    async with running(path) as (app, pilot):
        assert app.session.workspace.experiment.data.target == "b"  # a column that can be learnt is proposed
        await app.opener.open(path, target="target")
        await settle(pilot)
        assert isinstance(app.screen, ErrorDialog)
        assert "same value" in text_of(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ChooseDialog)
        await press(pilot, "escape")
        await pilot.app.run_action("reopen('target')")  # it can still be asked for in another way
        await settle(pilot)
        assert isinstance(app.screen, ChooseDialog)
        await press(pilot, "home", "enter")
        assert app.current_mode == "data"
        assert app.session.workspace.experiment.data.target == "a"
        assert not app.opener.refused


async def test_five_thousand_columns(tmp_path):
    names = ",".join(f"c{i}" for i in range(5000))
    rows = "".join(",".join([str(row % 7)] * 4999 + [str(row % 2)]) + "\n" for row in range(12))
    async with running(table(tmp_path, f"{names}\n{rows}")) as (app, pilot):
        assert "5 000 columns" in text_of(app)
        await press(pilot, "home", "pagedown", "space", "end", "2", "3")
        assert app.current_mode == "train"


async def test_start_weights_of_the_wrong_shape(tmp_path):
    import numpy as np

    from tui_ann.experiment.weights import save_weights

    save_weights(tmp_path / "w.safetensors", {"W1": np.zeros((2, 2))})
    async with running("sample:xor", "2") as (app, pilot):
        from tui_ann.tui.content import edits

        app.bench.edit(edits.put(app.session.workspace.experiment, "network.weights", str(tmp_path / "w.safetensors")))
        await settle(pilot)
        assert "✗ The start weights do not fit: W¹ is 2 × 2, but" in text_of(app)
        await press(pilot, "space")
        assert app.current_mode == "build"
        await press(pilot, "u")
        await press(pilot, "3", "n")


async def test_a_full_disk_while_saving_loses_nothing(monkeypatch):
    async with running("sample:xor", "n") as (app, pilot):

        def full(*_):
            raise SessionError("No space is left on the disk.", remedy="Make room.", code="cannot_write")

        monkeypatch.setattr("tui_ann.session.store.storage.save", full)
        await press(pilot, "ctrl+s")
        assert "No space is left on the disk." in text_of(app)
        await press(pilot, "escape", "n")
        assert app.session.workspace.run is not None


@pytest.mark.parametrize("size", [(40, 12), (1, 1), (300, 80)], ids=str)
async def test_any_size_of_terminal(tmp_path, size):
    async with running(table(tmp_path), size=size) as (app, pilot):
        await press(pilot, "question_mark", "escape", "2", "a", "escape", "3", "z", "tab", "z", "0")
        if size == (40, 12):
            assert "40×12 is too small: use 80×24 or more" in text_of(app)


async def test_a_storm_of_sizes(tmp_path):
    sizes = [(200, 50), (10, 3), (99, 30), (1, 1), SIZE]
    async with running(table(tmp_path)) as (app, pilot):
        for digit in "0123":
            await pilot.press(digit)
            for width, height in sizes:
                await pilot.resize_terminal(width, height)
        await settle(pilot)
        assert app.size == SIZE
        assert "small" not in text_of(app)
