import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data.prepare.choosing import Choices
from tui_ann.data.prepare.dataset import build_dataset
from tui_ann.data.prepare.folds import fold_of, with_fold
from tui_ann.data.prepare.split import Split
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError

EMPTY = np.zeros(0, np.intp)


def all_rows(n: int) -> Split:
    return Split(np.arange(n), EMPTY, EMPTY)


@given(n=st.integers(2, 60), folds=st.integers(2, 12), classes=st.integers(1, 3), seed=st.integers(0, 5))
def test_folds_are_of_one_size_in_all_and_in_each_class(n: int, folds: int, classes: int, seed: int) -> None:
    labels = np.random.default_rng(seed).integers(0, classes, n)
    found = fold_of(n, labels, folds, seed)
    assert np.ptp(np.bincount(found, minlength=folds + 1)[1:]) <= 1
    for code in range(classes):
        assert np.ptp(np.bincount(found[labels == code], minlength=folds + 1)[1:]) <= 1


@given(n=st.integers(12, 60), folds=st.integers(2, 5), seed=st.integers(0, 5))
def test_every_row_validates_once_and_trains_otherwise(n: int, folds: int, seed: int) -> None:
    parts = [with_fold(all_rows(n), None, fold, folds, seed) for fold in range(1, folds + 1)]
    assert sorted(np.concatenate([part.validation for part in parts])) == list(range(n))
    for part in parts:
        assert sorted([*part.train, *part.validation]) == list(range(n))


def test_another_seed_deals_otherwise() -> None:
    assert (fold_of(40, None, 4, 0) == fold_of(40, None, 4, 0)).all()
    assert (fold_of(40, None, 4, 0) != fold_of(40, None, 4, 1)).any()


def test_the_test_part_stays_and_scaling_is_fitted_inside_the_fold() -> None:
    x = np.arange(30.0)
    table = Table.of([Column.of_numbers("x", x), Column.of_labels("y", ["no", "yes"] * 15)])
    choices = [Choices(test_split=0.2, folds=3, fold=fold, scaling="standard") for fold in (1, 2, 3)]
    made = [build_dataset(table, choice) for choice in choices]
    assert [each.rows.test.tolist() for each in made] == [list(range(24, 30))] * 3
    assert sorted(np.concatenate([each.rows.validation for each in made])) == list(range(24))
    for each in made:
        assert abs(each.X_train.mean()) < 1e-12
        assert each.X_train.std() == pytest.approx(1)
        codes = each.Y_validation[:, 0]
        assert len(codes) == 8
        assert codes.sum() == 4
    assert any("fold 1 of 3 validates" in note for note in made[0].notes)


@pytest.mark.parametrize(
    ("n", "labels", "fold", "folds", "remedy"),
    [
        (10, None, 4, 3, "from 1 to 3"),
        (4, None, 1, 5, "at most 4 folds"),
        (12, [0] * 9 + [1] * 3, 1, 4, "at most 3 folds"),
        (12, [0] * 11 + [1], 1, 4, "Leave the class out"),
    ],
)
def test_what_cannot_be_dealt_is_refused_with_the_remedy(n, labels, fold, folds, remedy) -> None:
    with pytest.raises(DataError) as refused:
        with_fold(all_rows(n), None if labels is None else np.array(labels), fold, folds, 0)
    assert remedy in refused.value.remedy
