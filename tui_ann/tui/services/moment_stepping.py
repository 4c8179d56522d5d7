"""Going to the Step screen with the moment that was picked on the loss curve."""

from textual.message import Message

from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.services.step_queue import StepQueue


class MomentStepping:
    """Takes the run to the picked moment, and shows it on Step.

    Args:
        host: The application.
    """

    def __init__(self, host: ScreenHost) -> None:
        self._host = host
        self._queue = StepQueue(host, self._tell)

    async def go(self) -> None:
        """Pause the run, go to the end of the picked update, and show it on Step."""
        host, moment = self._host, self._host.picked
        if moment is None:
            return
        host.runner.pause()
        update = moment.update

        def there() -> None:
            host.session.stepper.go_to(max(1, update), complete=update > 0, cancelled=self._queue.is_cancelled)

        self._queue.add(there)
        await host.action_go("step")

    def _tell(self, message: Message) -> None:
        """Nothing is told: Step asks for the position of the run when it is shown."""
