"""Combinations that make no sense are refused one by one, each in one sentence with its remedy."""

import pytest

from tui_ann.engine.compatibility import Fix, incompatibilities
from tui_ann.engine.layers import BatchNormalization, Dense, Dropout, Layer
from tui_ann.engine.network import Network
from tui_ann.errors import EngineError

MSE, BCE, CCE = "mean_squared_error", "binary_crossentropy", "categorical_crossentropy"

REFUSED: list[tuple[str, list[Layer], str, int | None, Fix | None]] = [
    ("no_output_layer", [], MSE, None, None),
    ("no_output_layer", [Dense(3), Dropout(0.5)], MSE, 2, None),
    ("no_output_layer", [Dense(3), BatchNormalization()], MSE, 2, None),
    ("no_units", [Dense(0)], MSE, 1, Fix(1, "units", 1)),
    ("no_units", [Dense(-2, "relu"), Dense(1)], MSE, 1, Fix(1, "units", 1)),
    ("unknown_activation", [Dense(3, "no_such"), Dense(1)], MSE, 1, None),
    ("unknown_initializer", [Dense(1, initializer="xavier")], MSE, 1, None),
    ("unknown_loss", [Dense(1)], "hinge", None, None),
    ("softmax_one_unit", [Dense(1, "softmax")], MSE, 1, Fix(1, "activation", "sigmoid")),
    ("softmax_one_unit", [Dense(1, "softmax")], CCE, 1, Fix(1, "activation", "sigmoid")),
    ("softmax_one_unit", [Dense(1, "softmax"), Dense(1)], MSE, 1, Fix(1, "activation", "sigmoid")),
    ("bad_penalty", [Dense(1, l1=-0.1)], MSE, 1, Fix(1, "l1", 0.0)),
    ("bad_penalty", [Dense(1, l2=float("nan"))], MSE, 1, Fix(1, "l2", 0.0)),
    ("bad_penalty", [Dense(1, l2=float("inf"))], MSE, 1, Fix(1, "l2", 0.0)),
    ("bad_rate", [Dense(2), Dropout(1.0), Dense(1)], MSE, 2, Fix(2, "rate", 0.5)),
    ("bad_rate", [Dropout(-0.1), Dense(1)], MSE, 1, Fix(1, "rate", 0.5)),
    ("bad_mode", [Dropout(0.5, mode="gaussian"), Dense(1)], MSE, 1, None),
    ("bad_normalisation", [BatchNormalization(momentum=1.0), Dense(1)], MSE, 1, None),
    ("bad_normalisation", [BatchNormalization(epsilon=0.0), Dense(1)], MSE, 1, None),
    ("loss_activation", [Dense(1)], BCE, 1, Fix(1, "activation", "sigmoid")),
    ("loss_activation", [Dense(2, "relu"), Dense(1, "tanh")], BCE, 2, Fix(2, "activation", "sigmoid")),
    ("loss_activation", [Dense(2, "softmax")], BCE, 1, Fix(None, "loss", CCE)),
    ("loss_activation", [Dense(3)], CCE, 1, Fix(1, "activation", "softmax")),
    ("loss_activation", [Dense(3, "sigmoid")], CCE, 1, Fix(1, "activation", "softmax")),
    ("cce_one_output", [Dense(1, "sigmoid")], CCE, 1, Fix(None, "loss", BCE)),
    ("cce_one_output", [Dense(1)], CCE, 1, Fix(None, "loss", BCE)),
]


@pytest.mark.parametrize(("code", "layers", "loss", "place", "fix"), REFUSED)
def test_refused(code: str, layers: list[Layer], loss: str, place: int | None, fix: Fix | None) -> None:
    [problem] = incompatibilities(layers, loss)
    assert (problem.code, problem.layer, problem.fix) == (code, place, fix)
    for text in (problem.message, problem.remedy):
        assert text.endswith(".")
        assert "\n" not in text
    with pytest.raises(EngineError) as caught:
        Network(2, layers, loss)
    assert caught.value.code == code
    assert caught.value.remedy == problem.remedy


@pytest.mark.parametrize(
    ("layers", "loss"),
    [
        ([Dense(1)], MSE),
        ([Dense(1, "sigmoid")], BCE),
        ([Dense(3, "sigmoid")], BCE),
        ([Dense(2, "softmax")], CCE),
        ([Dense(3, "softmax")], MSE),
        ([Dense(3, "softmax"), Dense(1)], "mean_absolute_error"),
        ([Dropout(0.0), BatchNormalization(momentum=0.0), Dense(1, "prelu")], "half_squared_error"),
    ],
)
def test_allowed(layers: list[Layer], loss: str) -> None:
    assert incompatibilities(layers, loss) == []
    assert Network(2, layers, loss).outputs == layers[-1].outputs(2)


def test_all_mistakes_are_found_at_once() -> None:
    layers: list[Layer] = [Dense(0, "no_such", l1=-1), Dropout(2, mode="x"), Dense(1, "softmax")]
    codes = [problem.code for problem in incompatibilities(layers, "hinge")]
    assert sorted(codes) == sorted(
        ["no_units", "unknown_activation", "bad_penalty", "bad_rate", "bad_mode", "softmax_one_unit", "unknown_loss"]
    )


def test_every_fix_mends_what_it_belongs_to() -> None:
    for code, layers, loss, _, fix in REFUSED:
        if fix is None:
            continue
        mended, new_loss = list(layers), loss
        if fix.layer is None:
            new_loss = str(fix.value)
        else:
            layer = mended[fix.layer - 1]
            mended[fix.layer - 1] = type(layer)(**{**vars(layer), fix.field: fix.value})
        assert code not in [problem.code for problem in incompatibilities(mended, new_loss)]


@pytest.mark.parametrize("inputs", [0, -1])
def test_no_inputs(inputs: int) -> None:
    with pytest.raises(EngineError, match="at least one input"):
        Network(inputs, [Dense(1)], MSE)


def test_unknown_precision() -> None:
    with pytest.raises(EngineError, match=r"float16.*float64 or float32"):
        Network(2, [Dense(1)], MSE, dtype="float16")
