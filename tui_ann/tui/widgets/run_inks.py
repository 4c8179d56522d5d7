"""The colours of compared runs, the same in every picture."""

from tui_ann.tui.draw.run_marks import RUN_COLOURS

RUN_INKS = tuple(f"runs--{name}" for name in RUN_COLOURS)
"""Component classes of the colours, in the order of `RUN_COLOURS`."""


def run_css(widget: str) -> str:
    """Return the style sheet of the component classes.

    Args:
        widget: The class of the widget.
    """
    rules = (f"& > .{ink} {{ color: $data-{name}; }}" for ink, name in zip(RUN_INKS, RUN_COLOURS, strict=True))
    return f"{widget} {{ {' '.join(rules)} }}"
