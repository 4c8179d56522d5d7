"""The report of a dataset in sentences: what was dropped, split, scaled and encoded."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import listing, quoted
from tui_ann.data.prepare.cells import folded
from tui_ann.data.prepare.features import CategoryFeature
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.prepare.roles import REASONS
from tui_ann.data.prepare.split import Split, scarce_classes
from tui_ann.data.prepare.targets import Target
from tui_ann.text import count, counted, number

_HOW = {"standard": "to mean 0 and standard deviation 1", "minmax": "to the range 0 to 1"}


def selection_notes(left_out: Mapping[str, str]) -> list[str]:
    """Which columns are not used, and why: one sentence for each reason."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in left_out.items():
        by_reason.setdefault(reason, []).append(name)
    return [
        f"Left out {listing(names)}: {'it' if len(names) == 1 else 'each'} {REASONS.get(reason, reason)}."
        for reason, names in by_reason.items()
    ]


def split_note(rows: Split, how: str, seed: int, fold: str = "") -> str:
    """How many rows each part has, and how rows were chosen.

    Args:
        rows: The parts.
        how: `ordered`, `shuffled` or `stratified`.
        seed: The seed of the split.
        fold: The fold that validates, in words, if the rows are dealt into folds.
    """
    parts = [f"{counted(rows.train.size, 'row')} to train"]
    if rows.validation.size:
        parts.append(f"{count(rows.validation.size)} to validate")
    if rows.test.size:
        parts.append(f"{count(rows.test.size)} to test")
    if rows.train.size == 1 and len(parts) == 1:
        return "There is a single row: it is used to train, and nothing can be set aside to validate or test."
    if len(parts) == 1:
        return f"{parts[0]}; none to validate or test."
    if fold:
        return f"{', '.join(parts)}: {fold} validates, dealt at random (seed {seed})."
    chosen = {"ordered": "the last rows of the file", "shuffled": f"chosen at random (seed {seed})"}
    return f"{', '.join(parts)}: {chosen.get(how, f'equal shares of each class (seed {seed})')}."


def class_notes(
    target: Target, codes: NDArray[np.intp] | None, split: Split, fewest: int, stratified: Callable[[], Split | None]
) -> list[str]:
    """The classes, and classes that are missing in a part, with what helps.

    Args:
        target: The target.
        codes: The class of each row; `None` for numbers.
        split: The parts of these rows.
        fewest: So many rows of each class are needed for one in each part.
        stratified: The parts as a stratified split would have them, or `None` if it is refused.
    """
    if codes is None:
        return []
    notes = []
    if target.task == "binary" and not target.one_hot:
        notes.append(
            f"Class 1 is {quoted(target.classes[1])}: ŷ is its probability. Class 0 is {quoted(target.classes[0])}."
        )
    absent = _absent(codes, len(target.classes), split)
    helps = _what_helps(target, codes, fewest, stratified()) if absent else ""
    for part, missing in absent.items():
        names = listing(target.classes[code] for code in missing)
        notes.append(f"The {part} part has no row of {names}{helps}")
    return notes


def _absent(codes: NDArray[np.intp], classes: int, split: Split) -> dict[str, list[int]]:
    """The classes without a row in a part, by the name of the part; only parts with rows and such classes."""
    parts = {"training": split.train, "validation": split.validation, "test": split.test}
    absent = {part: np.setdiff1d(np.arange(classes), codes[rows]).tolist() for part, rows in parts.items() if rows.size}
    return {part: missing for part, missing in absent.items() if missing}


def _what_helps(target: Target, codes: NDArray[np.intp], fewest: int, stratified: Split | None) -> str:
    """What gives each part a row of each class: a stratified split only where it is not refused and has the rows."""
    if stratified is not None and not _absent(codes, len(target.classes), stratified):
        return '; split = "stratified" gives each part its share.'
    if len(np.unique(codes)) < len(target.classes):
        return "; no row that can be used is of such a class."
    scarce = scarce_classes(codes, fewest)
    if len(scarce) == 1:
        ((code, rows),) = scarce.items()
        return (
            f". Class {quoted(target.classes[code])} has only {counted(rows, 'row')}, too few for one in each part: "
            "add rows of it, or leave it out of the file."
        )
    if scarce:
        names = listing(target.classes[code] for code in scarce)
        return (
            f". The classes {names} have fewer than {fewest} rows each, too few for one in each part: "
            "add rows of them, or leave them out of the file."
        )
    return "; more rows or other shares may give it one."


def feature_notes(preprocessing: Preprocessing) -> list[str]:
    """Which categories became how many features of 0 and 1."""
    categories = [feature for feature in preprocessing.columns if isinstance(feature, CategoryFeature)]
    notes = []
    if categories:
        width = sum(len(feature.names) for feature in categories)
        shown = ", ".join(f"{quoted(feature.column)} → {len(feature.names)}" for feature in categories[:5])
        more = f" and {count(len(categories) - 5)} more" if len(categories) > 5 else ""
        columns = (
            "1 column without numbers" if len(categories) == 1 else f"{count(len(categories))} columns without numbers"
        )
        notes.append(f"{columns} became {counted(width, 'feature')} of 0 and 1: {shown}{more}.")
    for feature in categories:
        if feature.rare:
            notes.append(
                f"Column {quoted(feature.column)}: the {count(len(feature.labels))} most frequent labels have a "
                f"feature each, {counted(feature.rare, 'rarer label')} none."
            )
    for feature in categories:
        alike = _spelled_alike(feature.labels)
        if alike:
            notes.append(
                f"Column {quoted(feature.column)}: {listing(alike)} differ only in case or spaces, but are "
                f"{len(alike)} labels."
            )
    dates = [feature.column for feature in preprocessing.columns if feature.kind in ("date", "time")]
    if dates:
        notes.append(f"Dates are counted in days, times in seconds: {listing(dates)}.")
    return notes


def _spelled_alike(labels: Iterable[str]) -> list[str]:
    """Labels that differ from another one only in case or spaces, side by side."""
    groups: dict[str, list[str]] = {}
    for label in labels:
        groups.setdefault(folded(label), []).append(label)
    return [label for group in groups.values() if len(group) > 1 for label in group]


def scaling_notes(preprocessing: Preprocessing, n_train: int) -> list[str]:
    """How features and targets were scaled, and with how many rows."""
    rows = counted(n_train, "training row")
    numbers = [feature for feature in preprocessing.columns if not isinstance(feature, CategoryFeature)]
    notes = []
    if numbers and preprocessing.scaling in _HOW:
        notes.append(
            f"{counted(len(numbers), 'number feature')} scaled {_HOW[preprocessing.scaling]}, fitted on {rows}."
        )
    elif numbers:
        notes.append(f"{counted(len(numbers), 'number feature')} not scaled.")
    if preprocessing.task == "regression" and preprocessing.target_scaling in _HOW:
        shown = ", ".join(
            f"{quoted(name)} (y − {number(offset)}) / {number(scale)}"
            for name, offset, scale in zip(
                preprocessing.target.names, preprocessing.target.offset, preprocessing.target.scale, strict=True
            )
        )
        notes.append(
            f"Target scaled {_HOW[preprocessing.target_scaling]} fitted on {rows}: {shown}. "
            "The loss is of the scaled target; metrics and predictions are in the original units."
        )
    return notes
