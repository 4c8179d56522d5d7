"""The rows that are judged: those of a part, and those of another file."""

from pathlib import Path

import numpy as np
import pytest

from tui_ann.errors import DataError, SessionError
from tui_ann.session.evaluate.rows import largest_unseen_part, rows_of_file, rows_of_part
from tui_ann.session.predicting import Answerer


def test_a_part_has_its_rows_in_the_order_of_the_file(two_classes: Answerer) -> None:
    dataset = two_classes.dataset
    assert dataset is not None
    rows = rows_of_part(two_classes, "test")
    assert rows.what == "test part"
    assert sorted(dataset.rows.test) == rows.places.tolist()
    assert (rows.parts == 2).all()
    np.testing.assert_array_equal(rows.lines, rows.places + 2)
    np.testing.assert_allclose(rows.y_hat, two_classes.network.predict(rows.X))
    assert largest_unseen_part(two_classes) == "test"


def test_all_rows_are_those_of_the_three_parts(two_classes: Answerer) -> None:
    rows = rows_of_part(two_classes, "all")
    assert rows.places.tolist() == list(range(60))
    assert np.bincount(rows.parts).tolist() == [36, 9, 15]


def test_badness_is_the_distance_from_the_truth(two_classes: Answerer, numbers: Answerer) -> None:
    rows = rows_of_part(two_classes, "test")
    np.testing.assert_allclose(rows.badness, np.abs(rows.codes - rows.y_hat[:, 0]))
    rows = rows_of_part(numbers, "test")
    b = np.array([rows.table.column("b").value(place) for place in rows.places], float)
    np.testing.assert_allclose(rows.actual[:, 0], b)
    np.testing.assert_allclose(rows.badness, np.abs(rows.predicted[:, 0] - b))


def test_another_file_may_lack_the_target_or_have_new_labels(two_classes: Answerer, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_text("b,a,colour\n1,2,red\n0,1,green\n", encoding="utf-8")
    rows = rows_of_file(two_classes, path)
    assert not rows.known.any()
    assert np.isnan(rows.losses).all()
    assert rows.what == "new.csv"
    assert any("no column kind, so its rows are predicted but not judged" in note for note in rows.notes)
    assert any("label that no training row has" in note for note in rows.notes)
    path.write_text("b,a,colour,kind\n1,2,red,yes\n0,1,red,perhaps\n0,1,red,\n", encoding="utf-8")
    rows = rows_of_file(two_classes, path)
    assert rows.known.tolist() == [True, False, False]
    assert rows.codes.tolist() == [1, -1, -1]
    assert any("a label that the network does not know" in note for note in rows.notes)


def test_a_file_with_other_columns_is_refused_in_a_sentence(two_classes: Answerer, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("p,q\n1,2\n3,4\n", encoding="utf-8")
    with pytest.raises(
        DataError, match=r"no column 'a', which the network was trained on\. All 3 columns are missing"
    ) as refused:
        rows_of_file(two_classes, path)
    assert refused.value.remedy.endswith("Take a file with the columns of the run, or write their names in the header.")
    path.write_text("a,colour,kind\n1,red,yes\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column 'b'"):
        rows_of_file(two_classes, path)


def test_a_part_without_rows_and_an_unknown_part_are_refused(numbers: Answerer) -> None:
    with pytest.raises(SessionError, match="There is no part 'tests'"):
        rows_of_part(numbers, "tests")


def test_the_file_of_the_run_is_recognised(two_classes: Answerer, table_path: Path) -> None:
    rows = rows_of_file(two_classes, table_path)
    assert np.bincount(rows.parts).tolist() == [36, 9, 15]
