import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.experiment.files import save
from tui_ann.experiment.spec import DataSpec, DenseSpec, DropoutSpec, Experiment, NetworkSpec
from tui_ann.session.session import Session
from tui_ann.session.store.paths import UserPaths


@pytest.fixture
def paths(tmp_path: Path) -> UserPaths:
    return UserPaths(tmp_path / "config", tmp_path / "data", tmp_path / "state")


@pytest.fixture
def make_session(paths: UserPaths, tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Sessions of one user, each a program started anew; the clock of the day goes on a minute a look."""
    minutes = itertools.count()
    made: list[Session] = []

    def now() -> datetime:
        return datetime(2026, 1, 2, 3, 4) + timedelta(minutes=next(minutes))

    def make(**options: Any) -> Session:
        made.append(Session(paths=paths, runs=tmp_path / "runs", now=now, **options))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture
def session(make_session: Callable[..., Session]) -> Session:
    return make_session()


@pytest.fixture
def table_path(tmp_path: Path) -> Path:
    """60 examples, two numbers and a category, two classes."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 60))
    lines = ["a,b,colour,kind"]
    for i in range(60):
        lines.append(f"{a[i]:.4f},{b[i]:.4f},{'red' if i % 3 else 'blue'},{'yes' if a[i] + b[i] > 0 else 'no'}")
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def experiment(table_path: Path) -> Experiment:
    """A small network with all that makes going on exactly hard: dropout, shuffling, momentum, an uneven last batch."""
    return Experiment(
        name="small",
        data=DataSpec(path=str(table_path), target="kind", validation_split=0.1),
        network=NetworkSpec(
            seed=3,
            layers=(
                DenseSpec(units=5, activation="tanh"),
                DropoutSpec(rate=0.25),
                DenseSpec(units=1, activation="sigmoid"),
            ),
        ),
        training=TrainingSettings(noise=0.05, batch_size=8, epochs=30, optimizer="adam", learning_rate=0.01),
    )


@pytest.fixture
def experiment_path(experiment: Experiment, tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    save(path, experiment)
    return path


def training(experiment: Experiment, **values: Any) -> Experiment:
    """The experiment with other settings of `[training]`."""
    return msgspec.structs.replace(experiment, training=msgspec.structs.replace(experiment.training, **values))


def data(experiment: Experiment, **values: Any) -> Experiment:
    """The experiment with other settings of `[data]`."""
    return msgspec.structs.replace(experiment, data=msgspec.structs.replace(experiment.data, **values))


def network(experiment: Experiment, **values: Any) -> Experiment:
    """The experiment with other settings of `[network]`."""
    return msgspec.structs.replace(experiment, network=msgspec.structs.replace(experiment.network, **values))
