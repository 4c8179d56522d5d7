"""An instruction computes what its call computes, for any shape, and calls that could go wrong are left to NumPy."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.engine.kernel.choice import kernel_named
from tui_ann.engine.kernel.instruction import address_of, table
from tui_ann.engine.kernel.opcode import OPERAND, OPERANDS
from tui_ann.engine.kernel.opcodes import BINARY, UNARY
from tui_ann.engine.kernel.translator import translated
from tui_ann.engine.optimizers import flush
from tui_ann.engine.tape import Call

needs_c = pytest.mark.skipif(kernel_named("c") is None, reason="this installation has no compiled kernel")
quick = settings(max_examples=100, deadline=None)
ODD = [0.0, -0.0, 1.0, -2.5, 1e-320, 1e300, -1e300, np.inf, -np.inf, np.nan]
"""Numbers that a formula may treat apart."""


def run(call: Call) -> None:
    kernel = kernel_named("c")
    assert kernel
    assert translated(call) is not None
    kernel.updates(lambda _: [call], 1, ()).run(0, 1, 1)


def numbers(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    with np.errstate(over="ignore"):
        values = np.where(rng.random(shape) < 0.3, rng.choice(ODD, shape), rng.normal(size=shape)).astype(dtype)
    # Transposed or with gaps, as views of the tape are.
    wide = np.zeros((2 * shape[0], shape[1] + 1), dtype)[::2, :-1]
    wide[...] = values
    return values if rng.random() < 0.5 else wide


@needs_c
@quick
@given(
    st.sampled_from([*BINARY, *UNARY, flush]),
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from(["float64", "float32"]),
    st.integers(0, 1 << 30),
)
def test_elementwise(function: Callable[..., object], rows: int, columns: int, dtype: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (rows, columns)
    x = numbers(rng, shape, "float64" if function is np.less else dtype)
    second = (x[:, :1].copy(), np.array(0.5, x.dtype), numbers(rng, shape, x.dtype))[seed % 3]
    out, wanted = np.zeros(shape, dtype), np.zeros(shape, dtype)
    if function is flush:
        out[...] = wanted[...] = x
        ours, numpys = [out, np.array(0.5, dtype)], [wanted, np.array(0.5, dtype)]
    elif function in UNARY:
        ours, numpys = [x, out], [x, wanted]
    else:
        ours, numpys = [x, second, out], [x, second, wanted]
    with np.errstate(all="ignore"):
        function(*numpys)
    run((function, tuple(ours)))
    exact = function in (np.add, np.subtract, np.multiply, np.divide, np.sqrt, np.negative, np.reciprocal, flush)
    tolerance = 0.0 if exact else 1e-14 if dtype == "float64" else 1e-6
    np.testing.assert_allclose(out, wanted, rtol=tolerance, atol=0)


@needs_c
@quick
@given(
    st.integers(1, 12),
    st.integers(1, 12),
    st.integers(1, 12),
    st.sampled_from(["float64", "float32"]),
    st.integers(0, 1 << 30),
)
def test_products(rows: int, inner: int, columns: int, dtype: str, seed: int) -> None:
    """In every layout: each form of the loop has the same order of sums."""
    rng = np.random.default_rng(seed)
    A, x = rng.normal(size=(rows, inner)).astype(dtype), rng.normal(size=(inner, columns)).astype(dtype)
    layouts: list[Callable[[np.ndarray], np.ndarray]] = [
        np.ascontiguousarray,
        np.asfortranarray,
        lambda M: np.repeat(np.repeat(M, 2, 0), 3, 1)[::2, ::3],
    ]
    found = []
    for left in layouts:
        for right in layouts:
            out = np.full((rows, columns), np.nan, dtype)
            run((left(A).dot, (right(x), out)))
            found.append(out)
    for out in found[1:]:
        assert np.array_equal(out, found[0])
    np.testing.assert_allclose(found[0], A @ x, rtol=1e-5 if dtype == "float32" else 1e-13, atol=1e-5)


REDUCED: dict[np.ufunc, Callable[..., Any]] = {np.add: np.sum, np.maximum: np.max}


@needs_c
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("keep", [True, False])
def test_reductions(axis: Literal[0, 1], keep: bool) -> None:
    x = np.random.default_rng(0).normal(size=(5, 7))
    shape = x.sum(axis, keepdims=keep).shape
    for function in REDUCED:
        out = np.full(shape, np.nan)
        run((function.reduce, (x, axis, None, out, keep)))
        np.testing.assert_allclose(out, REDUCED[function](x, axis=axis, keepdims=keep), rtol=1e-15)
    x[2, 3] = np.nan
    out = np.zeros(shape)
    run((np.maximum.reduce, (x, axis, None, out, keep)))
    assert np.array_equal(out, x.max(axis=axis, keepdims=keep), equal_nan=True)


@needs_c
def test_masks() -> None:
    z, one = np.array([[-1.0, 0.0, 2.0, np.nan]]), np.asarray(1.0)
    mask, out = np.zeros(z.shape, np.bool_), np.full(z.shape, 0.25)
    run((np.greater, (z, np.asarray(0.0), mask)))
    assert mask.tolist() == [[False, False, True, False]]
    run((np.copyto, (out, one, "same_kind", mask)))
    assert out.tolist() == [[0.25, 0.25, 1.0, 0.25]]


x = np.zeros((3, 4))
row = np.zeros(40)
UNSAFE: dict[str, Call] = {
    "another precision": (np.add, (x, x.astype(np.float32), x.copy())),
    "whole numbers": (np.negative, (np.zeros(3, np.int64), np.zeros(3, np.int64))),
    "read only": (np.negative, (x, np.broadcast_to(np.zeros(()), (3, 4)))),
    "moved by one": (np.negative, (row[:-1], row[1:])),
    "product into its operand": (np.eye(3).dot, (x, x)),
    "product of other sizes": (np.eye(4).dot, (x, np.zeros((4, 4)))),
    "sum into what it reads": (np.add.reduce, (x, 0, None, x[0])),
    "not aligned": (np.negative, (np.zeros(25, np.uint8)[1:].view(np.float64), np.zeros(3))),
    "too large": (np.tanh, (np.zeros(5000), np.zeros(5000))),
}


@pytest.mark.parametrize("case", UNSAFE)
def test_what_is_left_to_numpy(case: str) -> None:
    assert translated(UNSAFE[case]) is None


def test_operands_move_in_equal_steps_or_not_at_all() -> None:
    data = np.zeros((10, 3))

    def calls(at: int) -> list[Any]:
        return [translated((np.negative, (data[at], out)))]

    out = np.zeros(3)
    made = table(calls(0), calls(1), calls(9), 10)
    steps = [int(made[0, address_of(place) + OPERAND - 1]) for place in range(OPERANDS)]
    assert steps == [0, 24, 0, 0]
    with pytest.raises(ValueError, match="equal steps"):
        table(calls(0), calls(1), calls(9), 9)
    other: list[Any] = [translated((np.negative, (data[0, :2], out[:2])))]
    with pytest.raises(ValueError, match="form"):
        table(calls(0), other, calls(9), 10)
