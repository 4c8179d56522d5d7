"""Splits rows into training, validation and test parts.

The test part is what follows the first ⌊n·(1 − test_split)⌋ of n rows; of those, the first ⌊·(1 − validation_split)⌋
are the training part and the others the validation part, as in Keras.  `ordered` uses the order of the file, `shuffled`
a random one, `stratified` a random one in which every part gets its share of every class.  The same seed gives the same
parts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_ann.errors import DataError

Rows = NDArray[np.intp]
"""Indices of rows, shape (rows,)."""

HOWS = ("ordered", "shuffled", "stratified")
"""The ways to split, as named in the experiment file."""


@dataclass(frozen=True, eq=False)
class Split:
    """The rows of the three parts; each row is in one part."""

    train: Rows
    """Training rows, in the order of the trainer if it does not shuffle."""
    validation: Rows
    """Validation rows, evaluated during training; may be empty."""
    test: Rows
    """Test rows, evaluated only at the end; may be empty."""

    def of(self, rows: Rows) -> "Split":
        """The same parts with row i replaced by `rows[i]`, for example after rows were dropped."""
        return Split(rows[self.train], rows[self.validation], rows[self.test])


def split_rows(
    n: int,
    labels: NDArray[np.integer] | None = None,
    test_split: float = 0.0,
    validation_split: float = 0.0,
    how: str = "ordered",
    seed: int = 0,
    *,
    class_names: Sequence[str] | None = None,
) -> Split:
    """Split n rows into training, validation and test parts.

    Args:
        n: Number of rows.
        labels: Class code of each row, (n,); needed for `stratified`.
        test_split: Share of all rows for the test part.
        validation_split: Share of the remaining rows for the validation part.
        how: `ordered`, `shuffled` or `stratified`.
        seed: Seed of the permutation.
        class_names: Label of each class code, for messages.

    Raises:
        DataError: A share is out of range, a part would be empty, or a class has too few rows to be in every part.
    """
    _check_shares(test_split, validation_split)
    if how not in HOWS:
        raise DataError(f"There is no split called {how!r}.", remedy=f"Use {', '.join(HOWS)}.", code="bad_split")
    n_kept, n_train = part_sizes(n, test_split, validation_split)
    if how == "ordered":
        order = np.arange(n)
        return Split(order[:n_train], order[n_train:n_kept], order[n_kept:])
    rng = np.random.default_rng(seed)
    if how == "shuffled":
        order = rng.permutation(n)
        return Split(order[:n_train], order[n_train:n_kept], order[n_kept:])
    if labels is None:
        raise DataError(
            "A stratified split needs classes, but the target is a number.",
            remedy='Use split = "shuffled".',
            code="bad_split",
        )
    sizes = (n_train, n_kept - n_train, n - n_kept)
    return _stratified(np.asarray(labels), sizes, rng, class_names)


def part_sizes(n: int, test_split: float, validation_split: float) -> tuple[int, int]:
    """Number of rows left after the test part, and number of training rows among them.

    Raises:
        DataError: A part with a share above 0 would have no row.
    """
    n_kept = math.floor(n * (1.0 - test_split))  # the expression of Keras, so that the parts are the same
    n_train = math.floor(n_kept * (1.0 - validation_split))
    empty = [
        name
        for name, size, wanted in (
            ("training", n_train, True),
            ("validation", n_kept - n_train, validation_split > 0),
            ("test", n - n_kept, test_split > 0),
        )
        if wanted and size == 0
    ]
    if empty:
        rows = "row is" if n == 1 else "rows are"
        raise DataError(
            f"The {' and '.join(empty)} part would be empty: {n:,} {rows} split with "
            f"test_split = {test_split:g} and validation_split = {validation_split:g}.",
            remedy="Choose other shares (0 means no such part), or use more rows.",
            code="empty_part",
        )
    return n_kept, n_train


def scarce_classes(labels: NDArray[np.integer], n_parts: int) -> dict[int, int]:
    """The classes with too few rows for one in each part, by code: how many they have.

    Args:
        labels: Class code of each row, (n,).
        n_parts: How many parts there are.
    """
    present, counts = np.unique(labels, return_counts=True)
    few = counts < n_parts
    return dict(zip(present[few].tolist(), counts[few].tolist(), strict=True))


def _check_shares(test_split: float, validation_split: float) -> None:
    for name, share in (("test_split", test_split), ("validation_split", validation_split)):
        if not 0.0 <= share < 1.0:
            raise DataError(
                f"{name} is {share:g}; it must be a share of the rows.",
                remedy="Use a number from 0 to below 1.",
                code="bad_split",
            )


def _stratified(
    labels: NDArray[np.integer],
    sizes: tuple[int, int, int],
    rng: np.random.Generator,
    class_names: Sequence[str] | None,
) -> Split:
    """Give each part its share of each class, then mix the classes within the parts."""
    counts = np.unique(labels, return_counts=True)[1]
    n_parts = sum(size > 0 for size in sizes)
    if scarce := scarce_classes(labels, n_parts):
        code, rows = next(iter(scarce.items()))
        name = class_names[code] if class_names is not None else str(code)
        more = f" (and {len(scarce) - 1} more {'class' if len(scarce) == 2 else 'classes'})" if len(scarce) > 1 else ""
        fewer = "set a share to 0, " if rows == n_parts - 1 else ""
        raise DataError(
            f"Class {name!r}{more} has only {rows} {'row' if rows == 1 else 'rows'}; "
            f"a stratified split into {n_parts} parts needs {n_parts} of each class.",
            remedy=f"Add rows of the class, {fewer}or leave it out of the file. "
            'With split = "shuffled" at least one part has no row of it.',
            code="class_too_small",
        )
    n_test = _allot(counts, sizes[2], reserve=n_parts - 1 if sizes[2] else 0)
    n_validation = _allot(counts - n_test, sizes[1], reserve=1)
    shuffled = rng.permutation(len(labels))
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    parts: tuple[list[Rows], list[Rows], list[Rows]] = ([], [], [])
    ends = np.cumsum(counts)
    for end, count, test, validation in zip(ends, counts, n_test, n_validation, strict=True):
        members = by_class[end - count : end]
        n_train = count - test - validation
        for part, chosen in zip(parts, np.split(members, [n_train, n_train + validation]), strict=True):
            part.append(chosen)
    train, validation_rows, test_rows = (rng.permutation(np.concatenate(part)) for part in parts)
    return Split(train, validation_rows, test_rows)


def _allot(counts: NDArray[np.integer], size: int, *, reserve: int) -> NDArray[np.intp]:
    """How many of `size` rows each class gets: its share, rounded so that the sum is right.

    Each class gets at least one row if there are enough, and keeps `reserve` rows for the other parts if possible.
    """
    quota = counts * (size / max(int(counts.sum()), 1))
    least = 1 if size >= len(counts) else 0
    most = np.maximum(counts - reserve, least)
    if most.sum() < size:
        most = counts
    places: Rows = np.clip(np.floor(quota), least, most).astype(np.intp)
    while (owed := size - int(places.sum())) != 0:
        step = 1 if owed > 0 else -1
        movable = places < most if owed > 0 else places > least
        places[np.argmax(np.where(movable, step * (quota - places), -np.inf))] += step
    return places
