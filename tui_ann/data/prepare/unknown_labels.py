"""Labels that no training row has, in words: which, where the first is, and a known label that may be meant."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tui_ann.data.phrases import listing, quoted
from tui_ann.data.prepare.cells import as_known_labels, folded
from tui_ann.data.prepare.features import CategoryFeature, Feature
from tui_ann.data.prepare.split import Rows
from tui_ann.data.read.table import Table
from tui_ann.text import counted, line_name

_MOST_NAMED = 3
"""Maximum labels that are named."""


def unknown_notes(table: Table, features: Sequence[Feature], unknown: Mapping[str, Rows]) -> Iterator[str]:
    """One sentence or two for each column with labels that the training rows did not have.

    Args:
        table: The table.
        features: The columns and their features.
        unknown: The rows with such a label, by column.
    """
    for feature in features:
        if isinstance(feature, CategoryFeature) and feature.column in unknown:
            rows = np.sort(unknown[feature.column])
            codes, labels = as_known_labels(table.column(feature.column), feature.labels, feature.kind)
            found = named_labels(codes[rows], labels, table.lines[rows], feature.labels)
            zero = "all its features are 0 in these rows"
            if feature.zeros is not None:
                zero = f"such a row is answered as {quoted(feature.zeros)}, because the feature of both is 0"
            yield (
                f"Column {quoted(feature.column)}: {found}. {counted(len(rows), 'row')} with a label that no training "
                f"row has; {zero}."
            )


def named_labels(
    codes: NDArray[np.integer], labels: Sequence[str], lines: NDArray[np.int64], known: Sequence[str]
) -> str:
    """`'Yes' first in line 2; training rows have 'yes'`: the labels, and the known ones but for case and blanks.

    Args:
        codes: (n,) the codes of rows with unknown labels, in the order of the file; at least one.
        labels: The label of each code.
        lines: (n,) their lines.
        known: The labels of the training rows.
    """
    distinct, places = np.unique(codes, return_index=True)
    found = [labels[code] for code in distinct[np.argsort(places)].tolist()]
    spelled = {folded(label): label for label in known}
    near = dict.fromkeys(spelled[folded(label)] for label in found if folded(label) in spelled)
    meant = f"; training rows have {listing(near, _MOST_NAMED)}" if near else ""
    where = " in" if len(codes) == 1 else " first in" if len(found) == 1 else ", first in"
    return f"{listing(found, _MOST_NAMED)}{where} line {line_name(lines[0])}{meant}"
