"""How examples are divided: every row exactly once, in order, in pieces of one size with a shorter last one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.engine import schedule
from tui_ann.engine.layers import BatchNormalization, Dense
from tui_ann.engine.network import Network
from tui_ann.engine.schedule import ChunkSchedule, WindowSchedule, pieces, spans

quick = settings(max_examples=60, deadline=None)

counts = st.integers(1, 3000)


@quick
@given(st.integers(0, 500), st.integers(1, 100))
def test_spans_divide_all_rows(count: int, size: int) -> None:
    divided = spans(count, size)
    assert len(divided) == pieces(count, size)
    assert [row for rows in divided.slices() for row in range(rows.start, rows.stop)] == list(range(count))
    assert all(divided.sizes[:-1] == size)
    assert not len(divided) or 0 < divided.sizes[-1] <= size


@quick
@given(counts, st.integers(1, 5000), counts)
def test_windows_cover_an_epoch(n: int, width: int, batch_size: int) -> None:
    made = WindowSchedule(n, width, min(batch_size, n), schedule.BATCHES_PER_WINDOW)
    starts = [0]
    while made.stop(starts[-1]) < n:
        starts.append(made.stop(starts[-1]))
    sizes = np.diff([*starts, n])
    assert all(sizes > 0)
    assert all(sizes <= made.capacity)
    assert made.capacity <= made.most <= n
    assert all(size % made.batch_size == 0 for size in sizes[:-1])  # only the last batch of an epoch is short
    assert made.capacity * width <= max(schedule.WINDOW_NUMBERS, made.batch_size * width)
    assert pieces(made.capacity, made.batch_size) <= made.most_batches <= schedule.BATCHES_PER_WINDOW
    assert made.fits_one_window == (pieces(n, made.batch_size) <= schedule.BATCHES_PER_WINDOW)


@quick
@given(st.integers(1, 20_000), st.integers(1, 100_000), st.integers(1, 3))
def test_chunks_divide_a_batch_among_threads(batch_size: int, bytes_per_example: int, threads: int) -> None:
    made = ChunkSchedule(bytes_per_example, whole_batches=False)
    shares = made.chunks(batch_size, threads)
    assert len(shares) == threads
    rows = sorted((chunk.start, chunk.stop) for share in shares for chunk in share)
    assert [row for start, stop in rows for row in range(start, stop)] == list(range(batch_size))
    assert all(stop - start <= made.chunk for start, stop in rows)
    assert made.examples_at_once(batch_size) == min(batch_size, made.chunk)
    assert 256 <= made.chunk <= 4096


def test_a_normalized_batch_is_not_divided() -> None:
    network = Network(3, [Dense(2), BatchNormalization(), Dense(1)], "mean_squared_error")
    assert network.examples_at_once(100_000) == 100_000
