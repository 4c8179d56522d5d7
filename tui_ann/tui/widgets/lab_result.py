"""What a lab has shown, in a pane below the runs."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from tui_ann.tui.widgets.panes import Pane
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.text_scroll import TextScroll


class LabResult(Pane):
    """The sentences of a lab; they scroll where the screen has no room for all.

    Args:
        beside: Ids of the panes that are shown with it.
    """

    def __init__(self, *, beside: str) -> None:
        self._text = Static(markup=False)
        super().__init__(TextScroll(self._text), title="Result", id="lab-result", beside=beside)
        self._shown: tuple[str, tuple[str, ...]] = "", ()

    def show_lines(self, title: str, lines: Sequence[str]) -> bool:
        """Show sentences.

        Args:
            title: The title on the frame.
            lines: The sentences.

        Returns:
            Whether they are others than before.
        """
        shown = title, tuple(lines)
        if shown == self._shown:
            return False
        self._shown = shown
        self.border_title = plain(title)
        self._text.update(Content("\n").join(plain(line) for line in lines))
        return True
