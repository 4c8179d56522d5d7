"""Stepping through the run of the open experiment, for the Step screen.

Every method may be called from any thread, even while the run trains; the owner of the run executes it.  The run is
always at the stepper's position, so every other view of it shows the same moment.
"""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.tape import Phase
from tui_ann.session.run.build import Cancelled
from tui_ann.session.run.farthest import FarthestHistory
from tui_ann.session.run.run import Clock, Run
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.session.runs import Runs
from tui_ann.session.step.alone import AloneRow, alone
from tui_ann.session.step.breakpoints import Breakpoint
from tui_ann.session.step.stepper import Grain, Place, Stepper
from tui_ann.session.step.what_if import what_if
from tui_ann.session.store.step_marks import StepMark

Answer = TypeVar("Answer")

Publish = Callable[[Snapshot], None]
"""Gets snapshots of a run in the calling thread."""


class Stepping:
    """Steps through the run of the open experiment, update by update.

    Args:
        runs: The runs of the session.
        stepped: Called after each step in the owner's thread; saves the run when due.
        clock: Seconds, from any start.
    """

    def __init__(
        self, runs: Runs, *, stepped: Callable[[Run], None] = lambda run: None, clock: Clock = time.perf_counter
    ) -> None:
        self._runs, self._made_step, self._clock = runs, stepped, clock

    @property
    def farthest(self) -> FarthestHistory:
        """The furthest progress of the run."""
        run = self._runs.current
        return run.farthest if run is not None else FarthestHistory()

    def place(self) -> Place:
        """The run's position: the current update and how many of its parts are done.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run.
        """
        return self._step(lambda stepper: stepper.place)

    def forward(self, grain: Grain) -> Place:
        """One part, phase, update or epoch forward; at the end of the run nothing happens."""
        return self._step(lambda stepper: stepper.forward(grain))

    def back(self, grain: Grain) -> Place:
        """One part, phase, update or epoch back, exactly; at the start of the run nothing happens."""
        return self._step(lambda stepper: stepper.back(grain))

    def go_to(
        self,
        update: int,
        *,
        complete: bool = False,
        publish: Publish | None = None,
        cancelled: Cancelled | None = None,
        period: float = 0.1,
    ) -> Place:
        """Go to just before update number `update` (counted from 1), or just after it; stop on the way if cancelled.

        Args:
            update: Which update.
            complete: Whether to go after it.
            publish: Gets a snapshot of the run every `period` seconds while updates are made, in this thread.
            cancelled: Called as often; returns whether to stop.
            period: Seconds between two snapshots.

        Raises:
            EngineError: The run ends earlier.
        """
        while not self._step(lambda stepper: stepper.approach(update, seconds=period, clock=self._clock)):
            if publish is not None and (snapshot := self._runs.snapshot()) is not None:
                publish(snapshot)
            if cancelled and cancelled():
                return self.place()
        return self._step(lambda stepper: stepper.go_to(update, complete=complete))

    def go_to_part(self, done: int) -> Place:
        """Go to this number of parts done in the current update."""
        return self._step(lambda stepper: stepper.stand_at(done))

    def mark(self) -> StepMark | None:
        """Where the run of the open experiment is, to be returned to; `None` at its end, and if it was not stepped."""
        run = self._runs.current
        if run is None:
            return None

        def place() -> StepMark | None:
            held = run.stepper.kept_place if "stepper" in vars(run) else None
            if held is None or (held.made >= run.length and (held.complete or not held.done)):
                return None
            return StepMark(held.trace.update, held.done)

        return run.owner.call(place)

    def return_to(self, mark: StepMark) -> Place:
        """Go back to a place of the run.

        Args:
            mark: The place.

        Raises:
            EngineError: The run ends earlier.
        """
        self.go_to(mark.update)
        return self.go_to_part(mark.done)

    def to_the_end(
        self, *, publish: Publish | None = None, cancelled: Cancelled | None = None, period: float = 0.1
    ) -> Place:
        """Continue to the end of the run, or until cancelled."""
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
        """Continue update by update until a breakpoint is reached, the run ends or it is cancelled.

        Args:
            breakpoints: Where to stop.
            publish: Gets a snapshot of the run every `period` seconds, in this thread.
            cancelled: Called as often; returns whether to stop.
            period: Seconds between two snapshots.

        Returns:
            The breakpoint reached, in words; None if cancelled.
        """
        met = None
        while met is None and not (cancelled and cancelled()):
            met = self._step(lambda stepper: stepper.run_until(breakpoints, seconds=period, clock=self._clock))
            if publish is not None and (snapshot := self._runs.snapshot()) is not None:
                publish(snapshot)
        return met

    def what_if(
        self,
        *,
        learning_rate: float | None = None,
        loss: str | None = None,
        activations: dict[int, str] | None = None,
        optimizer: str | None = None,
    ) -> UpdateTrace:
        """The current update with other settings; the run is not changed.

        Args:
            learning_rate: Another η.
            loss: Another loss.
            activations: New activations by the position of the layer, counted from 1.
            optimizer: Another update rule, with fresh state.

        Raises:
            EngineError: The combination is invalid.
        """
        run = self._runs.prepare()
        return self._step(
            lambda stepper: what_if(
                run.trainer,
                stepper.place.trace,
                learning_rate=learning_rate,
                loss=loss,
                activations=activations,
                optimizer=optimizer,
            )
        )

    def example_alone(self, example: int | AloneRow) -> UpdateTrace:
        """The current update computed on a single example, from the same parameters; see `alone`.

        Args:
            example: Its row in the training data, counted from 0, or any row.

        Raises:
            SessionError: There is no such example.
        """
        run = self._runs.take_up()
        return self._step(lambda stepper: alone(run, stepper.place, example))

    def up_to_the_change(self) -> Place:
        """Go to where everything of the current update is computed but the change of the parameters."""

        def go(stepper: Stepper) -> Place:
            place = stepper.place
            parts = place.trace.parts
            before = next((i for i, part in enumerate(parts) if part.phase is Phase.UPDATE), len(parts))
            return place if place.done >= before else stepper.stand_at(before)

        return self._step(go)

    def trace_of(self, update: int, example: int | None = None) -> UpdateTrace:
        """Update number `update` (counted from 1) with all its numbers; afterwards the run is before it.

        Args:
            update: Which update.
            example: The only training example to use, counted from 0.

        Raises:
            EngineError: The run ends earlier.
            SessionError: There is no such example.
        """
        run = self._runs.prepare()

        def trace_it() -> UpdateTrace:
            run.farthest.follow(run)
            place = Stepper(run.trainer).go_to(update)
            return place.trace if example is None else alone(run, place, example)

        return run.owner.call(trace_it)

    def play_again(self) -> Run:
        """The run of the open experiment; if it has ended, it is back at its start, to train again exactly as before.

        Raises:
            DataError, ExperimentError, EngineError: The experiment cannot run.
        """
        run = self._runs.take_up()

        def back() -> None:
            if run.trainer.finished:
                run.seek(0)

        run.owner.post(back).result()  # the listener sees the start again
        return run

    def end_again(self) -> None:
        """Return to the end of a run, finished or not, after going back in it."""
        run = self._runs.current
        if run is not None:
            run.owner.call(lambda: run.farthest.go_there(run))

    def _step(self, move: Callable[[Stepper], Answer]) -> Answer:
        """Let the owner of the run use its stepper."""
        run = self._runs.take_up()

        def job() -> Answer:
            with run.suited_threads():
                run.farthest.follow(run)
                answer = move(run.stepper)
                run.farthest.follow(run)
            self._made_step(run)
            return answer

        return run.owner.call(job)
