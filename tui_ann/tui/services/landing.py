"""What has been opened, and the screen that shows it first."""

from dataclasses import dataclass

from tui_ann.session.store.recents import Kind


@dataclass(frozen=True)
class Landing:
    """Something that has been opened."""

    kind: str
    """What it is: one of the kinds of recent entries, `unfinished`, or `names` for a look at the columns only."""
    source: str
    """What opens it again; empty for an unfinished run."""
    columns: tuple[tuple[str, str], ...] = ()
    """Names and kinds of a refused file's columns; the user chooses one of them."""
    screen: str = ""
    """The screen that was asked for; empty for the usual one."""

    @property
    def mode(self) -> str:
        """The screen that shows it first."""
        return self.screen or ("data" if self.kind == Kind.DATA else "train")
