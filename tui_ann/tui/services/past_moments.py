"""The earlier moment of the run that every screen can show: replayed in a thread, the newest request first."""

import threading
from typing import TYPE_CHECKING

from tui_ann.errors import SessionError
from tui_ann.tui.services.host import Host

if TYPE_CHECKING:  # loads NumPy and the engine, which would delay the first screen
    from tui_ann.session.run.snapshot import Snapshot

GROUP = "looking back"
"""Worker group for replaying; only one worker runs at a time."""


class PastMoments:
    """Replays the run up to a requested update, and makes that the picked moment of the application.

    A newer request replaces an older one, also one being replayed.

    Args:
        host: The application; runs the worker, and has the picked moment.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._present: Snapshot | None = None
        self._lock = threading.Lock()
        self._wanted: int | None = None
        self._given_up = self._busy = False
        self._refused = ""

    def ask(self, update: int) -> None:
        """Request the moment after this number of updates; returns at once."""
        with self._lock:
            self._wanted = update
            start, self._busy = not self._busy, True
        if start:
            self._host.run_worker(self._work, name="look back", group=GROUP, thread=True, exit_on_error=False)

    def give_up(self) -> None:
        """Return to the present; a request is dropped, also while it is being replayed."""
        self.stop_soon()
        self._host.picked = None

    def stop_soon(self) -> None:
        """Drop the request, also while it is being replayed, so that the thread ends."""
        with self._lock:
            self._wanted, self._given_up = None, True

    def forget(self) -> None:
        """Return to the present, because something else was opened."""
        self._refused = ""
        self.give_up()

    def follow(self, now: "Snapshot | None") -> None:
        """Return to the present once something was done with the run; mere training goes on unseen.

        Args:
            now: The newest snapshot.
        """
        before, self._present = self._present, now
        picked = self._host.picked
        trains = before is not None and before.status == "running"
        if picked is not None and ((_moved(before, now) and not trains) or not _belongs(picked, now)):
            self.give_up()

    def _arrived(self, moment: "Snapshot") -> None:
        """Pick a moment that was replayed, if it belongs to the run as it is now."""
        if not self._given_up and _belongs(moment, self._host.snapshot):
            self._host.picked = moment

    def _refuse(self, message: str) -> None:
        """Say once why the run cannot be repeated, and return to the present."""
        self._host.picked = None
        if message != self._refused:
            self._refused = message
            self._host.tell(message, "warning", 10)

    def _work(self) -> None:
        runs = self._host.session.runs
        try:
            while (update := self._next()) is not None:
                try:
                    shot = runs.look_back(update, self._outdated)
                    if shot is not None and not self._given_up:
                        self._host.call_later(self._arrived, shot)
                        runs.prove_replay(self._outdated)
                except SessionError as error:
                    if error.code != "no_such_update":  # that is a run which was rewound in the meantime
                        self._host.call_later(self._refuse, error.message)
        except BaseException:
            self._busy = False
            raise

    def _outdated(self) -> bool:
        return self._given_up or self._wanted is not None

    def _next(self) -> int | None:
        with self._lock:
            update, self._wanted, self._given_up = self._wanted, None, False
            self._busy = update is not None
            return update


def _moved(before: "Snapshot | None", now: "Snapshot | None") -> bool:
    """Whether the run is somewhere else than before, or trains."""
    return before is None or now is None or (before.update, before.status) != (now.update, now.status)


def _belongs(moment: "Snapshot", now: "Snapshot | None") -> bool:
    """Whether a moment is an earlier one of the run as it is now."""
    return now is not None and now.run == moment.run and now.update > moment.update
