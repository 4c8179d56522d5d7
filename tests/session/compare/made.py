"""Runs with made-up histories, for tables and sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.engine.history import History
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.session.compare.comparison import ComparedRun
from tui_ann.session.compare.goals import Goal
from tui_ann.session.compare.run_facts import RunFacts, last_figures
from tui_ann.session.compare.table import ComparisonTable, make_table
from tui_ann.session.run.run_source import RunSource


def experiment(name: str = "moons", units: int = 8, **settings: Any) -> Experiment:
    return Experiment(
        name=name,
        data=DataSpec(path="moons.csv", target="class"),
        network=NetworkSpec(
            layers=(DenseSpec(units=units, activation="tanh"), DenseSpec(units=1, activation="sigmoid"))
        ),
        training=TrainingSettings(**{"loss": "binary_crossentropy", "epochs": 4, **settings}),
    )


def history(validation: Sequence[float], accuracy: Sequence[float] = (), seconds: float = 0.5) -> History:
    made, n = History(), len(validation)
    done = np.arange(1.0, n + 1)
    values = {"loss": np.array(validation) / 2, "val_loss": np.array(validation)}
    if len(accuracy):
        values |= {"accuracy": np.array(accuracy), "val_accuracy": np.array(accuracy)}
    made.epochs = EpochRecords.of_columns(
        values, {"epoch": done, "updates": 10 * done, "examples": 100 * done, "seconds": seconds * done}
    )
    return made


@dataclass(eq=False)
class MadeSource:
    """What a comparison asks of a run."""

    name: str
    experiment: Experiment


def compared(place: int, of: Experiment, *, other_data: bool = False, shown: bool = True) -> ComparedRun:
    source = cast(RunSource, MadeSource(of.name, of))
    return ComparedRun(place, source, shown=shown, pinned=False, current=place == 0, other_data=other_data)


def facts(of: History, forked: int = 0) -> RunFacts:
    n = len(of.epochs)
    seconds = of.epochs[-1].seconds if n else 0.0
    return RunFacts(of, "completed" if n else "ready", n, 10 * n, seconds, *last_figures(of), forked)


def table(
    experiments: Sequence[Experiment],
    histories: Sequence[History],
    goal: Goal | None = None,
    *,
    other_data: Sequence[int] = (),
    hidden: Sequence[int] = (),
    groups: Sequence[Sequence[int]] | None = None,
    forked: Mapping[int, int] | None = None,
) -> ComparisonTable:
    runs = [
        compared(place, each, other_data=place in other_data, shown=place not in hidden)
        for place, each in enumerate(experiments)
    ]
    return make_table(
        runs, [facts(each, (forked or {}).get(place, 0)) for place, each in enumerate(histories)], goal, groups
    )
