"""How classes are told apart in a picture: a colour and a mark, and a texture where bars are split."""

from __future__ import annotations

from collections.abc import Sequence

from tui_ann.text import cell_width, clean

MOST_COLOURS = 6
"""Different colours of classes; more classes repeat them with other marks."""
FILLS = "█▒▓░"
"""Textures of the parts of a split bar."""
WRONG = "✗"
"""The mark of a row whose class is not the answer."""
_MARKS = "○●△▲□■◇◆"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def marks(labels: Sequence[str]) -> list[str]:
    """Return a mark of one cell for each class: circles, triangles and so on, or letters if there are many.

    Digits and other labels of one cell are their own marks if there are many classes.

    Args:
        labels: The labels of the classes.
    """
    if len(labels) <= len(_MARKS):
        return list(_MARKS[: len(labels)])
    shown = [clean(label) for label in labels]
    if all(cell_width(label) == 1 for label in shown) and len(set(shown)) == len(shown):
        return shown
    return [_LETTERS[place % len(_LETTERS)] for place in range(len(labels))]


def marked(label: str, sign: str, width: int) -> str:
    """Return a label after its mark, once if they are the same.

    Args:
        label: Any text; cleaned here.
        sign: The mark or the texture.
        width: Most cells of the label.
    """
    shown = clean(label, width)
    return shown if shown == sign else f"{sign} {shown}"


def legend(labels: Sequence[str], signs: Sequence[str], width: int) -> list[tuple[str, int]]:
    """Return the legend in one line: texts, each with the number of its class, −1 for what is left out.

    Args:
        labels: The labels of the classes.
        signs: Mark or texture of each class.
        width: Cells available.
    """
    parts: list[tuple[str, int]] = []
    room = width
    for place, (label, sign) in enumerate(zip(labels, signs, strict=True)):
        text = f"{marked(label, sign, 16)}  "
        more = f"+{len(labels) - place}"
        if cell_width(text.rstrip()) + (len(more) + 2 if place < len(labels) - 1 else 0) > room:
            return [*parts, (clean(more, max(0, room)), -1)]
        parts.append((text, place))
        room -= cell_width(text)
    return parts
