"""scikit-learn's MLPRegressor and MLPClassifier with plain SGD."""

import os
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor
from threadpoolctl import threadpool_limits

from benchmarks.peers import Contestant
from benchmarks.workloads import Array, Work

warnings.simplefilter("ignore")  # every run ends at its last epoch, and scikit-learn warns about that


def _estimator(work: Work, epochs: int) -> Any:
    """An estimator that starts from the weights of the workload."""
    workload = work.workload
    base = MLPClassifier if workload.is_classification else MLPRegressor
    start = iter(
        [(work.start[f"W{i}"].T.copy(), work.start[f"b{i}"].copy()) for i in range(1, len(workload.layers) + 1)]
    )

    class FromStart(base):  # type: ignore[misc,valid-type]
        def _init_coef(self, *_: object) -> tuple[Array, Array]:
            return next(start)

    activation = workload.layers[0][1] if len(workload.layers) > 1 else "linear"
    return FromStart(
        hidden_layer_sizes=tuple(units for units, _ in workload.layers[:-1]),
        activation={"linear": "identity", "sigmoid": "logistic"}.get(activation, activation),
        solver="sgd",
        alpha=0.0,
        batch_size=workload.batch_size or "auto",
        # Its squared error has a factor ½, also for several examples.
        learning_rate_init=workload.learning_rate * (2.0 if workload.loss == "mean_squared_error" else 1.0),
        momentum=0.0,
        nesterovs_momentum=False,
        max_iter=epochs,
        tol=0.0,
        n_iter_no_change=epochs + 1,
        shuffle=False,
    )


class _WithThreads:
    settings: tuple[str, ...] = ("1 BLAS thread", f"{os.cpu_count()} BLAS threads")

    def use(self, setting: str) -> None:
        threadpool_limits(int(setting.split()[0]), "blas")


class Training(_WithThreads):
    def __init__(self, work: Work) -> None:
        self._work = work
        self._y = work.labels if work.workload.is_classification else work.Y[:, 0]

    def run(self, rounds: int) -> None:
        self._fitted = _estimator(self._work, rounds).fit(self._work.X, self._y)

    def outcome(self) -> Mapping[str, Array]:
        factor = 2.0 if self._work.workload.loss == "mean_squared_error" else 1.0
        outcome = {"losses": factor * np.array(self._fitted.loss_curve_)}
        for i, (W, b) in enumerate(zip(self._fitted.coefs_, self._fitted.intercepts_, strict=True), start=1):
            outcome |= {f"W{i}": W.T, f"b{i}": b}
        return outcome


class Predicting(_WithThreads):
    def __init__(self, work: Work) -> None:
        self._X = work.X
        self._fitted = _estimator(work, 1).fit(work.X[:10], work.Y[:10, 0])
        for i in range(len(work.workload.layers)):
            self._fitted.coefs_[i], self._fitted.intercepts_[i] = (
                work.start[f"W{i + 1}"].T.copy(),
                work.start[f"b{i + 1}"],
            )

    def run(self, rounds: int) -> None:
        for _ in range(rounds):
            self._y_hat = self._fitted.predict(self._X)

    def outcome(self) -> Mapping[str, Array]:
        return {"y_hat": self._y_hat[:, None]}


def prepare(work: Work) -> Contestant:
    return Training(work) if work.workload.kind == "train" else Predicting(work)
