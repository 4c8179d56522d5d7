import itertools
import json
import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from tests.session.conftest import data, network, training
from tests.session.test_driving import assert_same_run
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.errors import DataError, SessionError
from tui_ann.experiment import atomic
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.spec import BatchNormalizationSpec, DenseSpec, Experiment
from tui_ann.session.run.owner_loop import Listener
from tui_ann.session.run.run import Run
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.session import Session
from tui_ann.session.store.paths import UserPaths
from tui_ann.session.store.saved_run import SavedRun

MakeSession = Callable[..., Session]


def whole(make_session: MakeSession, experiment: Experiment, change: Callable[[Session], object], at: int) -> Run:
    """The experiment trained in one go, with the change in mid-run but no quit."""
    session = make_session()
    session.workspace.adopt(experiment)
    session.runs.one_update(at)
    change(session)
    session.runs.prepare().owner.train_here()
    assert session.workspace.run is not None
    return session.workspace.run


def quit_and_go_on(
    make_session: MakeSession, experiment: Experiment, change: Callable[[Session], object], at: int, left_at: int
) -> Session:
    first = make_session()
    first.workspace.adopt(experiment)
    first.runs.one_update(at)
    change(first)
    first.runs.one_update(left_at - at)
    assert first.preserve() is not None
    first.close()
    second = make_session()
    (left,) = second.store.recoverable()
    assert left.update == left_at
    second.store.recover(left)
    return second


def settings(**values: object) -> Callable[[Session], object]:
    return lambda session: session.workspace.edit(training(session.workspace.experiment, **values))


def nothing(_: Session) -> None:
    pass


# 54 training rows and batches of 8 make 7 updates an epoch: 57 is in the midst of the ninth, and so is 59 mostly.
CASES = {
    "adam with dropout and noise": (lambda e: e, nothing),
    "plain": (lambda e: training(e, optimizer="sgd"), nothing),
    "nesterov, rate changed": (lambda e: training(e, optimizer="nesterov"), settings(learning_rate=0.03)),
    "rmsprop, float32": (lambda e: training(e, optimizer="rmsprop", dtype="float32"), nothing),
    "adagrad, then adam": (lambda e: training(e, optimizer="adagrad"), settings(optimizer="adam")),
    "batch normalisation": (
        lambda e: network(e, layers=(e.network.layers[0], BatchNormalizationSpec(), e.network.layers[2])),
        settings(batch_size=5),
    ),
    "prelu with penalties": (
        lambda e: training(
            network(e, layers=(DenseSpec(units=4, activation="prelu"), e.network.layers[2])), l1=0.01, l2=0.02
        ),
        settings(variant="stochastic"),
    ),
    "batch in the midst of an epoch": (lambda e: e, settings(variant="batch")),
    "early stopping": (
        lambda e: training(e, early_stopping=EarlyStopping(patience=3, min_delta=0.01)),
        settings(early_stopping=EarlyStopping(patience=9)),
    ),
    "gradient tolerance": (lambda e: training(e, gradient_tolerance=1e-9, tolerance=1e-9), nothing),
    "metrics": (lambda e: training(e, metrics=("accuracy", "auc", "f1")), settings(epochs=40)),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("left_at", [57, 59, 63])
def test_an_unfinished_run_goes_on_bit_for_bit(
    make_session: MakeSession, experiment: Experiment, case: str, left_at: int
) -> None:
    prepare, change = CASES[case]
    experiment = prepare(experiment)
    expected = whole(make_session, experiment, change, at=57)
    session = quit_and_go_on(make_session, experiment, change, at=57, left_at=left_at)
    session.runs.prepare().owner.train_here()
    assert session.workspace.run is not None
    assert_same_run(session.workspace.run, expected)
    assert session.workspace.run.experiment == expected.experiment


def test_a_recovered_run_can_be_taken_back_to_any_update(make_session: MakeSession, experiment: Experiment) -> None:
    change = settings(learning_rate=0.2)
    expected = whole(make_session, experiment, change, at=20)
    session = quit_and_go_on(make_session, experiment, change, at=20, left_at=59)
    for update in (30, 20, 5, 0):
        session.runs.seek(update)
    session.runs.prepare().owner.train_here()
    assert session.workspace.run is not None
    assert_same_run(session.workspace.run, expected)


def test_the_run_folder_of_a_quit_is_readable_and_is_gone_on_with(
    make_session: MakeSession, experiment: Experiment
) -> None:
    session = quit_and_go_on(make_session, experiment, nothing, at=0, left_at=59)
    assert session.workspace.run is not None
    folder = session.workspace.run.folder
    assert folder is not None
    record = RunFolder.open(folder).record()
    assert (record.status, record.epochs, record.updates) == ("interrupted", 8, 59)
    shown = SavedRun.load(folder).snapshot()
    assert (shown.update, shown.is_within_epoch) == (59, True), "its parameters are those of update 59"
    assert not session.store.unsaved
    session.runs.prepare().owner.train_here()
    assert session.store.save() == folder
    assert RunFolder.open(folder).record().status == "completed"
    assert len(RunFolder.open(folder).history()) == 30
    session.close()
    assert make_session().store.recoverable() == []


def test_a_run_is_offered_once_its_session_is_gone_and_not_before(
    make_session: MakeSession, experiment: Experiment, paths: UserPaths
) -> None:
    first, second = make_session(), make_session()
    first.workspace.adopt(experiment)
    first.runs.one_update(5)
    first.preserve()
    assert second.store.recoverable() == []
    assert first.store.recoverable() == []
    first.close()
    (left,) = second.store.recoverable()
    assert (left.name, left.epoch, left.epochs, left.update) == ("small", 0, 30, 5)
    assert left.data == experiment.data.path
    second.store.recover(left)
    assert make_session().store.recoverable() == []
    second.store.discard_recovery(left)
    second.close()
    assert make_session().store.recoverable() == []
    assert not list(paths.recovery.iterdir())


def _die_in_mid_run(home: str, experiment_path: str) -> None:
    session = Session(paths=UserPaths(Path(home), Path(home), Path(home)), autosave=True)
    session.workspace.open(experiment_path)
    session.runs.one_update(30)
    session.preserve()
    raise SystemExit(3)


def test_the_lock_of_a_dead_process_is_free(experiment_path: Path, tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=_die_in_mid_run, args=(str(tmp_path), str(experiment_path))
    )
    process.start()
    process.join(60)
    assert process.exitcode == 3
    session = Session(paths=UserPaths(tmp_path, tmp_path, tmp_path))
    assert [left.update for left in session.store.recoverable()] == [30]
    session.close()


def test_driving_keeps_the_run_again_and_again(make_session: MakeSession, experiment: Experiment) -> None:
    now = [0.0]

    def clock() -> float:
        now[0] += 0.05
        return now[0]

    session = make_session(autosave=True, clock=clock)
    session.workspace.adopt(training(experiment, epochs=100_000_000))
    owner = session.runs.prepare().owner
    kept: list[int] = []

    def publish(_: object) -> None:
        kept.extend(json.loads(_header(path))["about"]["update"] for path in _files(session))
        if len(set(kept)) > 2:
            owner.interrupt()

    owner.train_here(Listener(publish, 20.0))
    session.close()
    (left,) = make_session().store.recoverable()
    assert left.update >= max(kept)


def _files(session: Session) -> list[Path]:
    folder = session.paths.recovery
    return list(folder.glob("*.unfinished")) if folder.exists() else []


def _header(path: Path) -> str:
    with safetensors.safe_open(path, framework="np") as file:
        return str(file.metadata()["tui-ann"])


def test_a_run_that_has_ended_is_saved_but_not_offered(make_session: MakeSession, experiment: Experiment) -> None:
    session = make_session(autosave=True)
    session.workspace.adopt(training(experiment, epochs=2))
    session.runs.prepare().owner.train_here()
    assert session.store.unsaved
    folder = session.preserve()
    assert folder is not None
    assert RunFolder.open(folder).record().status == "completed"
    session.close()
    assert make_session().store.recoverable() == []


def test_nothing_begun_is_nothing_to_preserve(make_session: MakeSession, experiment: Experiment) -> None:
    session = make_session()
    assert session.preserve() is None
    session.workspace.adopt(experiment)
    session.runs.prepare()
    assert session.preserve() is None


def test_a_data_file_that_has_changed_is_noticed(
    make_session: MakeSession, experiment: Experiment, table_path: Path
) -> None:
    first = make_session()
    first.workspace.open(_written(experiment, table_path.parent))
    first.runs.one_update(5)
    first.preserve()
    first.close()
    lines = table_path.read_text(encoding="utf-8").splitlines()
    table_path.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    second = make_session()
    second.workspace.open("sample:xor")
    (left,) = second.store.recoverable()
    with pytest.raises(SessionError, match="has changed since"):
        second.store.recover(left)
    assert second.workspace.experiment.name == "xor"


def _written(experiment: Experiment, folder: Path) -> Path:
    from tui_ann.experiment.files import save

    save(folder / "e.toml", experiment)
    return folder / "e.toml"


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "header", "schema", "shapes"])
def test_a_damaged_file_is_refused_or_left_out(make_session: MakeSession, experiment: Experiment, damage: str) -> None:
    first = make_session()
    first.workspace.adopt(experiment)
    first.runs.one_update(5)
    first.preserve()
    first.close()
    (path,) = _files(first)
    content = path.read_bytes()
    arrays = safetensors.numpy.load(content)
    header = json.loads(_header(path))
    session = make_session()
    (left,) = session.store.recoverable()
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "text":
        path.write_bytes(b"hello" * 1000)
    elif damage == "header":
        del header["run"]["state"]["theta"]
    elif damage == "schema":
        header["schema"] = 99
    else:
        arrays = {name: np.zeros(1) for name in arrays}
    if damage in ("header", "schema", "shapes"):
        path.write_bytes(safetensors.numpy.save(arrays, metadata={"tui-ann": json.dumps(header)}))
    with pytest.raises(Exception) as caught:
        session.store.recover(replace(left))
    assert getattr(caught.value, "remedy", "")
    if damage not in ("header", "shapes"):
        assert session.store.recoverable() == []
    session.store.discard_recovery(left)
    assert session.store.recoverable() == []


def test_a_full_disk_leaves_what_was_kept_before(
    make_session: MakeSession, experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session()
    session.workspace.adopt(experiment)
    session.runs.one_update(5)
    session.preserve()
    session.runs.one_update(5)

    def full(path: Path, content: bytes, **_: Any) -> None:
        raise atomic.cannot_write(path, OSError(28, "No space left on device"))

    with monkeypatch.context() as patch:
        patch.setattr("tui_ann.session.store.state_file.write_bytes", full)
        with pytest.raises(SessionError, match="disk is full"):
            session.preserve()
    assert session.workspace.run is not None
    assert session.workspace.run.trainer.update == 10
    session.close()
    assert [left.update for left in make_session().store.recoverable()] == [5]


def test_missing_data_are_said(make_session: MakeSession, experiment: Experiment, table_path: Path) -> None:
    first = make_session()
    first.workspace.adopt(data(experiment, scaling="minmax"))
    first.runs.one_update(5)
    first.preserve()
    first.close()
    table_path.unlink()
    session = make_session()
    with pytest.raises(DataError, match="no file"):
        session.store.recover(session.store.recoverable()[0])


def _clock(step: float) -> Callable[[], float]:
    ticks = itertools.count()
    return lambda: next(ticks) * step


def test_a_run_is_kept_within_its_first_seconds(make_session: MakeSession, experiment: Experiment) -> None:
    session = make_session(autosave=True, clock=_clock(0.02))
    session.workspace.adopt(training(experiment, epochs=100_000_000))
    owner, seconds = session.runs.prepare().owner, []

    def publish(shot: Snapshot) -> None:
        seconds.append(shot.seconds)
        session.store._kept._open._aside.wait()  # the clock here is much faster than the other thread
        if _files(session) or shot.seconds > 4:
            owner.interrupt()

    owner.train_here(Listener(publish, 0.1))
    assert seconds[-1] < 4


def test_a_run_that_is_paused_is_kept_at_once(make_session: MakeSession, experiment: Experiment) -> None:
    session = make_session(autosave=True)
    session.workspace.adopt(experiment)
    owner = session.runs.prepare().owner
    kept: list[bool] = []

    def publish(shot: Snapshot) -> None:
        if shot.update:
            kept.append(bool(_files(session)))

    owner.listen(Listener(publish))
    owner.one_update().result(10)
    assert kept[0]


def test_a_run_left_at_its_end_is_not_called_unfinished(make_session: MakeSession, experiment: Experiment) -> None:
    for epochs in (2, 30):
        session = make_session(autosave=True)
        session.workspace.adopt(training(experiment, epochs=epochs))
        owner = session.runs.prepare().owner
        owner.train_here(Listener(lambda shot: owner.interrupt() if shot.update else None, 0.0))  # noqa: B023
        if epochs == 2:
            owner.train_here(Listener())
        session.close()  # as when the terminal is closed
    assert sorted(left.ended for left in make_session().store.recoverable()) == [False, True]


def test_a_run_in_progress_is_offered_when_something_else_is_opened(
    make_session: MakeSession, experiment: Experiment
) -> None:
    session = make_session(autosave=True)
    session.workspace.adopt(experiment)
    session.runs.one_update(7)
    session.preserve()
    session.workspace.open("sample:xor")
    session.runs.one_update(3)
    session.preserve()
    (left,) = session.store.recoverable()
    assert (left.name, left.update) == ("small", 7)
    session.store.recover(left)
    assert session.workspace.run is not None
    assert session.workspace.run.trainer.update == 7
    assert [other.name for other in session.store.recoverable()] == ["xor"]
