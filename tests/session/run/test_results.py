import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tui_ann.experiment.files import apply_sets
from tui_ann.experiment.run_record import Baseline, Trouble
from tui_ann.session.run.results import Results
from tui_ann.session.session import Session


def opened(session: Session, sample: str, *sets: str) -> Session:
    session.workspace.open(f"sample:{sample}")
    session.workspace.edit(apply_sets(session.workspace.experiment, sets))
    return session


def ended(session: Session, sample: str, *sets: str) -> Results:
    opened(session, sample, *sets).runs.one_epoch(1000)
    run = session.workspace.run
    assert run is not None
    return run.results()


def test_two_classes_have_every_figure_and_both_baselines(session: Session) -> None:
    results = ended(session, "breast-cancer", "training.epochs=5")
    assert results.names == ["loss", "accuracy", "auc", "precision", "recall", "f1"]
    assert list(results.metrics) == ["train", "validation", "test"]
    assert results.metrics == session.runs.evaluate()
    assert results.kept == "epoch 5, the last"
    always, linear = results.baselines["constant"], results.baselines["linear"]
    dataset = session.workspace.dataset
    assert dataset is not None
    assert always.what == "always 'benign'"
    assert always.metrics["test"]["accuracy"] == pytest.approx(1 - dataset.Y_test.mean())
    assert always.metrics["test"]["auc"] == 0.5
    assert linear.metrics["test"]["accuracy"] == pytest.approx(0.974, abs=0.001)
    assert [(who, part) for who, part, _ in results.rows()] == [
        ("", "train"),
        ("", "validation"),
        ("", "test"),
        ("class shares", "test"),  # its loss is not that of always being sure of 'benign'
        ("linear model", "test"),
    ]


def test_a_regression_is_compared_with_the_mean(session: Session) -> None:
    results = ended(session, "diabetes", "training.epochs=5")
    assert results.names == ["loss", "mae", "r2"]
    assert results.baselines["constant"].what == "always the mean"
    assert results.baselines["constant"].metrics["train"]["r2"] == pytest.approx(0)
    assert results.baselines["linear"].metrics["train"]["r2"] == pytest.approx(0.52, abs=0.01)


def test_the_loss_of_a_baseline_is_that_of_the_network(session: Session) -> None:
    results = ended(session, "iris", "training.epochs=1")
    assert results.baselines["constant"].metrics["train"]["loss"] == pytest.approx(np.log(3))


def test_a_penalty_is_no_part_of_the_losses_compared(
    session: Session, tmp_path: Path, make_session: Callable[..., Session]
) -> None:
    results = ended(session, "iris", "training.epochs=3", "network.layers.1.l2=0.5")
    network, dataset = session.runs.prepare().network, session.workspace.dataset
    assert dataset is not None
    assert results.penalty == network.penalties.value() > 0.1
    assert results.titles[:2] == ["data loss", "accuracy"]
    _, part, train = results.rows()[0]
    assert (part, train["loss"]) == ("train", pytest.approx(network.loss_of(dataset.X_train, dataset.Y_train)[0]))
    assert results.metrics["train"]["loss"] == pytest.approx((train["loss"] or 0) + results.penalty)
    assert dict(results.rows()[-1][2]) == results.baselines["linear"].metrics[results.unseen]
    again = make_session()
    again.workspace.open(session.store.save(tmp_path / "run"))
    assert again.workspace.saved_run is not None
    assert again.workspace.saved_run.results is not None
    assert again.workspace.saved_run.results.rows() == results.rows()


def test_without_a_penalty_the_loss_is_the_loss(session: Session) -> None:
    results = ended(session, "xor", "training.epochs=1")
    assert results.penalty is None
    assert results.titles == results.names


def test_a_list_names_the_loss_and_the_main_metric_of_the_part_that_says_most() -> None:
    train, test = {"loss": 0.5, "mae": 2.0, "r2": 0.25}, {"loss": 0.75, "mae": 3.0, "r2": 0.125}
    assert Results({"train": train, "test": test}).headline == ("test", 0.75, "r2", 0.125)
    assert Results({"train": {"loss": None, "accuracy": 0.5}}).headline == ("train", None, "accuracy", 0.5)
    assert Results({"train": train, "test": test}, penalty=0.25).headline == ("test", 0.5, "r2", 0.125)
    assert Results({}).headline[:3] == ("", None, "")


def test_restored_weights_are_named(session: Session, tmp_path: Path, make_session: Callable[..., Session]) -> None:
    results = ended(session, "diabetes")
    assert results.kept == "epoch 36, the best"
    folder = session.store.save(tmp_path / "run")
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert content["kept"] == results.kept
    assert content["metrics"] == results.metrics
    again = make_session()
    again.workspace.open(folder)
    shot = again.runs.snapshot()
    assert shot is not None
    assert shot.results is not None
    assert shot.results.rows() == results.rows()


def test_a_diverged_run_names_the_update_whose_weights_it_kept(session: Session) -> None:
    results = ended(session, "worked-example", "training.learning_rate=50", "training.epochs=50")
    run = session.workspace.run
    assert run is not None
    assert run.trainer.stop_reason is not None
    assert run.trainer.epoch == run.trainer.update + 1, "an update an epoch; the one that diverged is not counted"
    assert run.trainer.stop_reason.kept == f"the parameters of update {run.trainer.update} were kept"
    assert results.kept == f"update {run.trainer.update}"


def test_a_diverged_run_names_the_best_epoch_if_it_was_restored(session: Session) -> None:
    stopping = "training.early_stopping={monitor='loss', restore_best_weights=true}"
    sets = ("training.learning_rate=50", "training.epochs=50", stopping)
    results = ended(session, "worked-example", *sets)
    run = session.workspace.run
    assert run is not None
    assert run.trainer.stop_reason is not None
    assert run.trainer.stop_reason.kept == f"the weights of epoch {run.trainer.best_epoch} were restored"
    assert results.kept == f"epoch {run.trainer.best_epoch}, the best"


def test_a_snapshot_has_the_results_once_they_were_measured(session: Session) -> None:
    opened(session, "xor", "training.epochs=3")
    shot = session.runs.one_epoch(3)
    assert shot.stop_reason is not None
    assert shot.results is None
    assert session.workspace.run is not None
    results = session.workspace.run.results()
    shot = session.runs.snapshot() or shot
    assert shot.results is results
    assert session.runs.seek(2).results is None


@pytest.mark.parametrize(
    ("sets", "trouble", "smaller", "says"),
    [
        (('network.initializer="zeros"',), Trouble.DEAD, False, "all gradients of the weights are 0"),
        (("training.learning_rate=500", 'training.optimizer="sgd"'), Trouble.WORSE, True, "at the start and is"),
        (
            (
                "training.learning_rate=1e300",
                'training.loss="mean_squared_error"',
                "network.layers.2.activation='linear'",
            ),
            Trouble.DIVERGED,
            True,
            "no longer finite",
        ),
        ((), None, True, ""),
    ],
)
def test_what_is_wrong_with_the_end(
    session: Session, sets: tuple[str, ...], trouble: Trouble | None, smaller: bool, says: str
) -> None:
    opened(session, "moons", "training.epochs=4", *sets)
    assert session.runs.one_update().verdict is None or trouble is Trouble.DIVERGED
    shot = session.runs.one_epoch(4)
    if trouble is None:
        assert (shot.verdict, shot.outcome) == (None, "completed")
        return
    assert shot.verdict is not None
    assert (shot.verdict.trouble, shot.verdict.smaller_steps) == (trouble, smaller)
    assert says in shot.verdict.text
    assert shot.outcome == trouble


def test_units_that_died_during_the_run_are_seen(session: Session) -> None:
    layers = 'network.layers=[{type="dense",units=4,activation="relu"},{type="dense",units=1,activation="sigmoid"}]'
    sets = (layers, "training.learning_rate=1000", 'training.variant="batch"', 'training.optimizer="sgd"')
    opened(session, "moons", "training.epochs=3", *sets)
    shot = session.runs.one_epoch(3)
    assert shot.verdict is not None
    assert shot.verdict.smaller_steps
    assert shot.verdict.trouble in (Trouble.DEAD, Trouble.WORSE)


def test_each_of_several_targets_has_a_row_below_its_part() -> None:
    values: dict[str, float | None] = {
        "loss": 0.5,
        "r2": 0.25,
        "mae price": 900.0,
        "r2 price": 0.5,
        "mae rent": 3.0,
        "r2 rent": 0.0,
    }
    results = Results({"train": values, "test": values}, {"constant": Baseline("always the mean", {"test": values})})
    assert results.names == ["loss", "r2", "mae"]
    assert [(who, part) for who, part, _ in results.rows()] == [
        *(("", "train"), ("  price", "train"), ("  rent", "train")),
        *(("", "test"), ("  price", "test"), ("  rent", "test")),
        *(("always the mean", "test"), ("  price", "test"), ("  rent", "test")),
    ]
    assert results.rows()[5][2] == {"mae": 3.0, "r2": 0.0}
    assert results.headline == ("test", 0.5, "r2", 0.25)


def test_a_baseline_that_beats_the_network_is_told() -> None:
    network = {"train": {"loss": 0.1, "accuracy": 0.9}, "test": {"loss": 0.5, "accuracy": 0.7}}
    always = Baseline("always 'no'", {"test": {"loss": 0.6, "accuracy": 0.8}})
    linear = Baseline("a linear model", {"test": {"loss": 0.6, "accuracy": 0.85}})
    assert Results(network, {"constant": always, "linear": linear}).better == (linear, "accuracy")
    assert Results(network, {"constant": always}).better == (always, "accuracy")
    equal = Baseline("a linear model", {"test": {"loss": 0.4, "accuracy": 0.704}})
    assert Results(network, {"linear": equal}).better is None
    assert Results(network, {"linear": equal}).as_good == (equal, "accuracy")
    assert Results(network, {"linear": linear}).as_good is None
    worse = Baseline("a linear model", {"test": {"loss": 0.4, "accuracy": 0.69}})
    assert Results(network, {"linear": worse}).as_good is None
    assert Results(network).better is None
    assert Results({}).better is None
