"""Keras 3 with its default settings: `compile` and `fit`.  The importing module chooses the backend."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from benchmarks.peers import Contestant
from benchmarks.workloads import Array, Work


def _half_squared_error(y: Any, y_hat: Any) -> Any:
    return 0.5 * keras.ops.sum(keras.ops.square(y_hat - y), axis=-1)


class Training:
    settings: tuple[str, ...] = ("default settings",)

    def __init__(self, work: Work) -> None:
        workload = work.workload
        keras.config.set_floatx(workload.dtype)
        self._work = work
        layers = [keras.layers.Dense(units, activation) for units, activation in workload.layers]
        self._model = keras.Sequential([keras.Input((workload.inputs,)), *layers])
        loss = _half_squared_error if workload.loss == "half_squared_error" else workload.loss
        self._model.compile(keras.optimizers.SGD(workload.learning_rate), loss)

    def use(self, setting: str) -> None:
        pass

    def run(self, rounds: int) -> None:
        start = self._work.start
        self._model.set_weights([value.T if name.startswith("W") else value for name, value in start.items()])
        work = self._work
        history = self._model.fit(
            work.X, work.Y, batch_size=work.workload.batch_size, epochs=rounds, shuffle=False, verbose=0
        )
        self._losses = history.history["loss"]

    def outcome(self) -> Mapping[str, Array]:
        values = zip(self._work.start, self._model.get_weights(), strict=True)
        return {"losses": np.array(self._losses), **{name: value.T for name, value in values}}


def prepare(work: Work) -> Contestant:
    return Training(work)
