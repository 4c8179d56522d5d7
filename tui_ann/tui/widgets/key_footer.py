"""The available keys, as many as fit in the line, the most important first."""

from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from tui_ann.text import cell_width
from tui_ann.tui.keys.actions import BY_ID

LAST_RANK = 90
"""Entries of this rank and above are at the right end and have priority over all others."""
ALL_KEYS = "app.palette"
"""The action that lists all keys, also those that do not fit."""
_MORE = " … "


@dataclass(frozen=True)
class FooterKey:
    """One entry of the footer."""

    key: str
    shown: str
    label: str
    help: str
    rank: int
    enabled: bool

    @property
    def width(self) -> int:
        """Its width in cells, with the blank after it."""
        return cell_width(self.shown) + (cell_width(self.label) + 3 if self.label else 2)


class KeyFooter(Widget):
    """One line of keys; clicking a key presses it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-footer--key", "key-footer--label", "key-footer--disabled"}
    """Styles of the key, its label, and a disabled action."""

    def on_mount(self) -> None:
        """Watch the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        self.refresh()

    def entries(self, width: int) -> tuple[list[FooterKey], list[FooterKey]]:
        """The keys that fit: those on the left, ending with … if there are more, and those at the right end.

        Args:
            width: Line width in cells.
        """
        found: dict[str, FooterKey] = {}
        mode = getattr(self.screen, "MODE", "")
        empty = self.screen.has_class("-nothing-open")  # then the actions of the screen have nothing to act on
        for _node, binding, enabled, tooltip in self.screen.active_bindings.values():
            action = BY_ID.get(binding.id or "")
            if action is None or (action.screens and mode not in action.screens) or (empty and action.scope == mode):
                continue
            if action.rank and action.id not in found:
                shown = self.app.get_key_display(binding)
                found[action.id] = FooterKey(binding.key, shown, binding.description, tooltip, action.rank, enabled)
        ranked = sorted(found.values(), key=lambda entry: entry.rank)
        kept: set[str] = set()
        every = found.get(ALL_KEYS)
        if every is not None and sum(entry.width for entry in ranked) > width:
            width -= len(_MORE)
        for entry in sorted(ranked, key=lambda entry: (entry.rank < LAST_RANK, entry.rank)):
            if entry.width <= width:
                kept.add(entry.key)
                width -= entry.width
            elif entry.rank < LAST_RANK:
                break
        left = [entry for entry in ranked if entry.key in kept and entry.rank < LAST_RANK]
        if every is not None and len(kept) < len(ranked):
            left.append(FooterKey(every.key, "…", "", f"There are more keys. {every.help}", LAST_RANK - 1, True))
        return left, [entry for entry in ranked if entry.key in kept and entry.rank >= LAST_RANK]

    def render(self) -> Text:
        """The line."""
        left, right = self.entries(self.size.width)
        text = Text(no_wrap=True, end="")
        for entry in left:
            self._append(text, entry)
        text.append(" " * max(0, self.size.width - text.cell_len - sum(entry.width for entry in right)))
        for entry in right:
            self._append(text, entry)
        return text

    def _append(self, text: Text, entry: FooterKey) -> None:
        about = Style(meta={"key": entry.key, "help": entry.help})
        label = "key-footer--label" if entry.enabled else "key-footer--disabled"
        key = "key-footer--key" if entry.enabled else "key-footer--disabled"
        text.append(f" {entry.shown}", self.get_visual_style(key).rich_style + about)
        text.append(f" {entry.label} " if entry.label else " ", self.get_visual_style(label).rich_style + about)

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        key = event.style.meta.get("key")
        if key:
            event.stop()
            self.app.simulate_key(key)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the key under the pointer."""
        explanation = event.style.meta.get("help", "")
        self.tooltip = Content(explanation) if explanation else None
