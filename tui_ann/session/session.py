"""The session: the headless application.  The commands and the terminal application call these verbs and no others.

A session may be used from any thread.  While one thread drives, verbs called from others are done by that thread
between two updates (see `run_lock`); the caller waits for that.  A verb that replaces the run ends the drive.
"""

import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Table
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.experiment.files import save as save_experiment
from tui_ann.experiment.run_folder import new_folder
from tui_ann.experiment.spec import Experiment
from tui_ann.session import headless, start_values
from tui_ann.session.changes import Edit
from tui_ann.session.headless import Outcome, Report
from tui_ann.session.run import predictions
from tui_ann.session.run.build import Clock, copy_network
from tui_ann.session.run.predictions import Predictions
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Run
from tui_ann.session.stepping import Stepping
from tui_ann.session.store import storage
from tui_ann.session.store.paths import UserPaths
from tui_ann.session.store.recovery import Recovery, take_up
from tui_ann.session.store.unfinished import Recoverable


class _InHand(NamedTuple):
    """What answers, with a network of its own."""

    network: Network
    preprocessing: Preprocessing
    experiment: Experiment
    dataset: Dataset | None


class Session(Stepping):
    """One experiment, its data and its run: opened, edited, trained, judged and kept.

    Args:
        paths: Where the user's files are; as the system has it unless given.
        runs: Where runs are saved unless a folder is named; `runs` in the working folder unless given.
        autosave: Whether a run in hand is kept for recovery every few seconds of driving.
        clock: Seconds, from any start.
        now: The time of day.
    """

    def __init__(
        self,
        *,
        paths: UserPaths | None = None,
        runs: Path | None = None,
        autosave: bool = False,
        clock: Clock = time.perf_counter,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        super().__init__(clock=clock)
        self.paths = paths or UserPaths.of_user()
        self.runs = runs or Path("runs")
        self._recovery = Recovery(self.paths.recovery, now=now, clock=clock)
        self._autosave, self._now = autosave, now

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

    def type_weights(
        self, text: str, name: str, index: tuple[int, ...] = (), *, base: Mapping[str, Array] | None = None
    ) -> Edit:
        """Begin a run with weights or biases as they were typed; `undo` brings back the start and the run before.

        They become the start values of the experiment, kept as a file that it names.  Typed in mid-run, they begin a
        new run, at update 0, with all other parameters as they stand.

        Args:
            text: A number, fraction or expression for one place, or a table: rows on lines of their own or after ;.
            name: The parameter.
            index: The place that is meant where one number is typed, counted from 0; () for the whole table.
            base: The other parameters; those of now unless given.

        Raises:
            EntryError: It cannot be read as numbers.
            SessionError: It has another shape, or the file cannot be written; nothing has changed then.
        """
        run = self.prepare()
        before = base or self._floor.do(run.network.copy_parameters)
        typed = start_values.read_weights(text, before, name, index)
        if run.begun or any(not np.array_equal(values, run.start[other]) for other, values in typed.items()):
            path = start_values.keep(self.paths.start_values, typed)
            network = msgspec.structs.replace(self.experiment.network, weights=str(path))
            label = start_values.change_in_words(before, typed, name)
            return self.edit(msgspec.structs.replace(self.experiment, network=network), label)
        return self.consequence(self.experiment)

    # ------------------------------------------------------------------ looking

    def evaluate(self) -> dict[str, dict[str, float]]:
        """Loss and metrics of the `train`, `validation` and `test` part, with the parameters of now.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot be run as it is.
        """
        network, _, experiment, dataset = self._in_hand()
        dataset = dataset or self._data.make(experiment)[1]
        return predictions.evaluate(network, dataset, experiment.training.metrics)

    def predict(self, data: Table | str | os.PathLike[str], threshold: float = 0.5) -> Predictions:
        """Answers for every row of a table or data file, and how good they are where it has the target.

        Raises:
            DataError: The data cannot be read, or lack a column.
        """
        table = data if isinstance(data, Table) else read_table(Path(data))
        network, preprocessing, experiment, _ = self._in_hand()
        return predictions.predict(network, preprocessing, table, experiment.training.metrics, threshold)

    def _in_hand(self) -> _InHand:
        """What answers: the run in hand, else the run folder that was opened, else a run at its start."""
        run, kept = self.run, self.saved_run
        if run is None and kept is not None:
            return _InHand(copy_network(kept.network), kept.preprocessing, kept.experiment, None)
        made = run or self.prepare()
        network = self._floor.do(lambda: copy_network(made.network))
        return _InHand(network, made.dataset.preprocessing, made.experiment, made.dataset)

    def _keep(self, run: Run, *, at_once: bool = False, resting: bool = False) -> None:
        if self._autosave and run.unsaved:
            self._recovery.keep_when_due(run, at_once=at_once, resting=resting)

    def _leave(self) -> None:
        self._recovery.let_go()

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
        self.end_again()
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
        self._recovery.let_go()

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
