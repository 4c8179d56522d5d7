"""Taking a run to other programs, as the command and the dialog do it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.session.conftest import training
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.export.run_formats import RUN_FORMATS
from tui_ann.session.exporting import UNTRAINED
from tui_ann.session.session import Session


@pytest.fixture
def trained(session: Session, experiment: Experiment) -> Session:
    session.workspace.adopt(training(experiment, epochs=2))
    session.runs.prepare().owner.train_here()
    return session


def test_a_saved_run_is_written_as_the_live_one(
    trained: Session, make_session: Callable[..., Session], tmp_path: Path
) -> None:
    for form in ("keras", "python", "numpy", "c", "pytorch"):
        pytest.importorskip(
            "tensorboardX", reason="pip install 'tui-ann[tensorboard]'"
        ) if form == "tensorboard" else ()
        live = trained.exporting.write(form, tmp_path / f"live-{form}.x")
        other = make_session()
        other.workspace.open(trained.store.save())
        saved = other.exporting.write(form, tmp_path / f"saved-{form}.x")
        for one, two in zip(live.paths, saved.paths, strict=True):
            assert one.read_bytes() == two.read_bytes()


def test_a_run_that_was_not_trained_says_so(session: Session, experiment: Experiment, tmp_path: Path) -> None:
    session.workspace.adopt(experiment)
    written = session.exporting.write("python", tmp_path / "start.py")
    assert written.remarks == (UNTRAINED,)
    assert UNTRAINED in (tmp_path / "start.py").read_text("utf-8")


def test_settings_that_were_changed_are_named(
    trained: Session, make_session: Callable[..., Session], tmp_path: Path
) -> None:
    workspace = trained.workspace
    workspace.edit(training(workspace.experiment, learning_rate=0.005, epochs=4))
    run = trained.runs.prepare()
    run.owner.train_here()
    (live,) = trained.exporting.write("c", tmp_path / "live.c").remarks
    assert "learning rate η 0.01 → 0.005, epochs 2 → 4 after update" in live
    other = make_session()
    other.workspace.open(trained.store.save())
    assert other.exporting.write("c", tmp_path / "saved.c").remarks == (live,)


def test_a_folder_must_be_new(trained: Session, tmp_path: Path) -> None:
    pytest.importorskip("tensorboardX", reason="pip install 'tui-ann[tensorboard]'")
    written = trained.exporting.write("tensorboard", tmp_path / "board")
    assert written.paths == (tmp_path / "board",)
    assert sorted(path.name for path in (tmp_path / "board").iterdir()) == ["train", "validation"]
    with pytest.raises(SessionError, match="is not empty"):
        trained.exporting.write("tensorboard", tmp_path / "board")


def test_a_saved_run_is_repeated_for_its_histograms(trained: Session, make_session: Callable[..., Session]) -> None:
    form = replace(RUN_FORMATS["tensorboard"], modules=())
    other = make_session()
    other.workspace.open(trained.store.save())
    live, saved = (session.exporting.run(form) for session in (trained, other))
    assert list(live.moments) == list(saved.moments) == [1, 2]
    for number, parameters in live.moments.items():
        for name, values in parameters.items():
            np.testing.assert_array_equal(values, saved.moments[number][name])
    Path(trained.workspace.experiment.data.path).unlink()
    other = make_session()
    other.workspace.open(trained.store.save())
    assert other.exporting.run(form).moments == {}


def test_names_that_are_proposed(trained: Session) -> None:
    assert trained.exporting.proposed("keras") == "small.py"
    assert trained.exporting.proposed("tensorboard") == "small-tensorboard"


def test_a_threshold_suits_two_classes_only(session: Session, tmp_path: Path) -> None:
    session.workspace.open("sample:iris")
    with pytest.raises(SessionError, match="A threshold turns one probability"):
        session.exporting.write("python", tmp_path / "iris.py", threshold=0.3)
