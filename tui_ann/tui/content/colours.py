"""The colours of the program beyond those of a theme: of the data, of keys, and of text that can always be read.

`tui_ann/text/themes.toml` declares the colours of the data for dark, light and 16-colour themes. Style sheets use them
as variables such as `$data-positive`. A theme may have text too faint to read; `with_data_colours` corrects that.
"""

import tomllib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import cache
from importlib.resources import files
from typing import Any

from textual.color import Color
from textual.theme import Theme

LEAST_CONTRAST = 4.5
"""The least contrast of text to its background (WCAG AA)."""
TEXT_ROLES = ("text-primary", "text-secondary", "text-accent", "text-success", "text-warning", "text-error")
"""Variables of a theme that colour text."""
_DATA = "data"
_STEPS = 40
_DIM = 0.62
"""How much of the foreground is in dim text, if that can be read."""


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads((files("tui_ann.text") / "themes.toml").read_text(encoding="utf-8"))


def own_themes() -> list[Theme]:
    """Every theme of the program, in the order of the file."""
    return [Theme(name=name, **deepcopy(table)) for name, table in _tables().items() if name != _DATA]


def data_colours(theme: Theme) -> dict[str, str]:
    """The colours of the data in a theme: name of the variable → colour.

    Args:
        theme: The theme; its own variables of these names come first.
    """
    kind = ("ansi-" if theme.ansi else "") + ("dark" if theme.dark else "light")
    declared = {f"{_DATA}-{name}": colour for name, colour in _tables()[_DATA][kind].items()}
    return {name: theme.variables.get(name, colour) for name, colour in declared.items()}


def luminance(colour: Color) -> float:
    """The relative luminance of a colour, 0 to 1 (WCAG)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: Color, second: Color) -> float:
    """The contrast of two colours, 1 to 21 (WCAG)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def legible(colour: Color, grounds: Iterable[Color], towards: Color) -> Color:
    """A colour that can be read on every background: the colour itself, or the nearest to it on the way to another.

    Args:
        colour: The wanted colour.
        grounds: The backgrounds.
        towards: A colour that can be read on all of them.
    """
    grounds = tuple(grounds)
    tries = (colour.blend(towards, step / _STEPS) for step in range(_STEPS + 1))
    return next(
        (made for made in tries if all(contrast(made, ground) >= LEAST_CONTRAST for ground in grounds)), towards
    )


def letters_on(ground: Color, usual: Color) -> Color:
    """The colour of text on a coloured cell: the usual one if it can be read, otherwise black or white.

    Args:
        ground: The colour of the cell.
        usual: The usual colour of text.
    """
    if contrast(usual, ground) >= LEAST_CONTRAST:
        return usual
    return max((Color(0, 0, 0), Color(255, 255, 255)), key=lambda colour: contrast(colour, ground))


def with_data_colours(variables: Mapping[str, str], theme: Theme) -> dict[str, str]:
    """The variables of a theme with the colours of the data, and with text that can be read.

    Adds `$dim-text` for what matters less, `$on-primary` and `$data-…`; changes the colours of text, of panels and of
    the row under the cursor where the theme's own have too little contrast. A theme of 16 colours leaves that to the
    terminal.

    Args:
        variables: The variables of the theme, by name.
        theme: The theme.
    """
    made = {**variables, **data_colours(theme)}
    if theme.ansi:
        return {**made, "dim-text": made["text-muted"], "on-primary": "ansi_bright_white"}
    ground, surface = (Color.parse(made[name]) for name in ("background", "surface"))
    grounds, extreme = (ground, surface), Color(255, 255, 255) if theme.dark else Color(0, 0, 0)
    foreground = legible(Color.parse(made["foreground"]), grounds, extreme)
    dim = legible(ground.blend(foreground, _DIM), grounds, foreground)
    for name in TEXT_ROLES:
        made[name] = legible(Color.parse(made[name]), grounds, extreme).hex
    made |= {"foreground": foreground.hex, "dim-text": dim.hex, "text-muted": dim.hex, "text": foreground.hex}
    panel = legible_ground(Color.parse(made["panel"]), foreground, surface)
    cursor = Color.parse(made["block-cursor-background"])
    wanted = made["block-cursor-foreground"]
    letters = letters_on(cursor, extreme if wanted.startswith("auto") else Color.parse(wanted))
    primary = Color.parse(made["primary"])
    return {
        **made,
        "panel": panel.hex,
        "block-cursor-foreground": letters.hex,
        "on-primary": letters_on(primary, ground).hex,
    }


def legible_ground(ground: Color, letters: Color, towards: Color) -> Color:
    """A background on which a text can be read: the nearest to the wanted one on the way to another.

    Args:
        ground: The wanted background.
        letters: The colour of the text.
        towards: A background on which the text can be read.
    """
    tries = (ground.blend(towards, step / _STEPS) for step in range(_STEPS + 1))
    return next((made for made in tries if contrast(letters, made) >= LEAST_CONTRAST), towards)
