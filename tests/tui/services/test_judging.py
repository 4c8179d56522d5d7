"""The end of a real run: its result on the Train screen, and a tenth of η after a bad end."""

from pathlib import Path

import pytest

from tests.tui.pilots import press, running, settle, steady, table, text_of, trained
from tui_ann.experiment.files import load, save
from tui_ann.experiment.keys import put


@pytest.fixture
def wild(tmp_path: Path) -> Path:
    """Moons with steps that are far too large."""
    experiment = load(Path(__file__).parents[3] / "samples" / "moons" / "experiment.toml")
    for key, value in {"learning_rate": 500.0, "optimizer": "sgd", "epochs": 4}.items():
        experiment = put(experiment, f"training.{key}", value)
    path = tmp_path / "wild.toml"
    save(path, experiment)
    return path


async def test_the_end_shows_every_part_and_the_baselines() -> None:
    async with running("sample:iris") as (app, pilot):
        await press(pilot, "space")
        await trained(pilot)
        text = text_of(app)
        assert app.snapshot is not None
        results = app.snapshot.results
        assert results is not None
        assert results.metrics == app.session.runs.evaluate()
        assert f"Metrics · kept: {results.kept}" in text
        assert all(f"│{label} " in text for label in ("train", "val", "test", "class shares", "linear model"))


async def test_a_smaller_learning_rate_is_one_key_and_one_undo(wild: Path) -> None:
    async with running(wild) as (app, pilot):
        await press(pilot, "space")
        await trained(pilot)
        assert "! worse than at the start" in text_of(app)
        assert "✓" not in text_of(app)
        bad = app.session.workspace.run
        assert bad is not None
        await settle(pilot)
        eta = app.doctor.calmer(500.0)
        assert eta is not None
        assert 0 < eta < 50
        await press(pilot, "underscore")
        await trained(pilot)
        run = app.session.workspace.run
        assert run is not None
        assert run is not bad
        assert (run.trainer.settings.learning_rate, run.trainer.epoch) == (eta, 4)
        assert all((run.start[name] == bad.start[name]).all() for name in bad.start)
        await press(pilot, "u")
        assert app.session.workspace.run is bad
        assert bad.trainer.settings.learning_rate == 500.0
        assert app.session.workspace.undo_label is None


async def test_steps_to_the_end_are_judged_too() -> None:
    async with running("sample:xor", "3") as (app, pilot):
        for _ in range(3):
            await press(pilot, "e")
        await press(pilot, "space")
        await trained(pilot)
        assert app.snapshot is not None
        first = app.snapshot.results
        assert first is not None
        await press(pilot, "r", "n")
        await trained(pilot)
        assert app.snapshot.results is None


async def test_a_saved_run_whose_data_has_changed_says_so(tmp_path: Path) -> None:
    data = table(tmp_path)
    async with running(data) as (app, pilot):
        await press(pilot, "3", "n")
        folder = app.session.store.save(tmp_path / "run")
    with data.open("a", encoding="utf-8") as file:
        file.write("9.5,90,round,ida,yes\n")
    async with running(folder) as (app, _):
        assert any("The data file has changed" in note.message for note in app._notifications)


async def test_a_saved_run_without_its_data_is_shown_as_it_was_saved(tmp_path: Path) -> None:
    data = table(tmp_path)
    async with running(data) as (app, pilot):
        await press(pilot, "3", "e", "e")
        folder = app.session.store.save(tmp_path / "run")
    data.unlink()
    async with running(folder) as (app, pilot):
        assert app.snapshot is not None
        assert len(app.snapshot.history.epochs) == 2
        assert app.snapshot.parameters
        plan = app.plan()
        assert plan is not None
        assert plan.inputs == len(plan.input_names) == app.snapshot.parameters["W1"].shape[1]
        assert any("shown as it was saved, without its data" in note.message for note in app._notifications)
        text = await steady(app, pilot)
        assert "no update yet" not in text
        await press(pilot, "1")
        text = await steady(app, pilot)
        assert "Nothing is open" not in text
        assert "open something first" not in text
        assert "no table: Report says why" in text
        assert "There is no file" in text
