"""Editing the open experiment: the session makes the change, a thread prepares the data, the screens are notified.

An error in the preparation (a missing cell, a column that cannot be a target) is kept as `trouble` and shown where it
can be fixed; it becomes a dialog only when the user tries to train anyway.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.worker import Worker, WorkerState, get_current_worker

from tui_ann.data.prepare.dataset import Dataset, task_of
from tui_ann.data.read.table import Table
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.errors import DataError, TuiAnnError
from tui_ann.experiment.checks import Answer, Misfit
from tui_ann.experiment.proposal import propose
from tui_ann.experiment.spec import Experiment
from tui_ann.session.changes import taken_back
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.store.saved_run import SavedRun, changed_data, missing_kernel
from tui_ann.text import counted
from tui_ann.tui.content import edits
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.services.host import BRIEF, Host
from tui_ann.tui.services.runner import Runner

GROUP = "preparing"
"""Worker group for preparing the data."""


class Workbench:
    """Edits the experiment and prepares the data for the application.

    Args:
        app: The application; runs the worker.
        runner: Runs the training.
    """

    def __init__(self, app: Host, runner: Runner) -> None:
        self._app, self._runner = app, runner
        self._worker: Worker[None] | None = None
        self._plan: Plan | None = None
        self._proposal: tuple[Table, str | tuple[str, ...], Experiment | None] | None = None
        self._compared: SavedRun | None = None
        self.trouble: TuiAnnError | None = None
        """Why the data cannot be prepared."""

    @property
    def experiment(self) -> Experiment | None:
        """The open experiment, if any."""
        session = self._app.session
        return session.workspace.experiment if session.workspace.is_open else None

    @property
    def end(self) -> StopReason | None:
        """How the run has ended; `None` if it has not, or if training would start a new one."""
        workspace = self._app.session.workspace
        saved = workspace.saved_run
        if workspace.run is None and saved is not None and saved.experiment == workspace.experiment:
            return saved.stop_reason if saved.stop_reason.status is not Status.INTERRUPTED else None
        return workspace.trainer.stop_reason if workspace.trainer is not None and not workspace.stale else None

    @property
    def preparing(self) -> bool:
        """Whether the data are being prepared."""
        return self._worker is not None and not self._worker.is_finished

    def plan(self) -> Plan | None:
        """The plan of the open experiment; `None` if nothing is open."""
        session, experiment = self._app.session, self.experiment
        if experiment is None:
            return None
        dataset = session.workspace.dataset
        known = self._plan
        if known is None or known.experiment is not experiment or known.source is not dataset:
            self._plan = _worked_out(experiment, dataset, session.workspace.problems(), session.workspace.saved_run)
        return self._plan

    def fitting(self, snapshot: Snapshot | None) -> Snapshot | None:
        """A snapshot of the run, or `None` if it does not fit the edited network.

        Args:
            snapshot: The snapshot.
        """
        plan = self.plan()
        return snapshot if plan is None or snapshot is None or plan.fits(snapshot.parameters) else None

    @property
    def proposal(self) -> Experiment | None:
        """The program's proposal for the open table and target; `None` if there is none."""
        table, experiment = self._app.session.workspace.table, self.experiment
        if table is None or experiment is None:
            return None
        target = experiment.data.target
        if self._proposal is None or self._proposal[0] is not table or self._proposal[1] != target:
            try:
                proposed: Experiment | None = propose(table, Path(experiment.data.path), target)
            except TuiAnnError:
                proposed = None
            self._proposal = (table, target, proposed)
        return self._proposal[2]

    async def hindered(self, *, again: bool = False) -> bool:
        """Whether something prevents training; if so, say what, on the screen that fixes it.

        Args:
            again: Whether a run that has ended may play again from its start.
        """
        app = self._app
        if self._runner.alive:
            return False
        plan, end = self.plan(), self.end
        if plan is not None and plan.problems:
            await app.action_go("build")
            fixes = f"{app.key_of('build.fix')} fixes it" if plan.problems[0].fix else "the last line says why"
            app.tell(f"This network cannot be trained as it is; {fixes}.", "warning", passing=True)
            return True
        if end is None or again:
            return False
        other = f"{app.key_of('train.new_start')} draws new start values"
        if end.status is Status.COMPLETED:
            other = f"{app.key_of('app.build')} sets more epochs"
        again_key = app.key_of("train.run")
        app.tell(f"The run has ended: {again_key} on Train plays it again; {other}.", timeout=BRIEF, passing=True)
        return True

    # Changes.

    def edit(self, experiment: Experiment, label: str | None = None) -> None:
        """Replace the experiment.

        Args:
            experiment: The next one.
            label: The label for undo; by default what changed.
        """
        if experiment == self.experiment:
            return
        made = self._app.session.workspace.edit(experiment, label)
        if made.loses:
            self._app.tell(f"{made.loses} {self._app.key_of('app.undo')} undoes that.")
        self.changed()

    def undo(self) -> None:
        """Undo the last change."""
        self._move("Undone: ", self._app.session.workspace.undo, "app.redo", "There is nothing to undo.")

    def redo(self) -> None:
        """Redo the change that was undone."""
        self._move("Redone: ", self._app.session.workspace.redo, "app.undo", "There is nothing to redo.")

    def _move(self, done: str, move: Callable[[], str | None], back: str, nothing: str) -> None:
        """Undo or redo, and show the result."""
        session, before = self._app.session, self.experiment
        run = None if session.workspace.stale else session.workspace.run
        label = move()
        if label is None or before is None:
            self._app.tell(nothing, passing=True)
            return
        undone = taken_back(label, before, session.workspace.experiment) if back == "app.redo" else label
        words = [f"{done}{undone}."]
        if run is not None and run.begun and (session.workspace.stale or session.workspace.run is not run):
            updates = counted(run.trainer.update, "update")
            words.append(f"The run of {updates} ends; {self._app.key_of(back)} restores it.")
        self._app.tell(" ".join(words))
        self.changed()

    def retarget(self, name: str) -> None:
        """Predict another column; settings that still have their proposed value get a new proposal.

        Args:
            name: The column.
        """
        experiment, table = self.experiment, self._app.session.workspace.table
        if experiment is None or table is None:
            return
        old = self.proposal
        new = propose(table, Path(experiment.data.path), name)
        changed = edits.set_target(experiment, name)
        if old is not None:
            changed = edits.follow_proposal(changed, old, new)
        kept = old is not None and experiment.network.layers == old.network.layers
        if old is None or not kept or experiment.training.loss != old.training.loss:
            changed = edits.suit_output(changed, _answer(table, changed))
        self.edit(changed)

    def set_task(self, task: str) -> None:
        """Change the task; output layer, loss and metrics follow.

        Args:
            task: `auto`, `regression`, `binary` or `multiclass`.
        """
        experiment, table = self.experiment, self._app.session.workspace.table
        if experiment is None or table is None:
            return
        changed = edits.put(experiment, "data.task", task)
        self.edit(edits.suit_output(changed, _answer(table, changed)))

    # Preparation.

    def changed(self) -> None:
        """Notify the screens that the experiment has changed, and prepare what it needs."""
        self._app.snapshot = self.fitting(self._app.snapshot)
        self._app.revision += 1
        self.prepare()

    def prepare(self) -> None:
        """Prepare the rows and the initial network in a thread; during training once it rests, see `catch_up`."""
        if self._app.session.workspace.is_open and not self._runner.alive:
            self._worker = self._app.run_worker(
                self._prepare, name="prepare", group=GROUP, thread=True, exclusive=True, exit_on_error=False
            )

    def catch_up(self) -> None:
        """Do the preparation for an edit that was made or undone during training."""
        workspace = self._app.session.workspace
        lacking = workspace.stale or (workspace.run is None and workspace.saved_run is None)
        if workspace.is_open and lacking and not self.preparing:
            self.prepare()

    def _prepare(self) -> None:
        session, worker = self._app.session, get_current_worker()
        if session.workspace.saved_run is not None and (shot := session.runs.snapshot()) is not None:
            self._runner.publish(shot)  # what was saved needs no data
        session.workspace.prepare_data(cancelled=lambda: worker.is_cancelled)
        if session.workspace.saved_run is None and not session.workspace.problems():
            session.runs.prepare(cancelled=lambda: worker.is_cancelled)
        shot = session.runs.snapshot()
        if shot is not None and not worker.is_cancelled:  # else a newer preparation shows its own
            self._runner.publish(shot)

    def _warn_of_changed_data(self) -> None:
        """Say once if the data file is gone, or has changed since the opened run was trained."""
        workspace = self._app.session.workspace
        saved, table = workspace.saved_run, workspace.table
        if saved is None or saved is self._compared or (table is None and self.trouble is None):
            return
        self._compared = saved
        if table is None and saved.record.watched:
            changed = f"{saved.record.watched} has the data: what it wrote is shown here, without them."
        elif table is None and self.trouble is not None:
            changed = f"The run is shown as it was saved, without its data. {self.trouble.message}"
        else:
            changed = changed_data(saved.record, table.report.sha256 if table is not None else None)
            missing = missing_kernel(saved.record)
            changed = "  ".join(filter(None, [changed, missing and f"This run cannot be repeated exactly: {missing}"]))
        if changed:
            self._app.tell(changed, "warning", 20)

    def ended(self, worker: Worker[Any]) -> bool:
        """Record the result of the preparation.

        Args:
            worker: A worker that has ended.

        Returns:
            Whether the outcome has been handled.
        """
        if worker.group != GROUP:
            return False
        if worker is self._worker and worker.state is not WorkerState.CANCELLED:
            error = worker.error
            self.trouble = error if isinstance(error, TuiAnnError) else None
            self._app.revision += 1
            self._warn_of_changed_data()
        return isinstance(worker.error, TuiAnnError)


def _answer(table: Table, experiment: Experiment) -> Answer:
    """What the data require from the network."""
    names = edits.targets(experiment)
    task = task_of(table, names, experiment.data.task)
    if task == "regression" and any(not table.column(name).is_number for name in names):
        raise DataError(
            "A column of labels cannot be the target of a regression.",
            remedy="Choose binary or multiclass, or another target.",
            code="not_a_number",
        )
    return Answer(task, table.column(names[0]).distinct or None, len(names))


def _worked_out(
    experiment: Experiment, dataset: Dataset | None, problems: list[Misfit], saved: SavedRun | None
) -> Plan:
    """The plan of an experiment, with the facts from its dataset if there is one, else from its saved run."""
    if dataset is None and saved is not None and saved.experiment.data == experiment.data:
        known = saved.preprocessing
        names = known.classes if len(known.classes) > 2 else known.target.names
        return Plan(experiment, len(known.feature_names), known.feature_names, names, 0, tuple(problems), None)
    if dataset is None:
        return Plan(experiment, None, (), (), 0, tuple(problems), None)
    outputs = dataset.classes if len(dataset.classes) > 2 else dataset.targets
    return Plan(
        experiment,
        len(dataset.feature_names),
        dataset.feature_names,
        outputs,
        len(dataset.X_train),
        tuple(problems),
        dataset,
    )
