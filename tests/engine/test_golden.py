"""Runs that Keras 3 has done before (see `golden/`): history and final weights agree to 1e-9 in float64."""

from typing import Any

import numpy as np
import pytest

from tests.engine.golden.cases import GROUPS
from tests.engine.helpers import golden_cases, layer, run_to_the_end
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status
from tui_ann.engine.trainer import EpochEnded, Trainer
from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings

pytestmark = pytest.mark.usefixtures("both_kernels")

CASES = [pytest.param(case, id=f"{group}: {case['name']}") for group in GROUPS for case in golden_cases(group)]
TOLERANCE = {"f1": 2e-7, "val_f1": 2e-7}
"""1e-9, except where Keras adds 1e-7 to a denominator."""


def trained(case: dict[str, Any], burst: int) -> Trainer:
    """The case done by the engine."""
    settings = dict(case["settings"])
    stages = settings.pop("stages", [])
    X, Y, X_val, Y_val = (case[key] for key in ("X", "Y", "X_val", "Y_val"))
    if (split := settings.pop("validation_split", 0.0)) > 0.0:
        kept = int(len(X) * (1 - split))
        X, Y, X_val, Y_val = X[:kept], Y[:kept], X[kept:], Y[kept:]
    if "early_stopping" in settings:
        settings["early_stopping"] = EarlyStopping(**settings["early_stopping"])
    if stages:
        settings |= {key: value for key, value in stages[0].items() if key != "epochs"}

    network = Network(X.shape[1], [layer(description) for description in case["layers"]], case["loss"])
    network.load(case["start"])
    defaults: dict[str, Any] = {"shuffle": False, "metrics": tuple(case["metrics"])}
    training = TrainingSettings(**defaults | settings)
    trainer = Trainer(network, X, Y, training, X_val=X_val, Y_val=Y_val)
    trainer.burst = burst
    changes = {sum(stage["epochs"] for stage in stages[:i]): stages[i] for i in range(1, len(stages))}
    for event in trainer.run():
        if isinstance(event, EpochEnded) and event.record.epoch in changes:
            stage = changes[event.record.epoch]
            trainer.change(learning_rate=stage["learning_rate"], batch_size=stage["batch_size"])
    return trainer


@pytest.mark.parametrize("case", CASES)
def test_agrees_with_keras(case: dict[str, Any]) -> None:
    trainer = trained(case, burst=1000)
    assert set(trainer.history.names) == set(case["history"])
    for name, values in case["history"].items():
        np.testing.assert_allclose(
            trainer.history.column(name), values, rtol=0, atol=TOLERANCE.get(name, 1e-9), err_msg=name
        )
    assert set(trainer.network.parameters) == set(case["final"])
    for name, values in case["final"].items():
        np.testing.assert_allclose(
            trainer.network.parameters[name], values, rtol=0, atol=TOLERANCE.get(name, 1e-9), err_msg=name
        )
    assert trainer.stop_reason is not None
    if "best_epoch" in case:
        assert trainer.best_epoch == case["best_epoch"]
        assert (trainer.stop_reason.status is Status.EARLY_STOPPED) == case["stopped_early"]
    else:
        assert trainer.stop_reason.status is Status.COMPLETED


@pytest.mark.parametrize("case", [case for case in CASES if "uneven" in str(case.id) or "best weights" in str(case.id)])
def test_bursts_of_one_update_give_the_same_bits(case: dict[str, Any]) -> None:
    in_one, one_by_one = trained(case, burst=1000), trained(case, burst=1)
    for name, values in in_one.network.parameters.items():
        assert np.array_equal(values, one_by_one.network.parameters[name])
    for name in in_one.history.names:
        assert np.allclose(in_one.history.column(name), one_by_one.history.column(name), rtol=1e-14, atol=0)


def test_every_epoch_is_told_once_and_the_end_last() -> None:
    case = golden_cases("batches")[0]
    network = Network(3, [layer(description) for description in case["layers"]], case["loss"])
    events = run_to_the_end(Trainer(network, case["X"], case["Y"], TrainingSettings(epochs=3, variant="batch")))
    kinds = [type(event).__name__ for event in events]
    assert kinds == ["Updated", "EpochEnded"] * 3 + ["Stopped"]
