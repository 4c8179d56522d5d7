"""tui-ann as users run it: the trainer with events, history and metrics; predictions; the reader."""

from collections.abc import Mapping
from typing import cast

import numpy as np

from benchmarks.peers import Contestant
from benchmarks.workloads import Array, Work
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Table
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import MetricName, TrainingSettings
from tui_ann.session.run.threads import suited_threads

BURST = 1 << 14
"""Updates between two events; a window ends a burst earlier, as it does for the session, which looks after some ms."""


def network_of(work: Work) -> Network:
    """The network of a workload at its start."""
    workload = work.workload
    layers = [Dense(units, activation) for units, activation in workload.layers]
    network = Network(workload.inputs, layers, workload.loss, dtype=workload.dtype)
    network.load(work.start)
    return network


def trainer_of(work: Work, epochs: int) -> Trainer:
    """The trainer of a workload at its start."""
    workload = work.workload
    training = TrainingSettings(
        variant="batch" if workload.batch_size == workload.examples else "mini-batch",
        batch_size=workload.batch_size,
        shuffle=False,
        learning_rate=workload.learning_rate,
        epochs=epochs,
        metrics=(cast(MetricName, workload.metric),),
    )
    trainer = Trainer(network_of(work), work.X, work.Y, training)
    trainer.burst = BURST
    return trainer


class _Ours:
    settings: tuple[str, ...] = ("as users run it",)

    def use(self, setting: str) -> None:
        pass


class Training(_Ours):
    def __init__(self, work: Work) -> None:
        self._work, self._batch_size = work, work.workload.batch_size
        self._trainer: Trainer | None = None

    def run(self, rounds: int) -> None:
        self._trainer = None  # free its memory before the next one is allocated
        self._trainer = trainer = trainer_of(self._work, rounds)
        with suited_threads(trainer.network.largest_matrix, trainer.network.examples_at_once(self._batch_size)):
            for _ in trainer.run():
                pass

    def outcome(self) -> Mapping[str, Array]:
        trainer = self._trainer
        assert trainer
        return {"losses": trainer.history.column("loss"), **trainer.network.copy_parameters()}


class Predicting(_Ours):
    def __init__(self, work: Work) -> None:
        self._X, self._network = work.X, network_of(work)

    def run(self, rounds: int) -> None:
        with suited_threads(self._network.largest_matrix, self._network.examples_at_once(len(self._X))):
            for _ in range(rounds):
                self._y_hat = self._network.predict(self._X)

    def outcome(self) -> Mapping[str, Array]:
        return {"y_hat": self._y_hat}


class Loading(_Ours):
    def __init__(self, work: Work) -> None:
        self._path, self._numbers = work.folder / "table.csv", work.workload.inputs

    def run(self, rounds: int) -> None:
        for _ in range(rounds):
            self._table: Table | None = None  # free its memory before the next one is allocated
            self._table = read_table(self._path)

    def outcome(self) -> Mapping[str, Array]:
        assert self._table
        assert not self._table.rejects
        columns = [column for column in self._table.columns if column.is_number]
        assert len(columns) == self._numbers
        return {"first and last": np.array([column.numbers[[0, -1]] for column in columns])}


def prepare(work: Work) -> Contestant:
    kinds: dict[str, type[Training | Predicting | Loading]] = {
        "train": Training,
        "predict": Predicting,
        "load": Loading,
    }
    return kinds[work.workload.kind](work)
