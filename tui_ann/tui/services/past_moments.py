"""The earlier moment of the run that every screen can show: replayed in a thread, the newest request first."""

import threading
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tui_ann.errors import SessionError
from tui_ann.tui.services.host import Host

if TYPE_CHECKING:  # loads NumPy and the engine, which would delay the first screen
    from tui_ann.session.run.snapshot import Snapshot

GROUP = "looking back"
"""Worker group for replaying; only one worker runs at a time."""


class _Request(NamedTuple):
    """A moment to replay."""

    update: int
    withdrawals: int
    """How often requests had been withdrawn when it was made; it is outdated when that has changed."""


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
        self._withdrawals = 0
        self._busy = False
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
            self._wanted = None
            self._withdrawals += 1

    def forget(self) -> None:
        """Return to the present, because something else was opened."""
        self._refused = ""
        self.give_up()

    def follow(self, now: "Snapshot | None") -> None:
        """Return to the present once something was done with the run; mere training goes on unseen.

        That also drops a request that is still being replayed.

        Args:
            now: The newest snapshot.
        """
        before, self._present = self._present, now
        picked = self._host.picked
        trains = before is not None and before.status == "running"
        looks_back = picked is not None or self._busy
        if (looks_back and _moved(before, now) and not trains) or (picked is not None and not _belongs(picked, now)):
            self.give_up()

    def _arrived(self, moment: "Snapshot", withdrawals: int) -> None:
        """Pick a moment that was replayed, if its request stands and it belongs to the run as it is now."""
        if not self._withdrawn(withdrawals) and _belongs(moment, self._host.snapshot):
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
            while (request := self._next()) is not None:
                outdated = partial(self._outdated, request.withdrawals)
                try:
                    shot = runs.look_back(request.update, outdated)
                    if shot is not None and not self._withdrawn(request.withdrawals):
                        self._host.call_later(self._arrived, shot, request.withdrawals)
                        runs.prove_replay(outdated)
                except SessionError as error:
                    if error.code != "no_such_update":  # that is a run which was rewound in the meantime
                        self._host.call_later(self._refuse, error.message)
        except BaseException:
            self._busy = False
            raise

    def _withdrawn(self, withdrawals: int) -> bool:
        return withdrawals != self._withdrawals

    def _outdated(self, withdrawals: int) -> bool:
        return self._withdrawn(withdrawals) or self._wanted is not None

    def _next(self) -> _Request | None:
        with self._lock:
            update, self._wanted = self._wanted, None
            self._busy = update is not None
            return None if update is None else _Request(update, self._withdrawals)


def _moved(before: "Snapshot | None", now: "Snapshot | None") -> bool:
    """Whether the run is somewhere else than before, or trains."""
    return before is None or now is None or (before.update, before.status) != (now.update, now.status)


def _belongs(moment: "Snapshot", now: "Snapshot | None") -> bool:
    """Whether a moment is an earlier one of the run as it is now."""
    return now is not None and now.run == moment.run and now.update > moment.update
