"""Choosing among texts by the room there is for them: whole sentences and parts instead of a cut end."""

import textwrap
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


def whole_sentences(text: str, width: int, height: int) -> str:
    """As much of a text as fits: all, its sentences without what is after a semicolon, or the first ones of these.

    Args:
        text: Sentences; their full form is shown somewhere else.
        width: Cells of a line; 0 if it is not known yet.
        height: Lines.
    """
    whole = text.split(". ")
    brief = [part.partition("; ")[0] for part in whole]
    tries = [form[:most] for most in range(len(whole), 0, -1) for form in (whole, brief)]
    said = [text, *(". ".join(form).rstrip(".") + "." for form in tries)]
    return next((each for each in said if not width or len(textwrap.wrap(each, width)) <= height), said[-1])
