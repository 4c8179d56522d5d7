import pickle

import numpy as np
import pytest

from tests.session.conftest import data, network, training
from tests.session.jobs.conftest import assert_equal, seeded
from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.jobs.carrier import JobDone, JobFailed, JobProgressed, JobStarted, SerialCarrier, attempt
from tui_ann.session.jobs.examples import ReadyExamples, TableExamples
from tui_ann.session.jobs.job import Job, JobProgress, run_job
from tui_ann.session.run.prepared import Prepared, read_table_of
from tui_ann.session.store import state_file
from tui_ann.session.store.run_files import write_run_files


def never() -> bool:
    return False


def silent(_) -> None:
    pass


def test_a_job_is_the_run_that_train_makes(make_session, experiment, experiment_path, rows, tmp_path):
    session = make_session()
    session.workspace.open(experiment_path)
    record = session.train(tmp_path / "run").record
    result = run_job(Job("a", session.workspace.experiment, keep=True), rows["main"], silent, never)
    assert (result.record.metrics, result.record.baseline) == (record.metrics, record.baseline)
    folder = RunFolder.open(tmp_path / "run")
    for name, values in folder.weights().items():
        assert values.tobytes() == result.parameters[name].tobytes()
    write_run_files(tmp_path / "written", result.files)
    names = sorted(path.name for path in (tmp_path / "run").iterdir())
    assert sorted(path.name for path in (tmp_path / "written").iterdir()) == names
    for name in (
        "experiment.toml",
        "preprocessing.json",
        "initial.safetensors",
        "final.safetensors",
        "best.safetensors",
    ):
        assert (tmp_path / "written" / name).read_bytes() == (tmp_path / "run" / name).read_bytes()
    written = RunFolder.open(tmp_path / "written")
    assert written.history_table().names == folder.history_table().names
    assert np.array_equal(written.history_table().rows[:, :-1], folder.history_table().rows[:, :-1])


def test_the_result_has_history_norms_and_verdict(experiment, rows):
    result = run_job(Job("a", training(experiment, optimizer="sgd", learning_rate=1e308)), rows["main"], silent, never)
    assert result.record.status == "diverged"
    assert result.record.verdict is not None
    assert result.files == {}
    good = run_job(Job("a", experiment), rows["main"], silent, never)
    epochs = EpochRecords.of(good.epochs)
    assert len(epochs) == 30
    assert set(epochs[0].gradient_norms) == {"W1", "b1", "W2", "b2"}


def test_more_epochs_continue_a_run_bit_for_bit(experiment, rows, tmp_path):
    first = run_job(Job("a", training(experiment, epochs=7), keep=True), rows["main"], silent, never)
    write_run_files(tmp_path, first.files)
    stored = state_file.read(tmp_path / "state.safetensors")
    more = run_job(Job("a", experiment, stored=stored), rows["main"], silent, never)
    assert_equal(more, run_job(Job("a", experiment), rows["main"], silent, never))


def test_a_stopped_run_goes_on_bit_for_bit(experiment, rows, tmp_path):
    times = iter(range(10**9))
    asked = iter([False, False, True])
    cut = run_job(Job("a", experiment, keep=True), rows["main"], silent, lambda: next(asked), lambda: next(times) / 100)
    assert cut.record.status == "interrupted"
    assert 0 < cut.record.updates < 30 * 7
    write_run_files(tmp_path, cut.files)
    stored = state_file.read(tmp_path / "state.safetensors")
    more = run_job(Job("a", experiment, stored=stored), rows["main"], silent, never)
    assert_equal(more, run_job(Job("a", experiment), rows["main"], silent, never))


def test_given_start_weights(experiment, rows):
    start = run_job(Job("a", training(experiment, epochs=1)), rows["main"], silent, never).parameters
    one, other = (
        run_job(Job("a", network(training(experiment, epochs=1), seed=seed), start=start), rows["main"], silent, never)
        for seed in (3, 3)
    )
    assert_equal(one, other)
    drawn = run_job(Job("a", training(experiment, epochs=1)), rows["main"], silent, never)
    assert not np.array_equal(one.parameters["W1"], drawn.parameters["W1"])


def test_progress_is_told_a_few_times_a_second(experiment, rows):
    told, times = list[JobProgress](), iter(range(10**9))
    run_job(Job("a", experiment), rows["main"], told.append, never, lambda: next(times) / 50)
    assert told
    assert [each.update for each in told] == sorted(each.update for each in told)
    assert all(each.epochs == 30 for each in told)


def test_rows_that_are_ready_and_rows_of_a_table_give_the_same(experiment, rows):
    assert_equal(*(run_job(Job("a", experiment), rows[name], silent, never) for name in ("main", "table")))


def test_a_table_keeps_what_it_prepared_last(experiment, monkeypatch):
    table = TableExamples(read_table_of(experiment))
    one = table.dataset(experiment)
    assert table.dataset(network(experiment, seed=9)) is one
    scaled = table.dataset(data(experiment, scaling="minmax"))
    assert scaled is not one
    assert pickle.loads(pickle.dumps(table)).dataset(experiment) is not one
    assert table.dataset(experiment) is one
    monkeypatch.setattr("tui_ann.session.jobs.examples.MOST_BYTES", 1)
    assert table.dataset(data(experiment, scaling="minmax")) is scaled
    assert table.dataset(experiment) is not one


@pytest.mark.parametrize(
    ("units", "message"), [(3, "This experiment cannot be run"), (1, "Error in the program: RuntimeError: a bug")]
)
def test_a_failure_is_the_end_of_one_job(experiment, rows, units, message, monkeypatch):
    if units == 1:

        def broken(*_, **__):
            raise RuntimeError("a bug")

        monkeypatch.setattr("tui_ann.session.jobs.carrier.run_job", broken)
    bad = network(experiment, layers=(DenseSpec(units=units, activation="sigmoid"),))
    ended = attempt(Job("a", bad), rows["main"], silent, never)
    assert isinstance(ended, JobFailed)
    assert message in ended.message


def test_here_jobs_are_computed_one_after_the_other(experiment, rows):
    with SerialCarrier(rows) as carrier:
        assert carrier.workers == 1
        events = list(carrier.run(seeded(training(experiment, epochs=2), 3)))
    kinds = [type(event) for event in events if not isinstance(event, JobProgressed)]
    assert kinds == [JobStarted, JobDone] * 3


def test_here_a_stop_ends_the_rest(experiment, rows):
    carrier = SerialCarrier(rows)
    done = []
    for event in carrier.run(seeded(training(experiment, epochs=2), 3)):
        if isinstance(event, JobDone):
            done.append(event.key)
            carrier.stop()
    assert done == ["0"]


def test_baselines_are_fitted_once_for_the_same_rows(experiment, monkeypatch):
    from tui_ann.session.run import linear_model

    fitted, fit = [], linear_model.fit
    monkeypatch.setattr(linear_model, "fit", lambda *given: fitted.append(1) or fit(*given))
    _, dataset = Prepared().make(experiment)
    for seed in (1, 2):
        run_job(Job("a", network(training(experiment, epochs=1), seed=seed)), ReadyExamples(dataset), silent, never)
    assert len(fitted) == 1
