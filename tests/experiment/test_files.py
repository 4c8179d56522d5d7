import os
import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.experiment.conftest import FULL, SMALL
from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.errors import ExperimentError, SessionError
from tui_ann.experiment import files
from tui_ann.experiment.decode import validate
from tui_ann.experiment.files import apply_sets, dumps, load, loads, save
from tui_ann.experiment.keys import put
from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS, Setting
from tui_ann.experiment.spec import LAYER_TYPES, Experiment


def mistakes(text, folder=Path("/nowhere")):
    with pytest.raises(ExperimentError) as caught:
        loads(text, label="x.toml", folder=folder)
    return [str(problem) for problem in caught.value.problems]


TEN = """\
schema = 1
nme = "ten"
[data]
path = 3
target = "y"
validation_split = 1.2
scaling = "standart"
[network]
seed = -1
[[network.layers]]
type = "dense"
units = 0
[[network.layers]]
type = "dropout"
rate = 1.0
[training]
learning_rate = nan
epochs = 0
batch_size = 0
metrics = ["acurracy"]
"""


def test_ten_mistakes_make_ten_problems_each_with_line_key_and_what_is_allowed():
    assert mistakes(TEN) == [
        "x.toml, line 2, nme: unknown key. Did you mean name?",
        "x.toml, line 4, data.path: found 3. Allowed: a string, not empty.",
        "x.toml, line 6, data.validation_split: found 1.2. Allowed: a number from 0 below 1.",
        'x.toml, line 7, data.scaling: found "standart". Allowed: one of none, standard, minmax. Did you mean standard?',
        "x.toml, line 9, network.seed: found -1. Allowed: a whole number from 0.",
        "x.toml, line 12, network.layers.1.units: found 0. Allowed: a whole number from 1 to 100,000.",
        "x.toml, line 15, network.layers.2.rate: found 1.0. Allowed: a number from 0 below 1.",
        "x.toml, line 17, training.learning_rate: found nan. Allowed: a number above 0.",
        "x.toml, line 18, training.epochs: found 0. Allowed: a whole number from 1 to 100,000,000.",
        "x.toml, line 19, training.batch_size: found 0. Allowed: a whole number from 1 to 100,000,000.",
        'x.toml, line 20, training.metrics: found "acurracy" in the list. Allowed: a list of words, each one of accuracy, '
        "mae, mse, r2, precision, recall, f1, auc. Did you mean accuracy?",
    ]


def test_the_message_lists_them_all():
    with pytest.raises(ExperimentError) as caught:
        loads(TEN, label="x.toml", folder=Path("/"))
    lines = str(caught.value).splitlines()
    assert lines[0] == "x.toml has 11 mistakes:"
    assert len(lines) == 12


def test_a_layer_of_a_misspelt_type_is_checked_as_what_was_meant():
    with pytest.raises(ExperimentError) as caught:
        loads(
            SMALL + '[[network.layers]]\ntype = "dens"\nunits = 0\nactivation = "no_such"\n',
            label="x.toml",
            folder=Path("/"),
        )
    message = str(caught.value)
    assert "Did you mean dense?" in message
    assert "units: found 0" in message
    assert 'activation: found "no_such"' in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SMALL + "rate = 0.5\n", "network.layers.1.rate: unknown key. rate belongs to a dropout layer."),
        (SMALL + "unit = 0.5\n", "network.layers.1.unit: unknown key. Did you mean units?"),
        (
            SMALL + "[training]\npatience = 3\n",
            "training.patience: unknown key. patience belongs in [training.early_stopping].",
        ),
        (SMALL + "[trainig]\n", "trainig: unknown key. Did you mean training?"),
        (
            SMALL + "[training]\nearly_stopping = true\n",
            "training.early_stopping: found true. Allowed: a section, written [training.early_stopping].",
        ),
        (
            SMALL + "[[network.layers]]\nunits = 1\n",
            "network.layers.2.type: not given. Allowed: one of dense, dropout, batch_normalization, layer_normalization.",
        ),
        (
            SMALL + '[[network.layers]]\ntype = "Dropuot"\n',
            'network.layers.2.type: found "Dropuot". Allowed: one of dense, dropout, batch_normalization, layer_normalization. Did you mean dropout?',
        ),
        (
            SMALL + '[[network.layers]]\ntype = "dense"\n',
            "network.layers.2.units: not given. Add it to the layer: How many neurons the layer has.",
        ),
        (
            SMALL.replace('target = "y"', "target = []"),
            "data.target: found an empty list. Allowed: a string or a list of strings.",
        ),
        (
            SMALL.replace('target = "y"', 'target = ""'),
            "data.target: found an empty name. Allowed: a string or a list of strings.",
        ),
        (
            SMALL.replace('target = "y"\n', ""),
            "data.target: not given. Add it to the file: The column to predict; a list of numeric columns makes several regression outputs.",
        ),
        ("data = 3\n[network]\nlayers = []\n", "data: found 3. Allowed: a section, written [data]."),
        ("schema = 2\n" + SMALL, "schema: found 2. Allowed: 1."),
    ],
)
def test_each_mistake_says_what_is_right(text, expected):
    assert any(mistake.endswith(expected) for mistake in mistakes(text)), mistakes(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[data]\npath = "a"\ntarget = "y"\n[network]\nlayers = []\n', "network.layers"),
        ('[data]\npath = "a"\ntarget = "y"\n[network]\nlayers = 3\n', "network.layers"),
        ('[data]\npath = "a"\ntarget = "y"\n[network]\nlayers = [3]\n', "network.layers.1"),
        ('[data]\npath = "a"\ntarget = "y"\n[network]\nseed = 1\n', "network.layers"),
        ('[data]\npath = "a"\ntarget = "y"\n', "network"),
        ("", "data"),
    ],
)
def test_layers_are_needed(text, key):
    assert any(f"{key}:" in mistake for mistake in mistakes(text))


def test_one_slip_is_one_problem():
    assert len(mistakes(SMALL.replace("units", "unit"))) == 1
    assert len(mistakes(SMALL.replace("[data]", "[dta]"))) == 1
    assert len(mistakes(SMALL.replace("path", "pth"))) == 1


@pytest.mark.parametrize(
    "text", ['name = "a\n' + SMALL, SMALL + "[training]\nloss = mse\n", "a = 1\na = 2\n", "=", "[data\n"]
)
def test_text_that_is_not_toml_is_refused_with_its_line(text):
    (mistake,) = mistakes(text)
    assert mistake.startswith("x.toml, line ")
    assert "this is not TOML" in mistake
    assert "Traceback" not in mistake


def test_the_line_of_a_syntax_error_is_right():
    (mistake,) = mistakes('name = "a"\n\n[data]\npath = x.csv\n')
    assert mistake.startswith("x.toml, line 4, column 8:")


def test_deep_nesting_and_endless_numbers_are_refused():
    assert "nested too deeply" in mistakes("a = " + "[" * 100_000)[0]
    assert "this is not TOML" in mistakes("a = " + "9" * 5000)[0]


@pytest.mark.parametrize(
    "content", [b"\x00\x01PK", b'name = "\xff"', b"#" * 1_000_001], ids=["binary", "latin-1", "a megabyte"]
)
def test_files_that_are_something_else(tmp_path, content):
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(ExperimentError) as caught:
        load(path)
    assert caught.value.code == "not_an_experiment"
    assert caught.value.remedy


def test_a_missing_file_names_a_near_one(tmp_path):
    (tmp_path / "experiment.toml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(ExperimentError, match=r"There is no file .*Did you mean experiment\.toml\?"):
        load(tmp_path / "experimnt.toml")
    with pytest.raises(ExperimentError, match="does not exist either"):
        load(tmp_path / "no" / "x.toml")
    with pytest.raises(ExperimentError, match="is a folder"):
        load(tmp_path)


def test_a_file_from_windows_loads(tmp_path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert load(path).name == "breast-cancer"


def test_paths_are_relative_to_the_file(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "x.toml"
    path.write_text(SMALL.replace("a.csv", "../a.csv"), encoding="utf-8")
    experiment = load(path)
    assert experiment.data.path == str(tmp_path / "a.csv")
    assert experiment.name == "x"
    save(tmp_path / "in" / "y.toml", experiment)
    assert tomllib.loads((tmp_path / "in" / "y.toml").read_text(encoding="utf-8"))["data"]["path"] == "../a.csv"
    assert load(tmp_path / "in" / "y.toml") == experiment
    monkeypatch.chdir(tmp_path)
    assert load("in/x.toml") == experiment
    assert tomllib.loads(dumps(experiment))["data"]["path"] == str(tmp_path / "a.csv")
    elsewhere = put(experiment, "data.path", os.path.abspath("/elsewhere/a.csv"))
    assert tomllib.loads(dumps(elsewhere, folder=tmp_path))["data"]["path"] == os.path.abspath("/elsewhere/a.csv")


@pytest.mark.parametrize(
    ("extra", "metrics"),
    [
        ("", ("accuracy",)),
        ('[training]\nloss = "categorical_crossentropy"\n', ("accuracy",)),
        ('[training]\nloss = "mean_squared_error"\n', ("mae", "r2")),
        ('[training]\nloss = "mean_squared_error"\nmetrics = []\n', ()),
    ],
)
def test_metrics_that_are_not_named_fit_the_task(extra, metrics):
    assert loads(SMALL + extra, label="x", folder=Path("/")).training.metrics == metrics


def values(setting: Setting) -> st.SearchStrategy:
    """Any value a setting may have."""
    text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)
    if setting.kind == "choice":
        strategy = st.sampled_from(setting.choices)
    elif setting.kind == "list":
        items = st.sampled_from(setting.choices) if setting.choices else text
        strategy = st.lists(items, unique=True, min_size=setting.shortest, max_size=4).map(tuple)
    elif setting.kind == "str":
        strategy = text | st.lists(text, unique=True, min_size=1).map(tuple) if setting.or_list else text
    elif setting.kind == "int":
        strategy = st.integers(int(setting.minimum or 0), int(setting.maximum or 2**62))
    elif setting.kind == "float":
        strategy = st.floats(
            setting.minimum if setting.minimum is not None else setting.above,
            setting.maximum if setting.maximum is not None else setting.below,
            exclude_min=setting.above is not None,
            exclude_max=setting.below is not None,
            allow_nan=False,
            allow_infinity=False,
        )
    else:
        strategy = st.booleans()
    return strategy | st.none() if setting.optional else strategy


def layers() -> st.SearchStrategy:
    one_of = [
        st.builds(spec, **{name: values(setting) for name, setting in LAYER_SETTINGS[kind].items()})
        for kind, spec in LAYER_TYPES.items()
    ]
    return st.lists(st.one_of(one_of), min_size=1, max_size=4).map(tuple)


@st.composite
def experiments(draw) -> Experiment:
    experiment = load_small()
    experiment = put(experiment, "network.layers", draw(layers()))
    if draw(st.booleans()):
        experiment = put(experiment, "training.early_stopping", EarlyStopping())
    for key in draw(st.lists(st.sampled_from(sorted(SETTINGS)), max_size=12)):
        setting = SETTINGS[key]
        if setting.kind in ("layers", "table") or (not setting.applies(experiment) and "early" in key):
            continue
        experiment = put(experiment, key, draw(values(setting)))
    for key in ("data.path", "network.weights"):
        if SETTINGS[key].get(experiment):
            experiment = put(experiment, key, os.path.abspath(os.path.join("/", SETTINGS[key].get(experiment))))
    if experiment.data.test_split + experiment.data.validation_split >= 1:
        experiment = put(experiment, "data.test_split", 0.0)
    return experiment


def load_small() -> Experiment:
    return loads(SMALL, label="small", folder=Path("/data"))


@given(experiments(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_round_trip_without_loss(experiment, comments):
    assert validate(experiment) == []
    text = dumps(experiment, folder=Path("/data/here"), comments=comments)
    assert loads(text, label="x", folder=Path("/data/here")) == experiment


@given(experiments(), experiments())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_saving_over_a_file_loses_nothing(tmp_path, first, second):
    path = tmp_path / "x.toml"
    save(path, first)
    save(path, second)
    assert load(path) == second


def test_saving_keeps_the_comments_of_the_file(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(FULL, encoding="utf-8")
    experiment = load(path)
    save(path, experiment)
    assert path.read_text(encoding="utf-8") == FULL
    changed = put(put(experiment, "network.layers.1.units", 8), "training.learning_rate", 0.5)
    changed = put(changed, "training.early_stopping", None)
    save(path, changed)
    text = path.read_text(encoding="utf-8")
    assert "# Written by a teacher." in text
    assert "units = 8                       # wide enough" in text
    assert "early_stopping" not in text
    assert load(path) == changed


def test_saving_leaves_to_the_defaults_what_the_file_did(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(SMALL, encoding="utf-8")
    save(path, put(load(path), "data.noise", 0.1))
    assert "noise = 0.1" in path.read_text(encoding="utf-8")
    assert "scaling" not in path.read_text(encoding="utf-8")


def test_saving_over_another_kind_of_file_replaces_it(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("this is not TOML", encoding="utf-8")
    save(path, load_small())
    assert load(path) == put(load_small(), "name", load(path).name)


def test_comments_say_what_each_key_does():
    text = dumps(load_small(), comments=True)
    assert "learning_rate = 0.01 # The size of a step against the gradient." in text


def test_a_name_that_no_text_file_can_hold_is_refused(tmp_path, experiment):
    with pytest.raises(SessionError, match="Rename"):
        save(tmp_path / "x.toml", put(experiment, "data.path", "/data/\udcff.csv"))
    assert not (tmp_path / "x.toml").exists()


def test_an_experiment_in_memory_is_held_to_the_same_limits(experiment):
    bad = put(put(experiment, "training.learning_rate", -1.0), "network.layers", ())
    assert [fault.key for fault in validate(bad)] == ["network.layers", "training.learning_rate"]
    assert validate(msgspec.structs.replace(experiment)) == []
    assert files.__all__


def test_what_does_not_fit_is_named_beside_what_is_faulty(experiment, tmp_path):
    tree = apply_sets(
        experiment, ["data.task=binary", "training.metrics=r2", "training.early_stopping.monitor=val_auc"]
    )
    text = dumps(tree).replace("epochs = 100", "epochs = 0")
    with pytest.raises(ExperimentError) as caught:
        loads(text, label="bad.toml", folder=tmp_path)
    assert [problem.where.split(", ")[-1] for problem in caught.value.problems] == [
        "training.epochs", "training.metrics", "training.early_stopping.monitor",
    ]  # fmt: skip
    with pytest.raises(ExperimentError) as caught:
        loads(text.replace('loss = "', 'loss = "no_'), label="bad.toml", folder=tmp_path)
    assert [problem.where.split(", ")[-1] for problem in caught.value.problems] == ["training.loss", "training.epochs"]


def test_the_validation_share_is_one_of_the_rows_that_are_not_tested_on():
    text = SMALL.replace('target = "y"', 'target = "y"\ntest_split = 0.5\nvalidation_split = 0.6')
    experiment = loads(text, label="x.toml", folder=Path("/"))
    assert (experiment.data.test_split, experiment.data.validation_split) == (0.5, 0.6)
