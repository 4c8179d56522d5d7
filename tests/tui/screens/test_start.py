from tests.tui.pilots import press, running, table, text_of
from tui_ann.data.samples import SAMPLES
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.widgets.row_list import RowList


async def test_the_examples_stand_in_the_order_of_the_course():
    async with running() as (app, _):
        text = text_of(app)
        places = [text.index(f"   {sample.title}") for sample in SAMPLES]
        assert places == sorted(places)


async def test_the_example_in_hand_is_described():
    async with running(None, *["down"] * 5) as (app, _):
        text = text_of(app)
        assert "569 rows, 31 columns" in text
        assert "dense 1 sigmoid" in text
        assert "binary_crossentropy" in text


async def test_what_was_opened_is_remembered_and_can_be_forgotten(tmp_path):
    path = table(tmp_path)
    async with running(path, "0") as (app, pilot):
        assert "Recent" in text_of(app)
        rows = app.screen.query_one(RowList)
        rows.cursor = next(i for i, entry in enumerate(app.screen.entries) if entry.kind == "recent")
        await press(pilot, "enter")
        assert app.current_mode == "data"
        await press(pilot, "0", "delete")
        assert "Recent" not in text_of(app)
        assert path.exists()


async def test_the_entry_for_own_data_asks_for_a_file():
    async with running(None, "c", "up", "enter") as (app, _):
        assert isinstance(app.screen, OpenDialog)


async def test_a_double_click_opens_an_example():
    async with running() as (app, pilot):
        await pilot.click(RowList, offset=(8, 6), times=2)
        await press(pilot)
        assert app.session.experiment.name == "breast-cancer"
