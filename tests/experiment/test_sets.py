from pathlib import Path

import pytest

from tui_ann.errors import ExperimentError
from tui_ann.experiment.files import apply_sets
from tui_ann.experiment.keys import get


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("training.learning_rate=0.1", 0.1),
        ("training.learning_rate = 1", 1.0),
        ("training.optimizer=adam", "adam"),
        ('training.optimizer="adam"', "adam"),
        ("training.shuffle=false", False),
        ("training.metrics=accuracy,auc", ("accuracy", "auc")),
        ('training.metrics=["auc"]', ("auc",)),
        ("training.metrics=", ()),
        ("network.layers.1.units=8", 8),
        ("network.layers.1.activation=tanh", "tanh"),
        ("network.layers.1.l2=0.1", 0.1),
        ("data.target=mean radius", "mean radius"),
        ("data.target=2024", "2024"),
        ("data.target=true", "true"),
        ("data.target=a=b", "a=b"),
        ('data.target=["a", "b"]', ("a", "b")),
        ("data.ignore=id, no", ("id, no",)),
        ('data.ignore=["id", "no"]', ("id", "no")),
        ("data.delimiter=;", ";"),
        (r"data.delimiter=\t", "\t"),
        ('data.delimiter="\\t"', "\t"),
        ("data.delimiter=\t", "\t"),
        ("data.delimiter=", None),
        ("data.decimal=,", ","),
        ("data.skip_lines=2", 2),
        ("training.early_stopping.patience=3", 3),
        ("name=my run", "my run"),
    ],
)
def test_values(experiment, text, value):
    changed = apply_sets(experiment, [text])
    assert get(changed, text.partition("=")[0].strip()) == value


def test_changes_are_made_in_their_order(experiment):
    changed = apply_sets(experiment, ["training.epochs=3", "training.epochs=4", "network.layers.1.units=9"])
    assert changed.training.epochs == 4
    assert changed.network.layers[0].units == 9
    assert experiment.training.epochs == 100
    assert apply_sets(experiment, []) == experiment


def test_early_stopping_on_and_off(experiment):
    on = apply_sets(experiment, ["training.early_stopping=true"])
    assert on.training.early_stopping.patience == 5
    assert apply_sets(on, ["training.early_stopping=false"]).training.early_stopping is None
    assert apply_sets(on, ["training.early_stopping={patience=2}"]).training.early_stopping.patience == 2


def test_whole_layers(experiment):
    changed = apply_sets(experiment, ["network.layers.2.type=batch_normalization"])
    assert changed.network.layers[1].type == "batch_normalization"
    changed = apply_sets(experiment, ['network.layers.2={type="dense", units=3}'])
    assert changed.network.layers[1].units == 3
    changed = apply_sets(experiment, ['network.layers=[{type="dense", units=3}]'])
    assert len(changed.network.layers) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("training.learning_rat=0.1", "--set training.learning_rat: unknown key. Did you mean training.learning_rate?"),
        ("learning_rate=0.1", "--set learning_rate: unknown key. Did you mean training.learning_rate?"),
        ("training.lr=0.1", "--set training.lr: unknown key. Did you mean training.learning_rate?"),
        ("training.seed=1", "--set training.seed: unknown key. Did you mean network.seed?"),
        ("lr=0.1", "--set lr: unknown key. Did you mean training.learning_rate?"),
        ("epoch=1", "--set epoch: unknown key. Did you mean training.epochs?"),
        ("training=1", "--set training: unknown key. training is a section; name a key in it, such as training.loss."),
        ("training.learning_rate=fast", '--set training.learning_rate: found "fast". Allowed: a number above 0.'),
        ("training.learning_rate=nan", "--set training.learning_rate: found nan. Allowed: a number above 0."),
        ("training.learning_rate=0.1#", '--set training.learning_rate: found "0.1#". Allowed: a number above 0.'),
        (
            'name="xor" # mine',
            '--set name: ""xor" # mine" is not a TOML value. Quote texts: name="xor"; lists are ["a", "b"].',
        ),
        ("training.learning_rate=", '--set training.learning_rate: found "". Allowed: a number above 0.'),
        (
            "training.learning_rate",
            "--set training.learning_rate: is not KEY=VALUE. Write it like training.learning_rate=0.1.",
        ),
        (
            "network.layers.8.units=1",
            "--set network.layers.8.units: there is no layer 8. The first layer is network.layers.1, as on the screens; "
            "the last is network.layers.3.",
        ),
        (
            "network.layers.0.units=1",
            "--set network.layers.0.units: there is no layer 0. The first layer is network.layers.1, as on the screens; "
            "the last is network.layers.3.",
        ),
        (
            "network.layers.1.rate=1",
            "--set network.layers.1.rate: unknown key. rate belongs to a dropout layer, and layer 1 is dense.",
        ),
        (
            "network.layers.1.type=conv",
            '--set network.layers.1.type: found "conv". Allowed: one of dense, dropout, batch_normalization, layer_normalization.',
        ),
        (
            "network.layers=[]",
            "--set network.layers: found an empty list. Allowed: one [[network.layers]] for each layer, at least one.",
        ),
        (
            "training.metrics=[",
            '--set training.metrics: "[" is not a TOML value. Quote texts: name="xor"; lists are ["a", "b"].',
        ),
        ("zzz=1", "--set zzz: unknown key. Sections are data, network, training, training.early_stopping."),
    ],
)
def test_changes_that_cannot_be_made(experiment, text, expected):
    with pytest.raises(ExperimentError) as caught:
        apply_sets(experiment, [text])
    assert [str(problem) for problem in caught.value.problems] == [expected]


@pytest.mark.parametrize(("text", "loss"), [("mse", "mean_squared_error"), ("mae", "mean_absolute_error")])
def test_an_abbreviated_loss_is_suggested(experiment, text, loss):
    with pytest.raises(ExperimentError, match=f"Did you mean {loss}"):
        apply_sets(experiment, [f"training.loss={text}"])


def test_all_of_them_at_once(experiment):
    with pytest.raises(ExperimentError) as caught:
        apply_sets(experiment, ["a=1", "training.epochs=0", "training.optimizer=adm", "name=ok"])
    assert len(caught.value.problems) == 3


def test_paths_are_taken_from_here_or_from_the_file(experiment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("here.csv").touch()
    folder = Path("/of/the/file")
    assert apply_sets(experiment, ["data.path=here.csv"], folder=folder).data.path == str(tmp_path / "here.csv")
    assert apply_sets(experiment, ["data.path=there.csv"], folder=folder).data.path == "/of/the/file/there.csv"
