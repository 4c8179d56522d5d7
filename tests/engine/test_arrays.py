"""Lengths and means of numbers whose squares or sums overflow."""

import numpy as np
import pytest

from tui_ann.engine.arrays import mean, norm, rms


@pytest.mark.parametrize("size", [1.0, 1e200, 3e-5])
def test_lengths_of_very_large_numbers(size):
    values = size * np.array([[3.0, 0.0], [4.0, 0.0]])
    assert norm(values) == pytest.approx(5.0 * size)
    assert rms(values) == pytest.approx(2.5 * size)


def test_lengths_of_what_is_not_finite():
    assert norm(np.array([1.0, np.inf])) == rms(np.array([1.0, np.inf])) == np.inf
    assert np.isnan(rms(np.array([1.0, np.nan])))
    assert rms(np.zeros(0)) == 0.0


def test_means_of_very_large_numbers():
    assert mean(np.array([1e308, 1.5e308, 1.7e308])) == pytest.approx(1.4e308)
    assert mean(np.array([1.0, 2.0])) == 1.5
    assert mean(np.array([1.0, -np.inf])) == -np.inf
    assert np.isnan(mean(np.array([1.0, np.nan])))
