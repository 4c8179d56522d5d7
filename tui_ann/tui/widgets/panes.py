"""The panes of a screen: side by side if there is room, otherwise one column with tabs.

The style sheet of a screen lays out the panes; below 100 columns, or when one is maximised, only the active pane is
shown, with the titles of the others in a line above it.
"""

from typing import Self

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.geometry import Region
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.tui.draw.fitting import first_parts
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.laid_out_once import LaidOutOnce
from tui_ann.tui.widgets.plain import plain

TITLE_FRAME = 4
"""Cells inside a pane's frame that a title or a sentence on it cannot use."""
NOTED = "-noted"
"""The class of a pane that shows a sentence instead of its picture."""


class Pane(LaidOutOnce, Vertical):
    """A framed part of a screen.

    Args:
        **children: Its widgets; the first focusable one gets the focus.
        title: Its title, on the frame and on its tab.
        id: Its id.
        beside: Ids of the panes to show with this one if there is room for only one column, separated by blanks.
        topic: The help topic of the pane, unless the focused widget has its own.
    """

    _only_lower_frame = False

    def __init__(self, *children: Widget, title: str, id: str, beside: str = "", topic: str = "") -> None:
        super().__init__(*children, id=id)
        self.title = title
        self.help_topic = topic
        self.beside = beside
        self.border_title = Content(title)

    def tell(self, sentence: Content) -> None:
        """Write a sentence on the bottom border, and repaint only that line.

        Args:
            sentence: The sentence.
        """
        self._only_lower_frame = True
        self.border_subtitle = sentence
        self._only_lower_frame = False

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Repaint the pane, or only the border line that is being written."""
        if self._only_lower_frame and self.size:
            width, height = self.outer_size
            lower = Region(0, height - 1, width, 1).translate(-self.content_offset)
            return super().refresh(lower, repaint=repaint, layout=layout, recompose=recompose)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def stops(self) -> list[Widget]:
        """The focusable widgets of the pane, in order."""
        return [widget for widget in self.query("*").results(Widget) if widget.focusable]

    def focus_inside(self, last: bool = False) -> None:
        """Focus a widget of the pane.

        Args:
            last: Whether to focus the last widget instead of the first.
        """
        stops = self.stops()
        if stops and not self.has_focus_within:
            stops[-1 if last else 0].focus()


class DescribedPane(Pane):
    """A pane that shows the description of its picture on its bottom border."""

    _description = ""

    def on_described(self, event: Described) -> None:
        """Write as much of the new description as fits."""
        show_description(self, event.text)

    def on_resize(self) -> None:
        """Write as much of the description as fits."""
        if self._description:
            tell_description(self)


def show_description(pane: DescribedPane, text: str) -> None:
    """Write as much of a new description of a pane as fits.

    Args:
        pane: The pane.
        text: The description of its picture.
    """
    if text != pane._description:
        pane._description = text
        tell_description(pane)


def tell_description(pane: DescribedPane) -> None:
    """Write as much of the description of a pane as fits; nothing while a sentence stands there instead."""
    text = "" if pane.has_class(NOTED) else pane._description
    pane.tell(plain(first_parts(text, pane.size.width - TITLE_FRAME)))


class PaneTab(Static):
    """The tab of a pane; a click shows the pane."""

    def __init__(self, pane: Pane) -> None:
        super().__init__(Content(pane.title))
        self.pane = pane

    def on_click(self, event: events.Click) -> None:
        """Show the pane."""
        event.stop()
        panes = self.query_ancestor(Panes)
        panes.active = self.pane.id or ""
        panes.focus_active()


class Panes(Container):
    """The panes of a screen, one of which is active.

    Args:
        *panes: The panes, in the order of the Tab key.
    """

    active: reactive[str] = reactive("", init=False)
    """Id of the active pane."""
    zoomed: reactive[bool] = reactive(False, toggle_class="-zoomed")
    """Whether the active pane is maximised."""

    def __init__(self, *panes: Pane) -> None:
        super().__init__()
        self.panes = panes
        self.set_reactive(Panes.active, panes[0].id or "")

    def compose(self) -> ComposeResult:
        """The line of tabs, then the panes."""
        with Horizontal(classes="pane-tabs"):
            for pane in self.panes:
                yield PaneTab(pane)
        yield from self.panes

    def on_mount(self) -> None:
        """Mark the first pane."""
        self._mark()

    def watch_active(self) -> None:
        """Mark the active pane."""
        self._mark()

    def _mark(self) -> None:
        active = next(pane for pane in self.panes if pane.id == self.active)
        for pane in self.panes:
            pane.set_class(pane is active, "-active")
            pane.set_class(pane.id in active.beside.split(), "-beside")
        for tab in self.query(PaneTab):
            tab.set_class(tab.pane.id == self.active, "-active")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Make the pane that has the focus the active one."""
        for pane in self.panes:
            if pane in event.widget.ancestors_with_self:
                self.active = pane.id or ""

    def offer(self, pane_id: str, offered: bool) -> None:
        """Show a pane with its tab, or leave it out as if it did not exist.

        Args:
            pane_id: Its id.
            offered: Whether it is shown.
        """
        for pane in self.panes:
            if pane.id == pane_id:
                pane.set_class(not offered, "-absent")
        for tab in self.query(PaneTab):
            tab.set_class(tab.pane.has_class("-absent"), "-absent")
        self.set_class(offered, f"-with-{pane_id}")
        if not offered and self.active == pane_id:
            self.begin()

    def begin(self) -> None:
        """Show all panes and make the first one active."""
        self.zoomed, self.active = False, self.panes[0].id or ""
        self.focus_active()

    def focus_active(self, last: bool = False) -> None:
        """Focus the active pane after the next refresh.

        Args:
            last: Whether to focus the last widget instead of the first.
        """
        pane = next(pane for pane in self.panes if pane.id == self.active)

        def focus() -> None:
            if pane.id == self.active:  # otherwise another key has moved the focus already
                pane.focus_inside(last)

        self.call_after_refresh(focus)

    def move(self, step: int) -> None:
        """Move the focus to the next widget of the active pane, or to the next pane.

        Args:
            step: 1 for the next, −1 for the previous one.
        """
        panes = [pane for pane in self.panes if not pane.has_class("-absent")]
        ids = [pane.id for pane in panes]
        index = ids.index(self.active) if self.active in ids else 0
        stops = panes[index].stops()
        focused = self.screen.focused
        place = stops.index(focused) + step if focused in stops else -1
        if 0 <= place < len(stops):
            stops[place].focus()
            return
        self.active = ids[(index + step) % len(ids)] or ""
        self.focus_active(last=step < 0)
