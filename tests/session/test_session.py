from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.session.conftest import data, network, training
from tests.session.test_driving import assert_same_run
from tui_ann.data.read.reader import ReadOptions
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.errors import DataError, EngineError, ExperimentError, SessionError, TuiAnnError
from tui_ann.experiment.files import load
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.experiment.weights import save_weights
from tui_ann.session.changes import Reach
from tui_ann.session.session import Session
from tui_ann.session.store.recents import Kind


@pytest.fixture
def opened(session: Session, experiment_path: Path) -> Session:
    session.workspace.open(experiment_path)
    return session


class TestOpening:
    def test_nothing_is_open_at_first(self, session: Session) -> None:
        assert not session.workspace.is_open
        assert (
            session.workspace.table
            is session.workspace.dataset
            is session.workspace.network
            is session.workspace.trainer
            is session.runs.snapshot()
            is None
        )
        for verb in (
            session.runs.prepare,
            session.train,
            session.runs.rewind,
            session.runs.new_start,
            session.workspace.problems,
        ):
            with pytest.raises(SessionError, match="Nothing is open") as caught:
                verb()
            assert caught.value.remedy

    def test_a_data_file_gets_a_proposal_for_everything(self, session: Session, table_path: Path) -> None:
        opened = session.workspace.open(table_path)
        assert opened.source.kind is Kind.DATA
        assert session.workspace.experiment.data.target == "kind"
        assert session.workspace.problems() == []
        assert session.workspace.table is not None
        assert session.workspace.table.n_rows == 60
        assert session.runs.prepare().trainer.update == 0

    def test_a_target_and_reader_options_can_be_given(self, session: Session, tmp_path: Path) -> None:
        path = tmp_path / "odd.csv"
        path.write_text("a comment\n" + "x;y\n" + "".join(f"{i},5;{i * 2},25\n" for i in range(30)), encoding="utf-8")
        options = ReadOptions(delimiter=";", decimal=",", skip_lines=1, header=True)
        session.workspace.open(path, target="x", options=options)
        experiment = session.workspace.experiment
        assert experiment.data.target == "x"
        assert (experiment.data.delimiter, experiment.data.decimal, experiment.data.skip_lines) == (";", ",", 1)
        assert session.workspace.table is not None
        session.store.save_experiment(tmp_path / "odd.toml")
        session.workspace.open(tmp_path / "odd.toml")
        assert session.workspace.experiment == experiment
        assert session.workspace.table is not None
        assert session.workspace.table.names == ["x", "y"]

    def test_an_experiment_file(self, opened: Session, experiment: Experiment, experiment_path: Path) -> None:
        assert opened.workspace.experiment == experiment
        assert opened.workspace.source is not None
        assert opened.workspace.source.text == str(experiment_path)
        opened.workspace.open(experiment_path, target="a")
        assert (opened.workspace.experiment.data.target, opened.workspace.experiment.data.task) == ("a", "auto")

    def test_a_sample(self, session: Session) -> None:
        assert session.workspace.open("sample:worked-example").source.kind is Kind.SAMPLE
        picture = session.runs.one_update()
        np.testing.assert_allclose(
            picture.parameters["W1"], [[0.484, 0.168], [0.288, 0.776], [0.592, 0.384]], rtol=1e-14
        )

    def test_a_run_folder_is_there_to_be_looked_at(self, opened: Session, make_session: Callable[..., Session]) -> None:
        outcome = opened.train()
        other = make_session()
        assert other.workspace.open(outcome.folder).source.kind is Kind.RUN
        picture, own = other.runs.snapshot(), opened.runs.snapshot()
        assert picture is not None
        assert own is not None
        assert (picture.status, picture.epoch, picture.update) == ("completed", 30, 210)
        assert picture.metrics == own.metrics
        np.testing.assert_array_equal(picture.history.column("loss"), own.history.column("loss"))
        np.testing.assert_array_equal(picture.parameters["W2"], own.parameters["W2"])
        assert other.runs.evaluate() == opened.runs.evaluate()
        assert other.workspace.network is not None

    def test_a_run_folder_can_be_trained_anew(self, opened: Session, make_session: Callable[..., Session]) -> None:
        outcome = opened.train()
        other = make_session()
        other.workspace.open(outcome.folder)
        other.runs.prepare().owner.train_here()
        assert other.workspace.run is not None
        assert opened.workspace.run is not None
        assert other.workspace.saved_run is None
        assert_same_run(other.workspace.run, opened.workspace.run)

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda folder: folder / "missing.csv", "no file"),
            (lambda folder: folder / "missing.toml", "no file"),
            (lambda folder: folder, "without a run or an experiment"),
            (lambda folder: "sample:nonsense", "no sample"),
            (lambda folder: "a\0b", "no file can have"),
            (lambda folder: _file(folder / "w.safetensors", "x"), "parameters only"),
            (lambda folder: _file(folder / "e.toml", "schema = "), "not TOML"),
            (lambda folder: _file(folder / "e.csv", ""), "empty"),
        ],
    )
    def test_what_cannot_be_opened_leaves_open_what_was(
        self, opened: Session, tmp_path: Path, make: Callable[[Path], object], words: str
    ) -> None:
        opened.runs.one_update(3)
        before = (opened.workspace.experiment, opened.workspace.run, opened.workspace.table, opened.workspace.source)
        (tmp_path / "there").mkdir()
        with pytest.raises(TuiAnnError, match=words) as caught:
            opened.workspace.open(make(tmp_path / "there"))  # type: ignore[arg-type]
        assert caught.value.remedy or caught.value.details
        assert (
            opened.workspace.experiment,
            opened.workspace.run,
            opened.workspace.table,
            opened.workspace.source,
        ) == before
        assert opened.runs.one_update().update == 4

    def test_opening_can_be_cancelled(self, opened: Session, table_path: Path) -> None:
        with pytest.raises(DataError) as caught:
            opened.workspace.open(table_path, cancelled=lambda: True)
        assert caught.value.code == "cancelled"
        assert opened.workspace.experiment.name == "small"

    def test_progress_is_told(self, session: Session, table_path: Path) -> None:
        told: list[float] = []
        session.workspace.open(table_path, progress=lambda share, words: told.append(share))
        assert told == sorted(told)
        assert told[-1] == 1.0


class TestEditing:
    def test_an_edit_in_mid_run_goes_on_with_it(self, opened: Session, experiment: Experiment) -> None:
        opened.runs.one_update(9)
        run = opened.workspace.run
        edit = opened.workspace.edit(training(experiment, learning_rate=0.1))
        assert edit.reach is Reach.NEXT_UPDATE
        assert opened.workspace.run is run
        assert not opened.workspace.stale
        assert opened.runs.one_update().learning_rate == 0.1

    def test_an_edit_of_the_network_ends_the_run_and_undo_brings_it_back(
        self, opened: Session, experiment: Experiment
    ) -> None:
        opened.runs.one_update(9)
        run, dataset = opened.workspace.run, opened.workspace.dataset
        wider = network(experiment, layers=(DenseSpec(units=7, activation="tanh"), *experiment.network.layers[1:]))
        assert opened.workspace.consequence(wider).loses == "The run of 9 updates ends."
        opened.workspace.edit(wider)
        assert opened.workspace.stale
        assert opened.workspace.undo_label == "layer 1 units 5 → 7"
        new = opened.runs.prepare()
        assert new is not run
        assert new.network.parameters["W1"].shape == (7, 3)
        assert opened.workspace.dataset is dataset, "the rows are not prepared again"
        assert opened.workspace.undo() == "layer 1 units 5 → 7"
        assert opened.workspace.run is run
        assert not opened.workspace.stale
        assert opened.runs.one_update().update == 10
        assert opened.workspace.redo() == "layer 1 units 5 → 7"
        assert opened.workspace.run is new
        assert opened.workspace.redo() is None

    def test_only_what_changed_is_made_anew(self, opened: Session, experiment: Experiment) -> None:
        opened.runs.prepare()
        table, dataset = opened.workspace.table, opened.workspace.dataset
        opened.workspace.edit(training(experiment, loss="mean_squared_error"))
        opened.runs.prepare()
        assert (opened.workspace.table, opened.workspace.dataset) == (table, dataset)
        opened.workspace.edit(training(opened.workspace.experiment, noise=0.5))
        opened.runs.prepare()
        assert (opened.workspace.table, opened.workspace.dataset) == (table, dataset)
        opened.workspace.edit(data(opened.workspace.experiment, scaling="none"))
        assert opened.workspace.dataset is None
        opened.runs.prepare()
        assert opened.workspace.table is table
        assert opened.workspace.dataset is not dataset

    def test_a_changed_reading_reads_again(self, opened: Session, experiment: Experiment) -> None:
        table = opened.workspace.table
        opened.workspace.edit(data(experiment, delimiter=","))
        assert opened.workspace.table is None
        opened.runs.prepare()
        assert opened.workspace.table is not table

    def test_undo_in_mid_run_acts_from_the_next_update(self, opened: Session, experiment: Experiment) -> None:
        opened.workspace.edit(training(experiment, learning_rate=0.1))
        opened.runs.one_update(3)
        assert opened.workspace.undo() == "learning rate η 0.01 → 0.1"
        assert opened.runs.one_update().learning_rate == 0.01
        assert opened.workspace.run is not None
        assert len(opened.workspace.run.trainer.history.marks) == 1

    def test_no_change_is_no_edit(self, opened: Session, experiment: Experiment) -> None:
        opened.workspace.edit(experiment)
        assert opened.workspace.undo_label is None
        assert opened.workspace.undo() is None

    def test_a_setting_that_cannot_work_changes_nothing(self, opened: Session, experiment: Experiment) -> None:
        opened.runs.one_update()
        without = EarlyStopping(monitor="val_auc")
        with pytest.raises(EngineError):
            opened.workspace.edit(training(experiment, early_stopping=without))
        assert opened.workspace.experiment == experiment
        assert opened.workspace.undo_label is None
        assert opened.runs.one_update().update == 2

    def test_a_run_that_has_ended_starts_anew_with_other_settings(
        self, opened: Session, experiment: Experiment
    ) -> None:
        opened.workspace.edit(training(experiment, epochs=2))
        opened.runs.prepare().owner.train_here()
        ended = opened.workspace.run
        opened.workspace.edit(training(opened.workspace.experiment, learning_rate=0.5))
        assert opened.workspace.stale
        assert opened.workspace.run is ended, "still there to be looked at"
        assert opened.runs.one_update().update == 1
        opened.workspace.undo()
        assert opened.workspace.run is ended

    def test_more_epochs_let_a_completed_run_go_on(self, opened: Session, experiment: Experiment) -> None:
        opened.workspace.edit(training(experiment, epochs=2))
        opened.runs.prepare().owner.train_here()
        opened.workspace.edit(training(opened.workspace.experiment, epochs=3))
        opened.runs.prepare().owner.train_here()
        picture = opened.runs.snapshot()
        assert picture is not None
        assert (picture.epoch, picture.status) == (3, "completed")

    def test_opening_forgets_what_could_be_undone(self, opened: Session, experiment: Experiment) -> None:
        opened.workspace.edit(training(experiment, epochs=2))
        opened.workspace.open("sample:xor")
        assert opened.workspace.undo_label is None

    def test_problems_come_with_a_fix(self, opened: Session, experiment: Experiment) -> None:
        softmax = (*experiment.network.layers[:-1], DenseSpec(units=1, activation="softmax"))
        opened.workspace.edit(network(experiment, layers=softmax))
        (problem,) = opened.workspace.problems()
        with pytest.raises(ExperimentError):
            opened.runs.prepare()
        opened.workspace.apply_fix(problem)
        assert opened.workspace.problems() == []
        assert opened.workspace.undo_label == "layer 3 activation softmax → sigmoid"
        opened.runs.prepare()

    def test_a_problem_without_a_fix_says_its_remedy(self, opened: Session, experiment: Experiment) -> None:
        opened.workspace.edit(data(experiment, target="knid"))
        (problem,) = opened.workspace.problems()
        assert problem.where == "data.target"
        assert "kind" in problem.remedy
        with pytest.raises(SessionError, match="knid"):
            opened.workspace.apply_fix(problem)
        with pytest.raises(DataError, match="knid"):
            opened.runs.prepare()

    def test_the_task_is_known_before_the_rows_are_prepared(self, opened: Session, experiment: Experiment) -> None:
        opened.workspace.edit(data(experiment, target="a"))
        assert opened.workspace.dataset is None
        assert {problem.code for problem in opened.workspace.problems()} >= {"loss_task"}


class TestStartWeights:
    def test_they_are_used_and_kept_by_rewind(self, opened: Session, experiment: Experiment, tmp_path: Path) -> None:
        parameters = opened.runs.prepare().network.copy_parameters()
        parameters["b1"][:] = 0.5
        save_weights(tmp_path / "w.safetensors", parameters)
        opened.workspace.edit(network(experiment, weights=str(tmp_path / "w.safetensors")))
        assert opened.runs.prepare().network.parameters["b1"][0] == 0.5
        opened.runs.one_update(5)
        (tmp_path / "w.safetensors").unlink()
        opened.runs.rewind()
        picture = opened.runs.snapshot()
        assert picture is not None
        np.testing.assert_array_equal(picture.parameters["b1"], np.full(5, 0.5))

    def test_a_file_of_the_wrong_shape_keeps_what_was(
        self, opened: Session, experiment: Experiment, tmp_path: Path
    ) -> None:
        opened.runs.one_update(5)
        run = opened.workspace.run
        save_weights(tmp_path / "w.safetensors", {"W1": np.zeros((2, 2)), "b9": np.zeros(3)})
        opened.workspace.edit(network(experiment, weights=str(tmp_path / "w.safetensors")))
        with pytest.raises(EngineError, match="do not fit this network") as caught:
            opened.runs.prepare()
        assert any("W1" in detail and "(5, 3)" in detail for detail in caught.value.details)
        assert any("b9" in detail for detail in caught.value.details)
        opened.workspace.undo()
        assert opened.workspace.run is run

    def test_a_missing_file_is_a_problem_with_a_fix(self, opened: Session, experiment: Experiment) -> None:
        opened.workspace.edit(network(experiment, weights="/nowhere/w.safetensors"))
        (problem,) = opened.workspace.problems()
        with pytest.raises(SessionError, match="no file"):
            opened.runs.prepare()
        opened.workspace.apply_fix(problem)
        opened.runs.prepare()


class TestStarts:
    def test_rewind_repeats_the_run_and_can_be_undone(self, opened: Session) -> None:
        opened.runs.one_update(20)
        first = opened.workspace.run
        again = opened.runs.rewind()
        assert again is not first
        assert first is not None
        assert again.number != first.number
        assert again.trainer.update == 0
        opened.runs.one_update(20)
        assert_same_run(again, first)
        assert opened.workspace.undo() == "rewind"
        assert opened.workspace.run is first

    def test_rewinding_a_run_at_its_start_is_nothing(self, opened: Session) -> None:
        run = opened.runs.prepare()
        assert opened.runs.rewind() is run
        assert opened.workspace.undo_label is None

    def test_a_new_start_is_recorded_and_can_be_undone(self, opened: Session, experiment: Experiment) -> None:
        opened.runs.one_update(20)
        first = opened.workspace.run
        second = opened.runs.new_start()
        assert opened.workspace.experiment.network.seed == experiment.network.seed + 1
        assert first is not None
        assert not np.array_equal(first.start["W1"], second.start["W1"])
        assert opened.workspace.undo() == "new start"
        assert opened.workspace.experiment == experiment
        assert opened.workspace.run is first


class TestDivergence:
    def test_the_last_finite_parameters_are_kept_with_the_reason(self, session: Session) -> None:
        session.workspace.open("sample:worked-example")
        session.workspace.edit(training(session.workspace.experiment, learning_rate=0.6, epochs=200))
        outcome = session.train()
        assert outcome.record.status == "diverged"
        assert "no longer finite" in outcome.record.stop_reason
        picture = session.runs.snapshot()
        assert picture is not None
        assert picture.stop_reason is not None
        assert picture.status == "diverged"
        assert all(np.isfinite(value).all() for value in picture.parameters.values())


def test_the_experiment_can_be_written(opened: Session, experiment: Experiment, tmp_path: Path) -> None:
    opened.workspace.edit(training(experiment, learning_rate=0.25))
    opened.store.save_experiment(tmp_path / "other.toml")
    assert load(tmp_path / "other.toml") == opened.workspace.experiment


def _file(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path
