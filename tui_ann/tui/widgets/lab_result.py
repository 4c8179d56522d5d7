"""What a lab has shown, in a frame below the runs."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_ann.tui.widgets.plain import plain

_SHARE = 4
"""One line in so many of the screen is for the sentences; the rest is reached by scrolling."""
_LEAST = 5


class LabResult(VerticalScroll):
    """The sentences of a lab; hidden while there are none."""

    def __init__(self) -> None:
        super().__init__(id="lab-result", can_focus=True)
        self._text = Static(markup=False)

    def compose(self) -> ComposeResult:
        """The sentences."""
        yield self._text

    def show_lines(self, title: str, lines: Sequence[str]) -> None:
        """Show sentences.

        Args:
            title: The title on the frame.
            lines: The sentences; none hides it.
        """
        self.display = bool(lines)
        self.styles.max_height = max(_LEAST, self.app.size.height // _SHARE)
        self.border_title = plain(title)
        self._text.update(Content("\n").join(plain(line) for line in lines))
