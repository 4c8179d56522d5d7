"""The line of the doctor, above the keys of every screen."""

from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class DoctorLine(Static):
    """One line; a click asks for all checks.  It takes no room while nothing is open."""

    class Asked(Message):
        """The line was clicked."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._line = Content("")
        self.display = False

    def show_line(self, line: Content, shown: bool) -> None:
        """Show a line.

        Args:
            line: What the doctor says; may be empty.
            shown: Whether the line takes its room; the same for long, because everything above moves with it.
        """
        if self.display != shown:
            self.display = shown
        if line != self._line:
            self._line = line
            self.update(line, layout=False)

    def on_click(self) -> None:
        """Ask for all checks."""
        self.post_message(self.Asked())
