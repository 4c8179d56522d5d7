"""What has been opened, and the screen that shows it first."""

from dataclasses import dataclass

from tui_ann.session.store.recents import Kind


@dataclass(frozen=True)
class Landing:
    """Something that has been opened."""

    kind: str
    """What it is: one of the kinds of recent entries, or `unfinished`, `page`, `run` or `drawing`."""
    source: str
    """The source to open it again; empty for an unfinished run."""
    screen: str = ""
    """The requested screen; empty for the default."""
    then: str = ""
    """An action of that screen to begin with, such as `predict`."""

    @property
    def mode(self) -> str:
        """The screen that shows it first."""
        first = {Kind.DATA: "data", Kind.MODEL: "build"}
        return self.screen or next((screen for kind, screen in first.items() if self.kind == kind), "train")
