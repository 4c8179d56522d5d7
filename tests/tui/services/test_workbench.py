"""Tests of the preparation after an edit."""

import threading

import pytest

from tests.tui.pilots import running, settle
from tui_ann.tui.content import edits


async def test_an_edit_is_prepared_also_while_another_thread_looks_at_the_run() -> None:
    async with running("sample:moons", "3") as (app, pilot):
        await settle(pilot)
        run = app.session.workspace.run
        assert run is not None
        begun, end = threading.Event(), threading.Event()

        def look() -> None:
            run.owner.call(lambda: (begun.set(), end.wait(10.0)), changes=False)

        looking = threading.Thread(target=look)
        looking.start()
        assert begun.wait(10.0)
        assert app.session.runs.busy
        app.bench.edit(edits.put(app.session.workspace.experiment, "network.seed", 77))
        end.set()
        looking.join()
        await settle(pilot)
        app._look()
        other = app.session.workspace.run
        assert other is not None
        assert other is not run
        assert app.snapshot is not None
        assert app.snapshot.run == other.number


async def test_a_run_is_never_shown_with_an_experiment_that_it_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running("sample:moons", "3") as (app, _):
        assert app.snapshot is not None
        monkeypatch.setattr(app.bench, "fitting", lambda snapshot: None)
        app.revision += 1
        assert app.snapshot is None, "not only with the next frame"
