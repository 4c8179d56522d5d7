from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.session.conftest import data, network, training
from tests.session.test_driving import assert_same_run, ignore
from tui_ann.data.read.reader import ReadOptions
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.errors import DataError, EngineError, ExperimentError, SessionError, TuiAnnError
from tui_ann.experiment.files import load
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.experiment.weights import save_weights
from tui_ann.session.changes import Reach
from tui_ann.session.run.control import Control
from tui_ann.session.session import Session
from tui_ann.session.store.recents import Kind


@pytest.fixture
def opened(session: Session, experiment_path: Path) -> Session:
    session.open(experiment_path)
    return session


class TestOpening:
    def test_nothing_is_open_at_first(self, session: Session) -> None:
        assert not session.is_open
        assert session.table is session.dataset is session.network is session.trainer is session.snapshot() is None
        for verb in (session.prepare, session.train, session.rewind, session.new_start, session.problems):
            with pytest.raises(SessionError, match="Nothing is open") as caught:
                verb()
            assert caught.value.remedy

    def test_a_data_file_gets_a_proposal_for_everything(self, session: Session, table_path: Path) -> None:
        opened = session.open(table_path)
        assert opened.source.kind is Kind.DATA
        assert session.experiment.data.target == "kind"
        assert session.problems() == []
        assert session.table is not None
        assert session.table.n_rows == 60
        assert session.prepare().trainer.update == 0

    def test_a_target_and_reader_options_can_be_given(self, session: Session, tmp_path: Path) -> None:
        path = tmp_path / "odd.csv"
        path.write_text("a comment\n" + "x;y\n" + "".join(f"{i},5;{i * 2},25\n" for i in range(30)), encoding="utf-8")
        options = ReadOptions(delimiter=";", decimal=",", skip_lines=1, header=True)
        session.open(path, target="x", options=options)
        experiment = session.experiment
        assert experiment.data.target == "x"
        assert (experiment.data.delimiter, experiment.data.decimal, experiment.data.skip_lines) == (";", ",", 1)
        assert session.table is not None
        session.save_experiment(tmp_path / "odd.toml")
        session.open(tmp_path / "odd.toml")
        assert session.experiment == experiment
        assert session.table is not None
        assert session.table.names == ["x", "y"]

    def test_an_experiment_file(self, opened: Session, experiment: Experiment, experiment_path: Path) -> None:
        assert opened.experiment == experiment
        assert opened.source is not None
        assert opened.source.text == str(experiment_path)
        opened.open(experiment_path, target="a")
        assert (opened.experiment.data.target, opened.experiment.data.task) == ("a", "auto")

    def test_a_sample(self, session: Session) -> None:
        assert session.open("sample:worked-example").source.kind is Kind.SAMPLE
        picture = session.step_update()
        np.testing.assert_allclose(
            picture.parameters["W1"], [[0.484, 0.168], [0.288, 0.776], [0.592, 0.384]], rtol=1e-14
        )

    def test_a_run_folder_is_there_to_be_looked_at(self, opened: Session, make_session: Callable[..., Session]) -> None:
        outcome = opened.train()
        other = make_session()
        assert other.open(outcome.folder).source.kind is Kind.RUN
        picture, own = other.snapshot(), opened.snapshot()
        assert picture is not None
        assert own is not None
        assert (picture.status, picture.epoch, picture.update) == ("completed", 30, 210)
        assert picture.metrics == own.metrics
        np.testing.assert_array_equal(picture.history.column("loss"), own.history.column("loss"))
        np.testing.assert_array_equal(picture.parameters["W2"], own.parameters["W2"])
        assert other.evaluate() == opened.evaluate()
        assert other.network is not None

    def test_a_run_folder_can_be_trained_anew(self, opened: Session, make_session: Callable[..., Session]) -> None:
        outcome = opened.train()
        other = make_session()
        other.open(outcome.folder)
        other.drive(ignore, Control())
        assert other.run is not None
        assert opened.run is not None
        assert other.saved_run is None
        assert_same_run(other.run, opened.run)

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda folder: folder / "missing.csv", "no file"),
            (lambda folder: folder / "missing.toml", "no file"),
            (lambda folder: folder, "without a run or an experiment"),
            (lambda folder: "sample:nonsense", "no sample"),
            (lambda folder: "a\0b", "cannot be read"),
            (lambda folder: _file(folder / "w.safetensors", "x"), "parameters only"),
            (lambda folder: _file(folder / "e.toml", "schema = "), "not TOML"),
            (lambda folder: _file(folder / "e.csv", ""), "empty"),
        ],
    )
    def test_what_cannot_be_opened_leaves_open_what_was(
        self, opened: Session, tmp_path: Path, make: Callable[[Path], object], words: str
    ) -> None:
        opened.step_update(3)
        before = (opened.experiment, opened.run, opened.table, opened.source)
        (tmp_path / "there").mkdir()
        with pytest.raises(TuiAnnError, match=words) as caught:
            opened.open(make(tmp_path / "there"))  # type: ignore[arg-type]
        assert caught.value.remedy or caught.value.details
        assert (opened.experiment, opened.run, opened.table, opened.source) == before
        assert opened.step_update().update == 4

    def test_opening_can_be_cancelled(self, opened: Session, table_path: Path) -> None:
        with pytest.raises(DataError) as caught:
            opened.open(table_path, cancelled=lambda: True)
        assert caught.value.code == "cancelled"
        assert opened.experiment.name == "small"

    def test_progress_is_told(self, session: Session, table_path: Path) -> None:
        told: list[float] = []
        session.open(table_path, progress=lambda share, words: told.append(share))
        assert told == sorted(told)
        assert told[-1] == 1.0


class TestEditing:
    def test_an_edit_in_mid_run_goes_on_with_it(self, opened: Session, experiment: Experiment) -> None:
        opened.step_update(9)
        run = opened.run
        edit = opened.edit(training(experiment, learning_rate=0.1))
        assert edit.reach is Reach.NEXT_UPDATE
        assert opened.run is run
        assert not opened.stale
        assert opened.step_update().learning_rate == 0.1

    def test_an_edit_of_the_network_ends_the_run_and_undo_brings_it_back(
        self, opened: Session, experiment: Experiment
    ) -> None:
        opened.step_update(9)
        run, dataset = opened.run, opened.dataset
        wider = network(experiment, layers=(DenseSpec(units=7, activation="tanh"), *experiment.network.layers[1:]))
        assert opened.consequence(wider).loses == "The run of 9 updates ends."
        opened.edit(wider)
        assert opened.stale
        assert opened.undo_label == "layer 1 units 5 → 7"
        new = opened.prepare()
        assert new is not run
        assert new.network.parameters["W1"].shape == (7, 3)
        assert opened.dataset is dataset, "the rows are not prepared again"
        assert opened.undo() == "layer 1 units 5 → 7"
        assert opened.run is run
        assert not opened.stale
        assert opened.step_update().update == 10
        assert opened.redo() == "layer 1 units 5 → 7"
        assert opened.run is new
        assert opened.redo() is None

    def test_only_what_changed_is_made_anew(self, opened: Session, experiment: Experiment) -> None:
        opened.prepare()
        table, dataset = opened.table, opened.dataset
        opened.edit(training(experiment, loss="mean_squared_error"))
        opened.prepare()
        assert (opened.table, opened.dataset) == (table, dataset)
        opened.edit(training(opened.experiment, noise=0.5))
        opened.prepare()
        assert (opened.table, opened.dataset) == (table, dataset)
        opened.edit(data(opened.experiment, scaling="none"))
        assert opened.dataset is None
        opened.prepare()
        assert opened.table is table
        assert opened.dataset is not dataset

    def test_a_changed_reading_reads_again(self, opened: Session, experiment: Experiment) -> None:
        table = opened.table
        opened.edit(data(experiment, delimiter=","))
        assert opened.table is None
        opened.prepare()
        assert opened.table is not table

    def test_undo_in_mid_run_acts_from_the_next_update(self, opened: Session, experiment: Experiment) -> None:
        opened.edit(training(experiment, learning_rate=0.1))
        opened.step_update(3)
        assert opened.undo() == "learning rate η 0.01 → 0.1"
        assert opened.step_update().learning_rate == 0.01
        assert opened.run is not None
        assert len(opened.run.trainer.history.marks) == 1

    def test_no_change_is_no_edit(self, opened: Session, experiment: Experiment) -> None:
        opened.edit(experiment)
        assert opened.undo_label is None
        assert opened.undo() is None

    def test_a_setting_that_cannot_work_changes_nothing(self, opened: Session, experiment: Experiment) -> None:
        opened.step_update()
        without = EarlyStopping(monitor="val_auc")
        with pytest.raises(EngineError):
            opened.edit(training(experiment, early_stopping=without))
        assert opened.experiment == experiment
        assert opened.undo_label is None
        assert opened.step_update().update == 2

    def test_a_run_that_has_ended_starts_anew_with_other_settings(
        self, opened: Session, experiment: Experiment
    ) -> None:
        opened.edit(training(experiment, epochs=2))
        opened.drive(ignore, Control())
        ended = opened.run
        opened.edit(training(opened.experiment, learning_rate=0.5))
        assert opened.stale
        assert opened.run is ended, "still there to be looked at"
        assert opened.step_update().update == 1
        opened.undo()
        assert opened.run is ended

    def test_more_epochs_let_a_completed_run_go_on(self, opened: Session, experiment: Experiment) -> None:
        opened.edit(training(experiment, epochs=2))
        opened.drive(ignore, Control())
        opened.edit(training(opened.experiment, epochs=3))
        opened.drive(ignore, Control())
        picture = opened.snapshot()
        assert picture is not None
        assert (picture.epoch, picture.status) == (3, "completed")

    def test_opening_forgets_what_could_be_undone(self, opened: Session, experiment: Experiment) -> None:
        opened.edit(training(experiment, epochs=2))
        opened.open("sample:xor")
        assert opened.undo_label is None

    def test_problems_come_with_a_fix(self, opened: Session, experiment: Experiment) -> None:
        softmax = (*experiment.network.layers[:-1], DenseSpec(units=1, activation="softmax"))
        opened.edit(network(experiment, layers=softmax))
        (problem,) = opened.problems()
        with pytest.raises(ExperimentError):
            opened.prepare()
        opened.apply_fix(problem)
        assert opened.problems() == []
        assert opened.undo_label == "layer 3 activation softmax → sigmoid"
        opened.prepare()

    def test_a_problem_without_a_fix_says_its_remedy(self, opened: Session, experiment: Experiment) -> None:
        opened.edit(data(experiment, target="knid"))
        (problem,) = opened.problems()
        assert problem.where == "data.target"
        assert "kind" in problem.remedy
        with pytest.raises(SessionError, match="knid"):
            opened.apply_fix(problem)
        with pytest.raises(DataError, match="knid"):
            opened.prepare()

    def test_the_task_is_known_before_the_rows_are_prepared(self, opened: Session, experiment: Experiment) -> None:
        opened.edit(data(experiment, target="a"))
        assert opened.dataset is None
        assert {problem.code for problem in opened.problems()} >= {"loss_task"}


class TestStartWeights:
    def test_they_are_used_and_kept_by_rewind(self, opened: Session, experiment: Experiment, tmp_path: Path) -> None:
        parameters = opened.prepare().network.copy_parameters()
        parameters["b1"][:] = 0.5
        save_weights(tmp_path / "w.safetensors", parameters)
        opened.edit(network(experiment, weights=str(tmp_path / "w.safetensors")))
        assert opened.prepare().network.parameters["b1"][0] == 0.5
        opened.step_update(5)
        (tmp_path / "w.safetensors").unlink()
        opened.rewind()
        picture = opened.snapshot()
        assert picture is not None
        np.testing.assert_array_equal(picture.parameters["b1"], np.full(5, 0.5))

    def test_a_file_of_the_wrong_shape_keeps_what_was(
        self, opened: Session, experiment: Experiment, tmp_path: Path
    ) -> None:
        opened.step_update(5)
        run = opened.run
        save_weights(tmp_path / "w.safetensors", {"W1": np.zeros((2, 2)), "b9": np.zeros(3)})
        opened.edit(network(experiment, weights=str(tmp_path / "w.safetensors")))
        with pytest.raises(EngineError, match="do not fit this network") as caught:
            opened.prepare()
        assert any("W1" in detail and "(5, 3)" in detail for detail in caught.value.details)
        assert any("b9" in detail for detail in caught.value.details)
        opened.undo()
        assert opened.run is run

    def test_a_missing_file_is_a_problem_with_a_fix(self, opened: Session, experiment: Experiment) -> None:
        opened.edit(network(experiment, weights="/nowhere/w.safetensors"))
        (problem,) = opened.problems()
        with pytest.raises(SessionError, match="no file"):
            opened.prepare()
        opened.apply_fix(problem)
        opened.prepare()


class TestStarts:
    def test_rewind_repeats_the_run_and_can_be_undone(self, opened: Session) -> None:
        opened.step_update(20)
        first = opened.run
        again = opened.rewind()
        assert again is not first
        assert first is not None
        assert again.number != first.number
        assert again.trainer.update == 0
        opened.step_update(20)
        assert_same_run(again, first)
        assert opened.undo() == "rewind"
        assert opened.run is first

    def test_rewinding_a_run_at_its_start_is_nothing(self, opened: Session) -> None:
        run = opened.prepare()
        assert opened.rewind() is run
        assert opened.undo_label is None

    def test_a_new_start_is_recorded_and_can_be_undone(self, opened: Session, experiment: Experiment) -> None:
        opened.step_update(20)
        first = opened.run
        second = opened.new_start()
        assert opened.experiment.network.seed == experiment.network.seed + 1
        assert first is not None
        assert not np.array_equal(first.start["W1"], second.start["W1"])
        assert opened.undo() == "new start"
        assert opened.experiment == experiment
        assert opened.run is first


class TestDivergence:
    def test_the_last_finite_parameters_are_kept_with_the_reason(self, session: Session) -> None:
        session.open("sample:worked-example")
        session.edit(training(session.experiment, learning_rate=0.6, epochs=200))
        outcome = session.train()
        assert outcome.record.status == "diverged"
        assert "no longer finite" in outcome.record.stop_reason
        picture = session.snapshot()
        assert picture is not None
        assert picture.stop_reason is not None
        assert picture.status == "diverged"
        assert all(np.isfinite(value).all() for value in picture.parameters.values())


def test_the_experiment_can_be_written(opened: Session, experiment: Experiment, tmp_path: Path) -> None:
    opened.edit(training(experiment, learning_rate=0.25))
    opened.save_experiment(tmp_path / "other.toml")
    assert load(tmp_path / "other.toml") == opened.experiment


def _file(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path
