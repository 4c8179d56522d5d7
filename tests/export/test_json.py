"""The JSON of an update is exact, complete, and of the shapes that the interface promises."""

import json
from typing import Any

import numpy as np
import pytest

from tests.export.cases import NAMES, Case, case, described, everything, worked
from tui_ann.engine.layers import Dense, Dropout
from tui_ann.errors import TuiAnnError
from tui_ann.export.worked import worked_solution

LAYER_KEYS = ["layer", "W", "b", "z", "a", "dL_da", "da_dz", "dL_dz", "dL_dW", "dL_db", "W_new", "b_new"]


def told(made: Case) -> dict[str, Any]:
    object_: dict[str, Any] = json.loads(worked_solution(*made, format="json"), parse_constant=pytest.fail)
    return object_


def test_the_worked_example() -> None:
    found = told(worked())
    assert list(found) == ["x", "y", "layers", "loss", "learning_rate", "optimizer"]
    assert (found["x"], found["y"], found["learning_rate"]) == ([1, 2], [1], 0.1)
    assert found["loss"] == pytest.approx(0.08, rel=1e-13)
    first, second = found["layers"]
    assert list(first) == list(second) == LAYER_KEYS
    assert [first["layer"], second["layer"]] == [1, 2]
    for layer, key, expected in (
        (first, "z", [1, 2, 1.5]),
        (first, "a", [1, 2, 1.5]),
        (second, "a", [1.4]),
        (second, "dL_da", [0.4]),
        (second, "da_dz", [1]),
        (second, "dL_dW", [[0.4, 0.8, 0.6]]),
        (second, "dL_db", [0.4]),
        (first, "dL_dz", [0.16, 0.12, 0.08]),
        (first, "dL_dW", [[0.16, 0.32], [0.12, 0.24], [0.08, 0.16]]),
        (first, "dL_db", [0.16, 0.12, 0.08]),
        (first, "W_new", [[0.484, 0.168], [0.288, 0.776], [0.592, 0.384]]),
        (first, "b_new", [0.084, 0.088, 0.092]),
        (second, "W_new", [[0.36, 0.22, 0.14]]),
        (second, "b_new", [0.06]),
    ):
        np.testing.assert_allclose(layer[key], expected, rtol=1e-14, err_msg=key)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_exact(name: str) -> None:
    network, trace = described(name)
    found = told((network, trace))
    single = len(trace.examples) == 1
    for layer in found["layers"]:
        n = layer["layer"]
        assert np.array_equal(layer["dL_dW"], trace.gradients[f"W{n}"])
        assert np.array_equal(layer["W_new"], trace.after[f"W{n}"])
        for slot, before in trace.slots_before.items():
            assert np.array_equal(layer[f"W_{slot}"], before[f"W{n}"])
            assert np.array_equal(layer[f"b_{slot}_new"], trace.slots_after[slot][f"b{n}"])
        for key, symbol in (("z", "z"), ("a", "a"), ("dL_da", "da"), ("dL_dz", "dz")):
            value = trace.value(f"{symbol}{n}")
            assert np.array_equal(layer[key], value[:, 0] if single else value.T)
        J = trace.value(f"g_prime{n}")
        expected = (J[0] if single else J) if J.ndim == 3 else (J[:, 0] if single else J.T)
        assert np.array_equal(layer["da_dz"], expected)
        assert ("alpha" in layer) == (f"alpha{n}" in trace.gradients)
    assert found["loss"] == trace.loss
    assert ("penalty" in found) == network.penalties.active


def test_everything_else_that_the_network_has() -> None:
    network, trace = everything()
    found = told((network, trace))
    assert [np.shape(layer["mask"]) for layer in found["dropout"]] == [(3, 5), (3, 4)]
    (normalisation,) = found["batch_normalization"]
    assert np.array_equal(normalisation["mean"], trace.value("mu1")[:, 0])
    assert np.array_equal(normalisation["gamma_new"], trace.after["gamma1"])
    assert np.array_equal(normalisation["moving_var_new"], trace.after["moving_var1"])
    assert found["penalty"] == trace.penalty


def test_a_mask_of_a_single_example_is_a_vector() -> None:
    found = told(case([Dense(3), Dropout(0.5), Dense(1)], "half_squared_error", batch_size=1))
    assert np.shape(found["dropout"][0]["mask"]) == (3,)


def test_a_large_update_is_refused_kindly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_ann.export.worked.json_.MOST_NUMBERS", 20)
    with pytest.raises(TuiAnnError, match="a line of JSON holds 20 at most") as refused:
        worked_solution(*worked(), format="json")
    assert refused.value.code == "too_large_for_json"


def test_what_is_not_finite_is_null() -> None:
    found = told(case([Dense(1)], "half_squared_error", update=3, learning_rate=1e160))
    assert None in found["layers"][0]["W_new"][0]
    assert found["loss"] is None


def test_a_zero_has_no_sign() -> None:
    network, trace = case([Dense(2, "softmax")], "categorical_crossentropy", batch_size=1)
    assert (np.signbit(trace.value("da1")) & (trace.value("da1") == 0)).any()
    assert "-0.0," not in worked_solution(network, trace, format="json").replace("]", ",")
