"""An input line that shows control characters as glyphs: pasted text and file names may contain anything."""

import unicodedata

from rich.text import Text
from textual.events import Key
from textual.widgets import Input

_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def visible(text: str) -> str:
    """The text with a glyph for each character that a terminal would obey or not show, one for one.

    Args:
        text: Anything.
    """
    return "".join(_glyph(character) for character in text)


def _glyph(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN:
        return character
    return chr(0x2400 + ord(character)) if ord(character) < 0x20 else "·"


class PlainInput(Input):
    """An `Input` whose value stays as it is, and whose picture holds nothing a terminal obeys.

    Keys act in the order in which they come, however fast: an `Input` takes a letter at once but leaves a key such as
    ctrl+u to the application, where it waits behind the letters that came after it.
    """

    async def on_key(self, event: Key) -> None:
        """Do at once what one of the line's own keys does."""
        for binding in () if event.is_printable else self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return

    @property
    def _value(self) -> Text:
        """The value as it is shown; as long as the value, so that the cursor is in the right place."""
        return Text(visible(self.value), no_wrap=True, overflow="ignore", end="")
