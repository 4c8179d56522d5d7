"""Pictures in words: every drawn widget sums itself up in one sentence, for those who cannot see it."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget


class Described(Message):
    """The sentence that sums a widget up has changed."""

    def __init__(self, widget: Widget, text: str) -> None:
        super().__init__()
        self.widget = widget
        self.text = text

    @property
    def control(self) -> Widget:
        """The widget."""
        return self.widget

    def can_replace(self, message: Message) -> bool:
        """Only the newest sentence matters."""
        return isinstance(message, Described) and message.widget is self.widget


class Describing(Widget):
    """A widget that can say in a sentence what it shows."""

    _told = ""

    def describe(self) -> str:
        """Return what is shown in one sentence."""
        return ""

    def tell(self) -> None:
        """Send the sentence up if it has changed."""
        text = self.describe()
        if text != self._told and self.is_attached:
            self._told = text
            self.post_message(Described(self, text))
