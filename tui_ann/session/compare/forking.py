"""Forks: a run from any moment of another one, with the same weights and shuffles and one setting changed."""

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.tape import Array
from tui_ann.engine.training_settings import OF_THE_NETWORK
from tui_ann.errors import SessionError
from tui_ann.experiment.spec import Experiment
from tui_ann.gate import refuse_changes
from tui_ann.session.changes import Reach, describe
from tui_ann.session.compare.all_settings import all_settings
from tui_ann.session.compare.moments import copy_at, give_history
from tui_ann.session.run.build import Cancelled, make_network, make_run
from tui_ann.session.run.lookback import never
from tui_ann.session.run.run import Clock, Run
from tui_ann.session.run.run_source import RunSource
from tui_ann.session.runs import Runs
from tui_ann.session.workspace import Workspace
from tui_ann.text import count

_DRAWING = ("seed", "initializer", "weights")
"""Names of the settings from which start values are drawn: with the same weights they would change nothing."""


@dataclass(frozen=True)
class ForkWish:
    """A fork."""

    source: RunSource
    """The run to fork."""
    update: int
    """After how many updates; 0 is the start."""
    key: str
    """The dotted key of the setting that changes."""
    value: Any
    """Its new value."""


class Forking:
    """Makes forks.  Every method may be called from any thread.

    Args:
        workspace: What is open; its rows are shared.
        runs: The runs of the session, to which forks are added.
        clock: Seconds, from any start.
    """

    def __init__(self, workspace: Workspace, runs: Runs, clock: Clock = time.perf_counter) -> None:
        self._workspace, self._runs, self._clock = workspace, runs, clock

    def fork(self, wish: ForkWish, cancelled: Cancelled = never) -> Run | None:
        """A run that is bit for bit the source up to that update, and then has one setting changed.

        It is in `runs.sources` from now on, paused where it forks.  A setting of the training changes at that update.
        Another setting keeps weights, optimizer and shuffles if the parameters keep their shapes; if not, or if it
        changes the rows or how start values are drawn, the run can only be forked at its start.

        Args:
            wish: What to fork, where, and what changes.
            cancelled: Called every few milliseconds; returns whether to stop.

        Returns:
            `None` if it was cancelled.

        Raises:
            SessionError: The value is that of the source, is not allowed, or needs the start; or the run cannot be
                repeated up to there.
            DataError, ExperimentError, EngineError: The changed experiment cannot run.
        """
        refuse_changes()
        checked_value(wish.source.experiment, wish.key, wish.value)
        number = self._workspace.next_number()
        copy = copy_at(wish.source, wish.update, self._workspace.data, number, self._clock, cancelled)
        if copy is None:
            return None
        copy.experiment = msgspec.structs.replace(copy.experiment, training=copy.trainer.settings)
        made = self._changed_copy(copy, changed(copy.experiment, wish.key, wish.value), wish)
        made.forked = wish.update
        self._runs.add(made)
        return made

    def _changed_copy(self, copy: Run, after: Experiment, wish: ForkWish) -> Run:
        """The copy with the change, or a run of the changed experiment that takes over its state."""
        section, name, *_ = *all_settings(after)[wish.key].path, ""
        if section == "training" and name not in OF_THE_NETWORK:
            copy.take_up(after)
            return copy
        if describe(copy.experiment, after).reach >= Reach.DATA:
            _only_at_the_start(wish, "changes the rows")
            table, dataset = self._workspace.data.make(after)
            return _anew(copy, after, dataset, table.report.sha256, self._clock)
        if wish.key.rpartition(".")[2] in _DRAWING:
            _only_at_the_start(wish, "changes the start values")
            return make_run(
                after, copy.dataset, copy.sha256, copy.number, clock=self._clock, kernel=copy.trainer.kernel
            )
        run = _anew(copy, after, copy.dataset, copy.sha256, self._clock)
        if wish.update:
            if _shapes(run.start) != _shapes(copy.start):
                _only_at_the_start(wish, "changes the shapes of the parameters")
            _take_over(run, copy)
        return run


def _anew(copy: Run, after: Experiment, dataset: Dataset, sha256: str | None, clock: Clock) -> Run:
    """A run of the changed experiment at its start, with the start values of the copy if they fit."""
    drawn = make_network(after, len(dataset.feature_names)).copy_parameters()
    start = copy.start if _shapes(drawn) == _shapes(copy.start) else drawn
    return make_run(after, dataset, sha256, copy.number, start=start, clock=clock, kernel=copy.trainer.kernel)


def _only_at_the_start(wish: ForkWish, why: str) -> None:
    """Refuse a fork in the middle of a run.

    Raises:
        SessionError: It is one.
    """
    if wish.update:
        raise SessionError(
            f"{wish.key} {why}, so the run cannot be forked after update {count(wish.update)}.",
            remedy="Fork it at update 0.",
            code="fork_at_start",
        )


def checked_value(experiment: Experiment, key: str, value: Any) -> None:
    """Check a value before anything runs.

    Raises:
        SessionError: There is no such setting, the value is not allowed, or it is the present one.
    """
    setting = all_settings(experiment).get(key)
    if setting is None:
        raise SessionError(f"There is no setting {key}.", remedy="Choose one of the list.", code="no_setting")
    if fault := setting.fault(value):
        raise SessionError(f"{key}: {fault}.", remedy=f"Allowed: {setting.allowed()}.", code="bad_setting")
    if setting.get(experiment) == value:
        raise SessionError(f"{setting.label} has that value already.", remedy="Choose another one.", code="no_change")


def changed(experiment: Experiment, key: str, value: Any) -> Experiment:
    """The experiment with one setting changed, that of a layer included."""
    return all_settings(experiment)[key].put(experiment, value)


def _shapes(parameters: Mapping[str, Array]) -> dict[str, tuple[int, ...]]:
    """The shape of every parameter by name."""
    return {name: view.shape for name, view in parameters.items()}


def _take_over(run: Run, copy: Run) -> None:
    """Take a run from its start to the state of another one of the same shapes, with its history."""
    state, history = copy.trainer.state(), copy.trainer.history
    run.trainer.restore(dataclasses.replace(state, settings=run.trainer.settings))
    give_history(run, history.epochs.table(), history.losses, list(history.marks))
    copy.log.lend(run.log, run.trainer.history.epochs)
    run.trainer.begin_here()
