import pytest
from textual._compositor import LayoutUpdate

from tests.tui.pilots import press, running, settle, shown, table, text_of, train_for, trained
from tui_ann.data.samples import SAMPLES
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.widgets.preview import SamplePreview
from tui_ann.tui.widgets.row_list import RowList


async def test_the_examples_stand_in_the_order_of_the_course():
    async with running() as (app, _):
        text = text_of(app)
        places = [text.index(f"   {sample.title}") for sample in SAMPLES if sample.name != "spirals"]
        assert places == sorted(places)


async def test_a_run_worth_seeing_stands_first_and_ones_own_file_is_near():
    async with running() as (app, _):
        assert shown(app).entry.source == "sample:spirals"
        kinds = [entry.kind for entry in shown(app).entries if entry.kind != "heading"]
        assert kinds[:5] == ["sample", "file", "exercise", "drawing", "exam"]


async def test_the_boundary_of_the_first_run_is_beside_the_list():
    async with running() as (app, _):
        picture = app.screen.query_one(SamplePreview)
        drawn = picture.sheet.plain()
        assert {"●", "○", "▀"} <= set(drawn)
        assert "loss 0.0123" in " ".join(text_of(app).split())


async def test_without_colours_the_regions_are_shaded(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with running() as (app, _):
        drawn = app.screen.query_one(SamplePreview).sheet.plain()
        assert "░" in drawn
        assert "▀" not in drawn


@pytest.mark.parametrize(
    ("sample", "words"), [("iris", "petal"), ("digits", "10."), ("worked-example", "x2"), ("diabetes", "progression")]
)
async def test_every_sample_has_a_preview(sample, words):
    async with running() as (app, pilot):
        entry = next(entry for entry in shown(app).entries if entry.sample == sample)
        app.screen.query_one(RowList).cursor = shown(app).entries.index(entry)
        await settle(pilot)
        assert words in app.screen.query_one(SamplePreview).sheet.plain() + text_of(app)


async def test_a_narrow_screen_trains_nothing_that_it_does_not_show():
    async with running(size=(80, 24)) as (app, _):
        assert not app.screen.query(SamplePreview)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_recent_work_with_long_names_is_told_apart(tmp_path, size):
    names = ["a-study-of-learning-rates-on-spirals-fast", "a-study-of-learning-rates-on-spirals-slow"]
    for name in names:
        async with running(table(tmp_path, name=f"{name}.csv")):
            pass
    async with running(size=size) as (app, _):
        lines = [line for line in text_of(app).splitlines() if "a-study" in line]
        assert {"fast", "slow"} == {word for line in lines for word in ("fast", "slow") if f"…ls-{word}" in line}


async def test_recent_work_says_what_it_came_to_in_one_line_a_source(tmp_path):
    path = table(tmp_path)
    app = TuiAnnApp(path)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        train_for(app, 6)
        await press(pilot, "3", "space")
        await trained(pilot)
        await press(pilot, "0")
        await pilot.press("q")
    async with running() as (again, pilot):
        recent = [entry for entry in shown(again).entries if entry.kind == "recent"]
        assert len(recent) == 1
        assert shown(again).entry is recent[0]  # recent work stands first
        assert " · acc " in recent[0].note
        assert recent[0].note.startswith(("just now · val ", "just now · test ", "just now · train "))
        assert len(recent[0].curve) == 6
        line = next(line for line in text_of(again).splitlines() if recent[0].curve in line)
        assert "just now · " in line
        assert f" {recent[0].curve}" in line
        await press(pilot, "enter")
        assert again.session.workspace.saved_run is not None


async def test_the_first_picture_is_whole(monkeypatch):
    painted = []
    display = TuiAnnApp._display

    def paint(app, screen, update):
        if update is not None:
            painted.append((type(update), app._batch_count))
        display(app, screen, update)

    monkeypatch.setattr(TuiAnnApp, "_display", paint)
    async with running():
        assert painted[0] == (LayoutUpdate, 0)  # none is painted to be thrown away
        assert not any(batches for _, batches in painted)


async def test_the_example_in_hand_is_described():
    async with running(None, *["down"] * 10) as (app, _):
        text = text_of(app)
        assert "569 rows, 31 columns" in text
        assert "dense 1 sigmoid" in text
        assert "binary_crossentropy" in text


async def test_what_was_opened_is_remembered_and_can_be_forgotten(tmp_path):
    path = table(tmp_path)
    async with running(path, "0") as (app, pilot):
        assert "Recent" in text_of(app)
        rows = app.screen.query_one(RowList)
        rows.cursor = next(i for i, entry in enumerate(shown(app).entries) if entry.kind == "recent")
        await press(pilot, "enter")
        assert app.current_mode == "data"
        await press(pilot, "0", "delete")
        assert "Recent" not in text_of(app)
        assert path.exists()


async def test_the_entry_for_own_data_asks_for_a_file():
    async with running(None, "down", "enter") as (app, _):
        assert isinstance(app.screen, OpenDialog)


async def test_an_empty_plane_is_opened_to_draw_on():
    async with running(None, "down", "down", "down", "enter") as (app, pilot):
        await settle(pilot)
        assert app.session.workspace.experiment.name == "drawn"
        assert app.screen.id == "explore-screen"


async def test_a_double_click_opens_an_example():
    async with running() as (app, pilot):
        await pilot.click(RowList, offset=(8, 9), times=2)
        await settle(pilot)
        assert app.session.workspace.experiment.name == "linear-by-hand"


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_the_whole_sentence_of_the_entry_in_hand_can_be_read(size):
    async with running(None, size=size) as (app, pilot):
        for kind in ("sample", "page"):
            entry = max(
                (entry for entry in shown(app).entries if entry.kind == kind), key=lambda entry: len(entry.note)
            )
            app.screen.query_one(RowList).cursor = shown(app).entries.index(entry)
            await pilot.pause()
            about = app.screen.query_one("#about-note")
            lines = [strip.text for strip in about.render_lines(about.size.region)]
            assert entry.note in " ".join(" ".join(lines).split()), lines


async def test_a_run_that_has_ended_is_not_called_unfinished():
    app = TuiAnnApp("sample:xor")
    async with app.run_test() as pilot:
        await settle(pilot)
        train_for(app, 2)
        await press(pilot, "space")
        await trained(pilot)
        app.session.close()  # as when the terminal is closed
    async with running() as (again, pilot):
        assert "Unfinished" not in text_of(again)
        assert "not saved yet" in text_of(again)
        await press(pilot, "enter")
        assert again.session.workspace.trainer.finished
        assert again.snapshot.epoch == 2
