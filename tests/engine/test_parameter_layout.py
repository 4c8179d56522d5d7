"""Where parameters lie: every number of the flat vectors belongs to exactly one of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.engine.parameter_layout import ParameterSpec, place_parameters

quick = settings(max_examples=60, deadline=None)

sizes = st.integers(1, 6)


@st.composite
def declared(draw: st.DrawFn) -> list[ParameterSpec]:
    """A matrix with or without a column, vectors, and running statistics."""
    units, inputs = draw(sizes), draw(sizes)
    column = draw(st.sampled_from(["", "W"]))
    specs = [ParameterSpec("W", (units, inputs), "numbers"), ParameterSpec("b", (units,), "numbers", column_of=column)]
    kinds = draw(st.lists(st.sampled_from(["alpha", "beta", "gamma"]), unique=True))
    specs += [ParameterSpec(kind, (draw(sizes),), "numbers") for kind in kinds]
    if draw(st.booleans()):
        specs.append(ParameterSpec("mean", (draw(sizes),), "numbers", trainable=False))
    return specs


@quick
@given(st.lists(declared(), max_size=4))
def test_views_cover_the_flat_vectors_and_do_not_overlap(layers: list[list[ParameterSpec]]) -> None:
    layout = place_parameters((place, place, f"layer {place}", specs) for place, specs in enumerate(layers, start=1))
    for trainable in (True, False):
        ours = [parameter for parameter in layout if parameter.trainable == trainable]
        flat = np.arange(sum(parameter.size for parameter in ours))
        views = [parameter.view(flat) for parameter in ours]
        assert [view.shape for view in views] == [parameter.shape for parameter in ours]
        assert sorted(value for view in views for value in view.ravel()) == flat.tolist()


@quick
@given(sizes, sizes)
def test_a_column_is_stored_next_to_its_matrix(units: int, inputs: int) -> None:
    specs = [ParameterSpec("W", (units, inputs), "numbers"), ParameterSpec("b", (units,), "numbers", column_of="W")]
    W, b = place_parameters([(1, 1, "layer 1", specs)])
    both = np.arange(units * (inputs + 1)).reshape(units, inputs + 1)
    assert np.array_equal(W.view(both.ravel()), both[:, :-1])
    assert np.array_equal(b.view(both.ravel()), both[:, -1])
    assert (W.name, b.name) == ("W1", "b1")
    assert (W.title, str(W.symbol)) == ("numbers of layer 1", "W1")


@pytest.mark.parametrize(
    "specs",
    [
        [ParameterSpec("b", (2,), "numbers", column_of="W")],
        [ParameterSpec("V", (2, 3), "numbers"), ParameterSpec("b", (2,), "numbers", column_of="W")],
        [ParameterSpec("W", (2, 3), "numbers"), ParameterSpec("b", (3,), "numbers", column_of="W")],
    ],
    ids=["no matrix", "another matrix", "another size"],
)
def test_a_column_without_its_matrix_is_refused(specs: list[ParameterSpec]) -> None:
    with pytest.raises(ValueError, match="b cannot be a column of W"):
        place_parameters([(1, 1, "layer 1", specs)])
