"""The status line of the Step screen: a sentence about the part under the cursor, or why there is none."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from textual.content import Content
from textual.screen import Screen

from tui_ann.session.step.stepper import Place
from tui_ann.text import count
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.captions import ending, position, sentence, unmade
from tui_ann.tui.step.jumps import Jumps
from tui_ann.tui.step.selection import Selection
from tui_ann.tui.step.walk import Walk
from tui_ann.tui.widgets.plain import plain

Status = tuple[Content, str]
"""A sentence and its kind: `good`, `bad`, `note` or empty."""


class NoUpdate(NamedTuple):
    """Why no update is shown."""

    short: str
    """The reason."""
    remedy: str
    """The reason, and what to do, in short."""
    full: str
    """The reason, and what to do."""


class StepStatus:
    """Describes the state of the Step screen in a sentence.

    Args:
        host: The application.
        screen: The Step screen; knows which keys work in the focused widget.
        selection: The current selection.
        walk: Knows the step in progress.
        jumps: Knows how far the run had been.
        explained: Whether the sentence about the part stands in the formula pane.
        playing: Says that and how fast the parts are played; empty if they are not.
    """

    def __init__(
        self,
        host: ScreenHost,
        screen: Screen[None],
        selection: Selection,
        walk: Walk,
        jumps: Jumps,
        explained: Callable[[], bool],
        playing: Callable[[], str],
    ) -> None:
        self._host, self._screen, self._selection = host, screen, selection
        self._walk, self._jumps, self._explained, self._playing = walk, jumps, explained, playing

    @property
    def _forward_key(self) -> str:
        """The key that computes the next part; not → if that moves a cursor."""
        active = self._screen.active_bindings.values()
        binding = next((key.binding for key in active if key.binding.id == "step.forward"), None)
        return self._host.get_key_display(binding) if binding else self._host.key_of("step.forward")

    def no_update(self) -> NoUpdate:
        """Why no update is shown."""
        if not self._host.runner.running:
            none = "No update is shown."
            return NoUpdate(none, *(self._saved() or none,) * 2)
        why, key = "The run is training.", self._forward_key
        return NoUpdate(why, f"{why} {key} pauses it.", f"{why} {key} pauses it and shows its next update.")

    def sentence(self) -> Status:
        """The sentence for the status line."""
        if playing := self._playing():
            return plain(playing), "note"
        return self._obstacle() or (self._without_update() if self._selection.place is None else self._of_update())

    def _obstacle(self) -> Status | None:
        """What prevents an update from being shown, or the step in progress."""
        host, key, plan = self._host, self._host.key_of, self._host.plan()
        if plan is None:
            return plain(f"Nothing is open yet: {key('app.start')} goes to the examples."), "note"
        if plan.problems:
            return plain(f"✗ {plan.problems[0].message} {key('app.build')} goes to the fix."), "bad"
        if host.bench.trouble is not None and self._selection.place is None:
            return plain(f"✗ {host.bench.trouble.message} {key('app.data')} goes to the data."), "bad"
        if self._walk.busy and self._walk.doing:
            return plain(f"{self._walk.doing} …"), "note"
        return (plain(self.no_update().full), "note") if host.runner.running else None

    def _without_update(self) -> Status:
        return plain(self._saved()), "note"

    def _saved(self) -> str:
        """How a saved run is stepped; empty if none is open or its run is there already."""
        if not self._host.open_name:
            return ""
        session = self._host.session
        if session.workspace.run is not None or session.workspace.saved_run is None:
            return ""
        mark = session.left_at
        where = "shows its last update" if mark is None else f"goes back to update {count(mark.update)}, where you were"
        return f"A saved run: {self._forward_key} {where}."

    def _of_update(self) -> Status:
        selection = self._selection
        place, trace, part, index = selection.place, selection.trace, selection.part, selection.index
        if place is None or trace is None or part is None:
            return plain(""), ""
        if self._walk.stuck and (answer := self._no_further(place)) is not None:
            return answer
        if (elsewhere := self._elsewhere()) is not None:
            return plain(elsewhere), "note"
        if self._jumps.way_back and index == max(0, place.done - 1):
            return plain(self._jumps.way_back), "note"
        if selection.at_start:
            update = count(place.trace.update)
            return plain(f"Update {update} has not started. {self._forward_key} computes its first part."), "note"
        if place.ended and index == place.done - 1 and (why := self._run_ended()):
            return plain(why), "bad" if place.broken else "good"
        if selection.is_done and not selection.is_made:
            return plain(unmade(place, trace)), "bad" if place.broken else "note"
        broken = selection.is_done and not np.isfinite(part.value).all()
        if broken or index is None or not self._explained():
            return plain(sentence(part, told=selection.is_done)), "bad" if broken else ""
        whose = f"{trace.row[:1].upper()}{trace.row[1:]}, alone. " if trace.row else ""
        return plain(whose + position(trace, index, done=selection.is_done)), ""

    def _no_further(self, place: Place) -> Status | None:
        """Why a step changed nothing: the run ends or begins here; `None` if it does not."""
        if self._walk.stuck > 0 and place.ended and (why := self._run_ended()):
            return plain(why), "bad" if place.broken else "good"
        if self._walk.stuck < 0 and place.trace.update == 1 and not place.done:
            return plain(f"The run begins here. {self._forward_key} computes its first part."), "note"
        return None

    def _elsewhere(self) -> str | None:
        """Which other moment the other screens show; `None` if they show this one."""
        picked = self._host.picked
        if picked is None:
            return None
        there = f"update {count(picked.update)}" if picked.update else "the start values"
        key = self._host.key_of("step.go_to")
        return f"◀ The other screens show {there}; this is the run itself. {key} goes there."

    def _run_ended(self) -> str:
        """Why the run ended; empty if it has not."""
        run = self._host.session.workspace.run
        return ending(run.trainer) if run is not None else ""
