"""The panes of Compare: repeats as bands and rows of their own."""

from pathlib import Path

import pytest

from tests.tui.pilots import press, settle, steady, text_of
from tests.tui.screens.test_compare import compare
from tui_ann.data.samples import sample_folder
from tui_ann.experiment.files import load
from tui_ann.experiment.keys import put
from tui_ann.session.jobs.carrier import SerialCarrier
from tui_ann.session.sweep.folder import SweepFolder
from tui_ann.session.sweep.plan import planned
from tui_ann.session.sweep.sweep import Sweep, sweep_data
from tui_ann.tui.shell.app import TuiAnnApp


class TestRepeats:
    """Runs that differ in seeds alone: one curve and one row, or each for itself."""

    @pytest.fixture
    def repeated(self, tmp_path: Path) -> Path:
        """A sweep of two η, three times each; the second is better."""
        experiment = load(sample_folder("xor") / "experiment.toml")
        plan = planned(put(experiment, "training.epochs", 12), ["training.learning_rate=0.001,1"], repeats=3)
        list(Sweep.begun(plan, sweep_data(plan), tmp_path / "sweep").run(SerialCarrier))
        return tmp_path / "sweep"

    async def test_a_sweep_opens_with_its_best_run_and_its_repeats_as_bands(self, repeated):
        app = TuiAnnApp(runs=[repeated])
        async with app.run_test(size=(120, 36)) as pilot:
            await settle(pilot)
            text = await steady(app, pilot)
            assert "✓ 6 runs" in text
            assert "mean ± SE, bars min–max" in text
            rows = compare(app).body.rows
            assert [len(row.runs) for row in rows] == [3, 3]
            best = SweepFolder.open(repeated).record().best_folder
            assert app.session.workspace.saved_run.folder.name == best
            assert " ± " in text.split("What differs")[1]
            await press(pilot, "asterisk")
            await settle(pilot)
            assert len(compare(app).body.rows) == 6
            assert "bars min–max" not in await steady(app, pilot)
            await press(pilot, "asterisk")
            await settle(pilot)
            assert len(compare(app).body.rows) == 2

    async def test_a_band_is_hidden_removed_and_opened_as_one(self, repeated):
        app = TuiAnnApp(runs=[repeated])
        async with app.run_test(size=(120, 36)) as pilot:
            await settle(pilot)
            other = next(place for place, row in enumerate(compare(app).body.rows) if not row.current)
            compare(app).body.table.move_cursor(other, 0)
            await press(pilot, "space")
            await settle(pilot)
            assert sum(run.run.shown for run in compare(app).body.board.runs) == 3
            await press(pilot, "backspace")
            assert "Take 3 runs off the list" in text_of(app)
            await press(pilot, "enter")
            await settle(pilot)
            assert "✓ 3 runs" in await steady(app, pilot)
            await press(pilot, "backspace")
            await settle(pilot)
            assert "is the run of the open experiment" in " ".join(text_of(app).split())
            await press(pilot, "escape")
            assert len(compare(app).body.board.runs) == 3
