"""Splitting: sizes as in Keras, seeds, shares of the classes, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ann.data.prepare.split import Split, part_sizes, split_rows
from tui_ann.errors import DataError


def everything(split: Split) -> list[int]:
    return sorted(np.concatenate([split.train, split.validation, split.test]).tolist())


def test_ordered_takes_test_rows_last_then_the_last_rows_of_the_rest() -> None:
    split = split_rows(20, None, 0.25, 0.2, "ordered")
    assert split.train.tolist() == list(range(12))
    assert split.validation.tolist() == [12, 13, 14]
    assert split.test.tolist() == [15, 16, 17, 18, 19]


def test_without_shares_all_rows_are_trained_on() -> None:
    split = split_rows(3)
    assert (split.train.tolist(), split.validation.size, split.test.size) == ([0, 1, 2], 0, 0)


@pytest.mark.parametrize(("n", "share"), [(569, 0.1), (442, 0.1), (150, 0.15), (7, 0.5), (1797, 0.3)])
def test_training_part_has_as_many_rows_as_in_keras(n: int, share: float) -> None:
    assert split_rows(n, None, 0.0, share).train.size == math.floor(n * (1.0 - share))


def test_shuffled_depends_on_the_seed_alone() -> None:
    first, again, other = (split_rows(50, None, 0.2, 0.2, "shuffled", seed) for seed in (3, 3, 4))
    assert first.train.tolist() == again.train.tolist()
    assert first.train.tolist() != other.train.tolist()
    assert everything(first) == list(range(50))


def test_stratified_keeps_the_shares_and_mixes_the_classes() -> None:
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    split = split_rows(100, labels, 0.2, 0.25, "stratified", 1)
    assert [np.bincount(labels[part]).tolist() for part in (split.train, split.validation, split.test)] == [
        [36, 18, 6],
        [12, 6, 2],
        [12, 6, 2],
    ]
    assert everything(split) == list(range(100))
    assert np.any(np.diff(labels[split.train]) < 0), "classes lie in blocks"


def test_stratified_puts_a_rare_class_into_every_part() -> None:
    labels = np.repeat([0, 1], [97, 3])
    split = split_rows(100, labels, 0.1, 0.1, "stratified")
    assert all((labels[part] == 1).any() for part in (split.train, split.validation, split.test))


@given(
    counts=st.lists(st.integers(3, 40), min_size=1, max_size=12),
    test=st.sampled_from([0.0, 0.1, 0.2, 0.5]),
    validation=st.sampled_from([0.0, 0.1, 0.3, 0.5]),
    seed=st.integers(0, 5),
)
def test_stratified_has_the_same_sizes_as_the_other_splits(
    counts: list[int], test: float, validation: float, seed: int
) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    n = len(labels)
    try:
        n_kept, n_train = part_sizes(n, test, validation)
    except DataError:
        return
    split = split_rows(n, labels, test, validation, "stratified", seed)
    assert [split.train.size, split.validation.size, split.test.size] == [n_train, n_kept - n_train, n - n_kept]
    assert everything(split) == list(range(n))
    if n_train >= len(counts) and test <= 0.2 and validation <= 0.3:
        assert len(np.unique(labels[split.train])) == len(counts)


def test_a_class_with_too_few_rows_is_named() -> None:
    with pytest.raises(DataError, match=r"'rare' has only 1 row; .* into 2 parts needs 2 .*shuffled") as caught:
        split_rows(9, np.repeat([0, 1], [8, 1]), 0.0, 0.2, "stratified", class_names=["common", "rare"])
    assert caught.value.code == "class_too_small"
    assert "at least one part has no row of it" in caught.value.remedy, "a shuffled split is no way to have the class"


@pytest.mark.parametrize(("rows", "enough"), [(2, True), (1, False)])
def test_a_share_of_0_is_advised_only_where_it_is_enough(rows: int, enough: bool) -> None:
    with pytest.raises(DataError) as caught:
        split_rows(50, np.repeat([0, 1], [50 - rows, rows]), 0.2, 0.2, "stratified")
    assert ("set a share to 0" in caught.value.remedy) is enough


def test_stratified_needs_classes() -> None:
    with pytest.raises(DataError, match="target is a number"):
        split_rows(9, None, 0.0, 0.2, "stratified")


@pytest.mark.parametrize(
    ("n", "test", "validation", "part"), [(1, 0.0, 0.1, "training"), (2, 0.4, 0.6, "training"), (0, 0, 0, "training")]
)
def test_an_empty_part_is_refused_with_the_remedy(n: int, test: float, validation: float, part: str) -> None:
    with pytest.raises(DataError, match=part) as caught:
        split_rows(n, None, test, validation)
    assert caught.value.code == "empty_part"
    assert caught.value.remedy


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(DataError, match="test_split"):
        split_rows(10, None, share, 0.0)


def test_an_unknown_way_to_split_is_refused() -> None:
    with pytest.raises(DataError, match="ordered, shuffled, stratified"):
        split_rows(10, how="random")


def test_a_million_rows_in_many_classes_split_quickly() -> None:
    labels = np.arange(1_000_000) % 1000
    split = split_rows(1_000_000, labels, 0.2, 0.1, "stratified")
    assert split.train.size == 720_000


def test_parts_are_named_by_the_rows_of_the_table_after_rows_were_dropped() -> None:
    kept = np.array([0, 2, 5, 6])
    split = split_rows(4, None, 0.25, 0.0).of(kept)
    assert (split.train.tolist(), split.test.tolist()) == ([0, 2, 5], [6])
