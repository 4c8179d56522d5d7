"""Pictures of data: distributions split by class, scatters, images of rows."""

from collections.abc import Callable

import numpy as np
import pytest

from tui_ann.tui.draw.class_bars import draw_class_counts, draw_class_histograms, draw_classes
from tui_ann.tui.draw.class_marks import MOST_COLOURS, legend, marks
from tui_ann.tui.draw.images import draw_images, fitting_images
from tui_ann.tui.draw.scatter import PointClasses, ScatterAxis, ScatterInk, draw_scatter

LABELS = ["benign", "malignant [red]"]
BY_CLASS = np.array([[1, 4, 12, 30, 41, 33, 0, 9, 3, 1], [0, 0, 0, 1, 2, 3, 9, 9, 5, 0]])
X = ScatterAxis("petal length", np.array([1.0, 1.2, 4.0, 4.4, 6.0, np.nan]))
Y = ScatterAxis("petal \x1bwidth", np.array([0.2, 0.3, 1.4, 1.3, 2.2, 1.0]))
CODES = np.array([0, 0, 1, 1, 2, 2])
THREE = PointClasses(["setosa", "versicolor", "virginica"], CODES)


@pytest.mark.parametrize(("width", "height"), [(60, 9), (40, 4), (24, 2), (9, 1)])
def test_class_histograms(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_class_histograms(np.linspace(6.98, 28.1, 11), BY_CLASS, LABELS, width, height).plain())


@pytest.mark.parametrize(("width", "height"), [(60, 6), (40, 3), (24, 2)])
def test_class_counts(width: int, height: int, golden: Callable[[str], None]) -> None:
    by_class = np.array([[30, 10], [5, 15], [1, 0]])
    golden(draw_class_counts(["red", "blue", "green"], by_class, LABELS, width, height, others=(7, 39)).plain())


@pytest.mark.parametrize(("width", "height"), [(60, 7), (40, 2), (24, 1)])
def test_classes_of_the_target(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_classes(LABELS, np.array([357, 212]), width, height).plain())


@pytest.mark.parametrize(("width", "height"), [(60, 12), (40, 6), (19, 4)])
def test_scatter_by_class(width: int, height: int, golden: Callable[[str], None]) -> None:
    golden(draw_scatter(X, Y, width, height, classes=THREE).plain())


def test_scatter_by_a_number(golden: Callable[[str], None]) -> None:
    shade = ScatterAxis("price", np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))
    golden(draw_scatter(X, Y, 60, 10, shade=shade).plain())


def test_scatter_against_a_category_names_its_labels(golden: Callable[[str], None]) -> None:
    kinds = ScatterAxis("kind", CODES.astype(float), THREE.labels)
    golden(draw_scatter(X, kinds, 60, 12, classes=THREE).plain())


def test_a_cell_shows_the_class_of_most_of_its_points() -> None:
    here = ScatterAxis("x", np.zeros(5))
    cells = draw_scatter(here, here, 5, 3, classes=PointClasses(["a", "b"], np.array([0, 1, 1, 1, 0])))
    assert cells.plain().split() == ["●"]
    assert ScatterInk.CLASS + 1 in cells.inks


@pytest.mark.parametrize("labels", [(), ("no", "yes")])
def test_equal_points_are_spread_and_every_class_is_seen(labels: tuple[str, ...]) -> None:
    rows = np.arange(400)
    x = ScatterAxis("smokes", (rows % 2).astype(float), labels)
    y = ScatterAxis("sport", (rows // 2 % 2).astype(float), labels)
    rare = np.where(rows % 40 == 0, 1, 0)
    cells = draw_scatter(x, y, 70, 8, classes=PointClasses(["healthy", "ill"], rare))
    assert "0.5" not in cells.plain(), "only values that exist have a tick"
    picture = "\n".join(line[8:] for line in cells.plain().split("\n")[1:-2])
    assert picture.count("○") > 20, "not four cells"
    assert "●" in picture
    again = draw_scatter(x, y, 70, 8, classes=PointClasses(["healthy", "ill"], rare))
    assert again.plain() == cells.plain()


def test_points_that_do_not_coincide_stay_where_they_are() -> None:
    corners = ScatterAxis("a", np.array([0.0, 0.0, 1.0, 1.0])), ScatterAxis("b", np.array([0.0, 1.0, 0.0, 1.0]))
    picture = draw_scatter(*corners, 70, 8, classes=PointClasses(["0", "1"], np.array([0, 1, 1, 0]))).plain()
    at = [[place for place, sign in enumerate(line) if sign in "○●"] for line in picture.split("\n")[1:-2]]
    assert [row for row in at if row] == [at[0], at[0]]


def test_every_label_has_a_tick_if_there_is_room() -> None:
    labels = tuple("abcde")
    codes = np.arange(50) % 5
    kinds = ScatterAxis("kind", codes.astype(float), labels)
    for picture in (
        draw_scatter(X, ScatterAxis("kind", codes[:6].astype(float), labels), 70, 8).plain(),
        draw_scatter(X, ScatterAxis("kind", codes[:6].astype(float), labels), 70, 9).plain(),
        draw_scatter(kinds, ScatterAxis("y", np.arange(50.0)), 40, 8).plain(),
    ):
        ticks = [line for line in picture.split("\n") if "┤" in line] if "a ┤" in picture else picture.split("\n")[-1:]
        assert all(any(label in line for line in ticks) for label in labels)


def test_a_million_points_are_quick_to_draw() -> None:
    rng = np.random.default_rng(0)
    x, y = (ScatterAxis(name, rng.normal(size=200_000)) for name in "xy")
    cells = draw_scatter(x, y, 100, 40, classes=PointClasses(["a", "b"], rng.integers(0, 2, 200_000)))
    assert "●" in cells.plain()


def test_marks_differ_for_each_class() -> None:
    for n in (1, 2, 8, 9, 16):
        assert len(set(marks([f"class {place}" for place in range(n)]))) == n
    assert marks([str(digit) for digit in range(10)]) == [str(digit) for digit in range(10)]
    assert MOST_COLOURS >= 6


def test_a_legend_counts_what_it_leaves_out() -> None:
    parts = legend(["setosa", "versicolor", "virginica"], "○●△", 25)
    assert [text.strip() for text, _ in parts] == ["○ setosa", "+2"]
    assert parts[-1][1] == -1


def test_images_side_by_side(golden: Callable[[str], None]) -> None:
    ramp = np.linspace(0, 1, 16).reshape(4, 4)
    golden(draw_images(np.array([ramp, 1 - ramp, ramp.T]), ["7", "3 [b]", "0"], 30, 11).plain())


def test_an_image_without_room_is_joined() -> None:
    image = np.zeros((1, 28, 28))
    image[0, :14] = 1.0
    cells = draw_images(image, ["5"], 40, 15)
    assert fitting_images(28, 40, 15) == 1
    assert cells.plain().count("█") == 14 * 7 * 2


@pytest.mark.parametrize("width", [0, 1, 5, 9, 21, 40])
@pytest.mark.parametrize("height", [0, 1, 2, 5, 9])
def test_any_room(width: int, height: int) -> None:
    for cells in (
        draw_class_histograms(np.linspace(0, 1, 11), BY_CLASS, LABELS, width, height),
        draw_class_counts(["a", "b"], BY_CLASS[:, :2], LABELS, width, height),
        draw_classes([str(each) for each in range(12)], np.arange(12), width, height),
        draw_scatter(X, Y, width, height, classes=THREE),
        draw_scatter(X, Y, width, height, shade=X),
        draw_scatter(ScatterAxis("x", np.array([np.nan])), ScatterAxis("y", np.array([1.0])), width, height),
        draw_images(np.zeros((3, 8, 8)), ["a", "b", "c"], width, height),
    ):
        assert (cells.width, cells.height) == (width, height)
