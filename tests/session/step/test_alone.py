"""One update on a single row: of the training part, of another part, or typed."""

import numpy as np
import pytest

from tests.session.conftest import data, training
from tests.session.conftest import network as with_network
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.session.evaluate.judged_moment import JudgedMoment, JudgeWish, judge_moment, typed_alone
from tui_ann.session.evaluate.typed_row import typed_row
from tui_ann.session.explore.moment import moment_of
from tui_ann.session.session import Session


@pytest.fixture
def plain(experiment: Experiment) -> Experiment:
    """Without dropout and noise, so that the forward pass of an update is a prediction."""
    made = training(experiment, noise=0.0, epochs=6)
    layers = (DenseSpec(units=4, activation="tanh"), DenseSpec(units=1, activation="sigmoid"))
    return data(with_network(made, layers=layers), test_split=0.25)


def judge(session: Session) -> JudgedMoment:
    session.runs.prepare()
    moment = moment_of(session.workspace, session.runs.snapshot())
    assert moment is not None
    return judge_moment(moment, JudgeWish())


def test_a_test_row_has_the_y_hat_of_its_prediction_and_its_own_gradient(session: Session, plain: Experiment) -> None:
    session.workspace.adopt(plain)
    session.runs.one_update(3)
    judged = judge(session)
    row = judged.alone(2)
    assert row is not None
    assert row.name == f"line {judged.rows.lines[2]}, test part"
    before = session.runs.prepare().network.copy_parameters()
    place = session.stepper.up_to_the_change()
    assert not place.complete
    assert session.runs.snapshot().update == 3  # the run has not moved
    trace = session.stepper.example_alone(row)
    assert float(trace.value("a2")[0, 0]) == pytest.approx(float(judged.rows.y_hat[2, 0]), abs=1e-12)
    assert trace.row == row.name
    network = session.runs.prepare().copy_network()
    loss, _ = network.loss_and_gradient(row.x[None], row.y[None])
    assert trace.loss == pytest.approx(loss)
    for name, gradient in trace.gradients.items():
        np.testing.assert_allclose(gradient, network.gradients[name])
    after = session.runs.prepare().network.copy_parameters()
    for name, values in before.items():
        np.testing.assert_array_equal(after[name], values)


def test_at_the_end_it_has_the_parameters_that_the_run_kept(session: Session, plain: Experiment) -> None:
    early = EarlyStopping(monitor="loss", patience=1, min_delta=10.0)  # keeps those of the first epoch
    session.workspace.adopt(training(plain, early_stopping=early))
    session.runs.one_epoch(6)
    assert session.runs.prepare().trainer.finished
    judged = judge(session)
    row = judged.alone(0)
    assert row is not None
    trace = session.stepper.example_alone(row)
    assert float(trace.value("a2")[0, 0]) == pytest.approx(float(judged.rows.y_hat[0, 0]), abs=1e-12)


def test_a_typed_row_needs_its_target(session: Session, plain: Experiment) -> None:
    session.workspace.adopt(plain)
    session.runs.one_update(1)
    judged = judge(session)
    typed = typed_row(judged.rows.preprocessing, {"a": "0.5", "colour": "red"})
    assert typed.x is not None
    assert typed_alone(judged, typed.x, "") is None
    assert typed_alone(judged, typed.x, "perhaps") is None
    row = typed_alone(judged, typed.x, "yes")
    assert row is not None
    assert row.y.tolist() == [1.0]
    np.testing.assert_array_equal(session.stepper.example_alone(row).value("x")[:, 0], typed.x)


def test_what_has_not_changed_is_taken_over(session: Session, plain: Experiment) -> None:
    session.workspace.adopt(plain)
    first = judge(session)
    again = judge_moment(first.moment, JudgeWish(threshold=0.3), first)
    assert again.rows is first.rows
    assert again.evaluation.threshold == 0.3
    assert first.parts == ("test", "validation", "train", "all")
    other = judge_moment(first.moment, JudgeWish(part="train"), again)
    assert other.rows is not first.rows
    assert other.rows.part == "train"


def test_there_is_no_such_training_example(session: Session, plain: Experiment) -> None:
    session.workspace.adopt(plain)
    with pytest.raises(SessionError, match="There is no training example 1001"):
        session.stepper.example_alone(1000)
