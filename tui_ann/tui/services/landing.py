"""What has been opened, the screen that shows it first, and the run that was saved before."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tui_ann.session.store.recents import Kind


class Kept(NamedTuple):
    """A run that was saved because something else was opened."""

    name: str
    """Name of its experiment."""
    folder: Path
    """Its folder."""
    ended: bool
    """Whether it had ended."""


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
