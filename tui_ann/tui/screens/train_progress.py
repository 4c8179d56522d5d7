"""The data of the progress line of a run."""

from tui_ann.engine.stopping import Status
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.draw.lines import Progress
from tui_ann.tui.services.runner import Runner

_SLOW_EPOCH = 3.0
"""Minimum seconds per epoch for an epoch to have its own bar."""


class ProgressSource:
    """Turns snapshots into progress lines, and remembers whether the epochs are slow."""

    def __init__(self) -> None:
        self._slow = False

    def progress(self, snapshot: Snapshot | None, plan: Plan | None, runner: Runner) -> Progress:
        """Return the progress for a snapshot.

        Args:
            snapshot: The run; `None` before its start.
            plan: The experiment; `None` if nothing is open.
            runner: Runs the training; knows its speed.
        """
        if snapshot is None:
            return Progress(epochs=plan.experiment.training.epochs if plan else 0)
        pace = snapshot.updates_per_second
        if pace:  # with hysteresis, so that the bar does not switch back and forth
            self._slow = snapshot.updates_per_epoch / pace > (_SLOW_EPOCH / 2 if self._slow else _SLOW_EPOCH)
        return Progress(
            examples=snapshot.examples if self._slow and snapshot.status == "running" else 0,
            status=snapshot.outcome,
            epoch=snapshot.epoch,
            epochs=snapshot.epochs,
            diverged=snapshot.status == Status.DIVERGED,
            share=snapshot.position / max(1, snapshot.examples),
            update=snapshot.update,
            updates_per_second=snapshot.updates_per_second,
            eta_seconds=snapshot.eta_seconds,
            learning_rate=snapshot.learning_rate,
            speed=runner.speed,
            speed_chosen=runner.full_speed_chosen,
            paced=runner.paced,
        )
