"""The dialog that takes a run to another program."""

from pathlib import Path

from tests.tui.pilots import press, running, settle, text_of, type_text
from tui_ann.export.run_formats import RUN_FORMATS
from tui_ann.tui.dialogs.choose import ChooseDialog
from tui_ann.tui.dialogs.messages import ConfirmDialog


async def test_a_format_a_file_and_a_question_before_it_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "iris.py"
    async with running("sample:iris", "3", "e", "ctrl+e") as (app, pilot):
        assert isinstance(app.screen, ChooseDialog)
        shown = text_of(app)
        assert all(form.note in shown for form in RUN_FORMATS.values())
        await press(pilot, *["down"] * list(RUN_FORMATS).index("python"), "enter")
        assert "One file without any library" in text_of(app)
        await type_text(pilot, str(path))
        await press(pilot, "enter")
        await settle(pilot, "exporting")
        assert f"Written to {path}" in str([note.message for note in app._notifications])
        written = path.read_text("utf-8")
        assert "CLASSES = ['setosa', 'versicolor', 'virginica']" in written
        path.write_text("mine", encoding="utf-8")
        await press(pilot, "2", "ctrl+e", *["down"] * list(RUN_FORMATS).index("python"), "enter")
        await type_text(pilot, str(path))
        await press(pilot, "enter")
        await settle(pilot, "exporting")
        assert isinstance(app.screen, ConfirmDialog)
        assert path.read_text("utf-8") == "mine"
        await press(pilot, "enter")
        await settle(pilot, "exporting")
        assert path.read_text("utf-8") == written


async def test_a_missing_library_is_named_with_the_command_that_installs_it(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tui_ann.export.run_formats.find_spec", lambda name: None)
    async with running("sample:xor", "ctrl+e") as (app, pilot):
        await press(pilot, *["down"] * list(RUN_FORMATS).index("onnx"), "enter", "enter")
        await settle(pilot, "exporting")
        shown = text_of(app)
        assert "needs onnx" in shown
        assert "pip install 'tui-ann[onnx]'" in shown
