"""A training setting is declared once: form, `--set`, experiment file and engine accept the same values."""

import math
from typing import Any, get_args

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tui_ann.engine.metrics import METRICS
from tui_ann.engine.training_settings import EarlyStopping, MetricName, TrainingSettings
from tui_ann.errors import EngineError, ExperimentError
from tui_ann.experiment.decode import decode, encode
from tui_ann.experiment.keys import put
from tui_ann.experiment.sets import apply_sets
from tui_ann.experiment.settings import SETTINGS

OF_THE_TRAINER = {
    key: setting for key, setting in SETTINGS.items() if setting.path[0] == "training" and setting.kind != "table"
}
BOUNDS = [0, 0.0, -0.0, 1, 1.0, -1, 5e-324, math.nextafter(1, 0), 1e308, math.inf, -math.inf, math.nan, 10**8, 2**63]
WORDS = sorted({word for setting in OF_THE_TRAINER.values() for word in setting.words})
values = st.one_of(
    st.sampled_from(BOUNDS),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.sampled_from([*WORDS, "", "adamw"]),
    st.lists(st.sampled_from([*METRICS, "roc"]), max_size=3),
)


def engine_accepts(key: str, value: Any) -> bool:
    """Whether the engine trains with a value."""
    name = SETTINGS[key].name
    value = tuple(value) if isinstance(value, list) else value
    made = TrainingSettings(metrics=get_args(MetricName), early_stopping=EarlyStopping())
    if key.startswith("training.early_stopping."):
        made = replace(made, early_stopping=replace(EarlyStopping(), **{name: value}))
    else:
        made = replace(made, **{name: value})
    try:
        replace(made, early_stopping=made.early_stopping if name != "metrics" else None).check(validated=True)
    except EngineError:
        return False
    return True


def file_accepts(experiment: Any, key: str, value: Any) -> bool:
    """Whether a file may hold a value."""
    tree = encode(experiment)
    *sections, name = key.split(".")
    table = tree
    for section in sections:
        table = table.setdefault(section, {})
    table[name] = value
    return decode(tree)[0] is not None


def set_accepts(experiment: Any, key: str, value: Any) -> bool:
    """Whether `--set` takes a value."""
    try:
        apply_sets(experiment, [f"{key}={tomlkit.item(value).as_string()}"])
    except ExperimentError:
        return False
    return True


@pytest.mark.parametrize("key", OF_THE_TRAINER)
@given(value=values)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_accept_the_same_values(experiment, key, value):
    form = SETTINGS[key].fault(value) is None
    assert engine_accepts(key, value) is form
    assert file_accepts(experiment, key, value) is form
    if SETTINGS[key].kind != "list" or isinstance(value, list):  # `--set` reads one word as a list of one
        assert set_accepts(experiment, key, value) is form


def test_momentum_stays_below_1(experiment):
    key = "training.momentum"
    assert not engine_accepts(key, 1.0)
    assert not file_accepts(experiment, key, 1.0)
    assert not set_accepts(experiment, key, 1.0)
    assert SETTINGS[key].fault(1.0) == "found 1.0"
    assert SETTINGS[key].allowed() == "a number from 0 below 1"


def test_the_trainer_takes_the_table_of_the_file_as_it_is(experiment):
    changed = put(experiment, "data.noise", 0.25)
    assert isinstance(changed.training, TrainingSettings)
    assert changed.training.noise == 0.25
    tree = encode(changed)
    assert tree["data"]["noise"] == 0.25
    assert "noise" not in tree["training"]
    assert decode(tree)[0] == changed
