"""The command palette: every action that can be done on the screen in front, found by its name or its sentence."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui_ann.tui.actions import BY_ID, Action

HIDDEN = ("list", "dialog", "path")
"""Scopes that make no sense in a list: keys that move a cursor."""


class ActionCommands(Provider):
    """Offers the actions of the screen in front and of the application."""

    def _offered(self) -> Iterator[tuple[Action, str, Callable[[], Awaitable[bool]]]]:
        """Each action once, with its key as a person reads it and what does it."""
        seen: set[str] = set()
        for active in self.screen.active_bindings.values():
            action = BY_ID.get(active.binding.id or "")
            if action is None or action.scope in HIDDEN or action.method in seen or not active.enabled:
                continue
            seen.add(action.method)
            run = partial(self.app.run_action, active.binding.action, active.node)
            yield action, self.app.get_key_display(active.binding), run

    async def discover(self) -> Hits:
        """Everything, before a letter is typed."""
        for action, shown, run in self._offered():
            yield DiscoveryHit(action.label, run, text=action.label, help=f"{shown}  {action.help}")

    async def search(self, query: str) -> Hits:
        """What fits the letters typed."""
        matcher = self.matcher(query)
        for action, shown, run in self._offered():
            score = max(matcher.match(action.label), 0.5 * matcher.match(action.help))
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(action.label),
                    run,
                    text=action.label,
                    help=f"{shown}  {action.help}",
                )
