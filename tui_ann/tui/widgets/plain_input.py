"""An input line that shows control characters as glyphs: pasted text and file names may contain anything."""

import unicodedata

from rich.text import Text
from textual.events import Key
from textual.widgets import Input

from tui_ann.text import count, counted

MOST_TYPED = 20_000
"""Characters that a line takes: each key costs time for all of them."""
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def visible(text: str) -> str:
    """The text with each control or invisible character replaced by one glyph.

    Args:
        text: Any text.
    """
    if text.isprintable():
        return text
    return "".join(_glyph(character) for character in text)


def _glyph(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN:
        return character
    return chr(0x2400 + ord(character)) if ord(character) < 0x20 else "·"


class PlainInput(Input):
    """An `Input` that keeps its value unchanged but displays control characters as glyphs.

    Keys act in the order in which they are typed: an `Input` handles a letter at once but leaves a key such as ctrl+u
    to the application, where it is handled after letters that were typed later.
    """

    async def on_key(self, event: Key) -> None:
        """Handle the keys of the input at once."""
        for binding in () if event.is_printable else self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return

    def validate_placeholder(self, placeholder: str) -> str:
        """The hint without control characters: it may name what was typed before."""
        return visible(placeholder)

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a part by what is typed or pasted; what is too long is cut, with a note.

        Args:
            text: What is typed or pasted.
            start: First character that is replaced.
            end: First character that is kept again.
        """
        room = max(0, MOST_TYPED - (len(self.value) - abs(end - start)))
        if len(text) > room:
            cut = f"Only {counted(room, 'character')} of {count(len(text))} are taken: a line has {count(MOST_TYPED)}."
            self.app.notify(cut, severity="warning", markup=False)
        super().replace(text[:room], start, end)

    @property
    def _value(self) -> Text:
        """The displayed value; it has the same length as the value, so that the cursor is in the right place."""
        return Text(visible(self.value), no_wrap=True, overflow="ignore", end="")
