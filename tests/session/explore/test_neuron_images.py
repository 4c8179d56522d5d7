"""Neurons as images: pixels in their places, weights times spread, and what makes a neuron fire."""

import numpy as np
import pytest

from tests.session.explore.test_moment import moment
from tui_ann.session.explore.layer_values import layer_values
from tui_ann.session.explore.neuron_images import neuron_images, pixel_grid
from tui_ann.session.session import Session


@pytest.fixture
def digits(session: Session) -> Session:
    session.workspace.open("sample:digits")
    session.runs.one_update(20)
    return session


def test_each_pixel_is_in_its_place_and_one_that_never_changes_is_empty(digits: Session) -> None:
    shown = moment(digits)
    grid = pixel_grid(shown.preprocessing, shown.table)
    assert grid is not None
    names = shown.preprocessing.feature_names
    image = grid.image(np.arange(1.0, len(names) + 1))
    assert image.shape == (8, 8)
    for place, name in enumerate(names, start=1):
        row, column = (int(part) for part in name.split() if part.isdigit())
        assert image[row - 1, column - 1] == place
    assert (image == 0).sum() == 64 - len(names)


def test_the_weights_count_as_much_as_their_pixels_change(digits: Session) -> None:
    shown = moment(digits)
    grid = pixel_grid(shown.preprocessing, shown.table)
    assert grid is not None
    found = neuron_images(shown, grid)
    assert sorted(found.units.tolist()) == list(range(64))
    assert (np.diff(found.norms) <= 0).all(), "the largest come first"
    unit, table = int(found.units[0]), shown.table
    assert table is not None
    place = shown.preprocessing.feature_names.index("row 4 column 4")
    spread = table.column("row 4 column 4").numbers[shown.dataset.rows.train].std()
    assert found.weights[0][3, 3] == pytest.approx(shown.snapshot.parameters["W1"][unit, place] * spread)


def test_what_it_says_of_a_neuron_is_counted_from_the_rows(digits: Session) -> None:
    shown = moment(digits)
    grid = pixel_grid(shown.preprocessing, shown.table)
    assert grid is not None
    found, train = neuron_images(shown, grid), shown.part("train")
    (first,) = layer_values(shown.network, train.X, [1])
    unit = int(found.units[5])
    assert found.positive[5] == (first.z[:, unit] > 0).mean()
    means = [first.a[train.Y[:, k] == 1, unit].mean() for k in range(10)]
    assert found.favourites[5][0] == shown.preprocessing.classes[int(np.argmax(means))]
    np.testing.assert_array_equal(found.outgoing[5], shown.snapshot.parameters["W2"][:, unit])
    assert found.onward == shown.preprocessing.classes


def test_other_features_form_no_grid(session: Session) -> None:
    session.workspace.open("sample:iris")
    session.runs.prepare()
    shown = moment(session)
    assert pixel_grid(shown.preprocessing, shown.table) is None
    assert pixel_grid(shown.preprocessing, None) is None
