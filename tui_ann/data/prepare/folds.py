"""k-fold cross-validation: the rows that are not tested are dealt into k folds, and one of them validates.

Each row is in exactly one fold.  With classes, every fold gets its share of every class.  The same seed gives the same
folds, whichever of them validates, so that k runs with fold 1 to k validate on every row once.
"""

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import quoted
from tui_ann.data.prepare.split import Rows, Split
from tui_ann.errors import DataError
from tui_ann.text import counted


def with_fold(
    split: Split,
    labels: NDArray[np.integer] | None,
    fold: int,
    folds: int,
    seed: int,
    *,
    class_names: tuple[str, ...] = (),
) -> Split:
    """The same test part, and the other rows in two: one fold to validate, the others to train.

    Args:
        split: A split; its training and validation parts are dealt anew.
        labels: Class code of each row, (n,); `None` for numbers.
        fold: The fold that validates, from 1.
        folds: How many folds there are.
        seed: Seed of the order in which rows are dealt.
        class_names: Label of each class code, for messages.

    Raises:
        DataError: There is no such fold, or too few rows (of a class) for one in each fold.
    """
    rows = np.concatenate([split.train, split.validation])
    of_rows = None if labels is None else labels[rows]
    _check(len(rows), of_rows, fold, folds, class_names)
    validates = fold_of(len(rows), of_rows, folds, seed) == fold
    return Split(rows[~validates], rows[validates], split.test)


def fold_of(n: int, labels: NDArray[np.integer] | None, folds: int, seed: int) -> Rows:
    """The fold of each row, from 1: (n,).

    Rows are mixed, sorted by class and dealt in turns, so sizes differ by at most one, in all and in each class.

    Args:
        n: Number of rows.
        labels: Class code of each row, (n,); `None` for numbers.
        folds: How many folds there are.
        seed: Seed of the order.
    """
    order = np.random.default_rng([seed, folds]).permutation(n)
    if labels is not None:
        order = order[np.argsort(labels[order], kind="stable")]
    found = np.empty(n, np.intp)
    found[order] = np.arange(n) % folds + 1
    return found


def _check(n: int, labels: NDArray[np.integer] | None, fold: int, folds: int, class_names: tuple[str, ...]) -> None:
    if not 1 <= fold <= folds:
        raise DataError(
            f"There is no fold {fold} of {folds}.", remedy=f"Choose data.fold from 1 to {folds}.", code="bad_split"
        )
    if n < folds:
        raise DataError(
            f"{counted(n, 'row')} cannot be dealt into {folds} folds.",
            remedy=f"Use at most {n} folds." if n > 1 else "Use more rows.",
            code="empty_part",
        )
    if labels is None:
        return
    codes, counts = np.unique(labels, return_counts=True)
    least = int(counts.argmin())
    if counts[least] < folds:
        name = quoted(class_names[codes[least]]) if class_names else str(codes[least])
        raise DataError(
            f"Class {name} has {counted(int(counts[least]), 'row')} for {folds} folds; each fold needs one.",
            remedy=f"Use at most {counts[least]} folds."
            if counts[least] > 1
            else "Leave the class out of the file, or set a share aside instead: --validation 0.2.",
            code="class_too_small",
        )
