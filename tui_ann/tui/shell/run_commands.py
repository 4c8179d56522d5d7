"""The commands that control the training run."""

from collections.abc import Callable, Mapping

from tui_ann.text import number
from tui_ann.tui.keys.modes import HOME
from tui_ann.tui.services.screen_host import ScreenHost

_PACE = ("faster", "slower")
"""Commands that do nothing with the run itself."""


class RunCommands:
    """Starts, pauses and steps the run, rewinds it, and sets its speed.

    Args:
        app: The application.
    """

    def __init__(self, app: ScreenHost) -> None:
        self._app = app
        self._steps: Mapping[str, Callable[[], None]] = {
            "update": app.runner.one_update,
            "epoch": app.runner.one_epoch,
        }
        self._changes: Mapping[str, Callable[[], None]] = {
            "end": self._end,
            "rewind": self._rewind,
            "new_start": self._new_start,
            "faster": lambda: app.runner.change_speed(1),
            "slower": lambda: app.runner.change_speed(-1),
        }

    async def do(self, command: str) -> None:
        """Run a command.

        Args:
            command: `toggle`, `toggle_here`, `calmer`, `update`, `epoch`, `end`, `rewind`, `new_start`, `faster`
                or `slower`.

        Raises:
            KeyError: There is no such command.
        """
        if command == "end" or (command not in _PACE and not self._app.runner.running):
            self._app.moments.give_up()  # a short run may have ended again before anything of it was seen
        if command in ("toggle", "toggle_here"):
            await self._toggle(stay=command == "toggle_here")
        elif command == "calmer":
            await self._calmer()
        elif command in self._steps:
            if not await self._app.bench.hindered():
                self._steps[command]()
        else:
            self._changes[command]()

    async def _toggle(self, stay: bool = False) -> None:
        """Start the training on the Train screen or on this one, pause it, or continue it."""
        if self._app.plan() is None:
            await self._app.action_go(HOME)
            self._app.tell("Open something first.")
        elif not await self._app.bench.hindered(again=True):
            if not stay:
                await self._app.action_go("train")
            self._app.runner.toggle()

    async def _calmer(self) -> None:
        """Train again from the same start values with the smaller η of the doctor, or a tenth."""
        app = self._app
        if app.plan() is None:
            return
        await app.runner.stop()
        eta = app.doctor.calmer(app.session.workspace.experiment.training.learning_rate)
        app.runner.restart(lambda: app.session.runs.smaller_steps(eta))
        app.bench.changed()
        shown = number(app.session.workspace.experiment.training.learning_rate)
        app.tell(f"From the same start values with η {shown}; {app.key_of('app.undo')} brings the old run back.")
        await self._toggle()

    def _end(self) -> None:
        """Go back to the end of a run that was left by stepping; one that was only looked back at is there already."""
        snapshot = self._app.snapshot
        if snapshot is not None and snapshot.left_its_end and not self._app.runner.running:
            self._app.runner.restart(self._app.session.stepper.end_again)

    def _rewind(self) -> None:
        """Go back to the same start values."""
        self._app.runner.restart(self._app.session.runs.rewind)
        self._app.bench.changed()

    def _new_start(self) -> None:
        """Draw other start values."""
        self._app.runner.restart(self._app.session.runs.new_start)
        self._app.bench.changed()
