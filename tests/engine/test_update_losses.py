"""The losses of updates in bounded memory: none is lost that a curve needs."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.engine import update_losses
from tui_ann.engine.update_losses import LossRecord

quick = settings(max_examples=25, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(update_losses, "EXACT", 1024)
        patch.setattr(update_losses, "MOST_BLOCKS", 32)
        yield


def losses(n: int) -> np.ndarray:
    values = np.random.default_rng(n).normal(size=n)
    values[7::101] = np.nan
    return values


def recorded(values: np.ndarray, piece: int = 13) -> LossRecord:
    record = LossRecord()
    for at in range(0, len(values), piece):
        record.extend(values[at : at + piece])
    return record


def assert_true(now: update_losses.UpdateLosses, values: np.ndarray) -> None:
    """Every loss is there: the latest themselves, and older ones as the extremes of just their block."""
    assert len(now) == len(values)
    np.testing.assert_array_equal(now.values, values[now.start :])
    assert now.start <= len(now.low) * now.stride <= len(now)
    blocks = values[: len(now.low) * now.stride].reshape(-1, now.stride)
    np.testing.assert_array_equal(now.low, np.nanmin(blocks, axis=1))
    np.testing.assert_array_equal(now.high, np.nanmax(blocks, axis=1))


@quick
@given(st.integers(0, 9999) | st.sampled_from([1023, 1024, 1025]), st.integers(7, 600))
def test_the_latest_are_kept_one_by_one_and_older_ones_by_their_extremes(n: int, piece: int) -> None:
    values = losses(n)
    now = recorded(values, piece).now
    assert_true(now, values)
    assert len(now.values) >= min(n, 512)
    assert len(now.values) <= 1024
    assert len(now.low) <= 32


@quick
@given(st.integers(0, 8000) | st.sampled_from([7990, 7999, 8000]))
def test_a_run_that_goes_back_and_on_again_ends_with_the_same_losses(at: int) -> None:
    values = losses(8000)
    record = recorded(values)
    record.cut(at)
    assert len(record.now) == at
    for start in range(at, 8000, 7):
        record.extend(values[start : start + 7])
    straight = recorded(values).now
    again = record.now
    assert again.stride == straight.stride
    both = min(len(straight.low), len(again.low))
    np.testing.assert_array_equal(again.low[:both], straight.low[:both])
    np.testing.assert_array_equal(again.high[:both], straight.high[:both])
    np.testing.assert_array_equal(again.values[-512:], straight.values[-512:])


def test_what_was_handed_out_stays_as_it_was() -> None:
    values = losses(1000)
    record = recorded(values[:500])
    moment, copy = record.now, record.now.values.copy()
    for verb in (lambda: record.extend(values[500:]), lambda: record.cut(490), lambda: record.extend(values[:300])):
        verb()
        np.testing.assert_array_equal(moment.values, copy)
        assert len(moment) == 500


def test_losses_that_were_kept_are_gone_on_from() -> None:
    values = losses(7000)
    kept = recorded(values[:4000]).now
    record = LossRecord()
    record.take_over(kept)
    record.extend(values[4000:])
    assert_true(record.now, values)


def test_ten_million_updates_fit_in_a_few_megabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update_losses, "EXACT", 1 << 18)
    monkeypatch.setattr(update_losses, "MOST_BLOCKS", 1 << 17)
    record, piece = LossRecord(), np.linspace(1, 2, 100_000)
    for _ in range(100):
        record.extend(piece)
    now = record.now
    assert len(now) == 10_000_000
    assert record._buffer.nbytes + now.low.nbytes + now.high.nbytes < 8 << 20
    assert now.low.min() == 1
    assert now.high.max() == 2


def plain_columns(values: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The extremes of each column, by a loop."""
    low, high = [], []
    for start, end in pairwise(edges):
        part = values[start:end]
        part = part[np.isfinite(part)]
        low.append(part.min() if part.size else np.nan)
        high.append(part.max() if part.size else np.nan)
    return np.array(low), np.array(high)


@pytest.mark.parametrize("n", [0, 1, 7, 63, 1024, 1500, 5000, 20_000])
@pytest.mark.parametrize("columns", [1, 13, 160])
def test_columns_reach_every_peak(n, columns):
    values = losses(n)
    now = recorded(values).now
    edges = np.linspace(0, n, columns + 1).astype(np.int64)
    found = now.columns(edges)
    wide = n > 4 * now.stride * columns
    edge_of_blocks = max(len(now.low) * now.stride, now.start) if wide else now.start
    inside = edges < edge_of_blocks
    edges[inside] = edges[inside] // now.stride * now.stride
    for some, expected in zip(found, plain_columns(values, edges), strict=True):
        np.testing.assert_array_equal(some, expected)


def test_columns_of_a_few_losses_are_exact():
    values = losses(9000)
    now = recorded(values).now
    edges = np.arange(8600, 9001, 10)
    for some, expected in zip(now.columns(edges), plain_columns(values, edges), strict=True):
        np.testing.assert_array_equal(some, expected)


def test_columns_of_plain_values_leave_gaps_where_nothing_is_finite():
    low, high = update_losses.UpdateLosses(np.array([1.0, np.nan, np.inf, 4.0])).columns(np.arange(5))
    np.testing.assert_array_equal(low, [1, np.nan, np.nan, 4])
    np.testing.assert_array_equal(high, [1, np.nan, np.nan, 4])


def test_one_loss_is_read_off_or_the_extremes_of_its_block():
    values = losses(9000)
    now = recorded(values).now
    assert now.at(8999) == (values[-1], values[-1])
    block = values[20 // now.stride * now.stride :][: now.stride]
    assert now.at(20) == (np.nanmin(block), np.nanmax(block))


@pytest.mark.parametrize("at", [0, 5, 3000, 7900, 7999])
def test_the_first_of_the_losses_are_what_they_were(at):
    values = losses(8000)
    now = recorded(values).now
    first = now.up_to(at)
    assert len(first) == max(at, now.start)
    assert len(first.low) * first.stride <= len(first)
    np.testing.assert_array_equal(first.values, values[now.start : max(at, now.start)])


def test_a_curve_follows_a_run_that_is_rewound():
    record = recorded(np.full(5000, 1.0))
    record.cut(600)
    record.extend(np.full(5000, 2.0))
    edges = np.array([0, 600 // record.now.stride * record.now.stride, 5600])
    low, high = record.now.columns(edges)
    assert (low[0], high[0]) == (1.0, 1.0)
    assert high[1] == 2.0
