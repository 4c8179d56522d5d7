"""Choosing among texts by the room there is for them: whole sentences and parts instead of a cut end."""

from collections.abc import Sequence

from tui_ann.text import cell_width

BETWEEN = " · "
"""What stands between the parts of a text."""


def first_parts(text: str, width: int) -> str:
    """As many parts of a text as fit, at least the first.

    Args:
        text: Parts with " · " between them, the most important first.
        width: Cells available.
    """
    while cell_width(text) > width and BETWEEN in text:
        text = text.rpartition(BETWEEN)[0]
    return text


def longest_of(texts: Sequence[str], width: int) -> str:
    """The first of some texts that fits; the last if none does.

    Args:
        texts: From the longest to the shortest, at least one.
        width: Cells available.
    """
    return next((text for text in texts if cell_width(text) <= width), texts[-1])
