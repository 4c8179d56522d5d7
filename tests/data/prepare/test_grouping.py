"""Classes of rows, the most telling columns, and images: what the pictures of the data are made of."""

import numpy as np
import pytest

from tui_ann.data.prepare.distribution import Counts, Histogram, distribution
from tui_ann.data.prepare.grouping import (
    MOST_CLASSES,
    axis_of,
    group_rows,
    image_columns,
    images,
    most_telling,
    pixel_range,
)
from tui_ann.data.read.table import Column

NAN = float("nan")


def test_rows_are_grouped_in_the_order_of_the_outputs() -> None:
    groups = group_rows(Column.of_labels("y", ["no", "yes", None, "no"]))
    assert groups.labels == ("no", "yes")
    assert groups.codes.tolist() == [0, 1, -1, 0]
    assert groups.sizes.tolist() == [2, 1]
    numbers = group_rows(Column.of_numbers("y", [10.0, 2.0, NAN, 10.0]))
    assert numbers.labels == ("2", "10")
    assert numbers.codes.tolist() == [1, 0, -1, 1]


def test_of_many_classes_the_most_frequent_are_kept() -> None:
    values = [*range(40), 7, 7, 39]
    groups = group_rows(Column.of_numbers("y", [float(value) for value in values]))
    assert len(groups.labels) == MOST_CLASSES
    assert {"7", "39"} <= set(groups.labels)
    assert -1 in groups.codes


def test_distributions_are_split_by_class() -> None:
    groups = group_rows(Column.of_labels("y", ["a", "b", "a", None, "b"]))
    spread = distribution(Column.of_numbers("x", [0.0, 1.0, 0.1, 1.0, NAN]), 2, groups)
    assert isinstance(spread, Histogram)
    assert spread.by_class is not None
    assert spread.by_class.tolist() == [[2, 0], [0, 1]]
    assert spread.counts.tolist() == [2, 2], "the row without a class is in the whole, in no class"
    counted = distribution(Column.of_labels("c", ["u", "v", "u", "u", None]), 1, groups)
    assert isinstance(counted, Counts)
    assert counted.by_class is not None
    assert (counted.labels, counted.others) == (("u",), 1)
    assert counted.by_class.tolist() == [[2, 0]]


def test_an_axis_of_labels_counts_them_in_order() -> None:
    axis = axis_of(Column.of_labels("c", ["v", None, "u"]))
    assert axis.labels == ("u", "v")
    np.testing.assert_array_equal(axis.values, [1.0, NAN, 0.0])
    assert axis_of(Column.of_numbers("x", [1.0, np.inf])).labels == ()
    np.testing.assert_array_equal(axis_of(Column.of_numbers("x", [1.0, np.inf])).values, [1.0, NAN])


def test_the_columns_that_tell_most_come_first() -> None:
    rng = np.random.default_rng(0)
    y = rng.normal(size=200)
    noise, close, near = rng.normal(size=200), y + 0.1 * rng.normal(size=200), y + rng.normal(size=200)
    columns = [
        Column.of_numbers("noise", noise),
        Column.of_numbers("near", near),
        Column.of_numbers("close", -1e200 * close),
        Column.of_numbers("constant", np.ones(200)),
        Column.of_numbers("empty", np.full(200, NAN)),
        Column.of_labels("word", ["a", "b"] * 100),
    ]
    target = Column.of_numbers("y", y)
    assert [column.name for column in most_telling(columns, target, None)][:3] == ["close", "near", "noise"]
    classes = Column.of_labels("class", ["up" if value > 0 else "down" for value in y])
    assert [column.name for column in most_telling(columns, classes, group_rows(classes))][:2] == ["close", "near"]
    assert most_telling(columns[-1:], target, None) == []


def pixels(names: list[str]) -> list[Column]:
    return [Column.of_numbers(name, [float(place), NAN]) for place, name in enumerate(names)]


def test_columns_that_form_a_square_are_images_in_the_order_of_their_numbers() -> None:
    names = [f"pixel{place}" for place in range(16)]
    shuffled = pixels(names[::-1])
    found = image_columns([Column.of_labels("note", ["a", "b"]), *shuffled])
    assert [column.name for column in found] == names
    assert pixel_range(found) == (0.0, 15.0)
    made = images(found, [0, 1], pixel_range(found))
    assert made.shape == (2, 4, 4)
    assert (made[0, 0, 0], made[0, 3, 3]) == (1.0, 0.0)
    assert not made[1].any(), "missing pixels are dark"


@pytest.mark.parametrize(
    "names",
    [
        [f"x{place}" for place in range(9)],
        [f"x{place}" for place in range(15)],
        ["age", "income", *[f"c{place}" for place in range(13)]],
        [f"pixel{place}" for place in range(15)] + ["pixel14 "],
    ],
)
def test_other_columns_are_no_image(names: list[str]) -> None:
    assert image_columns(pixels(names)) == []
