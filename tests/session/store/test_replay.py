"""Looking back in a saved run: every earlier moment as the live run had it, or one sentence why not."""

from pathlib import Path

import numpy as np
import pytest

from tests.session.conftest import training
from tests.session.run.test_lookback import MakeSession, assert_same_moment, walked
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.errors import SessionError
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.spec import Experiment
from tui_ann.experiment.weights import weights_content
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.session import Session

UPDATES = [1, 7, 8, 40, 41, 100]


def live(session: Session, experiment: Experiment, updates: list[int] = UPDATES) -> tuple[dict[int, Snapshot], Path]:
    """Snapshots of a run, and the folder that it is saved in after its end."""
    session.workspace.adopt(experiment)
    shots = walked(session, updates)
    run = session.runs.prepare()
    run.owner.train_here()
    return shots, session.store.save()


def opened(make_session: MakeSession, folder: Path) -> Session:
    session = make_session()
    session.workspace.open(folder)
    assert session.workspace.run is None
    return session


def assert_replayed(session: Session, shots: dict[int, Snapshot]) -> None:
    saved = session.workspace.saved_run
    assert saved is not None
    for update in [*sorted(shots, reverse=True), *shots]:
        assert_same_moment(session.runs.look_back(update), shots[update])
    session.runs.prove_replay()
    last = session.runs.look_back(saved.record.updates)
    assert last is not None
    assert last.history is saved.history


def test_every_moment_of_a_saved_run_is_that_of_the_live_run(make_session: MakeSession, experiment: Experiment) -> None:
    shots, folder = live(make_session(), experiment)
    session = opened(make_session, folder)
    assert_replayed(session, shots)
    start = session.runs.look_back(0)
    assert start is not None
    np.testing.assert_array_equal(start.parameters["W1"], RunFolder.open(folder).weights("initial")["W1"])
    assert session.workspace.run is None, "the saved run stays open"
    with pytest.raises(SessionError, match="after update 100000 are not known"):
        session.runs.look_back(100_000)


def test_nothing_is_proven_before_something_was_looked_at(make_session: MakeSession, experiment: Experiment) -> None:
    session = make_session()
    session.runs.prove_replay()
    session.workspace.adopt(experiment)
    session.runs.one_update(3)
    session.runs.look_back(1)
    session.runs.prove_replay()
    assert session.runs.prepare().trainer.update == 3


def test_settings_changed_on_the_way_are_changed_again(make_session: MakeSession, experiment: Experiment) -> None:
    session = make_session()
    session.workspace.adopt(experiment)
    shots = walked(session, [10, 30])
    session.workspace.edit(training(experiment, learning_rate=0.05, batch_size=4, epochs=20))
    shots |= walked(session, [31, 90])
    session.runs.prepare().owner.train_here()
    assert_replayed(opened(make_session, session.store.save()), shots)


@pytest.mark.parametrize(
    ("status", "settings"),
    [
        ("early_stopped", {"early_stopping": EarlyStopping(monitor="loss", patience=1), "learning_rate": 3.0}),
        ("diverged", {"optimizer": "sgd", "learning_rate": 1e308}),
        ("diverged", {"optimizer": "rmsprop", "learning_rate": 1.7e308}),  # at the first update with it
        ("converged", {"tolerance": 1.0}),
    ],
)
def test_however_a_run_ended_its_end_is_the_saved_one(
    make_session: MakeSession, experiment: Experiment, status: str, settings: dict[str, object]
) -> None:
    session = make_session()
    session.workspace.adopt(training(experiment, learning_rate=0.001))
    shots = walked(session, [5])
    session.workspace.edit(training(experiment, **settings))
    session.runs.prepare().owner.train_here()
    saved = opened(make_session, session.store.save())
    assert saved.workspace.saved_run is not None
    assert saved.workspace.saved_run.record.status == status
    assert_replayed(saved, shots)


def test_a_run_that_was_continued_is_one_run(make_session: MakeSession, experiment: Experiment) -> None:
    _, folder = live(make_session(), experiment)
    make_session().resume(folder, epochs=33)
    session = make_session()
    session.workspace.adopt(training(experiment, epochs=33))
    assert_replayed(opened(make_session, folder), walked(session, [40, 200, 225]))


def test_a_run_of_which_only_the_start_was_kept_is_repeated_if_no_setting_was_changed(
    make_session: MakeSession, experiment: Experiment
) -> None:
    shots, folder = live(make_session(), experiment)
    (folder / "state.safetensors").unlink()
    assert_replayed(opened(make_session, folder), shots)


def test_missing_and_changed_data_are_told_in_a_sentence(
    make_session: MakeSession, experiment: Experiment, table_path: Path
) -> None:
    _, folder = live(make_session(), experiment)
    text = table_path.read_text("utf-8")
    table_path.write_text(text.replace("red", "green", 1), "utf-8")
    with pytest.raises(SessionError, match="cannot be shown: the data file has changed since it was trained"):
        opened(make_session, folder).runs.look_back(7)
    table_path.unlink()
    session = opened(make_session, folder)
    with pytest.raises(SessionError, match=r"Earlier moments of this run cannot be shown: There is no file .*table"):
        session.runs.look_back(7)
    table_path.write_text(text, "utf-8")
    assert session.runs.look_back(7) is not None


def test_updates_that_come_out_differently_are_not_shown(make_session: MakeSession, experiment: Experiment) -> None:
    _, folder = live(make_session(), experiment)
    history = folder / "history.csv"
    lines = history.read_text("utf-8").splitlines(keepends=True)
    epoch, loss, rest = lines[2].split(",", 2)
    other = f"{epoch},{float(np.nextafter(float(loss), 9))!r},{rest}"
    history.write_text("".join([*lines[:2], other, *lines[3:]]), "utf-8")
    session = opened(make_session, folder)
    assert session.runs.look_back(5) is not None, "the second epoch has not been repeated yet"
    for _ in range(2):
        with pytest.raises(SessionError, match="its updates come out differently here"):
            session.runs.look_back(40)


def test_an_end_that_is_not_the_saved_one_is_noticed(make_session: MakeSession, experiment: Experiment) -> None:
    _, folder = live(make_session(), experiment)
    run = RunFolder.open(folder)
    weights = {name: values.copy() for name, values in run.weights("final").items()}
    weights["b1"][0] = np.nextafter(weights["b1"][0], 9)
    run.write({"final.safetensors": weights_content(weights)})
    session = opened(make_session, folder)
    assert session.runs.look_back(40) is not None
    session.runs.prove_replay(lambda: True)
    with pytest.raises(SessionError, match="differently here"):
        session.runs.prove_replay()
    with pytest.raises(SessionError, match="differently here"):
        session.runs.look_back(40)
