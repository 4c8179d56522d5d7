"""The filter of lists and tables: only rows that contain a text are shown."""

import time
from bisect import bisect_left
from collections.abc import Callable, Sequence

from textual.content import Content
from textual.widget import Widget

from tui_ann.text import clean, count
from tui_ann.tui.keys.actions import BY_ID
from tui_ann.tui.widgets.finding import ON_ENTER, WHILE_TYPING, PromptLine, Searched, folded


class RowFilter:
    """Which rows of a widget are shown, in order; says on its lower border which ones they are.

    A filter always shows a row: a text that no row contains is refused.

    Args:
        view: The widget.
        searched: Its content, as a search sees it.
        text: Returns the text of a row.
        changed: Called after other rows are shown, with those shown before.
    """

    def __init__(
        self, view: Widget, searched: Searched, text: Callable[[int], str], changed: Callable[[Sequence[int]], None]
    ) -> None:
        self._view, self._searched, self._text, self._changed = view, searched, text, changed
        self.total = 0
        """How many rows there are."""
        self._headings: frozenset[int] = frozenset()
        self.wanted = ""
        """The text that the shown rows contain; empty if all rows are shown."""
        self.shown: Sequence[int] = range(0)
        """The rows that are shown."""

    def begin(self, rows: int, headings: frozenset[int] = frozenset(), *, again: bool = False) -> None:
        """Take another content, of which all rows are shown; `changed` is not called.

        Args:
            rows: How many rows it has.
            headings: Those that are headings: shown only above a row that is shown.
            again: Whether it is the same content anew, so that the filter is kept.
        """
        keep = self.wanted if again and rows == self.total else ""
        self.total, self._headings = rows, headings
        kept, _ = self._rows_with(keep, WHILE_TYPING) if keep else ([], 0)
        self._take(keep if kept else "", kept or range(rows), rows)

    def place(self, row: int) -> int:
        """The place of a row among the shown ones; of a hidden one, that of the next that is shown.

        Args:
            row: Its index in the whole content.
        """
        return max(0, min(bisect_left(self.shown, row), len(self.shown) - 1))

    def do(self, what: str) -> None:
        """Ask for a text, or show all rows.

        Args:
            what: `ask` or `all`.
        """
        if what == "all":
            self.keep("", WHILE_TYPING)
        elif self.total:
            self._view.screen.mount(FilterLine(self._view, self._searched, self))

    def keep(self, wanted: str, seconds: float) -> str:
        """Show only the rows that contain a text; upper and lower case are the same.

        Args:
            wanted: The text; empty for all rows.
            seconds: The time limit; rows that were not looked at are not shown.

        Returns:
            Why the filter stays as it was, or nothing.
        """
        rows, looked = self._rows_with(wanted, seconds) if wanted else (range(self.total), self.total)
        if wanted and not rows:
            return "no row contains it" if looked == self.total else f"not in the first {count(looked)} rows"
        before = self.shown
        self._take(wanted, rows, looked)
        self._changed(before)
        return ""

    def _rows_with(self, wanted: str, seconds: float) -> tuple[list[int], int]:
        """The rows with a text, under their headings; and how many rows were looked at."""
        wanted, limit = folded(wanted), time.monotonic() + seconds
        found: list[int] = []
        heading: int | None = None
        for row in range(self.total):
            if row in self._headings:
                heading = row
            elif wanted in folded(self._text(row)):
                found += [row] if heading is None else [heading, row]
                heading = None
            if row % 256 == 255 and time.monotonic() > limit:
                return found, row + 1
        return found, self.total

    def _take(self, wanted: str, rows: Sequence[int], looked: int) -> None:
        self.wanted, self.shown = wanted, rows
        self._view.set_class(bool(wanted), "-filtered")
        self._view.border_subtitle = Content(self._note(looked)) if wanted else Content("")

    def _note(self, looked: int) -> str:
        titles = self._headings.intersection(self.shown)
        total = looked - sum(heading < looked for heading in self._headings)
        first = "" if looked == self.total else "the first "
        numbers = f"{count(len(self.shown) - len(titles))} of {first}{count(total)} rows"
        keys = f"{self._key('filter')} or {self._key('all_rows')}"
        return f"filter “{clean(self.wanted, 24)}”: {numbers} · {keys} shows all"

    def _key(self, name: str) -> str:
        app, action = self._view.app, BY_ID[f"list.{name}"]
        keys = app._keymap.get(action.id) or action.keys
        return app.get_key_display(action.binding().with_key(keys.split(",")[0]))


class FilterLine(PromptLine):
    """The line that asks for the text of a filter, which acts while it is typed.

    Args:
        view: The widget that asks; it gets the focus back.
        searched: Its content.
        rows: Its filter.
    """

    SIGN = "&"

    def __init__(self, view: Widget, searched: Searched, rows: RowFilter) -> None:
        super().__init__(view, searched, "filter")
        self._filter = rows

    def hint(self) -> str:
        """What can be typed."""
        return "text of the rows to show; Enter alone shows all"

    def typed(self, text: str) -> None:
        """Show the rows with the text so far."""
        self._say(self._filter.keep(text, WHILE_TYPING))

    def entered(self, text: str) -> bool:
        """Show only the rows with the text."""
        refused = self._filter.keep(text, ON_ENTER)
        self._say(refused)
        return not refused

    def action_cancel(self) -> None:
        """Show all rows."""
        self._filter.do("all")
        self.close()
