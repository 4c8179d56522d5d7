"""Stepping through the run in hand: the verbs of the Step screen, and what is asked of the update in hand.

Every verb may be called from any thread and while another one drives; it is done where nobody else is at the run (see
`run_lock`).  The run stands where the stepper stands, so every other view of it shows the same moment.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from tui_ann.engine.epoch_records import EpochRecords
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.update_losses import UpdateLosses
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.build import Cancelled, Clock
from tui_ann.session.run.run import Run
from tui_ann.session.step.breakpoints import Breakpoint
from tui_ann.session.step.stepper import Grain, Place, Stepper
from tui_ann.session.step.what_if import what_if
from tui_ann.session.training import Motion, Publish, alone

Outcome = TypeVar("Outcome")


class Course:
    """The losses of a run as far as it has ever been, while the stepper goes to and fro in it.

    Going back cuts the run's own history; the way that was cut comes again exactly, so it may still be shown.
    """

    def __init__(self) -> None:
        self.losses = UpdateLosses(np.zeros(0))
        """Loss of each update's batch."""
        self.epochs = EpochRecords()
        """The epochs."""
        self.ended = False
        """Whether the run had come to its end."""
        self._of: tuple[Run, Experiment] | None = None

    def follow(self, run: Run) -> None:
        """Take what the run has come to; another run, or one that was changed, begins anew."""
        history, of = run.trainer.history, (run, run.experiment)
        if self._of is None or self._of[0] is not run or self._of[1] is not run.experiment:
            self._of, self.losses, self.epochs = of, UpdateLosses(np.zeros(0)), EpochRecords()
            self.ended = False
        self.ended = self.ended or run.trainer.finished
        if len(history.losses) > len(self.losses):
            self.losses, self.epochs = history.losses, history.epochs


class Stepping(Motion):
    """A run in motion that can be taken apart, update by update.

    Args:
        clock: Seconds, from any start.
    """

    def __init__(self, *, clock: Clock = time.perf_counter) -> None:
        super().__init__(clock=clock)
        self._in_steps: tuple[Run, Stepper] | None = None
        self.course = Course()
        """How far the run has ever been."""

    def place(self) -> Place:
        """Where the run stands: the update in hand and how many of its parts are done.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot be run as it is.
        """
        return self._stepped(lambda stepper: stepper.place)

    def forward(self, grain: Grain) -> Place:
        """One part, phase, update or epoch on; at the end of the run nothing happens."""
        return self._stepped(lambda stepper: stepper.forward(grain))

    def back(self, grain: Grain) -> Place:
        """One part, phase, update or epoch back, exactly; at the start of the run nothing happens."""
        return self._stepped(lambda stepper: stepper.back(grain))

    def go_to(
        self,
        update: int,
        *,
        complete: bool = False,
        publish: Publish | None = None,
        cancelled: Cancelled | None = None,
        period: float = 0.1,
    ) -> Place:
        """Stand before update number `update` (the first is 1), or behind it; called off, on the way there.

        Args:
            update: Which update.
            complete: Whether to stand behind it.
            publish: Gets a picture of the run every `period` seconds while updates are made, in this thread.
            cancelled: Asked as often whether to call it off.
            period: Seconds between two pictures.

        Raises:
            EngineError: The run ends before.
        """
        while not self._stepped(lambda stepper: stepper.approach(update, seconds=period, clock=self._clock)):
            if publish is not None and (picture := self.snapshot()) is not None:
                publish(picture)
            if cancelled and cancelled():
                return self.place()
        return self._stepped(lambda stepper: stepper.go_to(update, complete=complete))

    def go_to_part(self, done: int) -> Place:
        """Stand in the update in hand with so many of its parts done."""
        return self._stepped(lambda stepper: stepper.stand_at(done))

    def to_the_end(
        self, *, publish: Publish | None = None, cancelled: Cancelled | None = None, period: float = 0.1
    ) -> Place:
        """Go on to the end of the run, or until it is called off."""
        self.run_until((), publish=publish, cancelled=cancelled, period=period)
        return self.place()

    def run_until(
        self,
        breakpoints: Sequence[Breakpoint],
        *,
        publish: Publish | None = None,
        cancelled: Cancelled | None = None,
        period: float = 0.1,
    ) -> str | None:
        """Go on update by update until a breakpoint is met, the run ends or it is called off.

        Args:
            breakpoints: What to stop at.
            publish: Gets a picture of the run every `period` seconds, in this thread.
            cancelled: Asked as often whether to call it off.
            period: Seconds between two pictures.

        Returns:
            What was met, in words; None where it was called off.
        """
        met = None
        while met is None and not (cancelled and cancelled()):
            met = self._stepped(lambda stepper: stepper.run_until(breakpoints, seconds=period, clock=self._clock))
            if publish is not None and (picture := self.snapshot()) is not None:
                publish(picture)
        return met

    def what_if(
        self,
        *,
        learning_rate: float | None = None,
        loss: str | None = None,
        activations: dict[int, str] | None = None,
        optimizer: str | None = None,
    ) -> UpdateTrace:
        """The update in hand once more with something else; the run is not touched.

        Args:
            learning_rate: Another η.
            loss: Another loss.
            activations: Another activation by the place of its layer, the first is 1.
            optimizer: Another update rule, begun afresh.

        Raises:
            EngineError: The combination makes no sense.
        """
        run = self.prepare()
        return self._stepped(
            lambda stepper: what_if(
                run.trainer,
                stepper.place.trace,
                learning_rate=learning_rate,
                loss=loss,
                activations=activations,
                optimizer=optimizer,
            )
        )

    def example_alone(self, example: int) -> UpdateTrace:
        """The update in hand as it would be with one training example alone, from the same parameters.

        Args:
            example: Its row in the training data, counted from 0.

        Raises:
            SessionError: There is no such example.
        """
        run = self.prepare()
        return self._stepped(lambda stepper: alone(run, stepper.place.trace, example))

    def end_again(self, seconds: float = 1.0) -> None:
        """Where one only looked back in a run that had ended, go to its end again, unless that takes long.

        Args:
            seconds: How long it may take.
        """
        run = self.run
        if run is not None and self._in_steps is not None and self._in_steps[0] is run and self.course.ended:
            beyond = len(self.course.losses) + 2
            self._stepped(lambda stepper: stepper.approach(beyond, seconds=seconds, clock=self._clock))

    def _stepped(self, move: Callable[[Stepper], Outcome]) -> Outcome:
        """Do something with the stepper of the run in hand, with nobody else at the run."""
        run = self.prepare()

        def errand() -> Outcome:
            with run.suited_threads():
                self.course.follow(run)
                if self._in_steps is None or self._in_steps[0] is not run:
                    self._in_steps = run, Stepper(run.trainer)
                outcome = move(self._in_steps[1])
                self.course.follow(run)
            if run.trainer.finished or not self.course.ended:  # to look back is not to leave it unfinished
                self._keep(run, at_once=False)
            return outcome

        return self._floor.do(errand)
