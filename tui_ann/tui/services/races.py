"""Races: the open run against the same with one thing changed, trained in the background."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from tui_ann.errors import TuiAnnError
from tui_ann.tui.content.race_text import result_in_words
from tui_ann.tui.services.host import Host

if TYPE_CHECKING:  # these load NumPy and the engine, which would delay the first screen
    from tui_ann.session.doctor.race import Race
    from tui_ann.session.doctor.remedy import Remedy
    from tui_ann.session.run.snapshot import Snapshot
    from tui_ann.tui.services.runner import Runner

GROUP = "racing"
"""Worker group for the runs of races; one trains at a time."""
PERIOD = 0.5
"""Least seconds between two snapshots of the forked run."""


class Races:
    """Forks the open run, trains the fork in the background, and says how it went.

    Args:
        host: The application; runs the worker, and is told that there is something new.
        runner: Shows the fork once it is opened.
        idle: Whether the result can be shown as a message: no dialog shows it.
    """

    def __init__(self, host: Host, runner: "Runner", idle: Callable[[], bool] = lambda: True) -> None:
        self._host, self._runner, self._idle = host, runner, idle
        self.race: Race | None = None
        """The last race."""
        self.forked: Snapshot | None = None
        """The newest snapshot of its fork; `None` before the first."""
        self.preparing = ""
        """Title of the remedy whose run is being prepared; empty if none is."""
        self._refused: TuiAnnError | None = None
        self._shown: Snapshot | None = None

    @property
    def running(self) -> bool:
        """Whether a fork is being prepared or trained."""
        return bool(self.preparing) or (
            self.race is not None and (self.forked is None or self.forked.stop_reason is None) and self._trains
        )

    @property
    def _trains(self) -> bool:
        return self.race is not None and self.race.fork.owner.training

    def begin(self, remedy: "Remedy") -> None:
        """Fork the open run with a remedy, and train the fork; a fork that still trains pauses.

        Args:
            remedy: The one thing to change.
        """
        if self.preparing:
            return
        self.stop_soon()
        self.race, self.forked, self.preparing = None, None, remedy.title
        self._host.consulted += 1
        self._host.run_worker(lambda: self._work(remedy), name="race", group=GROUP, thread=True, exit_on_error=False)

    def stop_soon(self) -> None:
        """Let the fork pause after its current update."""
        if self.race is not None and self.race.fork.owner.training:
            self.race.fork.owner.pause()

    def forget(self) -> None:
        """End the race; its runs stay among those to compare."""
        self.stop_soon()
        if self.race is not None:
            self.race, self.forked = None, None
            self._host.consulted += 1

    def look(self) -> None:
        """Show the newest snapshot of the fork; the application calls this with every frame."""
        if self.race is not None and not self._belongs(self.race):
            self.forget()
        if self.forked is self._shown:
            return
        self._shown = self.forked
        self._host.consulted += 1
        if self.race is not None and self.forked is not None and self.forked.stop_reason is not None:
            self._host.session.doctor.remember(self.race, self._host.snapshot, self.forked)
            if self._idle():
                self._host.tell(self.words())

    def words(self) -> str:
        """How the race stands, in a sentence; empty without one."""
        if self.preparing:
            return f"“{self.preparing}” is being prepared from the same start."
        return result_in_words(self.race, self._host.snapshot, self.forked) if self.race is not None else ""

    async def open(self) -> None:
        """Make the fork the open run; undo opens the old one again."""
        race = self.race
        if race is None:
            return
        await self._runner.stop()
        self._runner.restart(lambda: self._host.session.doctor.open_fork(race))
        self.forget()

    def _belongs(self, race: "Race") -> bool:
        """Whether the open run is still the one that was forked."""
        workspace = self._host.session.workspace
        number = workspace.run.number if workspace.run is not None else 0
        return not workspace.stale and number == race.open_run

    def _work(self, remedy: "Remedy") -> None:
        """Fork and train, in a thread."""
        from tui_ann.session.run.owner_loop import Listener

        try:
            race = self._host.session.doctor.race(remedy)
        finally:
            self.preparing = ""
        self.race = race
        race.fork.owner.listen(Listener(self._publish, PERIOD))
        trained: Future[None] = race.fork.owner.resume()
        trained.result()

    def _publish(self, snapshot: "Snapshot") -> None:
        """Take a snapshot of the fork; called by its owner."""
        if self.race is not None and snapshot.run == self.race.fork.number:
            self.forked = snapshot
