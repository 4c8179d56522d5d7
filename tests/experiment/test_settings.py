import math
from typing import get_args

import pytest

from tui_ann.engine.training_settings import EarlyStopping
from tui_ann.experiment.keys import get, put, setting_of
from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS, section_settings
from tui_ann.experiment.spec import Activation, DenseSpec

EVERY = [*SETTINGS.values(), *(setting for settings in LAYER_SETTINGS.values() for setting in settings.values())]


@pytest.mark.parametrize("setting", EVERY, ids=lambda setting: setting.key)
def test_every_setting_has_a_label_a_sentence_of_help_and_a_default_within_its_limits(setting):
    assert setting.label
    assert setting.help.endswith(".")
    assert setting.allowed()
    if setting.kind not in ("layers", "table") and not setting.required:
        assert setting.fault(setting.default) is None


def test_choices_keep_the_order_of_the_file():
    assert LAYER_SETTINGS["dense"]["activation"].choices == get_args(Activation)
    assert SETTINGS["training.variant"].choices == ("batch", "stochastic", "mini-batch")


def test_sections_hold_their_own_settings():
    assert list(section_settings("")) == ["schema", "name"]
    assert list(section_settings("training.early_stopping")) == [
        "monitor",
        "patience",
        "min_delta",
        "restore_best_weights",
    ]
    assert "early_stopping" in section_settings("training")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("training.learning_rate", math.nan),
        ("training.learning_rate", math.inf),
        ("training.learning_rate", 0),
        ("training.learning_rate", -1.0),
        ("training.learning_rate", 10**400),
        ("training.learning_rate", True),
        ("training.learning_rate", "0.1"),
        ("training.epochs", 0),
        ("training.epochs", 1.5),
        ("training.epochs", True),
        ("training.batch_size", 0),
        ("training.momentum", 1.1),
        ("training.metrics", ["accuracy", "roc"]),
        ("training.metrics", ["auc", "auc"]),
        ("training.metrics", "auc"),
        ("training.shuffle", 1),
        ("training.loss", "hinge"),
        ("network.seed", -1),
        ("network.seed", 2**63),
        ("data.target", []),
        ("data.target", [1]),
        ("data.features", []),
        ("data.skip_lines", -1),
        ("data.decimal", ";"),
        ("schema", 2),
        ("schema", True),
        ("schema", 1.0),
        ("name", ""),
        ("name", "x" * 201),
        ("name", "a\0b"),
        ("name", None),
    ],
)
def test_impossible_values_are_faults(key, value):
    assert SETTINGS[key].fault(value)


def test_optional_settings_may_be_unset():
    assert SETTINGS["data.delimiter"].fault(None) is None
    assert LAYER_SETTINGS["dense"]["alpha"].fault(None) is None
    assert SETTINGS["training.learning_rate"].fault(None)


def test_what_is_allowed_reads_as_words():
    assert SETTINGS["training.learning_rate"].allowed() == "a number above 0"
    assert LAYER_SETTINGS["dropout"]["rate"].allowed() == "a number from 0 below 1"
    assert SETTINGS["data.missing"].allowed() == "one of error, drop, mean, median, most_frequent"
    assert SETTINGS["network.seed"].allowed() == "a whole number from 0"


def test_a_setting_applies_where_it_has_an_effect(experiment):
    batch_size, momentum = SETTINGS["training.batch_size"], SETTINGS["training.momentum"]
    patience = SETTINGS["training.early_stopping.patience"]
    assert batch_size.applies(experiment)
    assert not momentum.applies(experiment)
    assert not patience.applies(experiment)
    changed = put(put(experiment, "training.optimizer", "nesterov"), "training.variant", "batch")
    changed = put(changed, "training.early_stopping", EarlyStopping())
    assert not batch_size.applies(changed)
    assert momentum.applies(changed)
    assert patience.applies(changed)
    alpha = LAYER_SETTINGS["dense"]["alpha"]
    assert alpha.applies(DenseSpec(units=1, activation="elu"))
    assert not alpha.applies(DenseSpec(units=1, activation="relu"))


def test_get_and_put_reach_every_key(experiment):
    assert get(experiment, "network.layers.2.rate") == 0.2
    assert get(put(experiment, "network.layers.2.rate", 0.3), "network.layers.2.rate") == 0.3
    assert get(experiment, "training.early_stopping.patience") is None
    assert get(put(experiment, "training.early_stopping.patience", 9), "training.early_stopping").patience == 9
    assert get(put(experiment, "name", "other"), "name") == "other"
    assert experiment.name == "small"
    assert setting_of(experiment, "network.layers.1.units").kind == "int"


@pytest.mark.parametrize(
    "key",
    ["network.layers.4.units", "network.layers.1.rate", "network.layers.x.units", "training.nope", "network.layers.1"],
)
def test_unknown_keys_raise(experiment, key):
    with pytest.raises(KeyError):
        put(experiment, key, 1)


def test_the_words_of_the_choices_are_those_the_engine_knows():
    from tui_ann.engine.activations import ACTIVATIONS
    from tui_ann.engine.initializers import INITIALIZERS
    from tui_ann.engine.losses import LOSSES
    from tui_ann.engine.metrics import METRICS
    from tui_ann.engine.optimizers import OPTIMIZERS

    assert set(LAYER_SETTINGS["dense"]["activation"].choices) == set(ACTIVATIONS)
    assert set(LAYER_SETTINGS["dense"]["initializer"].choices) == set(INITIALIZERS)
    assert set(SETTINGS["network.initializer"].choices) == set(INITIALIZERS)
    assert set(SETTINGS["training.loss"].choices) == set(LOSSES)
    assert set(SETTINGS["training.metrics"].choices) == set(METRICS)
    assert set(SETTINGS["training.optimizer"].choices) == set(OPTIMIZERS)
    monitors = {f"{part}{name}" for part in ("", "val_") for name in ("loss", *METRICS)}
    assert set(SETTINGS["training.early_stopping.monitor"].choices) == monitors
