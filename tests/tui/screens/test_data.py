from tests.tui.pilots import press, running, settle, shown, table, text_of, type_text
from tui_ann.data.read.reader import read_table
from tui_ann.experiment.proposal import propose
from tui_ann.tui.dialogs.choose import ChooseDialog
from tui_ann.tui.dialogs.form import FormDialog
from tui_ann.tui.dialogs.messages import ErrorDialog
from tui_ann.tui.widgets.data_view import DataView
from tui_ann.tui.widgets.row_list import RowList
from tui_ann.tui.widgets.text_scroll import TextScroll

GAPS = "a,b,y\n1,2,0\n3,,1\n5,6,0\n7,8,1\n2,3,0\n3,4,1\n6,6,0\n7,1,1\n"


def data(app):
    return app.session.workspace.experiment.data


class TestColumns:
    async def test_everything_is_proposed(self, tmp_path):
        async with running(table(tmp_path)) as (app, _):
            text = text_of(app)
            assert "answer · target" in text
            assert "[x] height" in text
            assert "[ ] name" in text
            assert "binary · output 1 × sigmoid · binary_crossentropy" in text
            assert "scaling standard (from 8 rows) · no rows rejected" in text

    async def test_space_ignores_and_uses_a_column(self, tmp_path):
        async with running(table(tmp_path), "home", "space") as (app, pilot):
            assert data(app).ignore == ("height",)
            assert "[ ] height" in text_of(app)
            await press(pilot, "space")
            assert data(app).ignore == ()
            await press(pilot, "down", "down", "down", "space")
            assert data(app).features == ("*", "name")
            assert "left out" not in text_of(app)

    async def test_the_target_cannot_be_ignored(self, tmp_path):
        async with running(table(tmp_path), "space") as (app, _):
            assert data(app).ignore == ()
            assert "is the target" in str([note.message for note in app._notifications])

    async def test_another_target_brings_another_network(self, tmp_path):
        async with running(table(tmp_path), "home", "t") as (app, _):
            assert data(app).target == "height"
            assert app.session.workspace.dataset.task == "regression"
            assert app.session.workspace.experiment.network.layers[-1].activation == "linear"
            assert app.session.workspace.experiment.training.loss == "mean_squared_error"
            assert app.session.workspace.problems() == []

    async def test_another_target_is_proposed_for_as_by_the_command(self, tmp_path):
        rows = [f"{n}.5,{n % 3},{'yes' if n % 2 else 'no'}" for n in range(60)]
        path = table(tmp_path, "\n".join(["size,kind,answer", *rows]))
        async with running(path, "home", "t") as (app, _):
            chosen = app.session.workspace.experiment
            assert chosen.data.target == "size"
            assert chosen == propose(read_table(path), path, "size")
            assert chosen.data.target_scaling == "standard"

    async def test_another_target_leaves_what_was_changed(self, tmp_path):
        async with running(table(tmp_path), "2", "+") as (app, pilot):
            widened = app.session.workspace.experiment.network.layers[0].units
            await press(pilot, "1", "home", "t")
            assert app.session.workspace.experiment.network.layers[0].units == widened
            assert app.session.workspace.experiment.network.layers[-1].activation == "linear"
            assert app.session.workspace.problems() == []

    async def test_the_distribution_follows_the_cursor(self, tmp_path):
        async with running(table(tmp_path), "home") as (app, pilot):
            assert "height · feature · number" in text_of(app)
            assert "μ 5" in text_of(app)
            await press(pilot, "down", "down")
            assert "shape · feature · category · 2 labels" in text_of(app)
            assert "round" in text_of(app)

    async def test_the_list_follows_the_table(self, tmp_path):
        async with running(table(tmp_path)) as (app, pilot):
            app.screen.query_one(DataView).focus()
            await press(pilot, "right", "space")
            assert app.screen.query_one("#columns", RowList).cursor == 1
            assert data(app).ignore == ("weight",)


class TestSettings:
    async def test_scaling_missing_and_task_are_chosen(self, tmp_path):
        async with running(table(tmp_path), "*") as (app, pilot):
            assert isinstance(app.screen, ChooseDialog)
            await press(pilot, "down", "enter")
            assert data(app).scaling == "minmax"
            await press(pilot, "M", "down", "enter")
            assert data(app).missing == "drop"
            await press(pilot, "home", "t", "Y", "home", "down", "down", "down", "enter")
            assert data(app).task == "multiclass"

    async def test_splits_are_set_in_one_change(self, tmp_path):
        async with running(table(tmp_path), "V") as (app, pilot):
            assert isinstance(app.screen, FormDialog)
            await press(pilot, "home", "+", "down", "+", "ctrl+s")
            undo = app.session.workspace.undo_label
            assert app.current_mode == "data"
            assert data(app).validation_split > 0
            assert undo is not None
            await press(pilot, "u")
            assert app.session.workspace.undo_label is None

    async def test_the_dialect_is_overridden_and_the_file_read_again(self, tmp_path):
        async with running(table(tmp_path), "D", "home", "enter") as (app, pilot):
            await type_text(pilot, ";")
            await press(pilot, "enter", "ctrl+s")
            assert data(app).delimiter == ";"
            await settle(pilot)
            assert app.session.workspace.table is not None or app.bench.trouble is not None
            await press(pilot, "u")
            assert len(app.session.workspace.table.columns) == 5

    async def test_a_form_that_is_cancelled_changes_nothing(self, tmp_path):
        async with running(table(tmp_path), "V", "+", "escape") as (app, _):
            assert app.session.workspace.undo_label is None


class TestTrouble:
    async def test_missing_cells_are_said_where_they_are_and_mended(self, tmp_path):
        async with running(table(tmp_path, GAPS)) as (app, pilot):
            if app.session.workspace.experiment.data.missing != "error":
                await press(pilot, "M", "home", "enter")
            assert "missing in line 3, column 'b'" in text_of(app)
            await press(pilot, "enter")
            assert isinstance(app.screen, ErrorDialog)
            await press(pilot, "enter")
            assert isinstance(app.screen, ChooseDialog)
            await press(pilot, "end", "enter")
            assert app.bench.trouble is None
            await press(pilot, "enter")
            assert app.current_mode == "build"

    async def test_rejected_rows_are_reported(self, tmp_path):
        text = "a,b,y\n" + "1,2,0\n3,4,1\n" * 20 + "1,2,3,4\n"
        async with running(table(tmp_path, text)) as (app, _):
            assert "1 row rejected" in text_of(app)
            assert "1 row left out: line 42 (too many" in text_of(app)


class TestWords:
    async def test_the_dialect_shows_what_was_found(self, tmp_path):
        async with running(table(tmp_path), "D") as (app, _):
            text = text_of(app)
            assert "found: comma" in text
            assert "found: utf-8" in text

    async def test_dialogs_begin_with_a_capital(self, tmp_path):
        async with running(table(tmp_path), "M") as (app, _):
            assert "─ Missing cells ─" in text_of(app)

    async def test_a_long_list_opens_at_the_target_and_minus_is_one_sign(self, tmp_path):
        names = [f"c{number}" for number in range(20)] + ["y"]
        rows = [",".join([*["-0.27"] * 20, str(row)]) for row in range(6)]
        async with running(table(tmp_path, "\n".join([",".join(names), *rows]))) as (app, pilot):
            assert app.screen.query_one("#columns", RowList).cursor == 20
            await press(pilot, "home")
            assert "−0.27" in text_of(app)
            assert "-0.27" not in text_of(app)


class TestPictures:
    async def test_the_target_has_a_bar_for_each_class_and_a_feature_one_histogram_for_each(self, tmp_path):
        async with running("sample:iris", "1") as (app, pilot):
            assert "○ setosa" in text_of(app)
            assert "△ virginica" in text_of(app)
            assert "50  33.3 %" in text_of(app)
            await press(pilot, "up")
            assert "○ setosa" in text_of(app)
            assert "petal width (cm) · feature · number" in text_of(app)

    async def test_the_key_for_the_next_picture_is_shown_only_where_one_is_hidden(self):
        async with running("sample:iris", "1", size=(200, 50)) as (app, pilot):
            assert "holds the column as x" in text_of(app)
            assert "f scatter" not in text_of(app)
            assert "f distribution" not in text_of(app)
            await press(pilot, "tab", "z")
            assert "f scatter" in text_of(app)
            await press(pilot, "z")
            assert "f scatter" not in text_of(app)
            await pilot.resize_terminal(120, 36)
            await settle(pilot)
            assert "f scatter" in text_of(app)

    async def test_f_shows_the_scatter_and_a_key_chooses_its_axis(self, tmp_path):
        async with running("sample:iris", "1", "home", "f") as (app, pilot):
            assert "Scatter · petal length (cm) × sepal length (cm)" in text_of(app)
            assert "petal length (cm) →" in text_of(app)
            await press(pilot, "down", "Z", "down")
            assert "Scatter · sepal width (cm) × petal length (cm)" in text_of(app)
            await press(pilot, "up", "Z")
            assert "sepal width (cm) · feature" in text_of(app)
            assert shown(app).body.pictures.held is None

    async def test_rows_of_pixels_are_images_from_the_row_under_the_cursor_on(self):
        async with running("sample:digits", "1", "f", "f") as (app, pilot):
            assert "Images · from row 1 with digit" in text_of(app)
            app.screen.query_one(DataView).focus()
            await press(pilot, "down", "down")
            assert "Images · from row 3 with digit" in text_of(app)
            await press(pilot, "f")
            assert "Images" not in text_of(app)

    async def test_without_images_there_is_no_pane_for_them(self):
        async with running("sample:iris", "1", "f", "f", size=(80, 24)) as (app, pilot):
            assert "Images" not in text_of(app)
            assert "Scatter" in text_of(app)
            active = []
            for _ in range(6):
                await press(pilot, "tab")
                active.append(shown(app).body.active)
            assert "images-pane" not in active
            assert "scatter-pane" in active

    async def test_a_wide_window_shows_all_pictures_at_once(self):
        async with running("sample:digits", "1", "home", size=(200, 50)) as (app, _):
            text = text_of(app)
            assert "row 1 column 1 · not used" in text
            assert "multiclass of digit · " in text
            assert "Scatter ·" in text
            assert "Images ·" in text
            assert "Table · 1 797 rows" in text

    async def test_a_table_of_one_row_has_one_row(self, tmp_path):
        (tmp_path / "one.csv").write_text("a,b,y\n1,2,3\n", encoding="utf-8")
        async with running(str(tmp_path / "one.csv"), size=(200, 50)) as (app, _):
            assert "Table · 1 row × 3 columns" in text_of(app)

    async def test_the_proposed_target_is_marked_and_the_keys_are_named(self, tmp_path):
        async with running(table(tmp_path)) as (app, pilot):
            assert "answer · target (proposed)" in text_of(app)
            assert "binary_crossentropy (proposed)" in text_of(app)
            assert "the proposed target: t changes it" in text_of(app)
            await press(pilot, "home")
            assert "space leaves it out · t predicts it" in text_of(app)
            await press(pilot, "space")
            assert "space uses it · t predicts it" in text_of(app)

    async def test_a_click_on_the_proposal_names_the_keys_that_change_it(self, tmp_path):
        async with running(table(tmp_path)) as (app, pilot):
            await pilot.click("#status-text")
            await settle(pilot)
            assert any("Y the task" in note.message for note in app._notifications)


async def test_the_report_scrolls_with_the_keys_of_a_list():
    async with running("sample:diabetes", "1", "shift+tab", size=(80, 24)) as (app, pilot):
        report = app.focused
        assert isinstance(report, TextScroll)
        await press(pilot, "G")
        assert report.scroll_y == report.max_scroll_y > 1
        await press(pilot, "k", "k", "j")
        assert report.scroll_y == report.max_scroll_y - 1
        await press(pilot, "g", "g")
        assert report.scroll_y == 0
