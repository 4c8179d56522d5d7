"""What the Data screen says about a column."""

from tui_ann.data.prepare.distribution import summary
from tui_ann.data.prepare.roles import REASONS
from tui_ann.data.read.table import Column
from tui_ann.text import clean, count, counted, number

ROLES = {"target": "target", "ignored": "not used", "": "feature"}
"""Display names of the roles."""


def column_title(column: Column, role: str) -> str:
    """Name, role and type of a column.

    Args:
        column: The column.
        role: `target`, `ignored`, or empty for a feature.
    """
    labels = "" if column.is_number else f" · {counted(column.distinct, 'label')}"
    return f"{clean(column.name, 40)} · {ROLES[role]} · {column.kind}{labels}"


def column_figures(column: Column, reason: str | None) -> str:
    """The statistics of a column, and why it is left out.

    Args:
        column: The column.
        reason: Code of the reason for leaving it out; `None` if it is used.
    """
    parts = [f"left out: {REASONS.get(reason, reason)}; space uses it"] if reason else []
    if column.is_number and column.distinct:
        found = summary(column)
        parts.append(f"μ {number(found.mean)}  σ {number(found.std)}")
        parts.append(f"from {number(found.minimum)} to {number(found.maximum)}, median {number(found.median)}")
    if column.unit:
        parts.append(f"unit {clean(column.unit, 10)}")
    if column.missing:
        parts.append(f"{count(column.missing)} missing")
    return " · ".join(parts)
