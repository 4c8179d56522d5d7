from pathlib import Path

import numpy as np
import pytest

from tests.importing.answering import ANSWERS, MODELS
from tui_ann.errors import DataError, ModelError, SessionError
from tui_ann.experiment.files import load
from tui_ann.importing.keras_code import read_keras
from tui_ann.session.imports.bringing import bring
from tui_ann.session.imports.pasting import pasted
from tui_ann.session.session import Session
from tui_ann.session.source import find
from tui_ann.session.store.paths import UserPaths
from tui_ann.session.store.recents import Kind

HOUSES = "size,rooms,price\n" + "".join(f"{50 + i},{i % 5},{100 + 3 * i}\n" for i in range(30))
CODE = """
import pandas as pd
table = pd.read_csv("houses.csv")
y = table.pop("price")
net = keras.Sequential([keras.Input((2,)), layers.Dense(4, activation="relu"), layers.Dense(1)])
net.compile("adam", "mse", metrics=["mae"])
net.fit(table, y, epochs=3, batch_size=8, validation_split=0.2)
"""


def session(tmp_path: Path) -> Session:
    return Session(paths=UserPaths(tmp_path / "home", tmp_path / "home", tmp_path / "home"))


def test_a_script_is_opened_with_the_table_that_it_reads(tmp_path):
    (tmp_path / "houses.csv").write_text(HOUSES, encoding="utf-8")
    (tmp_path / "net.py").write_text(CODE, encoding="utf-8")
    made = session(tmp_path)
    opened = made.workspace.open(tmp_path / "net.py")
    experiment = opened.experiment
    assert opened.source.kind is Kind.MODEL
    assert (experiment.name, experiment.data.target) == ("net", "price")
    assert experiment.data.path == str(tmp_path / "houses.csv")
    assert (experiment.data.scaling, experiment.data.target_scaling) == ("none", "none"), "the script does none"
    assert not opened.remarks
    assert not made.workspace.problems()
    outcome = made.train(tmp_path / "run")
    assert outcome.record.epochs == 3


@pytest.mark.parametrize(
    ("layers", "columns"),
    [
        ("Dense(1)", ["x1", "x2", "y"]),
        ("Dense(2, input_shape=(5,))", ["x1", "x2", "x3", "x4", "x5", "y1", "y2"]),
        ("Dense(1, activation='sigmoid')", ["x1", "x2", "y"]),
        ("Dense(4, activation='softmax', input_dim=3)", ["x1", "x2", "x3", "y"]),
    ],
)
def test_made_up_rows_stand_in_and_can_be_trained(tmp_path, layers, columns):
    (tmp_path / "net.py").write_text(f"net = Sequential([{layers}])", encoding="utf-8")
    made = session(tmp_path)
    opened = made.workspace.open(tmp_path / "net.py")
    assert opened.table is not None
    assert [column.name for column in opened.table.columns] == columns
    assert "made-up rows stand in" in str(opened.remarks[-1])
    assert not made.workspace.problems()
    made.runs.prepare().owner.call(lambda: None)


def test_weights_become_the_start_weights(tmp_path):
    made = session(tmp_path)
    opened = made.workspace.open(MODELS / "torch_net.py")
    made.workspace.prepare_data()
    run = made.runs.prepare()
    np.testing.assert_allclose(run.network.predict(ANSWERS["x"]), ANSWERS["torch_net"], atol=1e-12)
    assert opened.experiment.data.scaling == "none", "the network takes its numbers as they are"
    beside = find(MODELS / "torch_net.safetensors")
    assert (beside.kind, beside.path) == (Kind.MODEL, MODELS / "torch_net.py")


def test_a_table_that_is_asked_for(tmp_path):
    (tmp_path / "houses.csv").write_text(HOUSES, encoding="utf-8")
    read = read_keras(CODE, "net.py")
    place = tmp_path / "made" / "net.toml"
    brought = bring(read, "net", place, data=tmp_path / "houses.csv", target="rooms")
    assert brought.experiment.data.target == "rooms"
    assert not brought.files
    brought.write(place)
    assert load(place) == brought.experiment
    with pytest.raises(DataError, match="There is no column"):
        bring(read, "net", place, data=tmp_path / "houses.csv", target="garden")


def test_a_table_of_the_code_that_is_not_there_is_named(tmp_path):
    brought = bring(read_keras(CODE, "net.py"), "net", tmp_path / "net.toml", base=tmp_path)
    assert "The table houses.csv of the code cannot be read here." in map(str, brought.remarks)
    assert brought.made_up


def test_pasted_code_keeps_the_data_and_takes_network_and_training(tmp_path):
    made = session(tmp_path)
    experiment = made.workspace.open("sample:iris").experiment
    found = pasted("net = Sequential([Dense(7, 'relu'), Dense(3, 'softmax')])\nnet.compile(SGD(0.5))", experiment)
    assert found.experiment.data == experiment.data
    assert [layer.words for layer in found.experiment.network.layers] == ["dense 7 relu", "dense 3 softmax"]
    assert (found.experiment.training.optimizer, found.experiment.training.learning_rate) == ("sgd", 0.5)
    assert found.experiment.training.loss == "categorical_crossentropy"
    assert found.words.startswith("dense 7 relu → dense 3 softmax · sgd, η 0.5")
    with pytest.raises(ModelError, match="no code yet"):
        pasted("  ", experiment)


def test_weights_alone_are_refused_in_a_sentence(tmp_path):
    (tmp_path / "alone.safetensors").write_bytes((MODELS / "torch_net.safetensors").read_bytes())
    with pytest.raises(SessionError, match="holds parameters only"):
        find(tmp_path / "alone.safetensors")
