"""The application: it only connects screens, session and workers."""

import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual._context import active_message_pump
from textual.app import App
from textual.binding import BindingType
from textual.events import Event
from textual.reactive import var
from textual.worker import Worker, WorkerState

from tui_ann.session.store.paths import UserPaths
from tui_ann.session.store.recents import Recents
from tui_ann.session.store.unfinished import Recoverable, left_in
from tui_ann.text.symbols import use_terminal_style
from tui_ann.tui.content.colours import own_themes, with_data_colours
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.keys.actions import BY_ID, bindings
from tui_ann.tui.keys.modes import HOME, MODES
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.services.choices import SharedChoices
from tui_ann.tui.services.doctor_desk import DoctorDesk
from tui_ann.tui.services.doctor_watch import GROUP as EXAMINING
from tui_ann.tui.services.host import Severity
from tui_ann.tui.services.keeping import Keeping
from tui_ann.tui.services.landing import Landing
from tui_ann.tui.services.notation import LayerNotation
from tui_ann.tui.services.past_moments import PastMoments
from tui_ann.tui.services.runner import GROUP as TRAINING
from tui_ann.tui.services.runner import Runner
from tui_ann.tui.services.tour import Tour
from tui_ann.tui.shell.commands import show_help, show_palette
from tui_ann.tui.shell.desk import Desk
from tui_ann.tui.shell.experiment_commands import ExperimentCommands
from tui_ann.tui.shell.failures import Failures
from tui_ann.tui.shell.idle_collection import IdleCollection
from tui_ann.tui.shell.key_order import KeyOrder, as_pressed, is_pressed_on_removed
from tui_ann.tui.shell.notation import change_notation
from tui_ann.tui.shell.notices import LastingNotifications, Notices
from tui_ann.tui.shell.preferences import Preferences, UserPreferences
from tui_ann.tui.shell.quitting import save_and_quit
from tui_ann.tui.shell.rebuilding import ScreenRebuilder
from tui_ann.tui.shell.run_commands import RunCommands
from tui_ann.tui.shell.start_up import read_settings
from tui_ann.tui.shell.style_sheets import StyleSheets
from tui_ann.tui.shell.termination import InTerminal, Termination
from tui_ann.tui.shell.themes import choose_theme
from tui_ann.tui.widgets.guarded import Guarded, is_leaving, wants_debug

if TYPE_CHECKING:  # these load NumPy and the engine, which would delay the first screen
    from tui_ann.session.run.snapshot import Snapshot
    from tui_ann.session.session import Session
    from tui_ann.tui.content.plan import Plan
    from tui_ann.tui.services.opening import Opener
    from tui_ann.tui.services.workbench import Workbench
    from tui_ann.tui.shell.lazy_services import LazyServices


SERVICES = "tui_ann.tui.shell.lazy_services"
"""The module that loads the engine."""
OPENING = "loading"
"""Group of the workers that open something."""
AHEAD = "load ahead"
"""Name of the worker that imports it."""


def load_ahead(app: App[None]) -> None:
    """Import the services in a thread, so that opening something is faster.

    Args:
        app: The application.
    """
    app.run_worker(lambda: import_module(SERVICES), name=AHEAD, group="preparing", thread=True)


class TuiAnnApp(Guarded, App[None], inherit_bindings=False):
    """The terminal application.

    Args:
        path: What to open at startup: a data file, an experiment file, a run folder, `sample:NAME`, or nothing.
        paths: Paths of the user's settings, runs and unfinished work.
        runs: Runs to compare, instead of something to open: run folders, and folders of runs.
    """

    TITLE = "tui-ann"
    CSS_PATH = ["app.tcss", *(mode.style for mode in MODES)]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]
    MODES = {mode.id: mode.make for mode in MODES}  # noqa: RUF012
    DEFAULT_MODE = HOME
    ENABLE_COMMAND_PALETTE = False  # the program has its own

    revision: var[int] = var(0)
    """Number of changes to the open experiment so far; the screens refresh when it increases."""
    snapshot: "var[Snapshot | None]" = var(None)
    """The newest snapshot of the run."""
    picked: "var[Snapshot | None]" = var(None)
    """The earlier moment of the run that was picked on the loss curve; `None` is the present."""
    consulted: var[int] = var(0)
    """Number of times the doctor had something new to say."""

    def __init__(
        self, path: str | Path | None = None, *, paths: UserPaths | None = None, runs: Sequence[str | Path] = ()
    ) -> None:
        self.paths = paths or UserPaths.of_user()
        self.recents = Recents(self.paths.recents)
        self.runner, self.moments = Runner(self), PastMoments(self)
        self.failures = Failures(self, ScreenRebuilder(self))
        self._notices = Notices(self)
        self.keys = KeyOrder(self, lambda: self.used and self.opener.opening)
        self.openings, self.choices = 0, SharedChoices()
        """Number of times something was opened; what was chosen since on one screen for all of them."""
        self._collection = IdleCollection(lambda: self.keys.pressed, lambda: (self.openings, self.current_mode))
        self._path, self._compared = path, runs
        self.terminal: InTerminal | None = None
        """The terminal that it runs in, if it does: a signal gives it back."""
        self._termination: Termination | None = None
        self.preferences = preferences = UserPreferences(self, self.paths)
        self.doctor = DoctorDesk(self, preferences.chosen.muted, preferences.keep_muted)
        self.keeping = Keeping(self, self.paths.recovery)
        use_terminal_style(preferences.chosen.notation)
        self.notation = LayerNotation(self)
        wanted = preferences.wants_tour
        self.tour = Tour(self, wanted, lambda: self.openings > 0, preferences.forget_tour)
        # Actions with an argument belong to what carries them out.
        self.action_train, self.action_edit = RunCommands(self).do, ExperimentCommands(self).do
        self.action_take = Desk(self, self.paths).take
        super().__init__()
        self._notifications = LastingNotifications()
        for theme in own_themes():
            self.register_theme(theme)
        theme_name = preferences.chosen.theme
        # Set before the application runs and without notifying watchers: otherwise all style sheets are read again.
        self.set_reactive(App.theme, theme_name if theme_name in self.available_themes else Preferences.theme)
        self.stylesheet = StyleSheets(variables=self.get_css_variables())

    def get_css_variables(self) -> dict[str, str]:
        """The colours of the theme, with those of the data."""
        self.theme_variables = with_data_colours(super().get_css_variables(), self.current_theme)
        return self.theme_variables

    # The services.  Loading them takes longer than everything else, so the start screen is shown first.

    @cached_property
    def _services(self) -> "LazyServices":
        from tui_ann.tui.shell.lazy_services import LazyServices

        return LazyServices(self, self.paths, self.runner)

    @property
    def used(self) -> bool:
        """Whether a service has been used; before that, nothing can be open."""
        return "_services" in vars(self)

    @property
    def session(self) -> "Session":
        """The session with the open experiment."""
        return self._services.session

    @property
    def opener(self) -> "Opener":
        """Opens files, runs and examples."""
        return self._services.opener

    @property
    def bench(self) -> "Workbench":
        """Edits experiments and prepares data."""
        return self._services.bench

    @property
    def can_preview(self) -> bool:
        """Whether the engine is loaded and nothing is being opened at the start, so that samples can be shown."""
        return SERVICES in sys.modules and (self._path is None or self.openings > 0)

    # Interface for screens.

    @property
    def moment(self) -> "Snapshot | None":
        """The moment of the run to show: the picked one, or the present; `None` before the start."""
        return self.picked or self.snapshot

    @property
    def open_name(self) -> str:
        """Name of the open experiment; empty if nothing is open."""
        return self.bench.experiment.name if self.used and self.bench.experiment is not None else ""

    @property
    def edition(self) -> object:
        """The edition of what is open, which a dialog is about; `None` if nothing is open."""
        return self.session.workspace.edition if self.used else None

    def plan(self) -> "Plan | None":
        """The plan of the open experiment; `None` if nothing is open."""
        return self.bench.plan() if self.used else None

    def unfinished(self) -> list[Recoverable]:
        """Unfinished runs that can be continued."""
        return self.session.store.recoverable() if self.used else left_in(self.paths.recovery)

    def key_of(self, action: str) -> str:
        """The key of an action, as displayed to the user; respects the user's keymap.

        Args:
            action: Its id.
        """
        keys = self._keymap.get(action) or BY_ID[action].keys
        return self.get_key_display(BY_ID[action].binding().with_key(keys.split(",")[0]))

    def tell(
        self, text: str, severity: Severity = "information", timeout: float | None = None, *, passing: bool = False
    ) -> Callable[[], None]:
        """Show a short plain-text message that disappears by itself; see `Notices.tell`."""
        return self._notices.tell(text, severity, timeout, passing=passing)

    # Startup and exit.

    def on_load(self) -> None:
        """Listen for signals before the terminal is changed, so that each of them changes it back."""
        if self.terminal is not None:
            self._termination = Termination(self, self)
            self._termination.watch()

    async def on_mount(self) -> None:
        """Read the user's settings, and open the requested file."""
        if self.terminal is not None and self._termination is not None:
            self.terminal.remember(self)
            self._termination.watch_again()
        self.watch(self, "snapshot", self.moments.follow, init=False)
        for state in ("revision", "snapshot"):
            self.watch(self, state, self._notices.forget_passing, init=False)
        read_settings(self, self, self.preferences, self.paths.keymap)
        self.keeping.tell_at_start()
        self.set_interval(self.preferences.frame_time, self._look)
        self.set_interval(IdleCollection.interval, self._collection.look)
        if self._compared:
            await self.opener.open_runs(self._compared, patience=0)
        elif self._path is None:
            self.call_after_refresh(lambda: load_ahead(self))
        else:
            await self.opener.open(self._path, patience=0)

    def watch_revision(self) -> None:
        """Show no run next to an experiment that it does not fit, not even until the next frame."""
        self._show_newest()

    def _show_newest(self) -> "Snapshot | None":
        """Show the newest snapshot that fits the experiment, if there is a new one, and return it."""
        newest = self.bench.fitting(self.runner.newest()) if self.used else None
        if newest is not self.snapshot:
            self.snapshot = newest
        return newest

    def _look(self) -> None:
        """Show what is new, and have it judged and kept."""
        newest = self._show_newest()
        if newest is not None:
            self._services.judge.look(newest)
        if self.used and self.bench.experiment is not None:
            self.doctor.look(newest)
        self.keeping.look()

    async def action_quit(self) -> None:
        """Quit; the run is saved and offered at the next start."""
        if self.used:
            await save_and_quit(self, self)
        else:
            self.exit()

    def on_unmount(self) -> None:
        """Stop the threads of the run, so that the process can end; the tour is not shown again."""
        self.tour.end()
        self.runner.stop_soon()
        self.moments.stop_soon()
        self.doctor.stop_soon()

    async def on_event(self, event: Event) -> None:
        """Handle an event; a key waits for those before it."""
        event = as_pressed(event)
        if not self.keys.keeps(event) and not is_pressed_on_removed(event, self):
            await super().on_event(event)

    # Errors and worker results.

    def report(self, error: Exception) -> None:
        """Show an error.

        Args:
            error: The exception.
        """
        self.failures.report(error)

    def _handle_exception(self, error: Exception) -> None:
        if is_leaving(active_message_pump.get(None)):
            return
        if wants_debug() or not self.failures.rebuild_after(error):
            super()._handle_exception(error)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Handle the end of a worker."""
        if event.state not in (WorkerState.SUCCESS, WorkerState.ERROR, WorkerState.CANCELLED):
            return
        if event.worker.name == AHEAD:
            self.revision += 1  # the start screen can show samples now
            return
        error = event.worker.error
        told = self.opener.ended(event.worker) or self.bench.ended(event.worker)
        if event.worker.group == OPENING and event.state is not WorkerState.SUCCESS:
            self.keys.drop()
        if isinstance(error, Exception) and not told:
            self.report(error)
        if event.worker.group == EXAMINING and self.runner.running:
            return  # the line of the doctor follows by itself, everything else with the next frame
        if event.worker.group == TRAINING:
            self.bench.catch_up()
        self._look()
        self.refresh_status()

    def refresh_status(self) -> None:
        """Update the status line of the active screen, also below a dialog."""
        for screen in self.screen_stack:
            if isinstance(screen, AnnScreen) and screen.is_mounted:
                screen.refresh_status()

    async def land(self, landing: Landing) -> None:
        """Show what was opened on the right screen, and remember it.

        Args:
            landing: What was opened.
        """
        self.runner.forget()
        self.moments.forget()
        self.doctor.forget()
        self.notation.begin()
        self.choices = SharedChoices()
        self.openings += 1
        self.bench.changed()
        if landing.source:
            self.recents.add(landing.kind, landing.source, self.open_name)
        await self.action_go(landing.mode)
        if landing.then and isinstance(self.screen, AnnScreen):
            await self.screen.action_do(landing.then)

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only what is possible now."""
        if action == "reopen":
            return self.used and self.opener.refused
        if (action, parameters) == ("train", ("end",)):
            left = self.snapshot is not None and self.snapshot.left_its_end and not self.runner.running
            return left or self.picked is not None
        if action in ("edit", "train"):
            return self.used and self.bench.experiment is not None
        return True

    async def action_go(self, mode: str) -> None:
        """Show a screen; the training continues.

        Args:
            mode: Its id.
        """
        if mode != self.current_mode:
            await self.switch_mode(mode)

    def action_open(self) -> None:
        """Ask for something to open."""

        async def open_path(path: Path | None) -> None:
            if path is not None:
                await self.opener.open(path)

        self.push_screen(OpenDialog(Path.cwd()), open_path)

    def action_reopen(self, choice: str) -> None:
        """Open the refused file again, with another `dialect` or another `target`."""
        self.opener.reopen(choice)

    def action_show(self, what: str) -> None:
        """Show the help, the list of all keys and commands, the doctor, the themes, or the other notation."""
        shows: dict[str, Callable[[], object]] = {
            "help": lambda: show_help(self, self, self.paths),
            "palette": lambda: show_palette(self, self),
            "doctor": self.doctor.show,
            "themes": lambda: choose_theme(self, self.preferences),
            "notation": lambda: change_notation(self, self.preferences),
        }
        shows[what]()
