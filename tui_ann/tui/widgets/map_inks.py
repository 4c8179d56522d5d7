"""The colours of maps in the theme, for the inks of `draw/maps.py`."""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.widget import Widget

from tui_ann.tui.draw.maps import BY_CLASS, DEPTHS, DIVERGING, FIRST, LOSS, SCALES, SEQUENTIAL, STEPS
from tui_ann.tui.widgets.class_inks import CLASS_COLOURS
from tui_ann.tui.widgets.few_colours import few_colours

_FULL = 0.78
"""Share of a data colour at the ends of a map: the marks on it must be brighter."""
_DARKEST = 0.3
"""Share of the colour where a class is least likely."""
_MARK = 0.62
"""How far the colour of a mark lies towards the text colour, from that of its class."""
_HIGHEST = 0.6
"""Share of the data colour where a loss is highest: paths on it must be seen."""
_FAINT = 0.35
"""How far a faint mark lies towards the ground below it."""


def map_styles(widget: Widget) -> list[Style]:
    """The styles of all inks from `FIRST` on; none if there are few colours, where maps are drawn as shades.

    Args:
        widget: The picture; gives theme and background.
    """
    if few_colours(widget.app):
        return []
    background = (widget.visual_style.background or Color(0, 0, 0)).rgb
    names = tuple(name.removeprefix("$") for name in CLASS_COLOURS)
    others = ("data-train", "data-run-1", "data-run-2", "data-run-3", "data-key", "foreground", "data-lit")
    return _styles(background, _theme_colours(widget.app, (*names, *others)))


def _theme_colours(app: App[object], names: tuple[str, ...]) -> tuple[tuple[int, int, int], ...]:
    variables = app.get_css_variables()
    return tuple(Color.parse(variables[name]).rgb for name in names)


@lru_cache(maxsize=8)
def _styles(background: tuple[int, int, int], colours: tuple[tuple[int, int, int], ...]) -> list[Style]:
    ground = Color(*background)
    *classes, number, first, second, third, key, text, lit = (Color(*colour) for colour in colours)
    middle = STEPS // 2
    pair = [classes[0], classes[1]]
    bare = ground.blend(Color(0, 0, 0), 0.4) if ground.brightness < 0.5 else ground.blend(text, 0.06)
    diverging = [
        bare.blend(pair[int(step > middle)], _FULL * (abs(step - middle) / middle) ** 0.8) for step in range(STEPS)
    ]
    sequential = [ground.blend(number, 0.06 + 0.9 * step / (STEPS - 1)) for step in range(STEPS)]
    by_class = [
        ground.blend(colour, _DARKEST + (_FULL - _DARKEST) * step / (DEPTHS - 1))
        for colour in classes
        for step in range(DEPTHS)
    ]
    loss = [ground.blend(pair[1], 0.04 + _HIGHEST * step / (STEPS - 1)) for step in range(STEPS)]
    styles: list[Style] = []
    tints = {
        DIVERGING: [colour.blend(text, _MARK) for colour in pair],
        SEQUENTIAL: [ground.blend(number, 0.2 + 0.6 * step / (DEPTHS - 1)).blend(text, 0.45) for step in range(DEPTHS)],
        BY_CLASS: [colour.blend(text, _MARK) for colour in classes],
        LOSS: [lit, first, second, third, key],
    }
    lines = ground.blend(pair[1], _HIGHEST).blend(text, 0.25)
    for scale, steps in zip(SCALES, (diverging, sequential, by_class, [*loss, lines]), strict=True):
        levels = [ground, *steps]
        rich = [level.rich_color for level in levels]
        styles += [Style(color=upper, bgcolor=lower) for upper in rich for lower in rich]
        for level, below in zip(levels, rich, strict=True):
            marks = tints[scale]
            styles += [Style(color=mark.rich_color, bgcolor=below, bold=True) for mark in marks]
            styles += [Style(color=mark.blend(level, _FAINT).rich_color, bgcolor=below) for mark in marks]
            styles.append(Style(color=lit.rich_color, bgcolor=below, bold=True))
    assert FIRST + len(styles) == SCALES[-1].end
    return styles


def with_maps(own: list[Style], widget: Widget) -> list[Style]:
    """A palette with the inks of maps after those of the picture."""
    maps = map_styles(widget)
    return own + [own[0]] * (FIRST - len(own)) + maps if maps else own
