"""Any moment of a run is reached again exactly: by seeking, by restoring a state, and after changes of settings."""

from typing import Any

import numpy as np
import pytest

from tests.engine.helpers import inputs, run_to_the_end, scrambled, targets
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.engine.optimizers import OPTIMIZERS
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings
from tui_ann.errors import EngineError

pytestmark = pytest.mark.usefixtures("both_kernels")

LAYERS: list[Layer] = [
    Dropout(0.1),
    Dense(5, "prelu", l1=0.01),
    BatchNormalization(momentum=0.9),
    Dropout(0.4),
    Dense(4, "tanh", l2=0.02),
    Dropout(0.2, mode="classic"),
    Dense(1, "sigmoid"),
]
UPDATES = 24  # 4 epochs of 5 + 5 + 5 + 5 + 5 + 1


def trainer(*, dtype: str = "float64", layers: list[Layer] = LAYERS, **settings: Any) -> Trainer:
    network = scrambled(Network(3, layers, "binary_crossentropy", seed=2, dtype=dtype))
    defaults: dict[str, Any] = {
        "batch_size": 5,
        "epochs": 4,
        "learning_rate": 0.03,
        "optimizer": "adam",
        "noise": 0.05,
        "shuffle_seed": 9,
        "metrics": ("accuracy", "auc"),
        "early_stopping": EarlyStopping(patience=50),
        "gradient_tolerance": 1e-9,
    }
    training = TrainingSettings(**defaults | settings)
    X, Y = inputs(26, 3), targets("binary_crossentropy", 26, 1)
    return Trainer(network, X, Y, training, X_val=inputs(7, 3, 1), Y_val=targets("binary_crossentropy", 7, 1, 1))


def moment(made: Trainer) -> dict[str, Any]:
    """Everything a moment consists of, that is not time."""
    history = made.history
    return {
        "theta": made.network.theta.copy(),
        "moving": made.network.running_statistics.copy(),
        "gradient": made.network.gradient.copy(),
        "change": np.concatenate([change.ravel() for change in made.last_change().values()]),
        "place": (made.update, made.epoch, made.position, made.examples_met, made.finished, made.settings),
        "losses": history.update_losses.copy(),
        "history": [
            (r.epoch, dict(r.values), r.learning_rate, r.gradient_norm, r.gradient_norms, r.updates, r.examples)
            for r in history.epochs
        ],
        "marks": list(history.marks),
        "best": (made.best_epoch, None if made.best is None else {n: v.copy() for n, v in made.best.items()}),
    }


def same(one: Any, other: Any) -> bool:
    """Equality bit for bit, of anything a moment holds."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=True)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def assert_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert [name for name in one if not same(one[name], other[name])] == []


def moments(made: Trainer) -> list[dict[str, Any]]:
    """The moment after each update of a run, from the start to the end."""
    all_moments = [moment(made)]
    made.burst = 1
    events = made.run()
    while not made.finished:
        update = made.update
        while made.update == update:  # an update may come with several events
            next(events)
        all_moments.append(moment(made))
    return all_moments


def jump(made: Trainer, reference: list[dict[str, Any]], updates: list[int]) -> None:
    for update in updates:
        made.seek(update)
        assert_same(moment(made), reference[update])


ORDER = [24, 23, 0, 1, 24, 12, 11, 17, 18, 5, 6, 7, 24, 2]


@pytest.mark.parametrize(("optimizer", "dtype"), [*((name, "float64") for name in OPTIMIZERS), ("adam", "float32")])
def test_seek_bit_for_bit(optimizer: str, dtype: str) -> None:
    reference = moments(trainer(optimizer=optimizer, dtype=dtype, early_stopping=None))
    assert len(reference) == UPDATES + 1
    made = trainer(optimizer=optimizer, dtype=dtype, early_stopping=None)
    run_to_the_end(made, burst=7)
    jump(made, reference, ORDER)
    run_to_the_end(made, burst=1000)
    assert_same(moment(made), reference[-1])


@pytest.mark.parametrize(
    "settings",
    [
        {"variant": "batch"},
        {"variant": "stochastic", "epochs": 2},
        {"shuffle": False},
        {"noise": 0.0},
        {"metrics": ()},
        {"batch_size": 26},
        {"early_stopping": EarlyStopping(patience=1), "epochs": 30},
        {"early_stopping": EarlyStopping(monitor="val_accuracy", patience=2), "epochs": 30},
        {"tolerance": 0.01, "epochs": 50},
    ],
    ids=str,
)
def test_seek_with_other_settings(settings: dict[str, Any]) -> None:
    reference = moments(trainer(**settings))
    made = trainer(**settings)
    run_to_the_end(made)
    last = len(reference) - 1
    jump(made, reference, [last, last - 1, last // 2, 0, 1, last // 3, last])
    assert made.stop_reason is not None


@pytest.mark.parametrize("looks", [1, 2, 3, 7])
def test_looking_often_changes_nothing(looks: int) -> None:
    """The history is computed when somebody looks; how often must not show in a single bit."""
    made, reference = trainer(), trainer()
    run_to_the_end(reference)
    made.burst = looks
    for _ in made.run():
        assert len(made.history.update_losses) == made.update
    assert_same(moment(made), moment(reference))


@pytest.mark.parametrize("at", [0, 1, 6, 8, 12, 23])
def test_a_state_is_restored_in_the_same_trainer_and_in_another(at: int) -> None:
    reference = moments(trainer())
    made, other = trainer(), trainer()
    made.seek(at)
    state = made.state()
    run_to_the_end(made)
    made.restore(state)
    assert_same(moment(made), reference[at])
    run_to_the_end(made)
    assert_same(moment(made), reference[-1])
    if at == 0:
        other.restore(state)
        run_to_the_end(other)
        assert_same(moment(other), reference[-1])


def test_a_state_does_not_change_with_the_run() -> None:
    made = trainer()
    made.seek(8)
    state = made.state()
    theta, outputs = state.theta.copy(), state.cursor.logits.copy()
    run_to_the_end(made)
    assert np.array_equal(state.theta, theta)
    assert np.array_equal(state.cursor.logits, outputs)


CHANGES: list[tuple[int, dict[str, Any]]] = [
    (3, {"learning_rate": 0.1}),
    (3, {"momentum": 0.5}),
    (7, {"batch_size": 3}),
    (9, {"variant": "stochastic"}),
    (15, {"variant": "mini-batch", "batch_size": 8, "learning_rate": 0.02}),
    (17, {"optimizer": "nesterov"}),
    (20, {"epochs": 6}),
    (22, {"variant": "batch"}),
]


def changed_run(burst: int) -> tuple[Trainer, list[dict[str, Any]]]:
    """A run with changes on the way, and the moment after each update (after the changes made there)."""
    made = trainer(gradient_tolerance=0.0)
    seen = []
    pending = list(CHANGES)
    while True:
        while pending and pending[0][0] == made.update:
            made.change(**pending.pop(0)[1])
        if burst == 1:
            seen.append(moment(made))
        if made.finished:
            return made, seen
        stop = pending[0][0] if pending else 10**9
        made.burst = min(burst, stop - made.update)
        update, events = made.update, made.run()
        while made.update == update and not made.finished:
            next(events)


def test_changes_in_mid_run_in_bursts_as_one_by_one() -> None:
    one_by_one, seen = changed_run(1)
    in_bursts, _ = changed_run(100)
    assert_same(moment(one_by_one), moment(in_bursts))
    assert len(one_by_one.history.marks) == len(CHANGES)
    assert len(seen) == one_by_one.update + 1


def test_seeking_past_changes_makes_them_again() -> None:
    made, reference = changed_run(1)
    last = len(reference) - 1
    for update in [last, 0, 5, last, 16, 8, 2, 10, last, 7, last - 1, last]:
        made.seek(update)
        found, wanted = moment(made), reference[update]
        for name in ("theta", "moving", "gradient", "losses", "history"):
            assert same(found[name], wanted[name]), (update, name)
        assert found["place"][:4] == wanted["place"][:4]
    assert_same(moment(made), reference[-1])


def test_a_new_change_in_the_past_takes_another_way() -> None:
    made, _ = changed_run(1)
    made.seek(5)
    made.change(learning_rate=0.2, epochs=1)
    run_to_the_end(made)
    assert made.epoch == 1
    assert [mark.update for mark in made.history.marks] == [3, 3, 5]


def test_going_on_after_seeking_back_cuts_the_history() -> None:
    made = trainer()
    run_to_the_end(made)
    made.seek(8)
    assert len(made.history.update_losses) == 8
    assert len(made.history.epochs) == 1
    assert made.epoch == 1
    assert not made.finished


def test_an_array_of_losses_handed_out_stays_as_it_was() -> None:
    made = trainer()
    run_to_the_end(made)
    handed_out = made.history.update_losses
    kept = handed_out.copy()
    made.seek(3)
    made.change(learning_rate=0.5)
    run_to_the_end(made)
    assert np.array_equal(handed_out, kept)


@pytest.mark.parametrize("update", [-1, 25, 1000])
def test_moments_that_never_were_are_refused(update: int) -> None:
    made = trainer()
    run_to_the_end(made)
    before = made.network.theta.copy()
    with pytest.raises(EngineError, match=f"no moment after {update}"):
        made.seek(update)
    assert np.array_equal(made.network.theta, before)


def test_a_long_run_keeps_few_moments_and_goes_back_anywhere() -> None:
    network = scrambled(Network(3, [Dense(2, "tanh"), Dropout(0.3), Dense(1)], "mean_squared_error"))
    X, Y = inputs(40, 3), targets("", 40, 1)
    made = Trainer(network, X, Y, TrainingSettings(variant="stochastic", epochs=100, optimizer="momentum"))
    seen = {}
    made.burst = 333
    for _ in made.run():
        seen[made.update] = network.theta.copy()
    assert made.update == 4000
    assert len(made._rewinder.checkpoints) < 200
    for update in list(seen)[::-7] + list(seen)[::11]:
        made.seek(update)
        assert np.array_equal(network.theta, seen[update])
