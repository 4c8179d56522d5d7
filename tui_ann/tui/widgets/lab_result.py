"""What a lab has shown, in a frame below the runs."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from tui_ann.tui.widgets.plain import plain


class LabResult(Static):
    """The sentences of a lab; hidden while there are none."""

    def __init__(self) -> None:
        super().__init__(id="lab-result", markup=False)

    def show_lines(self, title: str, lines: Sequence[str]) -> None:
        """Show sentences.

        Args:
            title: The title on the frame.
            lines: The sentences; none hides it.
        """
        self.display = bool(lines)
        self.border_title = plain(title)
        self.update(Content("\n").join(plain(line) for line in lines))
