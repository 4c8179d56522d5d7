"""The doctor by keys: its line, all checks, remedies applied and undone, races, muting."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, shown, steady, text_of, trained
from tui_ann.experiment.checks import Change
from tui_ann.experiment.files import save
from tui_ann.session.doctor.remedy import Remedy
from tui_ann.session.run.run import Run
from tui_ann.session.session import Session
from tui_ann.session.store.paths import UserPaths
from tui_ann.tui.dialogs.doctor import DoctorDialog
from tui_ann.tui.shell.app import TuiAnnApp
from tui_ann.tui.shell.preferences import read_preferences

DIVERGES = {"training.learning_rate": 12.0, "training.epochs": 20}
UNSCALED = {"data.scaling": "none", "training.epochs": 3}


def broken(folder: Path, sample: str, changes: dict[str, Any]) -> Path:
    """An experiment file: a sample with something changed."""
    session = Session()
    session.workspace.open(f"sample:{sample}")
    path = folder / f"{sample}.toml"
    save(path, Change(tuple(changes.items())).apply(session.workspace.experiment))
    return path


@pytest.fixture
def diverging(tmp_path: Path) -> Path:
    return broken(tmp_path, "diabetes", DIVERGES)


@pytest.fixture
def unscaled(tmp_path: Path) -> Path:
    return broken(tmp_path, "breast-cancer", UNSCALED)


async def raced(app: TuiAnnApp, pilot: Pilot[None]) -> None:
    """Wait for the end of a race."""
    await settle(pilot, "racing")
    app._look()
    await settle(pilot)


def last_lines(app: TuiAnnApp, lines: int = 3) -> str:
    return "\n".join(text_of(app).splitlines()[-lines:])


async def test_the_line_says_the_worst_finding_with_its_number_a_remedy_and_its_key(diverging):
    async with running(diverging, "2") as (app, pilot):
        await steady(app, pilot)
        for screen in ("0", "1", "2", "3", "4", "5"):
            await press(pilot, screen)
            line = (await steady(app, pilot)).splitlines()[-2]
            assert line.startswith(" ⚕ η = 12 is ")
            assert "Try η 12 → 0.0" in line
            assert line.endswith("d checks")


@pytest.mark.parametrize("screen", ["0", "1", "2", "3", "4", "5"])
async def test_nothing_is_said_and_no_room_taken_while_nothing_is_open(screen):
    async with running(None, screen, size=(80, 24)) as (app, pilot):
        assert "⚕" not in await steady(app, pilot)
        await press(pilot, "d")
        assert not isinstance(app.screen, DoctorDialog)


async def test_a_healthy_run_learns_well():
    async with running("sample:breast-cancer", "3", "space") as (app, pilot):
        await trained(pilot)
        await settle(pilot)
        line = (await steady(app, pilot)).splitlines()[-2]
        assert line.startswith(" ⚕ learns well: val loss 0.0")
        await press(pilot, "d")
        assert "Nothing is wrong: it learns well." in await steady(app, pilot)


async def test_a_diverged_run_names_the_key_and_the_doctor_the_cause_once(diverging):
    async with running(diverging, "3", "space") as (app, pilot):
        await trained(pilot)
        await settle(pilot)
        await steady(app, pilot)
        status, line = last_lines(app).splitlines()[:2]
        eta = app.doctor.calmer(12.0)
        assert f"_ trains again from the same start with η {eta:g}" in status
        assert "so the run diverged." in line
        assert "Try" not in line
        start = app.session.workspace.run.start
        await press(pilot, "_")
        await trained(pilot)
        run = app.session.workspace.run
        assert run.experiment.training.learning_rate == eta
        assert all((run.start[name] == values).all() for name, values in start.items())
        assert app.snapshot.verdict is None


async def test_a_digit_applies_a_remedy_and_undo_takes_it_back(diverging):
    async with running(diverging, "3", "space") as (app, pilot):
        await trained(pilot)
        await settle(pilot)
        run = app.session.workspace.run
        await press(pilot, "d", "1")
        training = app.session.workspace.experiment.training
        assert 0 < training.learning_rate < 1
        assert "Changed: η 12 → 0.0" in next(iter(app._notifications)).message
        assert app.snapshot.update == 0
        await press(pilot, "u")
        assert app.session.workspace.experiment.training.learning_rate == 12
        assert app.session.workspace.run is run


async def test_enter_applies_the_remedy_under_the_cursor(diverging):
    async with running(diverging, "3", "d", "right", "enter") as (app, _):
        assert app.session.workspace.experiment.training.optimizer == "adam"


async def test_a_race_trains_the_same_start_beside_the_run_and_says_both_numbers(diverging):
    async with running(diverging, "3", "space") as (app, pilot):
        await trained(pilot)
        await settle(pilot)
        await press(pilot, "d", "f")
        await raced(app, pilot)
        run, fork = app.session.runs.sources
        assert run.snapshot().status == "diverged"
        assert isinstance(fork, Run)
        assert fork.trainer.update > 0
        words = app.doctor.race_words()
        assert words.startswith("η 12 → 0.0")
        assert "; this run diverged." in words
        assert words.split(": ")[0] in await steady(app, pilot)
        await press(pilot, "escape")
        assert "so the run diverged." in (await steady(app, pilot)).splitlines()[-2]
        await press(pilot, "d", "o")
        assert app.session.workspace.run is fork
        assert app.snapshot.update == fork.trainer.update
        await press(pilot, "u")
        assert app.session.workspace.run is run


async def test_the_end_of_a_race_is_told_while_no_dialog_shows_it(unscaled):
    async with running(unscaled, "3", "space") as (app, pilot):
        await trained(pilot)
        await settle(pilot)
        app.doctor.race(app.doctor.diagnosis.findings[0].remedies[0])
        await raced(app, pilot)
        told = [note.message for note in app._notifications]
        assert any("standardised features: val loss " in text and " → " in text for text in told)
        assert "⚕ race · standardised features: val loss" in (await steady(app, pilot)).splitlines()[-2]


async def test_a_race_before_training_is_refused_because_there_is_nothing_to_compare(unscaled):
    async with running(unscaled, "3", "d", "f") as (app, _):
        assert not app.doctor.races.running
        assert app.doctor.race_words() == ""
        assert any("which has no epoch yet." in note.message for note in app._notifications)
        assert len(app.session.runs.sources) == 1


async def test_a_remedy_that_moves_no_weight_is_not_raced(unscaled):
    async with running(unscaled, "3", "e") as (app, pilot):
        await settle(pilot)
        change = Change((("training.metrics", ("accuracy", "f1")),), "F1 as a metric")
        app.doctor.race(Remedy("f1", "F1 as a metric", "It says how the rare class fares.", change))
        await settle(pilot)
        assert not app.doctor.races.running
        assert len(app.session.runs.sources) == 1
        told = [note.message for note in app._notifications]
        assert "With F1 as a metric the training stays the same: ⏎ applies it, without a race." in told


async def test_a_remedy_that_lost_its_race_comes_after_the_others_with_a_word(diverging):
    async with running(diverging, "3", "space") as (app, pilot):
        await trained(pilot)
        await settle(pilot)
        before = app.doctor.diagnosis.findings[0].remedies
        assert len(before) > 1
        race = app.session.doctor.race(before[0])
        race.fork.owner.call(lambda: race.fork.advance(epochs=race.fork.experiment.training.epochs))
        won = race.fork.snapshot()
        diverged = replace(won, stop_reason=app.snapshot.stop_reason)
        assert not race.lost(app.snapshot, won)
        app.session.doctor.remember(race, app.snapshot, won)
        await settle(pilot)
        assert app.doctor.diagnosis.findings[0].remedies == before
        app.session.doctor.remember(race, app.snapshot, diverged)
        await settle(pilot)
        worst = app.doctor.diagnosis.findings[0]
        assert [remedy.id for remedy in worst.remedies] == [*(remedy.id for remedy in before[1:]), before[0].id]
        assert worst.first == before[1]
        await press(pilot, "d")
        assert f"{before[0].title} · tried: no better" in await steady(app, pilot)
        assert f"{before[1].title} ·" not in await steady(app, pilot)
        await press(pilot, "escape", "r")
        await settle(pilot)
        assert app.doctor.diagnosis.findings[0].remedies[-1].tried, "the same experiment from the start"


async def test_a_race_is_forgotten_when_something_else_is_opened(unscaled):
    async with running(unscaled, "3", "e", "d", "f", "escape") as (app, pilot):
        await raced(app, pilot)
        assert app.doctor.has_fork
        await app.opener.open("sample:xor")
        await settle(pilot)
        assert app.doctor.race_words() == ""


async def test_a_muted_finding_is_not_told_after_a_restart_and_can_be_told_again(unscaled):
    async with running(unscaled, "3", "d", "m", "escape") as (app, pilot):
        line = (await steady(app, pilot)).splitlines()[-2]
        assert line.startswith(" ⚕ nothing found before training by 16 checks · 1 muted")
    preferences, problems = read_preferences(UserPaths.of_user().settings)
    assert (preferences.muted, problems) == (("features_unscaled",), ())
    async with running(unscaled, "3", "d") as (app, pilot):
        assert "− Features unscaled: muted, and found" in await steady(app, pilot)
        await press(pilot, "m", "escape")
        await steady(app, pilot)
        assert "Try standardised features." in last_lines(app)


async def test_a_rule_is_explained_with_its_thresholds_and_the_section_of_the_lecture(unscaled):
    async with running(unscaled, "3", "d", "h") as (app, pilot):
        text = await steady(app, pilot)
        assert "judged" in text
        assert "over 100 times the smallest" in " ".join(text.split())
        assert "Challenges: Vanishing Gradients" in text


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_looks(golden, tmp_path, size):
    layers = [{"type": "dense", "units": 16, "activation": "sigmoid"}] * 5
    layers.append({"type": "dense", "units": 1, "activation": "sigmoid"})
    path = broken(
        tmp_path, "spirals", {"network.layers": layers, "training.optimizer": "sgd", "training.learning_rate": 0.1}
    )
    texts = []
    async with running(path, "2", size=size) as (app, pilot):
        for state, keys in {"line": (), "checks": ("d",), "judged": ("h",)}.items():
            await press(pilot, *keys)
            texts.append(f"── {state}\n{await steady(app, pilot)}")
        assert shown(app).query_one(".dialog").region.right <= size[0]
    golden("\n".join(texts))


async def test_only_one_line_advises_where_a_smaller_rate_is_no_cure(tmp_path):
    async with running(broken(tmp_path, "wine", {"data.scaling": "none"}), "3", "space", size=(120, 36)) as (
        app,
        pilot,
    ):
        await trained(pilot)
        await settle(pilot)
        await steady(app, pilot)
        status, line = last_lines(app).splitlines()[:2]
        assert app.snapshot.verdict is not None
        assert "standardised features" in line
        assert "_" not in status
        assert "R draws" not in status
