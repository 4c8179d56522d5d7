"""Decimal numbers of very many cells at once: eight digits are one integer of 64 bits, and NumPy computes with arrays.

A cell is a sign, digits with or without a point, and perhaps an exponent.  Its digits make a whole number M, so its
value is M · 10ˣ.  Every value is that of Python's `float`, the nearest float64: M up to 2⁵³ and a power up to 10²² are
float64s, so that one division rounds once (Clinger, "How to read floating point numbers accurately", 1990).  Otherwise
the value is computed in double precision twice over (Dekker 1971), and the few cells whose value is too near the middle
of two float64s to be sure are left to the caller, as is everything else.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

PADDING = 24
"""Bytes that must precede the first cell: as many as the longest number that is read in eights."""

Positions = NDArray[np.intp]
Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]

_EIGHT = 8
_WORD = np.uint64(64)
_MOST_DIGITS = 19
_MOST_EXACT = np.uint64(1 << 53)
_FARTHEST = 270
_FEWEST_SCIENTIFIC = 64
_ZEROS, _TOO_LARGE, _HIGH_BITS = (np.uint64(0x0101010101010101 * byte) for byte in (0x30, 0x76, 0x80))
_STEPS = tuple(
    (np.uint64(mask), np.uint64(factor), np.uint64(shift))
    for mask, factor, shift in (
        (0x0F0F0F0F0F0F0F0F, 2561, 8),
        (0x00FF00FF00FF00FF, 6553601, 16),
        (0x0000FFFF0000FFFF, 42949672960001, 32),
    )
)
_EIGHT_DIGITS = np.uint64(10**8)
_SIXTEEN_DIGITS = np.uint64(10**16)
_WHOLE_POWERS = np.array([10**k for k in range(_MOST_DIGITS + 1)], np.uint64)
POWERS = np.array([float(10**k) for k in range(_FARTHEST + 1)])
POWERS_REST = np.array([float(10**k - int(float(10**k))) for k in range(_FARTHEST + 1)])
"""10ᵏ as sums of two float64s: `POWERS` + `POWERS_REST`; `decimals.h` has the same number of them."""
_SPLIT = 134217729.0
_DOUBT = 2.0**-40


class CellSpans(NamedTuple):
    """CellSpans of a text, by their positions."""

    codes: Bytes
    """The text, with at least `PADDING` bytes before the first cell."""
    starts: Positions
    """(cells,) the first byte of each."""
    points: Positions
    """(cells,) its decimal point, or its end if it has none."""
    ends: Positions
    """(cells,) the byte after its last."""

    def those(self, which: Positions) -> "CellSpans":
        """Some of the cells."""
        return CellSpans(self.codes, self.starts[which], self.points[which], self.ends[which])


class Decimals(NamedTuple):
    """The values of cells."""

    values: NDArray[np.float64]
    """(cells,) anything where not proved."""
    proved: NDArray[np.bool_]
    """(cells,) whether the cell is a number without needless leading zeros, and its value is the nearest float64."""
    whole: Positions
    """(cells,) digits before the point; anything where not proved."""
    places: Positions
    """(cells,) digits after the point; anything where not proved."""


def decimals(cells: CellSpans) -> Decimals:
    """The values of cells.

    A whole number beyond 2⁵³ without a point is not proved: it may be a label.
    """
    found = _plain(cells)
    others = np.flatnonzero(~found.proved)
    if len(others) >= _FEWEST_SCIENTIFIC:
        for part, scientific in zip(found, _scientific(cells.those(others)), strict=True):
            part[others] = scientific
    return found


def _plain(cells: CellSpans) -> Decimals:
    """The values of cells without an exponent."""
    signed = _signs(cells)
    digits = _whole_number(cells._replace(starts=signed.starts))
    values: NDArray[np.float64] = digits.number.astype(np.float64)
    np.divide(values, POWERS.take(digits.places, mode="clip"), out=values)
    np.negative(values, out=values, where=signed.negative)
    proved = digits.proved
    large = np.flatnonzero(proved & (digits.number > _MOST_EXACT))
    if len(large):
        exact, sure = _scaled(digits.number[large], -digits.places[large])
        values[large] = np.where(signed.negative[large], -exact, exact)
        proved[large] = sure & (cells.points[large] < cells.ends[large])
    return Decimals(values, proved, digits.whole, digits.places)


class _Signs(NamedTuple):
    starts: Positions
    negative: NDArray[np.bool_]


def _signs(cells: CellSpans) -> _Signs:
    first = cells.codes[cells.starts]
    negative = first == ord("-")
    return _Signs(cells.starts + (negative | (first == ord("+"))), negative)


class _Digits(NamedTuple):
    number: Words
    proved: NDArray[np.bool_]
    whole: Positions
    places: Positions


def _whole_number(cells: CellSpans) -> _Digits:
    """The digits of cells without a sign as whole numbers, with the point left out."""
    whole = cells.points - cells.starts
    places = cells.ends - cells.points
    # A point takes a place of its own.
    places -= places > 0
    digits = whole + places
    few = (digits > 0) & (digits <= _EIGHT)
    number, bad = _few_digits(cells, digits, places)
    proved = few & (bad == 0)
    if not few.all():
        many = np.flatnonzero((digits > _EIGHT) & (digits <= _MOST_DIGITS) & (whole >= 0))
        number[many], bad = _many_digits(cells.those(many), whole[many], places[many])
        proved[many] = bad == 0
    several = np.flatnonzero(whole > 1)
    proved[several] &= cells.codes[cells.starts[several]] != ord("0")
    return _Digits(number, proved, whole, places)


def _few_digits(cells: CellSpans, digits: Positions, places: Positions) -> tuple[Words, Words]:
    """Up to eight digits before and after the point as one number, and what is not 0 where not all are digits."""
    words = _words(cells.codes)
    # The last character is in the highest byte.  What is shifted out and back becomes zeros; NumPy shifts by more than
    # 64 bits, as for cells with more digits, and makes zeros of all.
    after: Words = words[cells.ends - _EIGHT] ^ _ZEROS
    before: Words = words[cells.points - _EIGHT] ^ _ZEROS
    places_in_bits = (places << 3).astype(np.uint64)
    unused = _WORD - places_in_bits
    after >>= unused
    after <<= unused
    before >>= places_in_bits
    before |= after
    np.subtract(_WORD, (digits << 3).astype(np.uint64), out=unused)
    before >>= unused
    before <<= unused
    return _number_of(before)


def _many_digits(cells: CellSpans, whole: Positions, places: Positions) -> tuple[Words, Words]:
    """The same for up to 19 digits."""
    before, bad = _digits(cells.codes, cells.points, whole)
    after, worse = _digits(cells.codes, cells.ends, places)
    return before * _WHOLE_POWERS.take(places) + after, bad | worse


def _digits(codes: Bytes, ends: Positions, count: Positions) -> tuple[Words, Words]:
    """The `count` digits before each end as a number, and what is not 0 where not all are digits."""
    longest = int(count.max(initial=0))
    number, bad = _eight(codes, ends, np.minimum(count, _EIGHT) if longest > _EIGHT else count)
    for done, factor in ((_EIGHT, _EIGHT_DIGITS), (2 * _EIGHT, _SIXTEEN_DIGITS)):
        if longest > done:
            more, worse = _eight(codes, ends - done, np.clip(count - done, 0, _EIGHT))
            number += more * factor
            bad |= worse
    return number, bad


def _eight(codes: Bytes, ends: Positions, count: Positions) -> tuple[Words, Words]:
    """The same for at most eight digits."""
    number: Words = _words(codes)[ends - _EIGHT] ^ _ZEROS
    unused = (64 - 8 * count).astype(np.uint64)
    number >>= unused
    number <<= unused
    return _number_of(number)


def _words(codes: Bytes) -> Words:
    """The eight bytes at each position, the first in the lowest byte."""
    return np.ndarray(len(codes) - _EIGHT + 1, "<u8", codes, strides=(1,))


def _number_of(digits: Words) -> tuple[Words, Words]:
    """Words of eight digits from 0 to 9 as numbers, and what is not 0 where not all are digits; in the same memory."""
    bad = digits + _TOO_LARGE
    bad |= digits
    bad &= _HIGH_BITS
    for mask, factor, shift in _STEPS:
        digits &= mask
        digits *= factor
        digits >>= shift
    return digits, bad


def _scientific(cells: CellSpans) -> Decimals:
    """The values of cells that end with an exponent of one to three digits."""
    codes, ends = cells.codes, cells.ends
    width = np.zeros(len(ends), np.intp)
    for characters in (5, 4, 3, 2):
        width[(codes[ends - characters] | 32) == ord("e")] = characters
    middle = ends - np.maximum(width, 1)
    exponent = _signs(CellSpans(codes, middle + 1, ends, ends))
    count = ends - exponent.starts
    proved = (width > 0) & (count >= 1) & (count <= 3) & (middle > cells.starts)
    power, bad = _eight(codes, ends, np.clip(count, 0, 3))
    points = cells.points
    proved &= (bad == 0) & ((points <= middle) | (points == ends))
    signed = _signs(cells)
    digits = _whole_number(CellSpans(codes, signed.starts, np.minimum(points, middle), middle))
    shift = np.where(exponent.negative, -1, 1) * power.astype(np.intp) - digits.places
    values, sure = _scaled(digits.number, np.clip(shift, -_FARTHEST, _FARTHEST))
    proved &= digits.proved & sure & (np.abs(shift) <= _FARTHEST)
    return Decimals(np.where(signed.negative, -values, values), proved, digits.whole, digits.places)


def _scaled(number: Words, shift: Positions) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """M · 10ˣ, and where it is certain that this is the nearest float64.

    With M = m + m' and 10ᵏ = p + p' as sums of two float64s, the product or quotient is a sum q + q' with a relative
    error near 2⁻¹⁰⁰, far less than the doubt that is allowed.
    """
    m = number.astype(np.float64)
    m_rest = (number - m.astype(np.uint64)).astype(np.int64).astype(np.float64)
    k = np.abs(shift)
    p, p_rest = POWERS[k], POWERS_REST[k]
    quotient = m / p
    high, low = _product(quotient, p)
    quotient_rest = (((m - high) - low) + m_rest - quotient * p_rest) / p
    product, product_rest = _product(m, p)
    product_rest += m * p_rest + m_rest * p
    divided = shift < 0
    q = np.where(divided, quotient, product)
    q_rest = np.where(divided, quotient_rest, product_rest)
    value = q + q_rest
    gap = np.spacing(value)
    away = np.abs(q_rest - (value - q))
    # Below a power of two the float64s are twice as dense, so that another middle would have to be looked at.
    sure = (np.abs(away - gap / 2) > _DOUBT * gap) & (np.frexp(value)[0] != 0.5)
    return value, sure


def _product(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A product as the sum of two float64s, exactly (Dekker)."""
    a_high, b_high = a * _SPLIT, b * _SPLIT
    a_high -= a_high - a
    b_high -= b_high - b
    a_low, b_low = a - a_high, b - b_high
    product: NDArray[np.float64] = a * b
    rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, rest
