"""How the screens write layers: as chosen, or in brackets where a raised digit could be read as a power."""

from tui_ann.text.symbols import chosen_style, require_brackets, spelled, terminal_style
from tui_ann.tui.services.host import Host


class LayerNotation:
    """Keeps one notation on all screens, and says once when it changes before somebody's eyes.

    Args:
        host: The application.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._told: set[str] = set()
        """What was said since the program began."""
        self.begin()

    def begin(self) -> None:
        """Write layers as chosen, because something else is opened."""
        self._seen = ""
        """The style of what was shown; empty before anything was."""
        require_brackets(False)

    def saw(self) -> None:
        """Note that a screen has written layers."""
        self._seen = terminal_style()

    def require_brackets(self, needed: bool) -> None:
        """Write every layer in brackets, or as chosen; every screen is written anew if that is a change.

        Args:
            needed: Whether there is a formula in which a raised digit could be read as a power.
        """
        if not require_brackets(needed):
            return
        self._host.revision += 1
        if self._seen not in ("", terminal_style()):
            words = in_words()
            if words not in self._told:  # each new run could change it again
                self._told.add(words)
                self._host.tell(words)
        self.saw()


def in_words() -> str:
    """How layers are written from now on, as a sentence; and why, if not as chosen."""
    words = f"Layers are written as {spelled('W2')} and {spelled('a2')} from here on"
    if terminal_style() == chosen_style():
        return f"{words}."
    return f"{words}: in a formula of this update {spelled('a2', chosen_style())} could be a square."
