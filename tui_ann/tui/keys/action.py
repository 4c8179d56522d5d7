"""One action: what it is called, what it does, and how a screen binds it."""

from dataclasses import dataclass

from textual.binding import Binding

from tui_ann.tui.keys.keymap import default_keys
from tui_ann.tui.keys.modes import MODES


@dataclass(frozen=True)
class Action:
    """Something a user can do."""

    id: str
    """Scope and name, such as `data.target`; stable, because users' keymaps refer to it."""
    label: str
    """A word or two, for the footer and the palette."""
    help: str
    """One sentence that says what it does."""
    rank: int = 0
    """Rank in the footer, 1 first; with 0 it appears only in the palette and the help."""
    call: str = ""
    """The action string that Textual runs; by default the method with the name of the second half of the id."""
    priority: bool = False
    """Whether the key works even while text is being typed."""
    screens: tuple[str, ...] = ()
    """Ids of the screens that may show it in the footer; empty for all."""
    meaning: str = ""
    """What its letter means on every screen, if its label says it in other words than the others with that letter."""

    @property
    def scope(self) -> str:
        """Where the action belongs: `app`, the id of a screen, or the name of a widget's group."""
        return self.id.partition(".")[0]

    @property
    def method(self) -> str:
        """The action string to run: a verb of its screen, or the method of that name."""
        scope, _, name = self.id.partition(".")
        return self.call or (f"do('{name}')" if scope in {mode.id for mode in MODES} else name)

    @property
    def keys(self) -> str:
        """The default keys, separated by commas."""
        return default_keys()[self.id]

    def binding(self) -> Binding:
        """The action as a binding of Textual, with its id and its help."""
        return Binding(
            self.keys,
            self.method,
            self.label,
            id=self.id,
            tooltip=self.help,
            show=self.rank > 0,
            priority=self.priority,
        )
