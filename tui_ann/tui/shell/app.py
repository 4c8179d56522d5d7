"""The application: it ties screens, session and workers together, and decides nothing itself."""

import asyncio
from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.command import Provider
from textual.reactive import var
from textual.worker import Worker, WorkerState

from tui_ann.errors import SessionError
from tui_ann.session.store.paths import UserPaths
from tui_ann.session.store.recents import Kind, Recents
from tui_ann.session.store.unfinished import Recoverable, left_in
from tui_ann.text import clean
from tui_ann.tui.dialogs.choose import Choice
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.dialogs.open_file import OpenDialog
from tui_ann.tui.dialogs.progress import WaitDialog
from tui_ann.tui.dialogs.themes import ThemeDialog
from tui_ann.tui.keys.actions import BY_ID, bindings
from tui_ann.tui.keys.keymap import read_keymap
from tui_ann.tui.keys.modes import HOME, MODES
from tui_ann.tui.services.host import Severity
from tui_ann.tui.services.landing import Landing
from tui_ann.tui.services.runner import GROUP as TRAINING
from tui_ann.tui.services.runner import Runner
from tui_ann.tui.shell.commands import ActionCommands, OpenCommands
from tui_ann.tui.shell.failures import Failures
from tui_ann.tui.shell.preferences import Preferences, locale_complaint, read_preferences, remember
from tui_ann.tui.shell.rebuilding import ScreenRebuilder
from tui_ann.tui.shell.style_sheets import StyleSheets
from tui_ann.tui.shell.themes import own_themes
from tui_ann.tui.widgets.guarded import Guarded, wants_debug

if TYPE_CHECKING:
    from tui_ann.session.run.snapshot import Snapshot
    from tui_ann.session.session import Session
    from tui_ann.tui.content.plan import Plan
    from tui_ann.tui.services.opening import Opener
    from tui_ann.tui.services.workbench import Workbench
    from tui_ann.tui.shell.lazy_services import LazyServices


class TuiAnnApp(Guarded, App[None], inherit_bindings=False):
    """The terminal application.

    Args:
        path: What to open at the start: a data file, an experiment file, a run folder, `sample:NAME`, or nothing.
        paths: Where the person's settings, runs and unfinished work are.
    """

    TITLE = "tui-ann"
    CSS_PATH = ["app.tcss", *(mode.style for mode in MODES)]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]
    MODES = {mode.id: mode.make for mode in MODES}  # noqa: RUF012
    DEFAULT_MODE = HOME
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {ActionCommands, OpenCommands}

    revision: var[int] = var(0)
    """Counts the changes of what is open; screens show it anew when it grows."""
    snapshot: "var[Snapshot | None]" = var(None)
    """The newest picture of the run that has been looked at."""

    def __init__(self, path: str | Path | None = None, *, paths: UserPaths | None = None) -> None:
        self.paths = paths or UserPaths.of_user()
        self.recents = Recents(self.paths.recents)
        self.runner = Runner(self)
        self.failures = Failures(self, ScreenRebuilder(self))
        self.openings = 0
        """How often something was opened."""
        self._path = path
        self._preferences, self._complaints = read_preferences(self.paths.settings)
        super().__init__()
        for theme in own_themes():
            self.register_theme(theme)
        known = self._preferences.theme in self.available_themes
        # Before the application runs, so without a word to anybody: it would read all its style sheets once more.
        self.set_reactive(App.theme, self._preferences.theme if known else Preferences.theme)
        self.stylesheet = StyleSheets(variables=self.get_css_variables())

    # What works with data.  The start screen is there before it, for loading it takes longer than all the rest.

    @cached_property
    def _services(self) -> "LazyServices":
        from tui_ann.tui.shell.lazy_services import LazyServices

        return LazyServices(self, self.paths, self.runner)

    @property
    def used(self) -> bool:
        """Whether any of the three has been asked for; before, nothing can be open."""
        return "_services" in vars(self)

    @property
    def session(self) -> "Session":
        """What is open."""
        return self._services.session

    @property
    def opener(self) -> "Opener":
        """What opens files, runs and examples."""
        return self._services.opener

    @property
    def bench(self) -> "Workbench":
        """What edits and prepares."""
        return self._services.bench

    def load_ahead(self) -> None:
        """Load it beside the application, so that whoever opens something need not wait for that."""
        Thread(target=import_module, args=("tui_ann.tui.shell.lazy_services",), name="load ahead").start()

    # What screens ask.

    @property
    def frame_time(self) -> float:
        """Seconds between two pictures."""
        return 1 / self._preferences.fps

    @property
    def open_name(self) -> str:
        """What the header calls the open experiment."""
        return self.bench.experiment.name if self.used and self.bench.experiment is not None else ""

    def plan(self) -> "Plan | None":
        """The experiment worked out before it is trained; `None` while nothing is open."""
        return self.bench.plan() if self.used else None

    def unfinished(self) -> list[Recoverable]:
        """Runs that can be gone on with."""
        return self.session.store.recoverable() if self.used else left_in(self.paths.recovery)

    def key_of(self, action: str) -> str:
        """The key of an action as a person reads it, their own keymap included.

        Args:
            action: Its id.
        """
        keys = self._keymap.get(action) or BY_ID[action].keys
        return self.get_key_display(BY_ID[action].binding().with_key(keys.split(",")[0]))

    def tell(self, text: str, severity: Severity = "information", timeout: float | None = None) -> None:
        """Show a short message that goes by itself, in place of the one before; the text is plain, whatever it holds.

        Args:
            text: What to say.
            severity: How much it matters.
            timeout: Seconds it stays.
        """
        text = clean(text)
        for note in list(self._notifications):
            if note.message == text or note.severity == severity == "information":
                self._unnotify(note, refresh=False)
        self.notify(text, severity=severity, timeout=timeout, markup=False)

    # Beginning and end.

    async def on_mount(self) -> None:
        """Take the person's keys, say what is wrong with their settings, and open what was asked for."""
        wanted = self._preferences.theme
        if self.theme != wanted:
            self.tell(f"There is no theme “{wanted}”; {self.key_of('app.theme')} lists them.", "warning")
        keymap = read_keymap(self.paths.keymap)
        self.set_keymap(keymap.keys)
        if foreign := locale_complaint():
            self.tell(foreign, "warning", 10)
        if complaints := (*self._complaints, *keymap.problems):
            self.tell("\n".join(complaints), "warning", 20)
        self.set_interval(self.frame_time, self._look)
        if self._path is None:
            self.call_after_refresh(self.load_ahead)
        else:
            await self.opener.open(self._path, patience=0)

    def _look(self) -> None:
        """Show the newest snapshot, if there is a new one."""
        newest = self.bench.fitting(self.runner.newest()) if self.used else None
        if newest is not self.snapshot:
            self.snapshot = newest

    async def action_quit(self) -> None:
        """Leave; what runs is kept and offered at the next start."""
        if not self.used:
            self.exit()
            return
        self.opener.call_off()
        self.runner.stop_soon()
        run, saving = self.session.workspace.run, None
        if run is not None and run.begun:
            saving = WaitDialog("Saving …", f"The run of {run.experiment.name} is being saved.")
            await self.push_screen(saving)
        await self.runner.stop()
        try:
            folder = await asyncio.to_thread(self.session.preserve)
            if folder is not None:
                self.recents.add(Kind.RUN, str(folder), self.open_name)
        except SessionError as error:
            if saving is not None:
                await saving.dismiss(None)
            question = f"The run in hand cannot be saved. {error} Leave all the same, and lose it?"
            self.push_screen(ConfirmDialog("Not saved", question, "Leave"), self._leave)
        else:
            self._leave(True)

    def _leave(self, sure: bool | None) -> None:
        if sure:
            self.session.close()
            self.exit()

    def on_unmount(self) -> None:
        """Let no thread hold up the end."""
        self.runner.stop_soon()

    # What goes wrong, and how threads end.

    def report(self, error: Exception) -> None:
        """Say what went wrong.

        Args:
            error: What was raised.
        """
        self.failures.report(error)

    def _handle_exception(self, error: Exception) -> None:
        if wants_debug() or not self.failures.rebuild_after(error):
            super()._handle_exception(error)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show how a thread ended."""
        if event.state not in (WorkerState.SUCCESS, WorkerState.ERROR, WorkerState.CANCELLED):
            return
        error = event.worker.error
        told = self.opener.ended(event.worker) or self.bench.ended(event.worker)
        if isinstance(error, Exception) and not told:
            self.report(error)
        if event.worker.group == TRAINING:
            self.bench.catch_up()
        self._look()
        self.refresh_status()

    async def land(self, landing: Landing) -> None:
        """Show what was opened where it is best looked at, and remember it.

        Args:
            landing: What was opened.
        """
        self.runner.forget()
        self.openings += 1
        self.bench.changed()
        if landing.source:
            self.recents.add(landing.kind, landing.source, self.open_name)
        await self.action_go(landing.mode)

    def refresh_status(self) -> None:
        """Have the screen in front write its status line anew."""
        from tui_ann.tui.screens.base import AnnScreen

        for screen in self.screen_stack:
            if isinstance(screen, AnnScreen) and screen.is_mounted:
                screen.refresh_status()

    # Going places.

    async def action_go(self, mode: str) -> None:
        """Show a screen; what runs goes on.

        Args:
            mode: Its id.
        """
        if mode != self.current_mode:
            await self.switch_mode(mode)

    def action_help(self) -> None:
        """Explain the thing under the cursor, the screen and its keys."""
        from tui_ann.tui.shell.help_content import help_dialog  # Markdown takes its time; most sessions never need it

        self.push_screen(help_dialog(self.screen, self.paths))

    def action_open(self) -> None:
        """Ask for something to open."""
        self.push_screen(OpenDialog(Path.cwd()), self._open)

    async def _open(self, path: Path | None) -> None:
        if path is not None:
            await self.opener.open(path)

    def action_read_as(self) -> None:
        """Say how the file that was refused is written."""
        self.opener.ask_dialect()

    def action_other_target(self) -> None:
        """Choose what to predict in the file that was refused."""
        self.opener.ask_target()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if action in ("read_as", "other_target"):
            return self.used and self.opener.refused
        if action in ("undo", "redo", "save", "save_as"):
            return self.used and self.bench.experiment is not None
        return True

    def action_change_theme(self) -> None:
        """Choose the colours, seeing them at once."""
        own = [theme.name for theme in own_themes()]
        names = [*own, *sorted(set(self.available_themes) - set(own))]
        self.push_screen(
            ThemeDialog([(name, self.available_themes[name].dark) for name in names], self.theme), self._keep_theme
        )

    def _keep_theme(self, choice: Choice | None) -> None:
        if choice is not None:
            self.theme = choice.value
            remember(self.paths.settings, "theme", choice.value)

    # Steering the run.

    async def action_run(self) -> None:
        """Start the training, pause it, or go on, where it can be watched."""
        if not self.used or self.bench.experiment is None:
            await self.action_go(HOME)
            self.tell("Open something first.")
        elif not await self.bench.hindered():
            await self.action_go("train")
            self.runner.toggle()

    async def action_one_update(self) -> None:
        """Make one update, then wait."""
        if not await self.bench.hindered():
            self.runner.one_update()

    async def action_one_epoch(self) -> None:
        """Train to the end of the epoch, then wait."""
        if not await self.bench.hindered():
            self.runner.one_epoch()

    def action_rewind(self) -> None:
        """Go back to the same start values."""
        self.runner.restart(self.session.runs.rewind)
        self.bench.changed()

    def action_new_start(self) -> None:
        """Draw other start values."""
        self.runner.restart(self.session.runs.new_start)
        self.bench.changed()

    def action_faster(self) -> None:
        """Train faster."""
        self.runner.change_speed(1)

    def action_slower(self) -> None:
        """Train slower."""
        self.runner.change_speed(-1)

    # The experiment.

    def action_undo(self) -> None:
        """Take the last change back."""
        self.bench.undo()

    def action_redo(self) -> None:
        """Make the change again that was taken back."""
        self.bench.redo()

    def action_save(self) -> None:
        """Save into a run folder."""
        self._save(None)

    def action_save_as(self) -> None:
        """Ask where to save."""
        self.push_screen(OpenDialog(Path.cwd(), "Save into a folder", folders=True), self._save_into)

    def _save_into(self, folder: Path | None) -> None:
        if folder is not None:
            self._save(folder)

    def _save(self, folder: Path | None) -> None:
        path = self.session.store.save(folder)
        self.recents.add(Kind.RUN, str(path), self.open_name)
        self.tell(f"Saved in {path}")
