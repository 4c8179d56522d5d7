"""How often a run is saved for recovery."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.session.conftest import training
from tui_ann.experiment.spec import Experiment
from tui_ann.session.session import Session
from tui_ann.session.store import state_file
from tui_ann.session.store.recovery import Recovery

MakeSession = Callable[..., Session]


@pytest.mark.parametrize(("cost", "longest"), [(0.0, 1.1), (0.02, 1.1), (0.3, 10.5)])
def test_a_killed_program_loses_about_a_second_and_more_only_if_writing_takes_long(
    make_session: MakeSession, experiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    cost: float, longest: float,
) -> None:  # fmt: skip
    session, now, write = make_session(), [0.0], state_file.write
    session.workspace.adopt(training(experiment, epochs=100_000_000))
    run, recovery = session.runs.prepare(), Recovery(tmp_path / "left", clock=lambda: now[0])
    saved: list[float] = []

    def slowly(*args: Any) -> None:
        write(*args)
        now[0] += cost
        saved.append(now[0])

    monkeypatch.setattr(state_file, "write", slowly)
    while now[0] < 30.0:
        run.advance(updates=1)
        recovery.keep_when_due(run)
        now[0] += 0.05
    gaps = np.diff([0.0, *saved])
    assert longest - 0.6 < gaps.max() < longest
    assert len(saved) * cost < 0.05 * now[0]
    (file,) = (tmp_path / "left").glob("*.unfinished")
    stored = state_file.read(file)
    assert len(stored.epochs.rows) == stored.state.epoch > 0, "with the history"
    recovery.let_go()
