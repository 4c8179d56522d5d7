"""Steps through the run: requests are done one after the other in a thread, so that no key has to wait."""

from collections.abc import Callable

from textual.message import Message

from tui_ann.session.step.stepper import Grain, Place
from tui_ann.tui.services.errands import Errands, Stepped
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.selection import Selection

PATIENCE = 0.25
"""Seconds after which the status line says what takes so long."""
_FORWARD = {
    Grain.PART: "",
    Grain.PHASE: "",
    Grain.UPDATE: "Making the update",
    Grain.EPOCH: "Going on to the end of the epoch",
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
        selection: Says whose numbers are wanted with each step.
        tell: Gets the messages; called in the thread.
    """

    def __init__(self, host: ScreenHost, selection: Selection, tell: Callable[[Message], object]) -> None:
        self._host, self._selection = host, selection
        self._errands = Errands(host, tell)
        self.doing = ""
        """What is being done, where it may take long."""

    @property
    def busy(self) -> bool:
        """Whether a step is being taken."""
        return self._errands.busy

    def take(self, verb: Callable[[], Place], doing: str = "") -> None:
        """Take a step after all that were asked for before. A run that is training is paused first.

        Args:
            verb: The step; called in a thread, returns where the run stands then.
            doing: What it does, in case it takes long.
        """
        plan = self._host.plan()
        if plan is None or plan.problems:
            return
        self._host.runner.pause()
        example, session = self._selection.example, self._host.session

        def errand() -> Stepped:
            place = verb()
            return Stepped(place, None if example is None else session.stepper.example_alone(example))

        self.doing = doing
        self._errands.add(errand)
        self._host.set_timer(PATIENCE, self._host.refresh_status)

    def cancelled(self) -> bool:
        """Whether the step that is being taken should end early, because another was asked for."""
        return self._errands.called_off()

    def cancel(self) -> None:
        """Let the step that is being taken end where it is."""
        self._errands.call_off()

    def forward(self, grain: Grain) -> None:
        """Go forward.

        Args:
            grain: By a part, a phase, an update or an epoch.
        """
        self.take(lambda: self._host.session.stepper.forward(grain), _FORWARD[grain])

    def back(self, grain: Grain) -> None:
        """Go back.

        Args:
            grain: By a part, a phase, an update or an epoch.
        """
        self.take(lambda: self._host.session.stepper.back(grain), _BACK[grain])

    def stay(self) -> None:
        """Ask where the run stands."""
        self.take(self._host.session.stepper.place)
