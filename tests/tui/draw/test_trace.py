from itertools import pairwise

import numpy as np
import pytest

from tui_ann.engine.update_losses import LossRecord
from tui_ann.tui.draw.trace import Envelope, filled, joined, polyline


def plain_columns(values: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same by a loop."""
    low, high = [], []
    for start, end in pairwise(edges):
        part = values[start:end]
        part = part[np.isfinite(part)]
        low.append(part.min() if part.size else np.nan)
        high.append(part.max() if part.size else np.nan)
    return np.array(low), np.array(high)


@pytest.mark.parametrize("length", [0, 1, 7, 63, 64, 65, 5000, 100_000])
@pytest.mark.parametrize("columns", [1, 13, 160])
def test_an_envelope_knows_the_extremes_of_each_column(length: int, columns: int) -> None:
    values = np.random.default_rng(length).normal(size=length)
    values[::97] = np.nan
    envelope = Envelope()
    envelope.update(values[: length // 2])
    envelope.update(values)
    edges = np.linspace(0, length, columns + 1).astype(np.int64)
    low, high = envelope.columns(edges)
    if length // columns > 4 * 64:  # whole blocks, and what is left: compare with edges on them
        edges[:-1] = edges[:-1] // 64 * 64
    expected_low, expected_high = plain_columns(values, edges)
    np.testing.assert_array_equal(low, expected_low)
    np.testing.assert_array_equal(high, expected_high)


def test_an_envelope_notices_a_rewound_run() -> None:
    envelope = Envelope()
    envelope.update(np.full(2000, 1.0))
    envelope.update(np.full(600, 1.0))
    envelope.update(np.full(5000, 2.0))
    low, high = envelope.columns(np.array([0, 5000]))
    assert (low[0], high[0]) == (2.0, 2.0)


def test_an_envelope_outlives_runs_that_are_shorter_than_a_block() -> None:
    envelope = Envelope()
    for length in (5000, 88, 6000, 0, 9000, 40, 300):
        values = np.random.default_rng(length).normal(size=length)
        envelope.update(values)
        low, high = envelope.columns(np.array([0, length]))
        if length:
            assert (low[0], high[0]) == (values.min(), values.max())


def test_an_envelope_of_a_long_run_knows_the_extremes_of_its_blocks() -> None:
    values = np.random.default_rng(4).normal(size=700_000)
    record = LossRecord()
    for at in range(0, len(values), 10_000):
        record.extend(values[at : at + 10_000])
    envelope = Envelope()
    envelope.update(record.now)
    assert len(envelope) == 700_000
    assert envelope.start > 0
    edges = np.linspace(0, 700_000, 101).astype(np.int64) // 256 * 256
    for found, expected in zip(envelope.columns(edges), plain_columns(values, edges), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert envelope.at(699_999) == (values[-1], values[-1])
    assert envelope.at(20) == (values[16:24].min(), values[16:24].max())


def test_not_finite_values_leave_gaps() -> None:
    envelope = Envelope()
    envelope.update(np.array([1.0, np.nan, np.inf, 4.0]))
    low, _ = envelope.columns(np.arange(5))
    np.testing.assert_array_equal(low, [1, np.nan, np.nan, 4])


def test_a_line_goes_through_its_points_and_breaks_at_nan() -> None:
    low, high = polyline(np.array([0.0, 4, 6, 8]), np.array([0.0, 8, np.nan, 3]), 9)
    np.testing.assert_array_equal(low, [0, 2, 4, 6, 8, np.nan, np.nan, np.nan, 3])
    np.testing.assert_array_equal(high, low)


def test_many_points_in_a_column_keep_their_extremes() -> None:
    low, high = polyline(np.array([1.0, 1.1, 1.2]), np.array([5.0, -3, 4]), 3)
    assert (low[1], high[1]) == (-3, 5)


def test_neighbours_touch_and_gaps_stay() -> None:
    low, high = joined(np.array([0.0, 10, np.nan, 2]), np.array([1.0, 10, np.nan, 2]))
    assert (high[0], low[1]) == (5.5, 5.5)
    assert np.isnan(low[2])


def test_filled_columns() -> None:
    mask = filled(np.array([0.0, 1, np.nan]), np.array([0.0, 2, np.nan]), 3)
    assert mask.astype(int).tolist() == [[0, 1, 0], [0, 1, 0], [1, 0, 0]]
