"""The list of everything that can be done: actions of all screens, things to open, and terms of the glossary."""

from asyncio import Event
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from textual.app import App
from textual.screen import Screen
from textual.worker import WorkerCancelled, WorkerFailed

from tui_ann.data.samples import SAMPLES
from tui_ann.session.store.paths import UserPaths
from tui_ann.text import clean
from tui_ann.tui.content.commands import Command
from tui_ann.tui.content.glossary import Term, glossary
from tui_ann.tui.keys.action import Action
from tui_ann.tui.keys.actions import ACTIONS, BY_ID
from tui_ann.tui.keys.modes import MODES, Mode
from tui_ann.tui.services.screen_host import ScreenHost

HIDDEN = ("list", "dialog", "path", "palette")
"""Scopes that are not listed: their keys only move a cursor."""

GROUP = "commands"
"""Worker group for commands of other screens."""


class CommandList:
    """Lists the commands for the active screen, and runs the chosen one.

    Args:
        app: The application.
        host: The same application, with its services.
    """

    def __init__(self, app: App[Any], host: ScreenHost) -> None:
        self._app, self._host = app, host

    def commands(self) -> list[Command]:
        """Every command: those of the active screen first, then everywhere, other screens, things to open, terms."""
        here = list(self._here(self._app.screen))
        offered = {name for name, _ in here}
        elsewhere = (command for mode in MODES for command in self._elsewhere(mode, offered))
        found = [*(command for _, command in here), *self._impossible(offered)]
        found.sort(key=lambda command: command.group != "Here")
        return [*found, *elsewhere, *self._openings(), *self._terms()]

    def _here(self, screen: Screen[object]) -> Iterator[tuple[str, Command]]:
        """Each action that is possible now, once, by its id."""
        seen: set[str] = set()
        for active in screen.active_bindings.values():
            action = BY_ID.get(active.binding.id or "")
            if action is None or action.scope in HIDDEN or action.method in seen or not active.enabled:
                continue
            seen.add(action.method)
            run = partial(self._app.run_action, active.binding.action, active.node)
            group = "Everywhere" if action.scope == "app" else "Here"
            key = self._app.get_key_display(active.binding)
            yield action.id, Command(action.label, action.help, group, run, key=key)

    def _impossible(self, offered: set[str]) -> Iterator[Command]:
        """The actions of every screen that are not possible now, so that their keys are found all the same."""
        methods = {BY_ID[name].method for name in offered}
        for action in ACTIONS:
            if action.scope == "app" and action.method not in methods:
                refuse, key = partial(self._refuse, action), self._host.key_of(action.id)
                yield Command(action.label, action.help, "Everywhere", refuse, "not now", key)

    async def _refuse(self, action: Action) -> None:
        """Say that an action is not possible, and what it would do."""
        self._host.tell(f"“{action.label}” is not possible now. {action.help}", "warning")

    def _elsewhere(self, mode: Mode, offered: set[str]) -> Iterator[Command]:
        """The other actions of a screen."""
        for action in ACTIONS:
            if action.scope == mode.id and action.id not in offered:
                run, key = partial(self._go_and_do, mode, action), self._host.key_of(action.id)
                group, where = f"{mode.digit} {mode.title}", f"on {mode.title}"
                yield Command(action.label, action.help, group, run, where, key)

    async def _go_and_do(self, mode: Mode, action: Action) -> None:
        """Go to a screen and run one of its actions, in a worker: the screen may have to ask for its data first."""
        self._app.run_worker(self._there(mode, action), group=GROUP, exit_on_error=False)

    async def _there(self, mode: Mode, action: Action) -> None:
        from tui_ann.tui.services.step_queue import GROUP as STEPPING  # loads NumPy

        await self._host.action_go(mode.id)
        await self._caught_up()
        busy = [worker for worker in self._app.workers if worker.group == STEPPING and not worker.is_finished]
        if busy:
            with suppress(WorkerFailed, WorkerCancelled):  # the error is shown like all other errors
                await self._app.workers.wait_for_complete(busy)
            await self._caught_up()
        for active in self._app.screen.active_bindings.values():
            if active.binding.id == action.id and active.enabled:
                await self._app.run_action(active.binding.action, active.node)
                return
        self._host.tell(f"“{action.label}” is not possible on {mode.title} now.", "warning")

    async def _caught_up(self) -> None:
        """Wait until the screen has handled all its messages."""
        done = Event()
        self._app.screen.call_after_refresh(done.set)
        await done.wait()

    def _openings(self) -> Iterator[Command]:
        """The examples and the recent files and runs."""

        def opens(source: str) -> Callable[[], Awaitable[object]]:
            return lambda: self._host.opener.open(source)

        for sample in SAMPLES:
            yield Command(f"Open {sample.title}", sample.shows, "Open", opens(f"sample:{sample.name}"))
        for recent in self._host.recents.entries():
            if recent.kind != "sample":
                yield Command(f"Open {clean(recent.name, 40)}", clean(recent.source), "Open", opens(recent.source))

    def _terms(self) -> Iterator[Command]:
        """The terms of the glossary, by name."""
        findings = {term.title: term for term in _findings()}
        for term in sorted((*glossary().terms.values(), *findings.values()), key=lambda term: term.title.casefold()):
            text = "Something the doctor looks for." if term.title in findings else " ".join(term.text.split())
            explain = partial(self._explain, term)
            yield Command(term.title, text, "Terms", explain, "explained", aliases=term.aliases)

    async def _explain(self, term: Term) -> None:
        """Show the text of a term."""
        from tui_ann.tui.dialogs.help import HelpDialog  # Markdown loads slowly and is rarely needed

        await self._app.push_screen(HelpDialog(term))


def _findings() -> Iterator[Term]:
    """What the doctor can find, as terms."""
    from tui_ann.session.doctor.words import finding_words  # loads the engine, which would delay the first screen

    for words in finding_words().values():
        text = f"{words.why} The doctor finds it so: {words.judged} In the lecture: {words.section}."
        yield Term(words.title, text, aliases=("doctor", "finding"))


def show_palette(app: App[Any], host: ScreenHost) -> None:
    """Show everything that can be done, and do what is chosen.

    Args:
        app: The application.
        host: The same application, with its services.
    """
    from tui_ann.tui.dialogs.palette import PaletteDialog

    async def run(command: Command | None) -> None:
        if command is not None:
            await command.run()

    app.push_screen(PaletteDialog(CommandList(app, host).commands()), run)


def show_help(app: App[Any], host: ScreenHost, paths: UserPaths) -> None:
    """Explain what is under the cursor, the screen and its keys.

    Args:
        app: The application.
        host: The same application, with its services.
        paths: Paths of the user's files.
    """
    from tui_ann.tui.shell.help_content import help_dialog  # Markdown loads slowly and is rarely needed

    app.push_screen(help_dialog(app.screen, host, paths))
