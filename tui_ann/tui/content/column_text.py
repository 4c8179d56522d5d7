"""What the Data screen says about a column."""

from collections.abc import Callable

from tui_ann.data.prepare.distribution import summary
from tui_ann.data.prepare.roles import REASONS
from tui_ann.data.read.table import Column
from tui_ann.text import clean, count, counted, number

ROLES = {"target": "target", "ignored": "not used", "": "feature"}
"""Display names of the roles."""


def column_title(column: Column, role: str, *, proposed: bool = False) -> str:
    """Name, role and type of a column.

    Args:
        column: The column.
        role: `target`, `ignored`, or empty for a feature.
        proposed: Whether the target is the proposed one.
    """
    labels = "" if column.is_number else f" · {counted(column.distinct, 'label')}"
    mark = " (proposed)" if role == "target" and proposed else ""
    return f"{clean(column.name, 40)} · {ROLES[role]}{mark} · {column.kind}{labels}"


def column_keys(role: str, key_of: Callable[[str], str], *, proposed: bool) -> str:
    """What the keys do with the column under the cursor.

    Args:
        role: `target`, `ignored`, or empty for a feature.
        key_of: The key of an action, as displayed to the user.
        proposed: Whether the target is the proposed one.
    """
    use, target = key_of("data.use"), key_of("data.target")
    if role == "target":
        return f"the {'proposed ' if proposed else ''}target: {target} changes it"
    return f"{use} {'uses it' if role == 'ignored' else 'leaves it out'} · {target} predicts it"


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
