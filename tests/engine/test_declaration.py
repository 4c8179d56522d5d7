import math

import pytest

from tui_ann.engine.declaration import declarations
from tui_ann.engine.training_settings import EarlyStopping, TrainingSettings


@pytest.mark.parametrize("struct", [TrainingSettings, EarlyStopping])
def test_every_field_has_a_label_a_sentence_and_a_default_within_its_limits(struct):
    for name, declared in declarations(struct).items():
        assert declared.name == name
        assert declared.label
        assert declared.help.endswith(".")
        assert declared.fault(declared.default) is None or declared.kind == "table"


def test_limits_are_read_from_the_annotation():
    momentum = declarations(TrainingSettings)["momentum"]
    assert momentum.allowed() == "a number from 0 below 1"
    assert momentum.fault(1.0) == "found 1.0"
    assert momentum.fault(math.nan) == "found nan"
    assert momentum.fault(0) is None


def test_an_annotation_of_an_unknown_kind_raises():
    from msgspec import Struct

    class Odd(Struct):
        value: complex = 0j

    with pytest.raises(KeyError):
        declarations(Odd)
