"""Saving over files as people write them: comments stay, and whatever the layout, nothing is lost."""

import pytest

from tui_ann.experiment.files import apply_sets, load, save

LAYOUTS = {
    "dotted keys": """\
# mine
data.path = "a.csv"
data.target = "y"
network.layers = [{type = "dense", units = 1, activation = "sigmoid"}]
training.epochs = 3
""",
    "inline tables": """\
# mine
data = {path = "a.csv", target = "y"}
network = {layers = [{type = "dense", units = 1, activation = "sigmoid"}]}
training = {epochs = 3, early_stopping = {patience = 2}}
""",
    "out of order": """\
# mine
[training]
epochs = 3
[[network.layers]]
type = "dense"
units = 2
[data]
path = "a.csv"
target = "y"
[training.early_stopping]
patience = 3
[[network.layers]]
type = "dense"
units = 1
activation = "sigmoid"
[network]
seed = 3
""",
    "lists over lines": """\
# mine
[data]
path = "a.csv"
target = ["y", "z"]
features = [
    "a",  # one
    "b",
]
[network]
[[network.layers]]
type = "dense"
units = 1
[training]
[training.early_stopping]
""",
    "no last line break": '# mine\n[data]\npath = "a.csv"\ntarget = "y"\n[[network.layers]]\ntype = "dense"\nunits = 1',
}
CHANGES = [
    "name=x",
    "training.epochs=7",
    "training.loss=mean_squared_error",
    "training.metrics=auc",
    "training.early_stopping=true",
    "training.early_stopping=false",
    "training.early_stopping.patience=9",
    "network.seed=5",
    "network.layers.1.units=3",
    "network.layers.1.l2=0.1",
    'network.layers=[{type="dense",units=3},{type="dropout"},{type="dense",units=1}]',
    "data.delimiter=;",
    'data.features=["q"]',
    "data.target=t",
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("change", CHANGES)
def test_any_layout_takes_any_change(tmp_path, layout, change):
    path = tmp_path / "x.toml"
    path.write_text(LAYOUTS[layout], encoding="utf-8")
    changed = apply_sets(load(path), [change])
    save(path, changed)
    assert load(path) == changed


@pytest.mark.parametrize("layout", ["out of order", "lists over lines", "no last line break"])
def test_the_rest_of_the_text_stays(tmp_path, layout):
    path = tmp_path / "x.toml"
    path.write_text(LAYOUTS[layout], encoding="utf-8")
    save(path, apply_sets(load(path), ["network.layers.1.units=77"]))
    before, after = LAYOUTS[layout].splitlines(), path.read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line not in before] == ["units = 77"]
    assert len(after) == len(before)
