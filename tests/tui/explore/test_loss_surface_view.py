"""Loss surface: the path of the run on its loss, other planes, a start chosen by keys, and the three descents."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, text_of, trained
from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.inspect.directions import PlaneKind
from tui_ann.engine.tape import Array
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.session.explore.descents import ThreeDescents
from tui_ann.session.explore.parameter_path import PathState, flat_theta
from tui_ann.text import number
from tui_ann.tui.content.edits import put
from tui_ann.tui.explore import surface_overlays
from tui_ann.tui.explore.loss_surface_view import LossSurfaceView
from tui_ann.tui.shell.app import TuiAnnApp

UNIT = """
schema = 1
name = "unit"
[data]
path = "unit.csv"
target = "y"
features = ["x"]
scaling = "none"
validation_split = 0.0
[network]
seed = 1
[[network.layers]]
type = "dense"
units = 1
activation = "linear"
[training]
loss = "half_squared_error"
metrics = ["mae"]
variant = "stochastic"
learning_rate = 0.1
epochs = 8
"""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A linear unit with one input: two parameters."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=30)
    y = 2 * x - 1 + 0.6 * rng.normal(size=30)
    lines = ["x,y", *(f"{a:.5f},{b:.5f}" for a, b in zip(x, y, strict=True))]
    (tmp_path / "unit.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = tmp_path / "unit.toml"
    path.write_text(UNIT, encoding="utf-8")
    return path


def view_of(app: TuiAnnApp) -> LossSurfaceView:
    return app.screen.query_one(LossSurfaceView)


async def to_the_surface(pilot: Pilot[None]) -> LossSurfaceView:
    """Explore, and its third view."""
    await press(pilot, "5", "right_square_bracket", "right_square_bracket")
    assert isinstance(pilot.app, TuiAnnApp)
    return view_of(pilot.app)


async def whole(pilot: Pilot[None], view: LossSurfaceView) -> None:
    """Wait until neither the picture nor the descents change any more."""
    for _ in range(400):
        await settle(pilot, "picturing")
        shown, descents = view.shown, view.overlays.descents
        if (
            shown is not None
            and shown.finished
            and shown.path.state is not PathState.COMING
            and all(descent.done for descent in descents)
            and len(descents) in (0, 3)
        ):
            return
    raise AssertionError("the picture is never complete")


async def test_the_fluctuating_path_of_stochastic_descent_is_seen_by_keys_alone(unit: Path) -> None:
    """C9 and C10: the path over the contour, and batch, mini-batch and stochastic descent from one start."""
    async with running(unit) as (app, pilot):
        await press(pilot, "3", "space")
        await trained(pilot)
        view = await to_the_surface(pilot)
        await whole(pilot, view)
        run, shown = app.session.runs.prepare(), view.shown
        assert shown is not None
        assert run.trainer.update == 8 * 30
        assert shown.plane.exact
        assert str(view.border_title).startswith("Loss over W")
        for update, place in list(zip(shown.path.updates.tolist(), shown.places, strict=True))[::40]:
            theta = flat_theta(run.network, run.parameters_at(update))
            np.testing.assert_allclose(place, theta, atol=1e-12)
        assert "○" in text_of(app)
        assert "◆" in text_of(app)
        await press(pilot, "a")
        await whole(pilot, view)
        batch, mini, stochastic = view.overlays.descents
        assert [descent.updates for descent in view.overlays.descents] == [8, 24, 240]
        assert all(np.array_equal(descent.thetas[0], batch.thetas[0]) for descent in (mini, stochastic))
        np.testing.assert_array_equal(stochastic.thetas[-1], run.network.theta)
        text = text_of(app)
        assert "8 epochs each: loss, time" in text
        for descent in view.overlays.descents:
            assert f"━{descent.variant[0]} {descent.variant:<10} {number(descent.loss, 3)} " in text
        await press(pilot, "a")
        assert not view.overlays.descents
        assert "━b batch" not in text_of(app)


async def test_the_words_say_what_the_learning_rate_is_good_for(unit: Path) -> None:
    async with running(unit) as (app, pilot):
        view = await to_the_surface(pilot)
        await whole(pilot, view)
        shown = view.shown
        assert shown is not None
        assert shown.curve is not None
        assert f"η 0.1 is {shown.curve.zone(0.1)} for one full-batch step" in view.summary
        text = text_of(app)
        assert "limit 2/λmax = " in text
        assert "diverging" in text


async def test_the_cursor_tells_its_numbers_and_enter_begins_there(unit: Path) -> None:
    async with running(unit) as (app, pilot):
        await press(pilot, "3", "space")
        await trained(pilot)
        view = await to_the_surface(pilot)
        await whole(pilot, view)
        before = app.session.runs.prepare()
        await press(pilot, "left", "left", "up")
        assert view.summary.startswith("╋ loss(")
        assert "starts there" in view.summary
        cursor, box = view.picture.cursor, view.shown.grid.box if view.shown else None
        assert cursor is not None
        assert box is not None
        await whole(pilot, view)
        at = np.array([box.left + cursor[0] * (box.right - box.left), box.bottom + cursor[1] * (box.top - box.bottom)])
        data = before.dataset
        errors = data.Y_train[:, 0] - at[1] - at[0] * data.X_train[:, 0]
        assert f") = {number(float(0.5 * (errors**2).mean()), 3)} · " in view.summary  # exact, not of the grid
        await press(pilot, "enter")
        await whole(pilot, view)
        run = app.session.runs.prepare()
        assert run is not before
        wanted = [box.left + cursor[0] * (box.right - box.left), box.bottom + cursor[1] * (box.top - box.bottom)]
        np.testing.assert_allclose(run.network.theta, wanted, atol=1e-12)
        assert Path(app.session.workspace.experiment.network.weights).parent == app.session.paths.start_values
        shown = view.shown
        assert shown is not None
        assert shown.grid.box == box, "the picture stays where it is"
        np.testing.assert_allclose(shown.now, wanted, atol=1e-12)
        await press(pilot, "u")
        assert app.session.runs.prepare() is before


async def test_other_planes_say_how_much_of_the_path_they_hold() -> None:
    async with running("sample:moons") as (app, pilot):
        app.session.runs.one_update(40)
        app._look()
        view = await to_the_surface(pilot)
        await whole(pilot, view)
        assert view.shown is not None
        assert view.shown.moved_most
        assert "others as now" in str(view.border_title)
        await press(pilot, "v")
        await whole(pilot, view)
        assert view.shown.plane.kind is PlaneKind.PATH
        assert "Loss over the plane of the path, with 9" in str(view.border_title)
        await press(pilot, "v")
        await whole(pilot, view)
        assert view.shown.plane.kind is PlaneKind.RANDOM
        assert "random directions" in str(view.border_title).lower()
        assert "the path's variance" in str(view.border_title)
        await press(pilot, "v", "x", "down", "enter")
        await whole(pilot, view)
        assert view.shown.plane.kind is PlaneKind.PARAMETERS
        assert not view.shown.moved_most


async def test_a_unit_with_two_parameters_has_one_plane(unit: Path) -> None:
    async with running(unit) as (_, pilot):
        view = await to_the_surface(pilot)
        await whole(pilot, view)
        await press(pilot, "v")
        assert view.shown is not None
        assert view.shown.plane.kind is PlaneKind.PARAMETERS


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_there_is_a_picture_at_every_size(unit: Path, size: tuple[int, int]) -> None:
    async with running(unit, size=size) as (app, pilot):
        app.session.runs.one_update(60)
        app._look()
        view = await to_the_surface(pilot)
        await whole(pilot, view)
        text = text_of(app)
        assert "▀" in text
        assert "◆" in text
        if size[0] < 100:  # there is room for L(η) once this view is alone
            await press(pilot, "z")
            await whole(pilot, view)
            text = text_of(app)
        assert "limit 2/λmax" in text


async def test_the_picture_follows_the_moment_picked_on_the_loss_curve(unit: Path) -> None:
    async with running(unit) as (app, pilot):
        await press(pilot, "3", "space")
        await trained(pilot)
        app.moments.ask(100)
        await settle(pilot, "looking back")
        picked = app.picked
        assert picked is not None
        view = await to_the_surface(pilot)
        await whole(pilot, view)
        shown = view.shown
        assert shown is not None
        assert shown.update == picked.update < shown.path.updates[-1]
        np.testing.assert_allclose(
            shown.now, flat_theta(app.session.runs.prepare().network, picked.parameters), atol=1e-12
        )
        assert f"after {picked.update} updates" in view.summary


async def test_descents_of_many_slices_come_to_their_end(unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []

    class Counted(ThreeDescents):
        """Counts how often the descents begin."""

        def __init__(self, experiment: Experiment, dataset: Dataset, start: Mapping[str, Array]) -> None:
            super().__init__(experiment, dataset, start)
            made.append(self)

    monkeypatch.setattr(surface_overlays, "ThreeDescents", Counted)
    monkeypatch.setattr(surface_overlays, "_SLICE", 0.001)
    async with running(unit) as (app, pilot):
        view = await to_the_surface(pilot)
        await whole(pilot, view)
        await press(pilot, "a")
        await whole(pilot, view)
        assert [descent.updates for descent in view.overlays.descents] == [8, 24, 240]
        assert len(made) == 1
        assert "…" not in text_of(app).partition("8 epochs each")[2]


async def test_a_click_moves_the_cursor_and_another_one_there_begins_there(unit: Path) -> None:
    async with running(unit, "3", "space") as (app, pilot):
        await trained(pilot)
        view = await to_the_surface(pilot)
        await whole(pilot, view)
        area = view.picture.area
        assert area is not None
        spot = (area.x + 4, area.y + 3)
        await pilot.click(view.picture, offset=spot)
        await settle(pilot, "picturing")
        assert view.picture.cursor == area.place(*spot)
        assert view.summary.startswith("╋ ")
        assert app.session.workspace.undo_label is None or "start at" not in app.session.workspace.undo_label
        await pilot.click(view.picture, offset=spot)
        await settle(pilot)
        assert str(app.session.workspace.undo_label).startswith("start at W")


async def test_what_was_chosen_of_another_network_is_forgotten(unit: Path) -> None:
    async with running(unit) as (app, pilot):
        workspace = app.session.workspace
        one, workspace = app.session.workspace.experiment.network.layers[0], app.session.workspace
        workspace.edit(put(workspace.experiment, "network.layers", (DenseSpec(units=3, activation="tanh"), one)))
        await press(pilot, "3", "space")
        await trained(pilot)
        view = await to_the_surface(pilot)
        await whole(pilot, view)
        await press(pilot, "x", "end", "enter", "a")
        await whole(pilot, view)
        await press(pilot, "left", "left", "up", "enter")
        assert app.snapshot is not None
        assert app.snapshot.status == "ready"
        await press(pilot, "a")
        await whole(pilot, view)
        assert view.shown is not None
        assert len(view.shown.theta) == 10
        workspace.edit(put(workspace.experiment, "network.layers", (one,)))
        app.bench.changed()
        await press(pilot, "2", "exclamation_mark", "space")
        await trained(pilot)
        await press(pilot, "5")
        await whole(pilot, view)
        assert view.shown is not None
        assert len(view.shown.theta) == 2
        assert not view.overlays.descents
