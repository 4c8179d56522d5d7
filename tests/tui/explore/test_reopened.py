"""Tests of a saved run: every view shows it as when it was live."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.explore.waiting import complete
from tests.tui.pilots import press, running, shown, steady, train_for, trained
from tui_ann.tui.shell.app import TuiAnnApp


async def _views(app: TuiAnnApp, pilot: Pilot[None]) -> list[str]:
    """The text of every view alone, without the lines around it, of which the progress tells a live run."""
    texts = []
    await press(pilot, "5", "z")
    for _ in range(5):
        await complete(pilot, shown(app).body.chosen)
        lines = (await steady(app, pilot)).splitlines()
        texts.append("\n".join(lines[2:-4]))
        await press(pilot, "]", "z")
    return texts


@pytest.mark.parametrize("sample", ["moons", "iris", "linear-unit"])
async def test_a_run_shows_the_same_live_and_from_its_folder(sample: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    async with running(f"sample:{sample}", "3") as (app, pilot):
        train_for(app, 12)
        await press(pilot, "space")
        await trained(pilot)
        live = await _views(app, pilot)
        app.session.store.save(folder)
    async with running(folder) as (app, pilot):
        saved = await _views(app, pilot)
    for before, after in zip(live, saved, strict=True):
        assert after == before
