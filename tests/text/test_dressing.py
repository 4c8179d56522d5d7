import pytest

from tui_ann.text.dressing import named_parts
from tui_ann.text.entry import parse_entry

MATRIX = ((0.5, 0.2), (0.3, 0.8))


@pytest.mark.parametrize(
    "text",
    [
        "np.array([[.5, .2],\n       [.3, .8]])",
        "array([[0.5, 0.2],\n       [0.3, 0.8]], dtype=float32)",
        "W1 = np.array([[.5, .2], [.3, .8]], dtype=np.float64)",
        "torch.tensor([[.5, .2], [.3, .8]])",
        r"\begin{pmatrix} 0.5 & 0.2 \\ 0.3 & 0.8 \end{pmatrix}",
        r"$W^{[1]} = \left[\begin{array}{cc} \frac{1}{2} & 0.2 \\[2pt] 0.3 & 0.8 \end{array}\right]$",
        r"\mathbf{W}^{[1]} = \begin{bmatrix} .5 & \frac15 \\ .3 & .8 \end{bmatrix}",
        r"\begin{bmatrix} .5 & .3 \\ .2 & .8 \end{bmatrix}^{\top}",
        "np.array([[.5, .3], [.2, .8]]).T",
        "(.5 .3; .2 .8)^T",
        "W¹ = .5 .2; .3 .8",
    ],
)
def test_a_matrix_is_read_as_it_is_copied(text):
    assert parse_entry(text).rows == MATRIX


def test_in_a_list_of_python_a_comma_separates_also_whole_numbers():
    assert parse_entry("[[1,2],[3,4]]").rows == ((1, 2), (3, 4))
    assert parse_entry("np.array([1,2])").rows == ((1, 2),)


def test_an_exponent_is_no_transposition():
    assert parse_entry("2^3").rows == ((8,),)


def test_the_quantities_of_a_text_are_told_apart():
    text = """import numpy as np
    sizes = "2-3-1"
    x = (1, 2), y = 1, η = 0.1
    W1 = np.array([[.5, .2],
       [.3, .8], [.6, .4]], dtype=float)  # hidden layer
    $W^{[2]} = \\begin{pmatrix} .4 & .3 & .2 \\end{pmatrix}, \\quad b^{[2]} = 0.1$
    activations = ["linear", "linear"]
    loss: half_squared_error
    """
    parts = named_parts(text)
    assert list(parts) == ["sizes", "x", "y", "eta", "W1", "W2", "b2", "activations", "loss"]
    assert (parts["sizes"], parts["y"], parts["eta"], parts["b2"]) == ("2-3-1", "1", "0.1", "0.1")
    assert parse_entry(parts["W1"]).shape == (3, 2)
    assert parse_entry(parts["W2"]).rows == ((0.4, 0.3, 0.2),)


def test_a_text_without_names_has_no_parts():
    assert named_parts("[[1, 2], [3, 4]]") == {}
