"""Text alternatives: every drawn widget describes itself in one sentence, for users who cannot see it."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget


class Described(Message):
    """The description of a widget has changed."""

    def __init__(self, widget: Widget, text: str) -> None:
        super().__init__()
        self.widget = widget
        self.text = text

    @property
    def control(self) -> Widget:
        """The widget."""
        return self.widget

    def can_replace(self, message: Message) -> bool:
        """Only the newest description matters."""
        return isinstance(message, Described) and message.widget is self.widget


class Describing(Widget):
    """A widget that can describe its content in a sentence."""

    _told = ""

    def describe(self) -> str:
        """Return the description in one sentence."""
        return ""

    def tell(self) -> None:
        """Post the description if it has changed."""
        text = self.describe()
        if text != self._told and self.is_attached:
            self._told = text
            self.post_message(Described(self, text).set_sender(self))  # else it would go no further than who drew
