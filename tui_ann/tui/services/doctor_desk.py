"""The doctor of the application: the line above the keys, the dialog with all checks, and what is done about them."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.content import Content

from tui_ann.text import counted
from tui_ann.tui.content.doctor_line import doctor_line
from tui_ann.tui.services.doctor_watch import DoctorWatch
from tui_ann.tui.services.races import Races
from tui_ann.tui.services.screen_host import ScreenHost

if TYPE_CHECKING:  # these load NumPy and the engine, which would delay the first screen
    from tui_ann.session.doctor.diagnosis import Diagnosis
    from tui_ann.session.doctor.remedy import Remedy
    from tui_ann.session.run.snapshot import Snapshot
    from tui_ann.tui.dialogs.doctor import DoctorOrder


class DoctorDesk:
    """Examines, tells, treats and races.

    Args:
        host: The application with its services.
        muted: Ids of the findings that the user has muted.
        keep_muted: Remembers them.
    """

    def __init__(
        self,
        host: ScreenHost,
        muted: Iterable[str] = (),
        keep_muted: Callable[[tuple[str, ...]], None] = lambda ids: None,
    ) -> None:
        self._host = host
        self._open = self._read = False
        self.watch = DoctorWatch(host, muted, keep_muted)
        """Examines."""
        self.races = Races(host, host.runner, lambda: not self._open)
        """Trains forks."""

    def look(self, snapshot: "Snapshot | None") -> None:
        """Examine what has changed, and show the newest of a race; called with every frame."""
        self.watch.look(snapshot)
        self.races.look()

    def forget(self) -> None:
        """Drop everything, because something else was opened."""
        self.watch.forget()
        self.races.forget()

    def stop_soon(self) -> None:
        """Let the fork of a race pause, without waiting."""
        self.races.stop_soon()

    def line(self, width: int, *, calmer: bool = False) -> Content:
        """The line above the keys.

        Args:
            width: Cells for it.
            calmer: Whether the screen offers a smaller η already.
        """
        race = self.race_words() if self.races.running or not self._read else ""
        key = self._host.key_of("app.doctor")
        past = self._host.picked is not None
        return doctor_line(self.diagnosis, self._host.snapshot, width, key, race=race, calmer=calmer, past=past)

    def calmer(self, learning_rate: float) -> float | None:
        """The η below this one that follows from what was measured; `None` if none does."""
        return self.diagnosis.calmer(learning_rate) if self.diagnosis is not None else None

    def knows_better(self) -> bool:
        """Whether the line above the keys tries something else than a smaller η, so that nothing else should advise."""
        worst = self.diagnosis.worst if self.diagnosis is not None else None
        first = worst.first if worst is not None else None
        return first is not None and not first.only_rate

    # What the dialog asks.

    @property
    def diagnosis(self) -> "Diagnosis | None":
        """What was found last; `None` while nothing is known of what is open."""
        return self.watch.diagnosis

    @property
    def muted(self) -> frozenset[str]:
        """Ids of the findings that the user has muted."""
        return self.watch.muted

    @property
    def has_fork(self) -> bool:
        """Whether there is a forked run to open."""
        return self.races.forked is not None

    def race_words(self) -> str:
        """How a race stands, in a sentence; empty without one."""
        return self.races.words()

    def mute(self, finding: str) -> None:
        """Mute a finding, or tell it again; the choice is remembered."""
        self.watch.mute(finding)

    def race(self, remedy: "Remedy") -> None:
        """Train the same with this one thing changed, in the background; refused where there is nothing to compare."""
        if remedy.trains_the_same:
            apply = self._host.key_of("doctor.apply")
            self._host.tell(f"With {remedy.title} the training stays the same: {apply} applies it, without a race.")
            return
        snapshot = self._host.snapshot
        if snapshot is None or (snapshot.epoch == 0 and snapshot.stop_reason is None):
            train, apply = self._host.key_of("train.run"), self._host.key_of("doctor.apply")
            self._host.tell(
                "A race compares with this run, which has no epoch yet. "
                f"{apply} applies the remedy now; or close this, and {train} trains the run."
            )
            return
        self._read = False
        self.races.begin(remedy)

    # The dialog and its answer.

    def show(self) -> None:
        """Show all checks, and do what is chosen there."""
        if not self._host.open_name:
            self._host.tell("Open something first: then the doctor examines it.")
            return
        from tui_ann.tui.dialogs.doctor import DoctorDialog  # loads the engine, which would delay the first screen

        async def closed(order: "DoctorOrder | None") -> None:
            self._open, self._read = False, not self.races.running
            self._host.refresh_status()
            if order is None:
                return
            if order.apply is not None:
                await self._treat(order.apply)
            else:
                await self._open_fork()

        self._open = True
        self._host.push_screen(DoctorDialog(self), closed)

    async def _treat(self, remedy: "Remedy") -> None:
        """Apply a remedy, and say what has changed and what to press."""
        host = self._host
        workspace = host.session.workspace
        run = None if workspace.stale else workspace.run
        same = remedy.keeps_start(workspace.experiment)
        await host.runner.stop()
        host.session.doctor.apply(remedy)
        words = [f"Changed: {remedy.title}."]
        if run is not None and run.begun and not remedy.goes_on:
            words.append(f"The run of {counted(run.trainer.update, 'update')} ends.")
        start = "goes on" if remedy.goes_on else f"trains from {'the same' if same else 'a new'} start"
        words.append(f"{host.key_of('train.run')} on Train {start}; {host.key_of('app.undo')} undoes it.")
        host.tell(" ".join(words))
        host.bench.changed()

    async def _open_fork(self) -> None:
        """Open the forked run, and say how to come back."""
        race = self.races.race
        if race is None:
            return
        await self.races.open()
        self._host.bench.changed()
        undo = self._host.key_of("app.undo")
        self._host.tell(f"This is the run with {race.remedy.title}; {undo} opens the other one again.")
