"""Steps through the run: requests run one after the other in a thread, so that no key has to wait."""

from collections.abc import Callable

from textual.message import Message

from tui_ann.session.step.stepper import Grain, Place
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.services.step_queue import Stepped, StepQueue
from tui_ann.tui.step.selection import Selection

PATIENCE = 0.25
"""Seconds before the status line shows the step in progress."""
_FORWARD = {
    Grain.PART: "",
    Grain.PHASE: "",
    Grain.UPDATE: "Making the update",
    Grain.EPOCH: "Going to the end of the epoch",
}
_BACK = {
    Grain.PART: "",
    Grain.PHASE: "",
    Grain.UPDATE: "Going back",
    Grain.EPOCH: "Going back to the start of the epoch",
}


class Walk:
    """Takes steps in the run; each ends with a `Stepped` message.

    Args:
        host: The application.
        selection: Says whether an example alone is wanted with each step.
        tell: Called with the messages; called from the thread.
    """

    def __init__(self, host: ScreenHost, selection: Selection, tell: Callable[[Message], object]) -> None:
        self._host, self._selection = host, selection
        self._queue = StepQueue(host, tell)
        self.doing = ""
        """The step in progress, if it may take long."""
        self.stuck = 0
        """1 if the last step found the run at its end, −1 at its start, else 0; until the cursor is moved."""

    @property
    def busy(self) -> bool:
        """Whether a step is being taken."""
        return self._queue.busy

    def take(self, verb: Callable[[], Place], doing: str = "", towards: int = 0) -> None:
        """Take a step after all previous requests. A run that is training is paused first.

        A step in an experiment that has been edited meanwhile is dropped.

        Args:
            verb: The step; called in a thread, returns the new position of the run.
            doing: A description, in case it takes long.
            towards: 1 for a step towards the end of the run, −1 towards its start, 0 for any other.
        """
        plan = self._host.plan()
        if plan is None or plan.problems:
            return
        self._host.runner.pause()
        example, session, edition = self._selection.example, self._host.session, plan.experiment

        def job() -> Stepped | None:
            if session.workspace.edition is not edition:
                return None
            place = verb()
            alone = None if example is None else session.stepper.example_alone(example)
            # Of the same edition before and after it: so all of it is.
            return Stepped(place, alone, edition, towards) if session.workspace.edition is edition else None

        self.doing = doing
        self._queue.add(job)
        self._host.set_timer(PATIENCE, self._host.refresh_status)

    def note(self, stepped: Stepped) -> None:
        """Remember whether a step could not go on, before its place is shown.

        Args:
            stepped: The step.
        """
        before, after = self._selection.place, stepped.place
        if before is None or (before.trace.update, before.done) != (after.trace.update, after.done):
            self.stuck = 0
        elif stepped.towards:
            self.stuck = stepped.towards

    def cancelled(self) -> bool:
        """Whether the current step should end early because another was requested."""
        return self._queue.is_cancelled()

    def cancel(self) -> None:
        """Stop the current step where it is."""
        self._queue.cancel()

    def forward(self, grain: Grain) -> None:
        """Go forward.

        Args:
            grain: The step size: a part, a phase, an update or an epoch.  The first part of an opened saved run is
                the place where it was left.
        """
        session = self._host.session
        mark = session.left_at if grain is Grain.PART else None
        if mark is not None:
            self.take(lambda: session.stepper.return_to(mark), "Going back to where you were")
        else:
            self.take(lambda: session.stepper.forward(grain), _FORWARD[grain], towards=1)

    def back(self, grain: Grain) -> None:
        """Go back.

        Args:
            grain: The step size: a part, a phase, an update or an epoch.
        """
        self.take(lambda: self._host.session.stepper.back(grain), _BACK[grain], towards=-1)

    def stay(self) -> None:
        """Ask for the position of the run."""
        self.take(self._host.session.stepper.place)
