"""The runs of a session: that of the open experiment, and others to compare with it."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.read.options import ReadOptions
from tui_ann.data.read.table import Table
from tui_ann.engine.kernel.kernels import Kernel
from tui_ann.engine.tape import Array
from tui_ann.experiment.spec import Experiment
from tui_ann.gate import refuse_changes
from tui_ann.session import start_values
from tui_ann.session.changes import Edit, with_new_start, with_smaller_steps
from tui_ann.session.predicting import Answerer
from tui_ann.session.run import judging
from tui_ann.session.run.build import Cancelled, Progress, make_run
from tui_ann.session.run.lookback import never
from tui_ann.session.run.predictions import Predictions
from tui_ann.session.run.prepared import Prepared
from tui_ann.session.run.run import Clock, Run
from tui_ann.session.run.run_source import RunSource
from tui_ann.session.run.snapshot import Snapshot, window
from tui_ann.session.store.regaining import regained
from tui_ann.session.store.replay import Past, Replay, past_of
from tui_ann.session.workspace import Workspace


class KeepsRuns(Protocol):
    """Keeps runs from being lost; a `RunStore` is one."""

    def watch(self, run: Run) -> None:
        """Save a run while it trains."""

    def compare(self, run: Run) -> None:
        """Save a run also beside the open one."""

    def compare_no_more(self, run: Run) -> None:
        """Save a run beside the open one no longer."""


class Runs:
    """Creates and advances the run of the open experiment, and keeps others to compare it with.

    Every method may be called from any thread; only the owner touches a run.

    Args:
        workspace: What is open.
        start_values: The folder for start values that were typed.
        keeper: Is told of each new run, and of those that are compared.
        clock: Seconds, from any start.
    """

    def __init__(
        self,
        workspace: Workspace,
        start_values: Path,
        *,
        keeper: KeepsRuns,
        clock: Clock = time.perf_counter,
    ) -> None:
        self._workspace = workspace
        self._start_values = start_values
        self._keeper = keeper
        self._clock = clock
        self._others: list[RunSource] = []
        self._past: Past | None = None

    # ------------------------------------------------------------------ the run of the open experiment

    @property
    def current(self) -> Run | None:
        """The run of the open experiment; a stale run can still be viewed."""
        return self._workspace.run

    @property
    def busy(self) -> bool:
        """Whether the run is being trained or changed now."""
        run = self.current
        return run is not None and run.owner.busy

    def prepare(self, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Run:
        """The run of the open experiment; a new one at its start if there is none or it is stale.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run; nothing has changed.
        """
        while (run := self._workspace.fresh_run()) is None:
            self._workspace.prepare_data(progress, cancelled)
            self._workspace.put_run(self._new_run)
        return run

    def take_up(self) -> Run:
        """The run of the open experiment, like `prepare`; that of an opened saved run goes on where it stopped.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run; nothing has changed.
            SessionError: The folder of the saved run is damaged.
        """
        workspace, saved = self._workspace, self._workspace.saved_run
        if saved is not None and workspace.run is None and saved.experiment == workspace.experiment:
            workspace.prepare_data()
            run = regained(saved, workspace.data, workspace.next_number(), self._clock)
            if run is not None:
                self._keeper.watch(run)
                workspace.put_run(lambda number: run if workspace.run is None else None)
        return self.prepare()

    def _new_run(self, number: int) -> Run | None:
        workspace = self._workspace
        experiment, table, dataset = workspace.experiment, workspace.table, workspace.dataset
        if table is None or dataset is None or workspace.fresh_run() is not None:  # another thread was faster
            return None
        return self._make(experiment, dataset, table.report.sha256, number)

    def _make(
        self,
        experiment: Experiment,
        dataset: Dataset,
        sha256: str | None,
        number: int,
        start: Mapping[str, Array] | None = None,
        kernel: Kernel | None = None,
    ) -> Run:
        run = make_run(experiment, dataset, sha256, number, start=start, clock=self._clock, kernel=kernel)
        self._keeper.watch(run)
        return run

    def rewind(self) -> Run:
        """A new run from the same initial parameters, with the current settings; `undo` restores the old run.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run; nothing has changed.
        """
        run = self.prepare()

        def again(number: int) -> Run | None:
            if not run.begun or run is not self._workspace.run:
                return None
            return self._make(run.experiment, run.dataset, run.sha256, number, run.start, run.trainer.kernel)

        self._workspace.put_run(again, "rewind")
        return self._workspace.run or run

    def new_start(self) -> Run:
        """A run from new initial parameters, with the next seed; `undo` restores the old run.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run.
        """
        self._workspace.edit(with_new_start(self._workspace.experiment), "new start")
        return self.prepare()

    def smaller_steps(self, learning_rate: float | None = None) -> Run:
        """A run from the same initial parameters with a smaller learning rate; `undo` restores the old run.

        Args:
            learning_rate: The learning rate; by default a tenth of the present one.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run.
        """
        self._workspace.edit(with_smaller_steps(self._workspace.experiment, learning_rate), anew=True)
        return self.prepare()

    def type_weights(
        self, text: str, name: str, index: tuple[int, ...] = (), *, base: Mapping[str, Array] | None = None
    ) -> Edit:
        """Start a run with weights or biases that were typed; `undo` restores the old initial parameters and run.

        They become the initial parameters of the experiment, in a file that it names.  If they are typed during a run,
        a new run begins at update 0, with all other parameters unchanged.

        Args:
            text: A number, fraction or expression for one place, or a table: rows on lines of their own or after ;.
            name: The parameter.
            index: The index of the number, counted from 0; () for the whole table.
            base: The other parameters; by default the current ones.

        Raises:
            EntryError: It cannot be read as numbers.
            SessionError: It has another shape, or the file cannot be written; then nothing changes.
        """
        run, workspace = self.prepare(), self._workspace
        before = base or run.owner.call(run.network.copy_parameters, changes=False)
        typed = start_values.read_weights(text, before, name, index)
        if run.begun or any(not np.array_equal(values, run.start[other]) for other, values in typed.items()):
            return self.start_at(typed, start_values.change_in_words(before, typed, name))
        return workspace.consequence(workspace.experiment)

    def start_at(self, parameters: Mapping[str, Array], label: str) -> Edit:
        """Make parameters the initial ones of the experiment: the next training begins there; `undo` takes it back.

        Args:
            parameters: Every parameter by name.
            label: The label for undo.

        Raises:
            SessionError: Their file cannot be written; then nothing changes.
        """
        workspace = self._workspace
        path = start_values.keep(self._start_values, parameters)
        network = msgspec.structs.replace(workspace.experiment.network, weights=str(path))
        return workspace.edit(msgspec.structs.replace(workspace.experiment, network=network), label)

    def one_update(self, count: int = 1) -> Snapshot:
        """Make this number of updates, unless the run ends earlier, and wait for them."""
        run = self.prepare()
        run.owner.call(lambda: run.advance(updates=count))
        return run.snapshot()

    def one_epoch(self, count: int = 1) -> Snapshot:
        """Continue to the end of the epoch, this number of times, and wait."""
        run = self.prepare()
        run.owner.call(lambda: run.advance(epochs=count))
        return run.snapshot()

    def seek(self, update: int) -> Snapshot:
        """Go to the exact state after this number of updates.

        Raises:
            EngineError: The run ends earlier.
        """
        run = self.prepare()
        run.owner.call(lambda: run.seek(update))
        return run.snapshot()

    def look_back(self, update: int, cancelled: Cancelled = never) -> Snapshot | None:
        """The run as it was after this number of updates, by exact replay; the run itself goes on undisturbed.

        The updates of an opened saved run are repeated from its start.  Only one thread at a time may call this.

        Args:
            update: Number of updates, 0 for the start.
            cancelled: Called every few milliseconds; returns whether to stop.

        Returns:
            `None` if it was cancelled, or if there is no run.

        Raises:
            SessionError: The run has not made that many updates, or those of a saved run cannot be repeated here.
        """
        source = self.current or self._workspace.saved_run
        if source is None:
            return None
        if self._past is None or not self._past.of(source):
            self._past = past_of(source, self._workspace.data)
        assert self._past is not None, "a run of a session is live or saved"
        return self._past.at(update, cancelled)

    def prove_replay(self, cancelled: Cancelled = never) -> None:
        """Repeat the saved run that was last looked back in to its end, once, and compare that with the saved one.

        Only the thread that looks back may call this.

        Args:
            cancelled: Called every few milliseconds; returns whether to stop.

        Raises:
            SessionError: They differ.
        """
        if isinstance(self._past, Replay):
            self._past.prove(cancelled)

    def snapshot(self) -> Snapshot | None:
        """A snapshot of the run of the open experiment, or of the opened saved run, or `None`."""
        run, saved = self._workspace.run, self._workspace.saved_run
        source: RunSource | None = run or saved
        return source.snapshot() if source else None

    def window(self, kind: str, name: str, rows: slice, columns: slice) -> Array:
        """A copy of a part of one array of the run, for arrays too large for a snapshot; see `snapshot.window`."""
        run = self.prepare()
        return run.owner.call(lambda: window(run.trainer, kind, name, rows, columns), changes=False)

    # ------------------------------------------------------------------ predicting

    def evaluate(self) -> dict[str, dict[str, float]]:
        """Loss and metrics of the `train`, `validation` and `test` parts, with the current parameters.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run.
        """
        answerer = self.answerer()
        dataset = answerer.dataset or Prepared().make(answerer.experiment)[1]
        return judging.evaluate(answerer.network, dataset, answerer.experiment.training.metrics)

    def predict(
        self,
        data: Table | str | os.PathLike[str],
        threshold: float = 0.5,
        *,
        missing: str | None = None,
        options: ReadOptions | None = None,
        progress: Progress | None = None,
    ) -> Predictions:
        """Predictions for the rows of a table or data file, with metrics if it has the target.

        Args:
            data: The table, or its file.
            threshold: The second of two classes is predicted where its probability is at least this.
            missing: The rule for missing cells; by default that of the run if it fills them in, else `drop`.
            options: Reader options of the file; by default detected, or those of the run if it is the run's own file.
            progress: Gets the progress of reading.

        Raises:
            DataError: The data cannot be read, or lack a column, or have a missing cell and the rule is `error`.
        """
        return self.answerer().predict(data, threshold, missing=missing, options=options, progress=progress)

    def answerer(self) -> Answerer:
        """The predictor, with a copy of the network: the run, else the opened saved run, else a run at its start.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run.
        """
        run, saved = self._workspace.run, self._workspace.saved_run
        if run is None and saved is not None:
            return Answerer(saved.copy_network(), saved.preprocessing, saved.experiment, None, saved.record.sha256)
        run = run or self.prepare()
        return Answerer(run.copy_network(), run.preprocessing, run.experiment, run.dataset, run.sha256)

    # ------------------------------------------------------------------ several runs

    @property
    def sources(self) -> tuple[RunSource, ...]:
        """All runs that can be compared: that of the open experiment first, then the others."""
        first = self.opened
        others = tuple(source for source in self._others if source is not first)
        return others if first is None else (first, *others)

    @property
    def opened(self) -> RunSource | None:
        """The run of the open experiment, or the opened saved run."""
        return self._workspace.run or self._workspace.saved_run

    @property
    def added(self) -> tuple[RunSource, ...]:
        """The runs that were added; that of the open experiment may be one of them."""
        return tuple(self._others)

    def add(self, source: RunSource) -> None:
        """Add another run to compare with; opening another experiment does not affect it."""
        if source not in self._others:
            self._others.append(source)
            if isinstance(source, Run):
                self._keeper.compare(source)

    def remove(self, source: RunSource) -> None:
        """Remove a run that was added; a live run pauses.

        Raises:
            ValueError: It was not added.
        """
        self._others.remove(source)
        if isinstance(source, Run):
            if source is not self.current:
                source.owner.close()
            self._keeper.compare_no_more(source)

    def open(self, run: Run) -> None:
        """Make a live run the run of the open experiment; the old experiment is closed.

        The run that was open before is lost from here unless it was added.
        """
        data = Prepared()
        table = self._workspace.data.table(run.experiment)
        if table is not None:
            data.put_table(run.experiment, table)
        data.put_dataset(run.experiment, run.dataset)
        self._keeper.watch(run)
        self._workspace.install(run.experiment, data, run=run)

    def start_another(self, experiment: Experiment) -> Run:
        """A live run of another experiment, at its start, to compare with that of the open experiment.

        The rows of the open experiment are shared if both prepare them in the same way.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run.
        """
        refuse_changes()
        table, dataset = self._workspace.data.make(experiment)
        run = self._make(experiment, dataset, table.report.sha256, self._workspace.next_number())
        self.add(run)
        return run

    def close(self) -> None:
        """Pause every live run and wait until all are paused."""
        for source in self.sources:
            if isinstance(source, Run):
                source.owner.close()
