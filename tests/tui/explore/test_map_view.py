"""Walks over the map of Explore: by keys alone, as C3 and C4 ask for the boundary, and editing points."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, steady, trained
from tui_ann.session.explore.answers import Neuron, answers_at
from tui_ann.text import number
from tui_ann.tui.content.map_words import map_legend
from tui_ann.tui.explore.activations_view import ActivationsView
from tui_ann.tui.explore.map_view import MapView
from tui_ann.tui.explore.view import PickedPoint
from tui_ann.tui.shell.app import TuiAnnApp

GROUPS = ("loading", "preparing", "picturing")


def _view(app: TuiAnnApp) -> MapView:
    view: Any = app.screen.query_one("#map-pane")
    assert isinstance(view, MapView)
    return view


async def _keys(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await press(pilot, key)
        await settle(pilot, *GROUPS)
        app = pilot.app
        assert isinstance(app, TuiAnnApp)
        app._look()
        await settle(pilot, *GROUPS)


async def _explore(pilot: Pilot[None]) -> None:
    """Train to the end, then go to the map."""
    await _keys(pilot, "space")
    await trained(pilot)
    await _keys(pilot, "5")


async def test_the_boundary_of_the_moons_by_keys_alone() -> None:
    async with running("sample:moons") as (app, pilot):
        await _explore(pilot)
        view = _view(app)
        shown = view.scene.shown
        assert shown is not None
        assert await steady(app, pilot)
        text = await steady(app, pilot)
        assert "Decision map · ŷ = P(upper) over x1, x2" in text
        run = app.session.workspace.run
        assert run is not None
        table = app.session.workspace.table
        assert table is not None
        predicted = app.session.runs.predict(table).to_json()["rows"]
        wrong = sum(row["predicted"] != row["actual"] for row in predicted)
        assert f"✗ {wrong} of 300 rows wrong" in text
        # The wrong rows have a mark of their own, on top of the others.
        signs = shown.view.picture.marks.signs
        assert (signs == ord("✗")).sum() == wrong > 0
        assert (signs[-wrong:] == ord("✗")).all()
        # The levels on both sides of the boundary are those of the network's own answers.
        levels = shown.view.picture.levels
        answers = run.copy_network().predict(shown.data.plane.grid(levels.shape[1], levels.shape[0]))[:, 0]
        np.testing.assert_array_equal(levels.ravel() > 9, answers >= 9 / 17)


async def test_the_arrows_pick_a_point_whose_numbers_are_shown() -> None:
    async with running("sample:moons", "5") as (app, pilot):
        await settle(pilot, *GROUPS)
        before = view_cross(app)
        await _keys(pilot, "right", "up", "up")
        after = view_cross(app)
        assert after[0] > before[0]
        assert after[1] > before[1]
        text = await steady(app, pilot)
        assert "╋ ŷ(" in text
        assert "z¹ " in text
        run, view = app.session.workspace.run, _view(app)
        assert run is not None
        assert view.point is not None
        z = run.copy_network().signals(view.point.x)["z2"][0]
        assert f"z² {z:+.2g}".replace("-", "−") in text


def view_cross(app: TuiAnnApp) -> tuple[float, float]:
    cross = _view(app).picture.cross
    assert cross is not None
    return cross


async def test_a_neuron_instead_of_the_output_and_back() -> None:
    async with running("sample:circles", "5", "i", "down", "down", "enter") as (app, pilot):
        await settle(pilot, *GROUPS)
        assert _view(app).scene.what == Neuron(1, 1)
        assert "Neuron a¹₂ over x1, x2" in await steady(app, pilot)
        activations = app.screen.query_one(ActivationsView)
        assert "slope at n₂ " in activations.plot.describe(), "the curve beside it is that of the same neuron"
        await _keys(pilot, "escape")
        assert "Decision map" in await steady(app, pilot)


async def test_other_axes_and_the_others_as_in_a_row() -> None:
    async with running("sample:iris", "5") as (app, pilot):
        await settle(pilot, *GROUPS)
        assert "2 others at their means" in _view(app).summary
        assert "with its own other features" in _view(app).summary
        assert "these two columns tell most about the target" in _view(app).summary
        before = _view(app).scene.shown
        assert before is not None
        await _keys(pilot, "y", "home", "enter")
        await _keys(pilot, "x", "end", "enter")
        shown = _view(app).scene.shown
        assert shown is not None
        assert shown.data.plane.y is not None
        assert (shown.data.plane.x.column, shown.data.plane.y.column) == ("petal width (cm)", "sepal length (cm)")
        await _keys(pilot, "=")
        assert "as in the chosen row" in _view(app).summary


@pytest.mark.parametrize(("size", "said"), [((200, 50), "rows wrong by their own ŷ"), ((80, 24), "own ŷ wrong")])
async def test_the_wrong_rows_of_a_map_that_holds_others_are_those_of_their_own_answers(
    size: tuple[int, int], said: str
) -> None:
    async with running("sample:digits", "5", size=size) as (app, pilot):
        await settle(pilot, *GROUPS)
        shown, run = _view(app).scene.shown, app.session.workspace.run
        assert shown is not None
        assert run is not None
        assert said in await steady(app, pilot)
        answers = answers_at(run.copy_network(), shown.data.plane.preprocessing, shown.data.points.X)
        for width in range(20, 200):
            legend = map_legend(shown.data, answers, answers, 0, "dark", width, few=False)
            count = next(text for text, kind in legend if kind < 0)
            assert "own ŷ" in count, width


async def test_a_map_that_judges_many_rows_otherwise_says_that_the_other_columns_decide_too() -> None:
    async with running("sample:iris", size=(80, 24)) as (app, pilot):
        await _explore(pilot)
        assert "decide too" not in await steady(app, pilot)
        view = _view(app)
        view.host.choices = replace(view.host.choices, columns=("petal length (cm)", "sepal width (cm)"))
        view.refresh_picture()
        await settle(pilot, *GROUPS)
        assert "Likeliest class · others decide too" in await steady(app, pilot)


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    """Two targets of very different size over a number and a category."""
    lines = ["area,town,price,rent"]
    lines += [f"{40 + 3 * i},town {'ABC'[i % 3]},{100000 + 2000 * i},{300 + 10 * i}" for i in range(40)]
    path = tmp_path / "homes.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "homes.toml").write_text(
        'schema = 1\nname = "homes"\n[data]\npath = "homes.csv"\ntarget = ["price", "rent"]\nvalidation_split = 0.0\n'
        '[network]\nseed = 1\n[[network.layers]]\ntype = "dense"\nunits = 2\nactivation = "linear"\n'
        '[training]\nloss = "half_squared_error"\nmetrics = ["mae"]\nlearning_rate = 0.01\nepochs = 20\n',
        encoding="utf-8",
    )
    return tmp_path / "homes.toml"


async def test_the_second_of_two_targets_is_judged_by_its_own_values(homes: Path) -> None:
    async with running(homes, "5") as (app, pilot):
        await settle(pilot, *GROUPS)
        assert "Fitted surface ŷ price over " in str(_view(app).border_title)
        assert ": y price = " in _view(app).summary
        assert "town " in _view(app).summary.partition(")")[0], "a category by its label, not by its number"
        await _keys(pilot, "i", "down", "enter")
        shown, dataset = _view(app).scene.shown, app.session.workspace.dataset
        assert shown is not None
        assert dataset is not None
        assert "Fitted surface ŷ rent over " in shown.titles[0]
        rents = dataset.preprocessing.undo(dataset.Y_train)[:, 1]
        assert f"train row 1: y rent = {number(float(rents[0]), 3)}" in shown.sentence
        legend = " ".join(text for text, _ in shown.view.legend)
        assert f"from {number(float(rents.min()), 3)} to {number(float(rents.max()), 3)}" in legend


async def test_a_wrong_row_is_said_to_be_wrong() -> None:
    async with running("sample:moons", "5") as (app, pilot):
        await settle(pilot, *GROUPS)
        view = _view(app)
        shown, run = view.scene.shown, app.session.workspace.run
        assert shown is not None
        assert run is not None
        data = shown.data
        assert data.points.codes is not None
        answers = run.copy_network().predict(data.points.X)[:, 0] >= 0.5
        wrong = np.flatnonzero(answers != data.points.codes)
        for row, ends in ((int(wrong[0]), True), (int(np.flatnonzero(answers == data.points.codes)[0]), False)):
            view.pick(PickedPoint(data.points.X[row]))
            await settle(pilot, *GROUPS)
            assert view.summary.endswith(" · ŷ is wrong") is ends


async def test_a_fitted_curve_of_one_feature() -> None:
    async with running("sample:linear-unit") as (app, pilot):
        await _keys(pilot, "1", "home", "down", "space", "5")
        await settle(pilot, *GROUPS)
        text = await steady(app, pilot)
        assert "Fitted curve ŷ over hours studied" in text


@pytest.mark.parametrize(
    ("source", "size"), [("sample:digits", (200, 50)), ("sample:diabetes", (80, 24)), ("sample:wine", (120, 36))]
)
async def test_every_kind_of_data_at_every_size(source: str, size: tuple[int, int]) -> None:
    async with running(source, "5", size=size) as (app, pilot):
        await settle(pilot, *GROUPS)
        assert "╋" in await steady(app, pilot)
        assert _view(app).scene.shown is not None


async def test_a_point_is_added_turned_moved_and_removed_and_all_is_undone() -> None:
    async with running("sample:moons", "5") as (app, pilot):
        await settle(pilot, *GROUPS)
        original = app.session.workspace.experiment
        await _keys(pilot, "home", "pageup", "pageup", "pageup", "pageup", "pageup", "a")
        table = app.session.workspace.table
        assert table is not None
        assert table.n_rows == 301
        assert "lower" in _view(app).summary
        await _keys(pilot, "enter")
        assert _view(app).summary.endswith("upper")
        await _keys(pilot, "comma")
        assert any("is taken" in note.message for note in app._notifications)
        await _keys(pilot, "right", "right", "right", "right", "comma")
        assert not any("is taken" in note.message for note in app._notifications)
        await _keys(pilot, "delete")
        left = app.session.workspace.table
        assert left is not None
        assert left.n_rows == 300
        for _ in range(4):
            await _keys(pilot, "u")
        assert app.session.workspace.experiment == original
        shown = _view(app).scene.shown
        assert shown is not None
        assert len(shown.data.points) == 300
        assert _view(app).summary.startswith("╋")


async def test_a_point_added_where_a_row_is_stays_picked() -> None:
    async with running("sample:moons", "5") as (app, pilot):
        await settle(pilot, *GROUPS)
        before, cross = app.session.workspace.table, view_cross(app)
        assert before is not None
        await press(pilot, "a")
        await settle(pilot, *GROUPS)
        added = app.session.own_data.edited
        assert added is not None
        assert view_cross(app) == pytest.approx(cross, abs=1e-3), "the cross stays"
        assert f" row {added + 1}: " in _view(app).summary
        await press(pilot, "enter")
        await settle(pilot, *GROUPS)
        assert app.session.own_data.edited == added, "the new point is relabelled, no row of the data"
        assert f" row {added + 1}: upper" in _view(app).summary
        assert "of 301 rows" in await steady(app, pilot)
        await press(pilot, "delete")
        await settle(pilot, *GROUPS)
        after = app.session.workspace.table
        assert after is not None
        column = before.columns[0].name
        values = [[table.column(column).raw(row) for row in range(300)] for table in (before, after)]
        assert values[0] == values[1], "it is the new point that is gone"
        await press(pilot, "u", "u", "u")
        await settle(pilot, *GROUPS)
        assert "of 300 rows" in await steady(app, pilot)


async def test_a_point_put_onto_another_is_the_one_that_is_picked() -> None:
    async with running("sample:moons", "5") as (app, pilot):
        await settle(pilot, *GROUPS)
        await press(pilot, "home", "a", "end", "a")  # two rows at the edges
        await settle(pilot, *GROUPS)
        second = app.session.own_data.edited
        assert second is not None
        await press(pilot, "comma", "home")
        await settle(pilot, *GROUPS)
        await press(pilot, "comma")
        await settle(pilot, *GROUPS)
        assert app.session.own_data.edited == second
        assert f" row {second + 1}: " in _view(app).summary


async def test_an_edit_keeps_the_axes() -> None:
    async with running("sample:diabetes", "5") as (app, pilot):
        await settle(pilot, *GROUPS)
        shown = _view(app).scene.shown
        assert shown is not None
        assert shown.data.plane.y is not None
        axes = shown.data.plane.x.column, shown.data.plane.y.column
        await press(pilot, "home", "pageup", "a")
        await settle(pilot, *GROUPS)
        after = _view(app).scene.shown
        assert after is not None
        assert after is not shown
        assert after.data.plane.y is not None
        assert (after.data.plane.x.column, after.data.plane.y.column) == axes


async def test_the_map_of_another_run_comes_after_a_note() -> None:
    async with running("sample:moons", "5") as (app, pilot):
        await settle(pilot, *GROUPS)
        view = _view(app)
        before, moment = view.scene.shown, view.moment
        assert moment is not None
        view.show_nothing("The data are being prepared.")
        assert "The data are being prepared." in await steady(app, pilot)
        view.show_moment(moment)
        while view.scene.shown is before:  # the map is asked for once there is room for it
            await settle(pilot, *GROUPS)
        assert "Decision map" in await steady(app, pilot)


async def test_a_run_that_had_begun_trains_again_at_once() -> None:
    async with running("sample:circles") as (app, pilot):
        await _explore(pilot)
        run = app.session.workspace.run
        await _keys(pilot, "home", "a")
        await trained(pilot)
        other = app.session.workspace.run
        assert other is not run
        assert other is not None
        assert other.begun


async def test_own_data_are_drawn_from_an_empty_plane() -> None:
    async with running("sample:moons", "5") as (app, pilot):
        await _keys(pilot, "ctrl+n")
        await settle(pilot)
        text = await steady(app, pilot)
        assert "Draw your own data over x1, x2" in text
        assert "No points yet: a on the map adds one." in text
        assert "slope" not in text, "nothing of the run before is told of no rows"
        await _keys(pilot, "a", "right", "right", "a", "up", "enter", "a")
        await trained(pilot)
        run = app.session.workspace.run
        assert run is not None
        assert run.begun
        assert run.experiment.name == "drawn"
        assert "of 3 rows" in await steady(app, pilot)


async def test_the_mouse_picks_a_point_and_drags_it() -> None:
    async with running("sample:circles", "5") as (app, pilot):
        await settle(pilot, *GROUPS)
        view = _view(app)
        canvas, area = view.scene.canvas, view.picture.area
        assert canvas is not None
        assert area is not None
        column, row = area.cell(float(canvas.across[5]), float(canvas.upwards[5]))
        await pilot.click(view.picture, offset=(column, row))
        await settle(pilot, *GROUPS)
        assert "train row" in view.summary
        before = app.session.workspace.table
        await pilot.mouse_down(view.picture, offset=(column, row))
        await pilot.mouse_up(view.picture, offset=(area.x + 1, area.y + 1))
        await settle(pilot, *GROUPS)
        assert app.session.workspace.undo_label == "a point moved"
        assert app.session.workspace.table is not before


async def test_the_words_for_the_middle_of_the_map_follow_the_theme() -> None:
    async with running("sample:moons") as (app, pilot):
        await _explore(pilot)
        for theme, word, other in (("dawn", "pale", "dark"), ("dusk", "dark", "pale")):
            app.theme = theme
            await settle(pilot, *GROUPS)
            text = await steady(app, pilot)
            assert f"{word}: ŷ = 0.5" in text
            assert f"{other}: ŷ = 0.5" not in text
