"""The card of a screen that has nothing to show yet: three keys that lead on."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Middle, Vertical
from textual.content import Content
from textual.widgets import Static

_WAYS = (("app.start", "examples and recent work"), ("app.open", "a file of your own"), ("app.help", "help"))


class EmptyCard(Middle):
    """Shown instead of the panes while nothing is open.

    Args:
        title: What the screen will show.
    """

    def __init__(self, title: str) -> None:
        super().__init__(classes="empty-card")
        self._title = title

    def compose(self) -> ComposeResult:
        """A title and a line for each key."""
        with Vertical(classes="card"):
            yield Static(Content(self._title), classes="card-title")
            yield Static(classes="card-keys", markup=False)

    def show_keys(self, key_of: Callable[[str], str]) -> None:
        """Show the keys.

        Args:
            key_of: Returns the key of an action.
        """
        keys = [(key_of(action), does) for action, does in _WAYS]
        wide = max(len(key) for key, _ in keys)
        lines = [
            Content.assemble((key.rjust(wide), "bold $footer-key-foreground"), Content(f"   {does}"))
            for key, does in keys
        ]
        self.query_one(".card-keys", Static).update(Content("\n").join(lines))
