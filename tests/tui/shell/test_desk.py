"""Copying what the cursor is on, and pictures of the screen."""

import base64
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.tui.pilots import press, running, table
from tui_ann.tui.shell.desk import MOST, _write_new, clipboard_sequences
from tui_ann.tui.widgets.data_view import DataView
from tui_ann.tui.widgets.formula import FormulaView
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.matrix_view import MatrixView
from tui_ann.tui.widgets.run_lines import MetricsTable


def said(app):
    return [note.message for note in app._notifications][-1]


class TestClipboard:
    def test_a_terminal_gets_the_text_in_base64(self):
        (sequence,) = clipboard_sequences("a\tµ", {"TERM": "xterm-256color"})
        assert sequence.startswith("\x1b]52;c;")
        assert sequence.endswith("\a")
        assert base64.b64decode(sequence[7:-1]).decode() == "a\tµ"

    def test_tmux_gets_it_and_passes_it_on(self):
        plain, passed = clipboard_sequences("a", {"TERM": "tmux-256color", "TMUX": "/tmp/tmux,1,0"})
        assert plain == "\x1b]52;c;YQ==\a"
        assert passed == "\x1bPtmux;\x1b\x1b]52;c;YQ==\a\x1b\\"

    @pytest.mark.parametrize("variables", [{"TERM": "linux"}, {"TERM": "xterm", "TERM_PROGRAM": "Apple_Terminal"}])
    def test_some_terminals_have_none(self, variables):
        assert clipboard_sequences("a", variables) == []

    def test_a_text_can_be_too_long(self):
        assert clipboard_sequences("a" * (MOST + 1), {"TERM": "xterm"}) == []


class TestCopying:
    async def test_a_cell_then_its_row_then_the_table(self, tmp_path):
        async with running(table(tmp_path)) as (app, pilot):
            app.screen.query_one(DataView).focus()
            await press(pilot, "down", "y")
            assert app.clipboard == "2.5"
            assert said(app) == "Copied the cell: 2.5; y again copies the row"
            await press(pilot, "y")
            assert app.clipboard == "2.5\t20\tsquare\tben\tno"
            await press(pilot, "y")
            assert app.clipboard.splitlines()[0] == "height\tweight\tshape\tname\tanswer"
            assert len(app.clipboard.splitlines()) == 9
            await press(pilot, "down", "y")
            assert app.clipboard == "3.5"

    async def test_a_weight_in_full(self):
        async with running("sample:worked-example", "3", "n") as (app, pilot):
            app.screen.query_one(MatrixView).focus()
            await press(pilot, "y")
            weight = app.session.workspace.run.network.parameters["W1"][0, 0]
            assert float(app.clipboard) == weight

    async def test_a_formula_and_what_a_picture_says(self):
        async with running("sample:worked-example", "4", "right") as (app, pilot):
            formula = app.screen.query_one(FormulaView)
            formula.focus()
            await press(pilot, "y")
            assert app.clipboard == "\n".join(formula.lines)
            app.screen.query_one(LossCurve).focus()
            await press(pilot, "n", "n", "y")
            assert "batch" in app.clipboard
            assert app.clipboard == app.screen.query_one(LossCurve).describe()

    async def test_the_metrics_are_a_table(self):
        async with running("sample:iris", "3", "y") as (app, pilot):
            metrics = app.screen.query_one(MetricsTable)
            metrics.focus()
            await press(pilot, "y")
            assert said(app) == "There is nothing to copy here."
            await press(pilot, "e", "y")
            assert said(app) == "Copied the table: loss accuracy … (3 lines)"
            lines = [line.split("\t") for line in app.clipboard.splitlines()]
            assert lines[0] == ["", "loss", "accuracy"]
            assert [line[0] for line in lines[1:]] == ["train", "val"]
            assert 0 < float(lines[1][1]) < 3

    async def test_a_path_in_a_dialog(self, tmp_path, monkeypatch):
        path = table(tmp_path)
        monkeypatch.chdir(tmp_path)
        async with running(None, "o") as (app, pilot):
            app.screen.query_one("#entries").focus()
            await press(pilot, "G", "y")
            assert app.clipboard == str(path)
            assert said(app).startswith("Copied the path: ")

    async def test_without_a_clipboard_it_is_a_file(self, tmp_path, monkeypatch):
        monkeypatch.setenv("TERM", "linux")
        async with running(table(tmp_path)) as (app, pilot):
            app.screen.query_one(DataView).focus()
            await press(pilot, "y")
            path = app.paths.state / "copied.txt"
            assert path.read_text(encoding="utf-8") == "1.5\n"
            assert str(path) in said(app)


class TestPictures:
    @pytest.fixture
    def home(self, tmp_path, monkeypatch):
        monkeypatch.setattr(Path, "home", lambda: tmp_path)
        (tmp_path / "work").mkdir()
        monkeypatch.chdir(tmp_path / "work")
        return tmp_path

    async def test_without_downloads_they_are_where_one_is_and_nothing_is_overwritten(self, home):
        async with running("sample:xor") as (app, pilot):
            await press(pilot, "f12")
            (first,) = (home / "work").glob("*.svg")
            assert str(first) in said(app)
            assert "cairosvg" in said(app) or first.with_suffix(".png").exists()
            assert "<svg" in first.read_text(encoding="utf-8")
            await press(pilot, "f12")
            assert len(list((home / "work").glob("*.svg"))) == 2

    def test_a_folder_that_may_not_be_written_is_told_before_one_that_is_missing(self, home, monkeypatch):
        def refuse(path, mode, encoding):
            raise FileNotFoundError(2, "none") if "missing" in path.parts else PermissionError(13, "not yours")

        monkeypatch.setattr(Path, "open", refuse)
        with pytest.raises(PermissionError, match="not yours"):
            _write_new(iter([home / "work", home / "missing"]), "picture", "<svg/>")

    async def test_downloads_are_used_if_they_are_there(self, home):
        (home / "Downloads").mkdir()
        async with running("sample:xor", "f12") as (_, _):
            assert list((home / "Downloads").glob("tui-ann-train-*.svg"))

    async def test_a_png_too_if_a_library_is_there(self, home, monkeypatch):
        drawn = []
        library = SimpleNamespace(svg2png=lambda bytestring, write_to: drawn.append(write_to))
        monkeypatch.setitem(sys.modules, "cairosvg", library)
        async with running("sample:xor", "?") as (app, pilot):
            await press(pilot, "f12")
            assert drawn == [str(next((home / "work").glob("*.svg")).with_suffix(".png"))]
            assert said(app).endswith(".png")
