"""A saved run is repeated by the kernel that made it; where that kernel is missing, a sentence says what happens."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tui_ann.compiled import VARIABLE
from tui_ann.engine.kernel.library import library
from tui_ann.errors import EngineError, SessionError
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.spec import Experiment
from tui_ann.session.session import Session
from tui_ann.session.store.saved_run import missing_kernel

MakeSession = Callable[..., Session]
needs_c = pytest.mark.skipif(library() is None, reason="this installation has no compiled kernel")


def trained(make_session: MakeSession, experiment: Experiment) -> tuple[Session, Path]:
    """A run, trained to its end and saved."""
    session = make_session()
    session.workspace.adopt(experiment)
    session.runs.prepare().owner.train_here()
    return session, session.store.save()


def opened(make_session: MakeSession, folder: Path) -> Session:
    session = make_session()
    session.workspace.open(folder)
    return session


@needs_c
@pytest.mark.parametrize(("made_by", "here"), [("numpy", "c"), ("numpy", ""), ("c", "")])
def test_it_is_repeated_by_its_own_kernel(
    make_session: MakeSession, experiment: Experiment, monkeypatch: pytest.MonkeyPatch, made_by: str, here: str
) -> None:
    monkeypatch.setenv(VARIABLE, made_by)
    before, folder = trained(make_session, experiment)
    assert RunFolder.open(folder).record().kernel == made_by
    monkeypatch.setenv(VARIABLE, here)
    session = opened(make_session, folder)
    session.runs.look_back(3)
    session.runs.prove_replay()  # the same bits, or an error
    again = session.runs.take_up()
    assert again.trainer.kernel.name == made_by
    np.testing.assert_array_equal(again.network.theta, before.runs.prepare().network.theta)


@needs_c
def test_without_its_kernel_it_goes_on_with_numpy_from_where_it_stopped(
    make_session: MakeSession, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "c")
    before, folder = trained(make_session, experiment)
    monkeypatch.setenv(VARIABLE, "numpy")
    session = opened(make_session, folder)
    with pytest.raises(SessionError, match="made by the kernel “c”, which cannot be used here"):
        session.runs.look_back(3)
    run = session.runs.take_up()
    assert run.trainer.kernel.name == "numpy"
    np.testing.assert_array_equal(run.network.theta, before.runs.prepare().network.theta)
    with pytest.raises(EngineError, match="The run begins at update"):
        run.trainer.seek(3)


def test_a_record_of_an_earlier_version_means_numpy(make_session: MakeSession, experiment: Experiment) -> None:
    _, folder = trained(make_session, experiment)
    file = folder / "run.json"
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if '"kernel"' not in line]
    file.write_text("\n".join(kept), encoding="utf-8")
    record = RunFolder.open(folder).record()
    assert record.kernel == "numpy"
    assert not missing_kernel(record)
