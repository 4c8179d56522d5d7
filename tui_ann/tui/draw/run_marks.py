"""How compared runs are told apart in every picture: a letter, a glyph, and a colour."""

from tui_ann.session.compare.letters import letter

RUN_COLOURS = ("run-1", "run-2", "run-3", "run-4", "negative", "train", "validation")
"""Variables of the theme, `$data-…`, in the order of the runs; more runs repeat them with other glyphs."""
_GLYPHS = "○●△▲□■◇◆"


def run_colour(place: int) -> int:
    """The index of a run's colour in `RUN_COLOURS`.

    Args:
        place: The place of the run, counted from 0.
    """
    return place % len(RUN_COLOURS)


def run_glyph(place: int) -> str:
    """The glyph of a run: one of eight, so that 56 runs differ in colour or glyph."""
    return _GLYPHS[place % len(_GLYPHS)]


def run_mark(place: int) -> str:
    """Letter and glyph of a run: `A○`."""
    return letter(place) + run_glyph(place)
