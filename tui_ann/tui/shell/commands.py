"""The command palette: commands of the active screen and things to open, found by name or help."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui_ann.data.samples import SAMPLES
from tui_ann.text import clean
from tui_ann.tui.keys.actions import BY_ID, Action
from tui_ann.tui.services.screen_host import ScreenHost

HIDDEN = ("list", "dialog", "path")
"""Scopes that are not listed: their keys only move a cursor."""


class ActionCommands(Provider):
    """Offers the actions of the active screen and of the application."""

    def _offered(self) -> Iterator[tuple[Action, str, Callable[[], Awaitable[bool]]]]:
        """Each action once, with its displayed key and a function that runs it."""
        seen: set[str] = set()
        for active in self.screen.active_bindings.values():
            action = BY_ID.get(active.binding.id or "")
            if action is None or action.scope in HIDDEN or action.method in seen or not active.enabled:
                continue
            seen.add(action.method)
            run = partial(self.app.run_action, active.binding.action, active.node)
            yield action, self.app.get_key_display(active.binding), run

    async def discover(self) -> Hits:
        """All actions, before anything is typed."""
        for action, shown, run in self._offered():
            yield DiscoveryHit(action.label, run, text=action.label, help=_note(f"{shown}  {action.help}"))

    async def search(self, query: str) -> Hits:
        """The matches for the typed text."""
        matcher = self.matcher(query)
        for action, shown, run in self._offered():
            score = max(matcher.match(action.label), 0.5 * matcher.match(action.help))
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(action.label),
                    run,
                    text=action.label,
                    help=_note(f"{shown}  {action.help}"),
                )


class OpenCommands(Provider):
    """Opens an example or a recent file by its name."""

    def _offered(self) -> Iterator[tuple[str, str, Callable[[], Awaitable[None]]]]:
        """Each entry with a description or its path, and a function that opens it."""
        app = cast(ScreenHost, self.app)
        for sample in SAMPLES:
            yield f"Open {sample.title}", sample.shows, partial(app.opener.open, f"sample:{sample.name}")
        for recent in app.recents.entries():
            if recent.kind != "sample":
                yield f"Open {clean(recent.name, 40)}", clean(recent.source), partial(app.opener.open, recent.source)

    async def search(self, query: str) -> Hits:
        """The matches for the typed text."""
        matcher = self.matcher(query)
        for name, note, run in self._offered():
            score = matcher.match(name)
            if score > 0:
                # Highlighting parses the name as markup, so a name that may contain markup is not highlighted.
                shown = Content(name) if "[" in name else matcher.highlight(name)
                yield Hit(score, shown, run, text=name, help=_note(note))


def _note(text: str) -> str:
    """The line below a command; the palette parses a `str` as markup, a `Content` as plain text."""
    return cast(str, Content(text))
