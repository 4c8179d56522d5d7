"""The session: the headless application.  The commands and the terminal application call these verbs and no others.

A session may be used from any thread.  While one thread drives, verbs called from others are done by that thread
between two updates (see `handover`); the caller waits for that.  A verb that replaces the run ends the drive.
"""

import contextlib
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tui_ann.data.reader import read_table
from tui_ann.data.table import Table
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.experiment.files import save as save_experiment
from tui_ann.experiment.run_folder import new_folder
from tui_ann.session import headless, predictions, snapshot, storage
from tui_ann.session.build import Clock, copy_network
from tui_ann.session.control import Control
from tui_ann.session.drive import Drive, Pace
from tui_ann.session.headless import Outcome, Report
from tui_ann.session.places import Places
from tui_ann.session.predictions import Predictions
from tui_ann.session.prepared import Prepared
from tui_ann.session.recovery import Recoverable, Recovery, take_up
from tui_ann.session.run import Run
from tui_ann.session.snapshot import Snapshot
from tui_ann.session.threads import suited_threads
from tui_ann.session.workspace import Workspace

Publish = Callable[[Snapshot], None]
"""Gets the pictures of a run, in the thread that drives it; it must not wait for another thread."""


class Session(Workspace):
    """One experiment, its data and its run: opened, edited, trained, judged and kept.

    Args:
        places: Where the user's files are; as the system has it unless given.
        runs: Where runs are saved unless a folder is named; `runs` in the working folder unless given.
        autosave: Whether a run in hand is kept for recovery every few seconds of driving.
        clock: Seconds, from any start.
        now: The time of day.
    """

    def __init__(
        self,
        *,
        places: Places | None = None,
        runs: Path | None = None,
        autosave: bool = False,
        clock: Clock = time.perf_counter,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        super().__init__(clock=clock)
        self.places = places or Places.of_user()
        self.runs = runs or Path("runs")
        self.control: Control | None = None
        """The switches of the drive that is on."""
        self._recovery = Recovery(self.places.recovery, now=now, clock=clock)
        self._autosave, self._now = autosave, now

    # ------------------------------------------------------------------ training

    @property
    def driving(self) -> bool:
        """Whether a thread drives at this moment."""
        return self._floor.driving

    def drive(
        self,
        publish: Publish,
        control: Control,
        period: float = 0.1,
        *,
        epoch_ended: Callable[[], None] | None = None,
    ) -> None:
        """Train in this thread until the run ends, `control` says stop, or a verb replaces the run.

        Args:
            publish: Gets a picture every `period` seconds at most, and always the last one.
            control: Pauses, slows down, steps and stops, from any thread.
            period: Seconds between two pictures, at least; where pictures are costly, they come less often.
            epoch_ended: Called after epochs, in this thread.

        Raises:
            SessionError: Another thread drives.
            DataError, ExperimentError, EngineError: The experiment cannot be run as it is.
        """
        run = self.prepare()
        examples = run.trainer.descent.examples_per_update(run.trainer.n_examples)

        def take(status: str, pace: Pace) -> Snapshot:
            if self._autosave and run.begun:
                self._recovery.keep_when_due(run)
            return snapshot.take(run, status, (pace.updates_per_second, pace.examples_per_second))

        def current() -> bool:
            return self.run is run and not self.stale

        with self._floor.drive(control.wake):
            self.control = control
            try:
                with suited_threads(run.network.parameters, examples):
                    Drive(
                        run.trainer,
                        take,
                        publish,
                        control,
                        period,
                        serve=self._floor.serve,
                        current=current,
                        epoch_ended=epoch_ended,
                        clock=self._clock,
                    ).run()
            finally:
                self.control = None
            if not current() and (picture := self._picture()) is not None:
                publish(picture)
            elif self._autosave and run.unsaved:
                with contextlib.suppress(SessionError):
                    self._recovery.keep(run)

    def pause(self) -> None:
        """Hold the drive that is on."""
        if control := self.control:
            control.pause()

    def resume(self) -> None:
        """Let the drive that is on go on."""
        if control := self.control:
            control.resume()

    def stop(self) -> None:
        """Leave the drive that is on; the run can be driven on later."""
        if control := self.control:
            control.stop()

    def step_update(self, count: int = 1) -> Snapshot:
        """Make so many updates, unless the run ends before.  For a front end that drives, `control` does the same."""
        run = self.prepare()
        return self._floor.do(lambda: snapshot.take(run.advance(updates=count), "paused"))

    def step_epoch(self, count: int = 1) -> Snapshot:
        """Go on to the end of the epoch, so many times.  For a front end that drives, `control` does the same."""
        run = self.prepare()
        return self._floor.do(lambda: snapshot.take(run.advance(epochs=count), "paused"))

    def seek(self, update: int) -> Snapshot:
        """Go to the moment after so many updates, exactly as the run was there.

        Raises:
            EngineError: The run ends before.
        """
        run = self.prepare()

        def go() -> Snapshot:
            run.trainer.seek(update)
            return snapshot.take(run, "paused" if update else "ready")

        return self._floor.do(go)

    def train(self, out: str | os.PathLike[str] | None = None, report: Report | None = None) -> Outcome:
        """Train to the end, into a run folder that is readable at any moment.

        Ctrl-C ends the run after the update in hand; what was trained is saved and the status is `interrupted`.

        Args:
            out: The folder; a new one `<name>-<time>` in `runs` unless given.
            report: Told of the start, every epoch and the progress.

        Raises:
            SessionError: The folder cannot be written, or holds a run already.
            DataError, ExperimentError, EngineError: The experiment cannot be run as it is.
        """
        run = self.prepare()
        folder = storage.begin(run, Path(out) if out else new_folder(self.runs, run.experiment.name, self._now()))
        return headless.train(
            run,
            folder,
            report or Report(),
            lambda publish, control, ended: self.drive(publish, control, 0.2, epoch_ended=ended),
            clock=self._clock,
        )

    # ------------------------------------------------------------------ looking

    def snapshot(self) -> Snapshot | None:
        """A picture of the run in hand, or of the run folder that was opened; `None` where there is neither."""
        return self._floor.do(self._picture)

    def _picture(self) -> Snapshot | None:
        if self.run is None:
            return self.kept.snapshot() if self.kept else None
        running = self.control is not None and not self.control.paused
        return snapshot.take(self.run, "running" if running else "paused" if self.run.begun else "ready")

    def window(self, kind: str, name: str, rows: slice, columns: slice) -> Array:
        """A copy of a part of one array of the run in hand, for arrays too large for a snapshot; see `snapshot`."""
        run = self.prepare()
        return self._floor.do(lambda: snapshot.window(run, kind, name, rows, columns))

    def evaluate(self) -> dict[str, dict[str, float]]:
        """Loss and metrics of the `train`, `validation` and `test` part, with the parameters of now.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot be run as it is.
        """
        if self.run is None and self.kept is not None:
            dataset, network = self.prepare_data(), self.kept.network
        else:
            run = self.prepare() if self.run is None else self.run
            dataset, network = run.dataset, self._floor.do(lambda: copy_network(run.network))
        return predictions.evaluate(network, dataset, self.experiment.training.metrics)

    def predict(self, data: Table | str | os.PathLike[str], threshold: float = 0.5) -> Predictions:
        """Answers for every row of a table or data file, and how good they are where it has the target.

        Raises:
            DataError: The data cannot be read, or lack a column.
        """
        table = data if isinstance(data, Table) else read_table(Path(data))
        if self.run is None and self.kept is not None:
            network, preprocessing = self.kept.network, self.kept.preprocessing
        else:
            run = self.prepare() if self.run is None else self.run
            network, preprocessing = self._floor.do(lambda: copy_network(run.network)), run.dataset.preprocessing
        return predictions.predict(network, preprocessing, table, self.experiment.training.metrics, threshold)

    # ------------------------------------------------------------------ keeping

    @property
    def unsaved(self) -> bool:
        """Whether there is a run that would be lost without `save` or `preserve`."""
        return self.run is not None and self.run.unsaved

    def save(self, out: str | os.PathLike[str] | None = None) -> Path:
        """Save the run in hand as a run folder.

        Args:
            out: The folder; the one it was saved in before, else a new one in `runs`, unless given.

        Raises:
            SessionError: There is no run, or it cannot be written; nothing is lost then.
        """
        return self._floor.do(lambda: self._save(out))

    def _save(self, out: str | os.PathLike[str] | None) -> Path:
        if (run := self.run) is None:
            raise SessionError("There is no run to be saved.", remedy="Train the network first.", code="no_run")
        folder = Path(os.path.abspath(out)) if out else run.folder
        storage.save(run, folder or new_folder(self.runs, run.experiment.name, self._now()).absolute())
        assert run.folder is not None
        if run.trainer.finished:
            self._recovery.forget()
        return run.folder

    def save_experiment(self, path: str | os.PathLike[str]) -> None:
        """Write the experiment as a file, whole or not at all."""
        save_experiment(path, self.experiment)

    def preserve(self) -> Path | None:
        """Make it safe to quit: a run that would be lost is saved, and one in progress is offered at the next start.

        Returns:
            The run folder, if there was anything to save.

        Raises:
            SessionError: It cannot be written.
        """
        return self._floor.do(self._preserve)

    def _preserve(self) -> Path | None:
        run = self.run
        if run is None or not run.begun:
            return None
        folder = self._save(None) if run.unsaved else run.folder
        if not run.trainer.finished:
            self._recovery.keep(run)
        return folder

    def close(self) -> None:
        """Let go of what this session holds; call it last, after `preserve`."""
        self._recovery.close()

    def recoverable(self) -> list[Recoverable]:
        """Unfinished runs that sessions now gone have left, the latest first."""
        return self._recovery.list()

    def recover(self, left: Recoverable) -> Run:
        """Open an unfinished run and stand where it was left, to go on bit for bit.

        Raises:
            SessionError: It is damaged, or its data file has changed since.
            DataError: Its data cannot be read.
        """
        run, table = take_up(left.path, self._runs_made + 1, self._clock)
        data = Prepared()
        data.put_table(run.experiment, table)
        data.put_dataset(run.experiment, run.dataset)

        def install() -> None:
            self._runs_made += 1
            self._install(run.experiment, data, run=run)
            self._recovery.adopt(left.path)

        self._floor.do(install)
        return run

    def discard_recovery(self, left: Recoverable) -> None:
        """Delete what would be needed to go on with an unfinished run; a run folder of it stays."""
        self._recovery.discard(left.path)
