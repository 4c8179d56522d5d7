import msgspec
import numpy as np
import pytest

from tests.session.conftest import data, network, training
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.errors import DataError, ExperimentError
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.spec import DenseSpec, LayerSpec
from tui_ann.session.changes import Reach


@pytest.fixture
def wild(session, experiment):
    """A session with an experiment whose η is far too large."""
    plain = network(experiment, layers=(experiment.network.layers[0], experiment.network.layers[2]))
    session.workspace.adopt(training(plain, optimizer="sgd", learning_rate=100.0, noise=0.0))
    return session


def test_an_experiment_is_examined_at_its_start(wild):
    diagnosis = wild.doctor.examine()
    assert diagnosis.epochs == 0
    assert diagnosis.worst.id == "learning_rate_large"
    assert not diagnosis.learns_well
    assert diagnosis.checks == 16
    assert "features scaled" in diagnosis.passed_in_words
    assert wild.runs.current is None
    assert wild.doctor.examine().findings == diagnosis.findings


def test_a_class_with_hardly_a_row_is_named(session, experiment, tmp_path):
    rows = [f"{n / 7},{['one', 'two'][n % 2] if n else 'a b'}" for n in range(200)]
    (tmp_path / "scarce.csv").write_text("\n".join(["x,kind", *rows, ""]), encoding="utf-8")
    made = data(experiment, path=str(tmp_path / "scarce.csv"), target="kind", features=("*",), task="multiclass")
    made = network(made, layers=(DenseSpec(units=3, activation="softmax"),))
    session.workspace.adopt(training(made, loss="categorical_crossentropy", noise=0.0))
    (found,) = (each for each in session.doctor.examine().findings if each.id == "imbalance")
    assert found.sentence == "Class 'a b' has 1 of the 180 training rows."
    assert found.why.startswith("So few rows teach a network little")
    assert found.remedies == ()


def test_a_glance_follows_the_history_of_the_examined_run(wild):
    run = wild.runs.prepare()
    assert wild.doctor.glance(run.snapshot()) is None, "it was never examined"
    wild.doctor.examine()
    shot = wild.runs.one_epoch(12)
    assert wild.doctor.glance(shot).epochs == shot.epoch == 12
    assert wild.doctor.glance(shot, {"learning_rate_large"}).muted == ("learning_rate_large",)
    wild.runs.rewind()
    assert wild.doctor.glance(shot) is None, "it is of another run"


def test_looking_changes_nothing_of_the_run(wild, make_session):
    looked = wild.runs.prepare()
    other = make_session()
    other.workspace.adopt(wild.workspace.experiment)
    undisturbed = other.runs.prepare()
    for _ in range(3):
        wild.doctor.examine()
        wild.runs.one_update(3)
        other.runs.one_update(3)
    assert (looked.network.theta == undisturbed.network.theta).all()


def test_a_run_in_training_is_examined_without_stopping_it(wild):
    run = wild.runs.prepare()
    run.owner.resume()
    assert wild.doctor.examine().worst is not None
    run.owner.pause()


def test_a_remedy_is_applied_and_undone(wild):
    before = wild.workspace.experiment
    remedy = wild.doctor.examine().worst.remedies[0]
    edit = wild.doctor.apply(remedy)
    assert edit.label == wild.workspace.undo_label == remedy.title
    assert wild.workspace.experiment.training.learning_rate < 100
    assert edit.reach is Reach.NEXT_UPDATE
    wild.workspace.undo()
    assert wild.workspace.experiment == before


def test_a_remedy_is_raced_from_the_same_start(wild):
    run = wild.runs.prepare()
    wild.runs.one_epoch(2)
    remedy = wild.doctor.examine().worst.remedies[0]
    other = wild.doctor.fork(remedy)
    assert wild.runs.current is run
    assert wild.runs.sources == (run, other)
    assert other.trainer.update == 0
    assert all((other.start[name] == values).all() for name, values in run.start.items())
    assert other.experiment == remedy.apply(run.experiment)


def test_the_remedied_run_is_judged_anew(wild):
    wild.runs.one_epoch(12)
    wild.doctor.apply(wild.doctor.examine().worst.remedies[0])
    assert "learning_rate_large" in wild.doctor.examine().passed


def test_a_stale_run_is_not_examined_in_place_of_the_experiment(wild):
    run = wild.runs.prepare()
    wild.runs.one_epoch(2)
    wild.workspace.edit(data(wild.workspace.experiment, scaling="none"))
    assert wild.doctor.examine().epochs == 0
    assert wild.runs.current is run, "it can still be looked at"


def test_an_experiment_that_cannot_run_is_refused(wild):
    wild.workspace.edit(training(wild.workspace.experiment, loss="categorical_crossentropy"))
    with pytest.raises(ExperimentError):
        wild.doctor.examine()


def test_the_findings_are_saved_with_the_run_and_found_again(wild, tmp_path, make_session):
    outcome = wild.train(tmp_path / "run")
    live = wild.doctor.examine()
    record = RunFolder.open(tmp_path / "run").record()
    assert [finding.id for finding in record.findings] == [finding.id for finding in live.findings]
    assert record.findings == outcome.record.findings
    assert record.findings[0].remedies[0].options.startswith("--set training.learning_rate=")
    later = make_session()
    later.workspace.open(tmp_path / "run")
    again = later.doctor.examine()
    assert [finding.sentence for finding in again.findings] == [finding.sentence for finding in live.findings]
    assert again.epochs == live.epochs


def test_a_saved_run_without_its_data_says_so(wild, tmp_path, make_session, table_path):
    wild.train(tmp_path / "run")
    table_path.unlink()
    later = make_session()
    later.workspace.open(tmp_path / "run")
    with pytest.raises(DataError):
        later.doctor.examine()


def test_a_healthy_run_learns_well(session, experiment):
    session.workspace.adopt(msgspec.structs.replace(training(experiment, epochs=60), name="healthy"))
    session.runs.one_epoch(60)
    diagnosis = session.doctor.examine()
    assert diagnosis.learns_well
    assert diagnosis.to_json()["learns_well"] is True


def test_the_weights_kept_of_a_saved_run_count_as_kept(session, experiment, tmp_path, make_session):
    stopping = EarlyStopping(monitor="val_loss", patience=8)
    large = network(experiment, layers=(DenseSpec(units=64, activation="relu"), experiment.network.layers[2]))
    session.workspace.adopt(training(large, noise=0.0, learning_rate=0.05, epochs=200, early_stopping=stopping))
    session.train(tmp_path / "run")
    live = session.doctor.examine()
    later = make_session()
    later.workspace.open(tmp_path / "run")
    saved = later.doctor.examine()
    assert live.evidence.kept_best
    assert saved.evidence.kept_best
    assert [finding.severity for finding in saved.findings] == [finding.severity for finding in live.findings]
    shots = session.runs.snapshot(), later.workspace.saved_run.snapshot()
    assert shots[0].kept_epoch == shots[1].kept_epoch == shots[0].best_epoch < shots[0].epoch


def test_one_run_has_one_diagnosis_however_it_is_asked(session, experiment, tmp_path, make_session):
    penalised = network(experiment, layers=(DenseSpec(units=64, activation="relu"), experiment.network.layers[2]))
    stopping = EarlyStopping(monitor="val_loss", patience=8)
    session.workspace.adopt(training(penalised, l2=0.05, learning_rate=0.05, epochs=60, early_stopping=stopping))
    outcome = session.train(tmp_path / "run")
    live = session.doctor.examine()
    later = make_session()
    later.workspace.open(tmp_path / "run")
    saved = later.doctor.examine()
    assert saved.evidence.history == live.evidence.history, "the penalties of all epochs are known"
    assert saved.evidence.now.loss == live.evidence.now.loss
    assert [each.record().text for each in saved.findings] == [each.record().text for each in live.findings]
    assert [each.text for each in outcome.record.findings] == [each.sentence for each in live.findings]
    assert (saved.learns_well, saved.doubt, saved.silenced) == (live.learns_well, live.doubt, live.silenced)


def test_an_older_run_folder_has_one_penalty_for_all_epochs(session, experiment, tmp_path, make_session):
    session.workspace.adopt(training(experiment, l2=0.05, epochs=12))
    record = session.train(tmp_path / "run").record
    history = tmp_path / "run" / "history.csv"
    rows = [line.split(",") for line in history.read_text(encoding="utf-8").splitlines()]
    place = rows[0].index("penalty")
    history.write_text("".join(",".join(row[:place] + row[place + 1 :]) + "\n" for row in rows), encoding="utf-8")
    later = make_session()
    later.workspace.open(tmp_path / "run")
    assert set(later.workspace.saved_run.history.epochs.penalties) == {record.penalty}


ODD: dict[str, tuple[tuple[str, ...], dict[str, object]]] = {
    "batch norm of single rows": (
        ("dense 4 relu", "batch_normalization", "dense 1 sigmoid"),
        {"variant": "stochastic"},
    ),
    "layer norm, float32": (("dense 4 prelu", "layer_normalization", "dense 1 sigmoid"), {"dtype": "float32"}),
    "two outputs for two classes": (("dense 4 gelu", "dense 2 softmax"), {"loss": "categorical_crossentropy"}),
    "softmax inside": (("dense 4 softmax", "dense 1 sigmoid"), {"optimizer": "rmsprop"}),
    "squared error": (("dense 4 elu", "dense 1 tanh"), {"loss": "mean_squared_error", "optimizer": "nesterov"}),
    "a single unit": (("dense 1 sigmoid",), {"variant": "batch", "optimizer": "adagrad", "l1": 0.1}),
    "nothing but noise": (("dense 1 linear",), {"loss": "huber", "noise": 5.0, "optimizer": "momentum"}),
    "overflow": (("dense 4 linear", "dense 1 linear"), {"loss": "mean_absolute_error", "learning_rate": 1e200}),
}


@pytest.mark.parametrize("name", ODD)
def test_no_experiment_is_too_odd_to_be_examined(session, experiment, name):
    words, settings = ODD[name]
    layers = [{"type": kind, **_dense(rest)} for kind, *rest in map(str.split, words)]
    odd = network(experiment, layers=msgspec.convert(layers, tuple[LayerSpec, ...]))
    session.workspace.adopt(training(odd, **{"epochs": 15, "metrics": (), **settings}))
    for _ in range(3):
        diagnosis = session.doctor.examine()
        assert all(finding.sentence for finding in diagnosis.findings)
        session.runs.one_epoch(8)
    assert session.doctor.glance(session.runs.snapshot()) is not None


def test_a_date_left_out_is_named_where_the_features_tell_nothing(session, experiment, tmp_path):
    rng = np.random.default_rng(0)
    rows = [
        ",".join([f"c{i:03}", f"{2000 + i // 12}-{i % 12 + 1:02}-01", *(f"{x:.4f}" for x in rng.normal(size=20)), kind])
        for i, kind in enumerate(rng.permutation(["yes", "no"] * 125))
    ]
    path = tmp_path / "random.csv"
    header = ",".join(["customer_id", "month", *(f"x{i}" for i in range(20)), "kind"])
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    random = data(experiment, path=str(path), validation_split=0.2)
    wide = training(
        network(random, layers=(DenseSpec(units=64, activation="relu"), experiment.network.layers[2])),
        noise=0.0,
        epochs=100,
        early_stopping=None,
    )

    def told(features: tuple[str, ...]) -> str:
        session.workspace.adopt(data(wide, features=features))
        session.runs.one_epoch(100)
        why = {each.id: each.record().why for each in session.doctor.examine().findings}
        return str(why["learned_by_heart"])

    assert told(("*",)).endswith(
        "look at the table. Left out 'month': it is a date or a time. Try such a column as an input on Data."
    )
    assert told(("*", "month")).endswith("look at the table.")


def _dense(words):
    return {"units": int(words[0]), "activation": words[1]} if words else {}


def test_a_large_network_is_judged_by_its_rows_and_curves(session, experiment, monkeypatch):
    monkeypatch.setattr("tui_ann.session.doctor.patient.MOST_PARAMETERS", 3)
    session.workspace.adopt(experiment)
    session.runs.one_epoch(12)
    diagnosis = session.doctor.examine()
    assert diagnosis.evidence.start.layers == diagnosis.evidence.now.layers == ()
    assert diagnosis.epochs == 12
    assert diagnosis.evidence.start.parameters == session.runs.current.network.n_parameters


def test_figures_of_a_restored_run_are_of_the_weights_kept(session, experiment, tmp_path, make_session):
    """The training loss was that of the last epoch, whose weights the run had thrown away."""
    rng = np.random.default_rng(0)
    rows = [",".join([*(f"{x:.4f}" for x in rng.normal(size=20)), rng.choice(["yes", "no"])]) for _ in range(250)]
    path = tmp_path / "random.csv"
    path.write_text("\n".join([",".join([*(f"x{i}" for i in range(20)), "kind"]), *rows]), encoding="utf-8")
    random = data(experiment, path=str(path), validation_split=0.2)
    wide = network(random, layers=(DenseSpec(units=64, activation="relu"), experiment.network.layers[2]))
    stopping = EarlyStopping(monitor="val_loss", patience=15)
    session.workspace.adopt(training(wide, noise=0.0, epochs=200, early_stopping=stopping))
    session.train(tmp_path / "run")
    later = make_session()
    later.workspace.open(tmp_path / "run")
    for examined in (session, later):
        told = next(each for each in examined.doctor.examine().findings if each.id == "learned_by_heart")
        known = examined.doctor.examine().evidence
        assert known.kept_best
        assert told.finding.variant == ""
        assert told.finding.numbers["train"] == pytest.approx(known.now.loss / known.data.constant_loss)
        assert told.finding.numbers["train"] > 2 * known.history.level / known.data.constant_loss, "it fell on"
    saved = later.workspace.saved_run
    figures = saved.results.metrics
    train, unseen = figures["train"]["loss"], figures["validation"]["loss"]
    assert known.now.loss == pytest.approx(train)
    assert known.now.loss_validation == pytest.approx(unseen)
