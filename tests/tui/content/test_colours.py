"""The colours of every theme: text that can be read, and data that can be told apart.

Differences are CIE76: the distance in L*a*b*. About 2 can just be seen; 40 are two different colours to anyone.
"""

import math
from itertools import combinations

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from textual.color import Color, rgb_to_lab
from textual.theme import BUILTIN_THEMES

from tests.tui.pilots import running, settle
from tui_ann.tui.content.colours import (
    LEAST_CONTRAST,
    TEXT_ROLES,
    contrast,
    data_colours,
    letters_on,
    luminance,
    own_themes,
    with_data_colours,
)  # fmt: skip

THEMES = [*own_themes(), *BUILTIN_THEMES.values()]
COLOURED = [theme for theme in THEMES if not theme.ansi]
LEAST_DIFFERENCE = 40
APART = [("positive", "negative"), ("train", "validation"), *combinations(("run-1", "run-2", "run-3", "run-4"), 2)]
"""What stands in one picture without a glyph of its own."""
all_coloured = pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
all_themes = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)


def variables(theme):
    return with_data_colours({**theme.to_color_system().generate(), **theme.variables}, theme)


def difference(first: Color, second: Color) -> float:
    one, other = rgb_to_lab(first), rgb_to_lab(second)
    return math.dist((one.L, one.a, one.b), (other.L, other.a, other.b))


def test_contrast_is_that_of_the_web_guidelines():
    assert contrast(Color(0, 0, 0), Color(255, 255, 255)) == 21
    assert contrast(Color.parse("#767676"), Color.parse("#ffffff")) == pytest.approx(4.54, abs=0.01)
    assert luminance(Color.parse("#ff0000")) == pytest.approx(0.2126)


@all_coloured
def test_text_can_be_read(theme):
    made = variables(theme)
    colours = {name: Color.parse(made[name]) for name in (*TEXT_ROLES, "foreground", "dim-text", *data_colours(theme))}
    for name, colour in colours.items():
        for ground in ("background", "surface"):
            assert contrast(colour, Color.parse(made[ground])) >= LEAST_CONTRAST, f"{name} on {ground}"
    for letters, ground in (("foreground", "panel"), ("on-primary", "primary")):
        assert contrast(Color.parse(made[letters]), Color.parse(made[ground])) >= LEAST_CONTRAST
    cursor = [Color.parse(made[f"block-cursor-{part}"]) for part in ("foreground", "background")]
    assert contrast(*cursor) >= LEAST_CONTRAST


@all_coloured
@pytest.mark.parametrize(("first", "second"), APART)
def test_colours_of_data_can_be_told_apart(theme, first, second):
    made = data_colours(theme)
    assert difference(*(Color.parse(made[f"data-{name}"]) for name in (first, second))) >= LEAST_DIFFERENCE


@all_themes
@pytest.mark.parametrize(("first", "second"), APART)
def test_sixteen_colours_keep_them_apart(theme, first, second):
    colours = [Color.parse(data_colours(theme)[f"data-{name}"]).rich_color for name in (first, second)]
    one, other = (colour.downgrade(ColorSystem.STANDARD) for colour in colours)
    assert one.number != other.number


@all_coloured
def test_sixteen_colours_keep_text_off_its_background(theme):
    made = variables(theme)
    ground = RichColor.parse(made["background"]).downgrade(ColorSystem.STANDARD).number
    for name in ("foreground", "text-error", *data_colours(theme)):
        assert Color.parse(made[name]).rich_color.downgrade(ColorSystem.STANDARD).number != ground, name


@all_themes
def test_every_theme_has_the_same_variables(theme):
    assert data_colours(theme).keys() == data_colours(THEMES[0]).keys()
    assert {"dim-text", "on-primary"} <= variables(theme).keys()


def test_a_theme_may_have_colours_of_its_own():
    theme = own_themes()[0]
    theme.variables["data-positive"] = "#123456"
    assert data_colours(theme)["data-positive"] == "#123456"
    assert "#123456" not in [data_colours(other)["data-positive"] for other in own_themes()]


@all_coloured
def test_numbers_on_heated_cells_can_be_read(theme):
    made = variables(theme)
    ground = Color.parse(made["background"])
    for name in ("data-positive", "data-negative"):
        for share in range(11):
            cell = ground.blend(Color.parse(made[name]), share / 10)
            assert contrast(letters_on(cell, Color.parse(made["foreground"])), cell) >= LEAST_CONTRAST


async def test_what_is_shown_can_be_read_in_every_theme():
    """Every letter and digit of the Train screen, in all themes."""
    faint = set()
    async with running("sample:iris", "3", "n", size=(80, 24)) as (app, pilot):
        await settle(pilot, "training")
        for theme in COLOURED:
            app.theme = theme.name
            await pilot.pause()
            for segment in (segment for strip in app.screen._compositor.render_strips() for segment in strip):
                style = segment.style
                if style is None or not style.color or not style.bgcolor or not any(map(str.isalnum, segment.text)):
                    continue
                if contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)) < LEAST_CONTRAST:
                    faint.add((theme.name, segment.text, str(style)))
    assert not faint
