"""The top line of every screen: the screens, with the current one marked, the open experiment, the state of its run."""

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui_ann.text import cell_width
from tui_ann.text.symbols import run_sign
from tui_ann.tui.keys.modes import MODES, Mode
from tui_ann.tui.widgets.plain import plain

_BRAND = "tui-ann"
_PADDING = 2
"""Blanks around each item."""
_LEAST_NAME = 12
"""Cells that the name of the experiment may need before the names of the screens give way to it."""


class RunState(NamedTuple):
    """How a state of the run is shown."""

    word: str
    """Its word, after the sign."""
    kind: str
    """`going`, `waiting`, `good` or `bad`; sets the style."""


STATES = {
    "ready": RunState("ready", "waiting"),
    "running": RunState("running", "going"),
    "watched": RunState("watched", "going"),
    "paused": RunState("paused", "waiting"),
    "completed": RunState("finished", "good"),
    "converged": RunState("finished", "good"),
    "early_stopped": RunState("finished", "good"),
    "diverged": RunState("diverged", "bad"),
    "dead": RunState("dead", "bad"),
    "worse": RunState("worse", "bad"),
    "interrupted": RunState("interrupted", "waiting"),
}
"""Every state of a run."""
_STATE_WIDTH = 2 + max(len(state.word) for state in STATES.values() if state.word != "interrupted")
"""Room for sign and word, so that a new state does not move the rest of the line."""


class HeaderTab(Static):
    """One screen in the header; a click goes there."""

    def __init__(self, mode: Mode, current: bool) -> None:
        super().__init__(classes="-current" if current else "")
        self.mode = mode
        self._current = current
        self.tooltip = Content(f"{mode.title}: {mode.help}")

    def show(self, *, named: bool) -> None:
        """Show the digit, with the name of the screen if it is the current one.

        Args:
            named: Whether the other screens have their names, too.
        """
        digit: tuple[str, str] = (self.mode.digit, "bold")
        self.update(
            Content.assemble(digit, f" {self.mode.title}") if named or self._current else Content.styled(*digit)
        )

    async def on_click(self, event: events.Click) -> None:
        """Go to the screen."""
        event.stop()
        await self.run_action(f"app.go('{self.mode.id}')")


class HeaderBar(Horizontal):
    """The header.  If the line is short, only the current screen is named, and the name of the program is left out.

    Args:
        current: Id of its screen.
        modes: The screens.
    """

    def __init__(self, current: str, modes: Sequence[Mode] = MODES) -> None:
        super().__init__()
        self._tabs = [HeaderTab(mode, mode.id == current) for mode in modes]
        self._short = _PADDING * len(modes) + sum(
            len(mode.digit) + (1 + cell_width(mode.title) if mode.id == current else 0) for mode in modes
        )
        self._long = sum(_PADDING + len(mode.digit) + 1 + cell_width(mode.title) for mode in modes)
        self._name = self._state = self._words = ""

    def compose(self) -> ComposeResult:
        """The name of the program, the screens, the open experiment, the state of its run."""
        yield Static(_BRAND, id="brand", markup=False)
        yield from self._tabs
        yield Static(id="open-name", markup=False)
        yield Static(id="state", markup=False)

    def show_name(self, name: str) -> None:
        """Show the name of the open experiment.

        Args:
            name: Name of the experiment; may come from a file.
        """
        self._name = name
        self.query_one("#open-name", Static).update(plain(name, 60))
        self._fit()

    def show_state(self, status: str, words: str = "") -> None:
        """Show the state of the run; it is always visible.

        Args:
            status: `ready`, `running`, `paused`, or how the run ended; empty if nothing is open.
            words: What stands behind its sign instead of its word, such as the number of runs.

        Raises:
            KeyError: There is no such state.
        """
        if (status, words) == (self._state, self._words):
            return
        self._state, self._words = status, words
        label = self.query_one("#state", Static)
        label.display = bool(status)
        if status:
            label.update(Content(f"{run_sign(status)} {words or STATES[status].word}".ljust(_STATE_WIDTH)))
            label.set_classes(f"-{STATES[status].kind}")
        self._fit()

    def on_mount(self) -> None:
        """Show what fits."""
        self.query_one("#state", Static).display = False
        self._fit()

    def on_resize(self) -> None:
        """Show what fits."""
        self._fit()

    def _fit(self) -> None:
        width = self.size.width
        taken = min(cell_width(self._name), _LEAST_NAME) + _PADDING if self._name else 0
        taken += _STATE_WIDTH + _PADDING if self._state else 0
        brand = len(_BRAND) + _PADDING
        named = brand + self._long + taken <= width
        self.query_one("#brand", Static).display = named or brand + self._short + taken <= width
        for tab in self._tabs:
            tab.show(named=named)
