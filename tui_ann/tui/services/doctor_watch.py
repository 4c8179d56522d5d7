"""The doctor of the application: examines what is open in a thread, whenever something has changed and time allows."""

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tui_ann.errors import TuiAnnError
from tui_ann.tui.services.host import Host

if TYPE_CHECKING:  # these load NumPy and the engine, which would delay the first screen
    from tui_ann.session.doctor.diagnosis import Diagnosis
    from tui_ann.session.run.snapshot import Snapshot

GROUP = "examining"
"""Worker group for examinations; only one worker runs at a time."""
EXAMINE_EVERY, GLANCE_EVERY = 1.0, 0.3
"""Least seconds between two examinations, and between two looks at the history alone, while a run trains."""
SHARE = 0.02
"""Maximum share of the time for each of them while a run trains."""


class DoctorWatch:
    """Keeps the newest diagnosis of what is open.

    Args:
        host: The application; runs the worker, and is told that there is something new.
        muted: Ids of the findings that the user has muted.
        keep_muted: Remembers them.
        clock: Seconds, from any start.
    """

    def __init__(
        self,
        host: Host,
        muted: Iterable[str] = (),
        keep_muted: Callable[[tuple[str, ...]], None] = lambda ids: None,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._host, self._keep_muted, self._clock = host, keep_muted, clock
        self.muted = frozenset(muted)
        """Ids of the findings that the user has muted."""
        self.diagnosis: Diagnosis | None = None
        """What was found last; `None` while nothing is known of what is open."""
        self._busy = False
        self._seen: object = None
        self._patient: object = None
        self._examine_at = self._glance_at = 0.0

    def look(self, snapshot: "Snapshot | None") -> None:
        """Examine what is open if it has changed; the application calls this with every frame.

        While a run trains, its history is looked at a few times a second, and its network about once a second.

        Args:
            snapshot: The newest snapshot of the run.
        """
        workspace = self._host.session.workspace
        source = None if workspace.stale else workspace.run or workspace.saved_run
        if source is not self._patient:
            self._forget_diagnosis(source)
        if self._busy or source is None:
            return
        training = snapshot is not None and snapshot.status == "running"
        moment = (snapshot.run, snapshot.update, training, snapshot.stop_reason is not None) if snapshot else None
        state = (source, workspace.experiment, moment, self.muted, self._host.session.doctor.lost_races)
        now = self._clock()
        fully = not training or now >= self._examine_at
        if state == self._seen or (training and not fully and now < self._glance_at):
            return
        self._seen, self._busy = state, True
        glanced = None if fully else snapshot
        self._host.run_worker(
            lambda: self._work(source, glanced), name="examine", group=GROUP, thread=True, exit_on_error=False
        )

    def forget(self) -> None:
        """Drop what was found, because something else was opened."""
        self._forget_diagnosis(None)

    def mute(self, finding: str) -> None:
        """Mute a finding, or tell it again; the choice is remembered."""
        self.muted = self.muted ^ {finding}
        self._keep_muted(tuple(sorted(self.muted)))

    def _forget_diagnosis(self, source: object) -> None:
        self._patient, self._seen, self._examine_at = source, None, 0.0
        if self.diagnosis is not None:
            self.diagnosis = None
            self._host.consulted += 1

    def _work(self, source: object, glanced: "Snapshot | None") -> None:
        """Examine, or glance at a snapshot, in a thread."""
        try:
            begun = time.thread_time()
            found = self._found(glanced)
            spent, now = time.thread_time() - begun, self._clock()
            if glanced is None:
                self._examine_at = now + max(EXAMINE_EVERY, spent / SHARE)
            self._glance_at = now + max(GLANCE_EVERY, spent / SHARE if glanced is not None else 0.0)
        finally:
            self._busy = False
        self._host.call_later(self._arrived, source, found)

    def _found(self, glanced: "Snapshot | None") -> "Diagnosis | None":
        session = self._host.session
        try:
            if glanced is not None and (seen := session.doctor.glance(glanced, self.muted)) is not None:
                return seen
            return session.doctor.examine(self.muted)
        except TuiAnnError:  # it cannot run: the screens say why
            return None

    def _arrived(self, source: object, found: "Diagnosis | None") -> None:
        """Show what was found, if it is still about what is open."""
        if source is self._patient:
            self.diagnosis = found
            self._host.consulted += 1
