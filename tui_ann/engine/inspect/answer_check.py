"""Checks whether a number is right, and if not, which common mistake leads to it.

A value that a student gives for any part of an update is compared with the part itself, entry by entry; rounding to
the decimals shown is accepted.  A wrong value is compared with the results of common mistakes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tui_ann.engine.arrays import Array
from tui_ann.engine.inspect.ledger import Ledger
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.slips import slips
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.text.mistakes import sentence
from tui_ann.text.rounding import half_unit
from tui_ann.text.symbols import Symbol, spelled

TOLERANCE = 1e-3
"""Relative tolerance of an entry (for a new parameter, relative to its change)."""
NOISE = 1e-12
"""Absolute tolerance for a rounded zero: an entry off by no more than this is right."""
EARLY = 0.02
"""An entry off by no more than this, but by more than its tolerance, was rounded during the calculation."""


@dataclass(frozen=True)
class Verdict:
    """The verdict on an answer."""

    right: bool
    code: str
    """`right`, the code of a mistake, `transposed`, `wrong_shape`, `rounded_early`, or `wrong` if none fits."""
    text: str
    """One or two sentences; they do not reveal the right number."""
    place: tuple[int, int] | None = None
    """Row and column of the first wrong entry, counted from 0."""
    entry: str = ""
    """The same as a symbol: ∂L/∂W¹₂₁."""
    wrong: int = 0
    """Wrong entries."""


def judge(
    network: Network,
    trace: UpdateTrace,
    part: Part | Symbol | str,
    answer: npt.ArrayLike,
    *,
    decimals: int = 4,
    tolerance: float = TOLERANCE,
    example: int = 0,
    only: tuple[int, int] | None = None,
) -> Verdict:
    """Compare an answer with a part of an update.

    Args:
        network: The network that was traced.
        trace: The update.
        part: The part, or its symbol for the last part with that symbol.
        answer: Numbers, as rows.
        decimals: Number of decimals asked for.
        tolerance: Relative tolerance of an entry.
        example: For a batch of Jacobians, the example, counted from 0.
        only: Row and column of the one entry asked for, counted from 0; the answer is then one number.

    Raises:
        KeyError: If there is no such part.
    """
    asked = part if isinstance(part, Part) else trace.part(part)
    symbol = asked.symbol
    right = asked.value[example] if asked.value.ndim == 3 else asked.value
    expected, given = _as_rows(right), _as_rows(np.asarray(answer, float))
    if only is not None:
        if given.shape != (1, 1):
            return Verdict(False, "wrong_shape", "One number is asked for.")
        alone, given = float(given[0, 0]), expected.copy()
        given[only] = alone
    check = _Check(expected, decimals, tolerance, _old(trace, symbol), only)
    if given.shape != expected.shape:
        given, verdict = _reshaped(symbol, given, expected, check)
        if verdict is not None:
            return verdict
    wrong = check.wrong(given)
    if not wrong.any():
        return Verdict(True, "right", "Right.")
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    place, count = (first[0], first[1]), int(wrong.sum())
    entry = entry_name(symbol, place, expected.shape, matrix=asked.value.ndim == 3, examples=trace.examples)
    code, text = _recognised(network, trace, asked, given, check, example)
    shape = expected.shape if only is None else (1, 1)
    return Verdict(False, code, text or _named(entry, place, count, shape), place, entry, count)


def _as_rows(values: Array) -> Array:
    return values if values.ndim == 2 else values.reshape(-1, 1)


def _old(trace: UpdateTrace, symbol: Symbol) -> Array | None:
    """The old value of a new parameter, which is judged by its change."""
    if not symbol.new or symbol.state:
        return None
    return _as_rows(trace.before[str(symbol.value)])


class _Check:
    """Which entries of an answer are wrong.

    Args:
        expected: The right numbers (rows, columns).
        decimals: Number of decimals asked for.
        tolerance: Relative tolerance of an entry.
        old: The old value of a new parameter.
        only: Index of the one entry that counts.
    """

    def __init__(
        self, expected: Array, decimals: int, tolerance: float, old: Array | None, only: tuple[int, int] | None = None
    ) -> None:
        self.expected, self.only = expected, only
        size = np.abs(expected if old is None else expected - old)
        rounding = np.vectorize(lambda value: half_unit(value, decimals), otypes=[float])(expected)
        relative = np.where(np.isfinite(size), size, 0.0) * tolerance
        self._allowed = np.maximum(np.maximum(relative, rounding * (1 + 1e-6)), NOISE)

    def wrong(self, given: Array, expected: Array | None = None) -> npt.NDArray[np.bool_]:
        """Where `given` differs from the right value, or from another value compared with it."""
        aim = self.expected if expected is None else expected
        with np.errstate(invalid="ignore"):
            off: npt.NDArray[np.bool_] = ~((np.abs(given - aim) <= self._allowed) | (given == aim))
        if self.only is not None:
            counts = np.zeros_like(off)
            counts[self.only] = True
            off &= counts
        return off

    def tells_apart(self, other: Array) -> bool:
        """Whether an answer equal to `other` would be wrong."""
        return bool(np.isfinite(other).all() and self.wrong(other).any())


def _reshaped(symbol: Symbol, given: Array, expected: Array, check: _Check) -> tuple[Array, Verdict | None]:
    """An answer in the required shape; a vector may be typed as a row or a column, a matrix may not be transposed."""
    if given.shape == expected.shape[::-1]:
        if 1 in expected.shape and not symbol.is_matrix:
            return given.T, None
        if not check.wrong(given.T).any():
            return given, Verdict(False, "transposed", sentence("transposed", spelled(symbol), _shape(expected)))
    elif given.size == expected.size and 1 in expected.shape and 1 in given.shape:
        return given.reshape(expected.shape), None
    text = sentence("wrong_shape", spelled(symbol), _shape(expected), _shape(given))
    return given, Verdict(False, "wrong_shape", text)


def _shape(values: Array) -> str:
    return f"{values.shape[0]} × {values.shape[1]}"


def entry_name(
    symbol: Symbol | str,
    place: tuple[int, int],
    shape: tuple[int, ...],
    *,
    matrix: bool = False,
    examples: Array | None = None,
) -> str:
    """One entry as a symbol: ∂L/∂W¹₂₃ of a matrix, z¹₂⁽³⁾ with one column per example; a scalar needs no index.

    Args:
        symbol: The quantity.
        place: Row and column, counted from 0.
        shape: Rows and columns.
        matrix: Whether its columns are not examples, as in a Jacobian; weights always count as a matrix.
        examples: Rows of the training data in the batch, which number the examples; else their positions do.
    """
    meant = Symbol.parse(symbol) if isinstance(symbol, str) else symbol
    row, column = place[0] + 1, place[1] + 1
    if shape == (1, 1):
        return spelled(meant)
    if matrix or meant.is_matrix:
        return spelled(meant, index=(row, column))
    if meant == Symbol("l"):
        return spelled(meant, example=_numbered(row, examples))
    example = _numbered(column, examples) if shape[1] > 1 else None
    return spelled(meant, index=(row,) if shape[0] > 1 else (), example=example)


def _numbered(place: int, examples: Array | None) -> int:
    """Number of an example in the training data, given its position in the batch, counted from 1."""
    return place if examples is None else int(examples[place - 1]) + 1


def _named(entry: str, place: tuple[int, int], count: int, shape: tuple[int, ...]) -> str:
    """A sentence on where the first wrong entry is."""
    if shape == (1, 1):
        return "This is not right."
    others = f" {count - 1} more {'is' if count == 2 else 'are'} wrong." if count > 1 else " All else is right."
    where = f"row {place[0] + 1}, column {place[1] + 1}" if shape[1] > 1 else f"row {place[0] + 1}"
    return f"{entry}, in {where}, is not right.{others}"


def _recognised(
    network: Network, trace: UpdateTrace, part: Part, given: Array, check: _Check, example: int
) -> tuple[str, str]:
    """The mistake that leads to this answer, and its explanation."""
    symbol = spelled(part.symbol)
    with np.errstate(all="ignore"):
        for code, about, value in _candidates(network, trace, part):
            other = _as_rows(value[example] if value.ndim == 3 else value)
            fits = other.shape == given.shape and check.tells_apart(other)
            if fits and not check.wrong(given, other).any():
                return code, sentence(code, symbol, about)
        if check.only is None and given.shape == given.T.shape and not check.wrong(given.T).any():
            return "transposed", sentence("transposed", symbol, _shape(given))
        near = np.abs(given - check.expected) <= EARLY * np.abs(check.expected)
    if near.all():
        return "rounded_early", sentence("rounded_early", symbol)
    return "wrong", ""


def _candidates(network: Network, trace: UpdateTrace, part: Part) -> Iterator[tuple[str, str, Array]]:
    """Code, subject and resulting value of every mistake that may affect this part."""
    ledger = Ledger(network, trace)
    for slip in slips(ledger, part):
        value = ledger.carried_on(slip.formulas, part)
        if value is not None:
            yield slip.code, slip.about, value
    yield "wrong_sign", "", -part.value
