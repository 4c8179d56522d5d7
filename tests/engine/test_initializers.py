"""Start weights: the limits and spreads of Keras 3's rules, and that equal seeds give equal weights."""

import numpy as np
import pytest

from tui_ann.engine.initializers import INITIALIZERS, initial
from tui_ann.errors import EngineError

NEURONS, INPUTS = 300, 500
AVERAGE = (NEURONS + INPUTS) / 2
VARIANCE = {
    "small_normal": 0.05**2,
    "glorot_uniform": 1 / AVERAGE,
    "glorot_normal": 1 / AVERAGE,
    "he_uniform": 2 / INPUTS,
    "he_normal": 2 / INPUTS,
    "lecun_uniform": 1 / INPUTS,
    "lecun_normal": 1 / INPUTS,
}
CUT = 0.87962566103423978


def draw(name: str, seed: int = 0, shape: tuple[int, int] = (NEURONS, INPUTS)) -> np.ndarray:
    return initial(name, np.random.default_rng(seed), shape)


def test_all_rules_are_there() -> None:
    assert {*VARIANCE, "zeros"} == set(INITIALIZERS)
    assert not draw("zeros").any()


@pytest.mark.parametrize("name", VARIANCE)
def test_spread(name: str) -> None:
    W = draw(name)
    assert W.shape == (NEURONS, INPUTS)
    assert W.dtype == np.float64
    assert np.var(W) == pytest.approx(VARIANCE[name], rel=0.02)
    assert abs(W.mean()) < 5 * np.sqrt(VARIANCE[name] / W.size)


@pytest.mark.parametrize("name", [name for name in VARIANCE if name.endswith("_uniform")])
def test_uniform_rules_reach_their_limit_and_no_further(name: str) -> None:
    limit = np.sqrt(3 * VARIANCE[name])
    assert 0.999 * limit < np.abs(draw(name)).max() <= limit


@pytest.mark.parametrize("name", [name for name in VARIANCE if name.endswith("_normal") and name != "small_normal"])
def test_normal_rules_are_cut_at_two_deviations(name: str) -> None:
    limit = 2 * np.sqrt(VARIANCE[name]) / CUT
    assert 0.99 * limit < np.abs(draw(name)).max() <= limit


@pytest.mark.parametrize("name", INITIALIZERS)
def test_equal_generators_give_equal_weights(name: str) -> None:
    assert np.array_equal(draw(name, 3), draw(name, 3))
    assert name == "zeros" or not np.array_equal(draw(name, 3), draw(name, 4))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_one_weight(name: str) -> None:
    assert np.isfinite(draw(name, shape=(1, 1))).all()


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(EngineError, match=r"There is no initializer “xavier”.*glorot_uniform"):
        draw("xavier")
