"""The line above the keys: the message of the screen, and the progress of the run."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

_SLACK = 6
"""Maximum number of unused cells in the room for the run's text."""


_WRAPPED = frozenset({"good", "warn", "bad"})
"""The kinds whose text may need several lines."""


class StatusLine(Horizontal):
    """Two texts: the message of the screen on the left, the run on the right."""

    DEFAULT_CLASSES = "status-line"

    def compose(self) -> ComposeResult:
        """Both texts, initially empty."""
        yield Static(id="status-text", markup=False)
        yield Static(id="run-state", markup=False)

    def __init__(self) -> None:
        super().__init__()
        self._text: tuple[Content, str] | None = None
        self._run = Content("")

    def show_text(self, text: Content, kind: str = "") -> None:
        """Show the message of the screen.

        Args:
            text: The message.
            kind: `good`, `warn`, `bad`, `note` or empty; sets the style.
        """
        if (text, kind) == self._text:
            return
        self._text = (text, kind)
        label = self.query_one("#status-text", Static)
        label.update(text, layout=kind in _WRAPPED)
        label.set_classes([f"-{kind}"] if kind else [])

    def show_run(self, text: Content) -> None:
        """Show the progress of the run; it is always visible.

        The text changes with every frame, and 0.25 is shorter than 0.253: a slightly shorter text is right-aligned in
        the same room, because otherwise the whole screen would be laid out again.
        """
        if text.plain and 0 < (less := self._run.cell_length - text.cell_length) <= _SLACK:
            text = text.pad_left(less)
        if text == self._run:
            return
        label = self.query_one("#run-state", Static)
        label.update(text, layout=text.cell_length != self._run.cell_length)
        label.display = bool(text.plain)
        self._run = text
