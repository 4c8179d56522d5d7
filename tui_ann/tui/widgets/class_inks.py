"""The colours of classes, the same in every picture of the data."""

from tui_ann.tui.draw.class_marks import MOST_COLOURS

CLASS_COLOURS = tuple(f"$data-{name}" for name in ("negative", "positive", "run-2", "run-1", "train", "run-4"))
"""Of two classes the first is the negative one, as for ŷ."""
CLASS_INKS = tuple(f"classes--{place}" for place in range(MOST_COLOURS))
"""Component classes of the colours, for the inks of a picture."""


def class_css(widget: str) -> str:
    """Return the style sheet of the component classes.

    Args:
        widget: The class of the widget.
    """
    rules = (f"& > .{ink} {{ color: {colour}; }}" for ink, colour in zip(CLASS_INKS, CLASS_COLOURS, strict=True))
    return f"{widget} {{ {' '.join(rules)} }}"
