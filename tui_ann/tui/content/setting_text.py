"""Setting values as text: as a form shows them and as a user types them."""

from typing import Any

from tui_ann.experiment.settings import Setting
from tui_ann.text import ELLIPSIS, cell_width, clean, count, number

DIALECT = ("delimiter", "decimal", "header", "encoding", "skip_lines", "table")
"""Names of the settings for reading a file."""


def dialog_title(label: str) -> str:
    """A setting's label as the title of a dialog; symbols such as ε stay as they are.

    Args:
        label: Such as `update rule`.
    """
    return label[:1].upper() + label[1:] if label[:1].isascii() else label


def value_text(value: Any) -> str:
    """A value as the form shows it; it can be typed in the same way.

    Args:
        value: A setting's value.
    """
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return count(value)
    if isinstance(value, float):
        return number(value, 6)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "–"
    return str(value)


def short_value(text: str, width: int) -> str:
    """A value that fits: a path is cut at its folders, from the left, anything else from the right.

    Args:
        text: The value as text.
        width: Most cells.
    """
    text = clean(text)
    if cell_width(text) <= width or "/" not in text:
        return clean(text, width)
    parts = text.split("/")
    tails = (f"{ELLIPSIS}/{'/'.join(parts[at:])}" for at in range(1, len(parts)))
    fallback = (ELLIPSIS + text[at:] for at in range(len(text)))
    return next((tail for tail in (*tails, *fallback) if cell_width(tail) <= width), clean(text, width))


def parse_value(setting: Setting, text: str) -> Any:
    """A typed text as a value of a setting; the text itself if it is not a number.

    Args:
        setting: The setting.
        text: The typed text.
    """
    text = text.strip()
    if not text or text == "–":
        return None if setting.optional else "" if setting.kind == "str" else text
    plain = text.replace("−", "-").replace(" ", "")
    try:
        if setting.kind == "int":
            return int(plain)
        if setting.kind == "float":
            return float(plain.replace(",", "."))
    except ValueError:
        return text
    return text
