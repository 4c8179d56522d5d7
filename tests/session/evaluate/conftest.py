"""Small trained sessions: two classes, three classes, a number."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.session.conftest import data, network, training
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.session.predicting import Answerer
from tui_ann.session.session import Session


@pytest.fixture
def two_classes(session: Session, experiment: Experiment) -> Answerer:
    """A network for `kind` of the table of 60 rows, with a validation and a test part."""
    split = data(experiment, validation_split=0.2, test_split=0.25, split="shuffled")
    session.workspace.adopt(training(split, epochs=8, noise=0.0))
    session.runs.one_epoch(8)
    return session.evaluating.answerer()


@pytest.fixture
def three_classes(session: Session, tmp_path: Path) -> Answerer:
    """A network for three classes of which two are easily confused."""
    rng = np.random.default_rng(1)
    lines = ["x,y,class"]
    for place in range(60):
        kind = place % 3
        x, y = rng.normal((0, 2, 2.5)[kind], 0.8), rng.normal((0, 1, 2)[kind], 0.8)
        lines.append(f"{x:.3f},{y:.3f},{'abc'[kind]}")
    path = tmp_path / "three.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    experiment = Experiment(
        data=DataSpec(path=str(path), target="class", test_split=0.3, split="stratified"),
        network=NetworkSpec(layers=(DenseSpec(units=4, activation="relu"), DenseSpec(units=3, activation="softmax"))),
        training=TrainingSettings(loss="categorical_crossentropy", optimizer="adam", learning_rate=0.05, epochs=10),
    )
    session.workspace.adopt(experiment)
    session.runs.one_epoch(10)
    return session.evaluating.answerer()


@pytest.fixture
def numbers(session: Session, experiment: Experiment) -> Answerer:
    """A linear unit for `b` from `a` and `colour`, with a scaled target."""
    spec = data(experiment, target="b", features=("a", "colour"), target_scaling="standard", test_split=0.25)
    spec = network(spec, layers=(DenseSpec(units=1),))
    spec = msgspec.structs.replace(spec, training=TrainingSettings(loss="mean_squared_error", epochs=5, metrics=()))
    session.workspace.adopt(spec)
    session.runs.one_epoch(5)
    return session.evaluating.answerer()
