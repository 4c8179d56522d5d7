"""A run opened from its folder goes on where it stopped, as if the program had never been left."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.session.conftest import training
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.experiment.run_folder import STATE
from tui_ann.experiment.spec import Experiment
from tui_ann.session.session import Session
from tui_ann.session.step.stepper import Grain

MakeSession = Callable[..., Session]

ENDS: dict[str, dict[str, Any]] = {
    "completed": {},
    "early_stopped": {"learning_rate": 0.5, "epochs": 200, "early_stopping": EarlyStopping(patience=1)},
    "diverged": {"learning_rate": 1e308},
}


def saved(make_session: MakeSession, experiment: Experiment) -> tuple[Session, Path]:
    session = make_session()
    session.workspace.adopt(experiment)
    session.runs.prepare().owner.train_here()
    return session, session.store.save()


@pytest.mark.parametrize("status", ENDS)
def test_a_run_opened_again_is_where_it_stopped_with_all_that_it_was(
    make_session: MakeSession, experiment: Experiment, status: str
) -> None:
    before, folder = saved(make_session, training(experiment, **ENDS[status]))
    live = before.runs.prepare()
    session = make_session()
    session.workspace.open(folder)
    place = session.stepper.place()
    shot = session.runs.snapshot()
    assert shot is not None
    assert shot.status == status
    assert place.ended
    assert place.trace.update == before.stepper.place().trace.update
    assert len(shot.history.epochs) == len(live.history.epochs)
    for name, values in live.network.parameters.items():
        np.testing.assert_array_equal(shot.parameters[name], values)
    back = session.stepper.back(Grain.UPDATE)
    assert (back.trace.update, back.done) == (place.trace.update, 0)
    farthest = session.stepper.farthest
    assert len(farthest.epochs) == len(live.history.epochs)
    session.stepper.end_again()
    shot = session.runs.snapshot()
    assert shot is not None
    assert shot.metrics == pytest.approx(live.snapshot().metrics, rel=0, nan_ok=True)
    assert session.preserve() == folder, "no second copy is saved"


def test_an_interrupted_run_goes_on_from_its_last_update(make_session: MakeSession, experiment: Experiment) -> None:
    first = make_session()
    first.workspace.adopt(experiment)
    first.runs.one_update(17)
    folder = first.store.save()
    session = make_session()
    session.workspace.open(folder)
    assert session.stepper.forward(Grain.UPDATE).trace.update == 18
    session.stepper.to_the_end()
    whole, _ = saved(make_session, experiment)
    for name, values in whole.runs.prepare().network.parameters.items():
        np.testing.assert_array_equal(session.runs.prepare().network.parameters[name], values)


def test_without_its_state_a_run_is_repeated_and_with_other_data_it_is_a_new_one(
    make_session: MakeSession, experiment: Experiment, table_path: Path
) -> None:
    _, folder = saved(make_session, experiment)
    (folder / STATE).unlink()
    again = make_session()
    again.workspace.open(folder)
    assert again.stepper.place().ended
    table_path.write_text(table_path.read_text(encoding="utf-8").replace("red", "green"), encoding="utf-8")
    other = make_session()
    other.workspace.open(folder)
    assert other.stepper.place().trace.update == 1


def test_an_edited_experiment_starts_a_new_run(make_session: MakeSession, experiment: Experiment) -> None:
    _, folder = saved(make_session, experiment)
    session = make_session()
    session.workspace.open(folder)
    session.workspace.edit(training(session.workspace.experiment, learning_rate=0.3))
    assert session.stepper.place().trace.update == 1
