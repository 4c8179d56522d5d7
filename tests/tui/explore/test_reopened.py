"""Tests of a saved run: every view shows it as when it was live."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.pilots import press, running, settle, shown, steady, trained
from tui_ann.session.explore.parameter_path import PathState
from tui_ann.tui.explore.loss_surface_view import LossSurfaceView
from tui_ann.tui.shell.app import TuiAnnApp


def _whole(view: LossSurfaceView) -> bool:
    """Whether the picture will not become finer, nor its path longer."""
    found = view.shown
    return found is not None and found.finished and found.path.state is PathState.EVEN


async def _views(app: TuiAnnApp, pilot: Pilot[None]) -> list[str]:
    """The text of every view alone, without the lines around it."""
    texts = []
    await press(pilot, "5", "z")
    for _ in range(5):
        await settle(pilot, "loading", "preparing", "picturing")
        view = shown(app).body.chosen
        while isinstance(view, LossSurfaceView) and not _whole(view):
            await settle(pilot, "picturing")
        lines = (await steady(app, pilot)).splitlines()
        texts.append("\n".join(lines[2:-3]))
        await press(pilot, "]", "z")
    return texts


@pytest.mark.parametrize("sample", ["moons", "iris", "linear-unit"])
async def test_a_run_shows_the_same_live_and_from_its_folder(sample: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    async with running(f"sample:{sample}", "3", "+", "+", "+", "+", "+", "+", "space") as (app, pilot):
        await trained(pilot)
        live = await _views(app, pilot)
        app.session.store.save(folder)
    async with running(folder) as (app, pilot):
        saved = await _views(app, pilot)
    for before, after in zip(live, saved, strict=True):
        assert after == before
