"""Predict and the runs: one that trains, a saved one, a changed file, and nothing to show."""

from pathlib import Path

import numpy as np
import pytest

from tests.tui.pilots import press, running, shown, steady, trained
from tests.tui.screens.test_predict import judged, predict, told
from tui_ann.experiment.settings import SETTINGS
from tui_ann.session.evaluate.rows import CHANGED, rows_of_part
from tui_ann.session.session import Session


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A short run of the logistic unit in a folder."""
    session = Session(clock=lambda: 0.0)
    session.workspace.open("sample:logistic-unit")
    session.workspace.edit(session.workspace.experiment)
    session.train(tmp_path / "run")
    session.close()
    return tmp_path / "run"


async def test_it_follows_the_run_while_it_trains():
    async with running("sample:logistic-unit", "7") as (app, pilot):
        assert "These are the answers of the start values" in await steady(app, pilot)
        before = judged(app).moment.update
        await press(pilot, "space")
        await trained(pilot)
        assert judged(app).moment.update > before
        assert judged(app).moment.update == app.snapshot.update
        rows = rows_of_part(app.session.evaluating.answerer(), "test")
        np.testing.assert_array_equal(judged(app).rows.y_hat, rows.y_hat)


async def test_a_saved_run_is_judged_without_training_it(saved: Path):
    async with running(saved, "7") as (app, pilot):
        assert "Confusion · test part, 40 rows" in await steady(app, pilot)
        session = Session()
        session.workspace.open(saved)
        found = session.evaluating.evaluation()
        mine = {figure.name: figure.value for figure in judged(app).evaluation.figures}
        assert mine == {figure.name: figure.value for figure in found.figures}
        await press(pilot, "I")
        assert shown(app).selection.trace.row.endswith("test part")
        value = float(shown(app).selection.trace.value("a1")[0, 0])
        assert value == pytest.approx(float(found.rows.y_hat[found.worst[0], 0]), abs=1e-12)


async def test_a_changed_file_has_no_parts_of_the_run(tmp_path: Path):
    path = tmp_path / "kinds.csv"
    lines = ["x,kind", *(f"{x / 10},{'yes' if x * 7 % 40 > 18 else 'no'}" for x in range(80))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    session = Session(clock=lambda: 0.0)
    session.workspace.open(path)
    session.workspace.edit(SETTINGS["training.epochs"].put(session.workspace.experiment, 3))
    session.train(tmp_path / "run")
    session.close()
    path.write_text("\n".join(lines[:41]) + "\n", encoding="utf-8")
    async with running(tmp_path / "run", "7", size=(160, 45)) as (app, pilot):
        text = await steady(app, pilot)
        assert "Confusion · all rows, 40 rows" in text
        assert CHANGED in predict(app).status()[0].plain
        assert CHANGED in told(app)
        assert judged(app).parts == ("all",)
        assert judged(app).story(0).nearest == ()


async def test_without_data_it_says_why(tmp_path: Path):
    async with running(None, "7") as (app, pilot):
        assert "Nothing is open yet" in await steady(app, pilot)


async def test_hostile_names_are_plain_text(tmp_path: Path):
    path = tmp_path / "odd.csv"
    lines = ['[red]x[/],"a,b\x1b[2J",[@click=app.quit]y']
    lines += [f"{i},{i % 7},{'[b]no' if i % 3 else '=1+1'}" for i in range(60)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    async with running(path, "7") as (app, pilot):
        text = await steady(app, pilot)
        assert all(name in text for name in ("[b]no", "[red]x[/]"))
        await press(pilot, "enter")
        assert "[red]x[/]" in await steady(app, pilot)
