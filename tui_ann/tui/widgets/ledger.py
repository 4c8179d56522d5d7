"""The ledger: all parts of an update in order; completed parts show their numbers, the others their formula."""

from collections.abc import Sequence

from tui_ann.engine.inspect.part import Part
from tui_ann.tui.draw.ledger import PHASES, LedgerLine, entries, line, symbol_width
from tui_ann.tui.widgets.row_list import Row, RowList


class LedgerView(RowList):
    """A list of parts. `set_data` sets the update and its progress; the cursor selects one of its parts."""

    def __init__(self) -> None:
        super().__init__(id="ledger", empty="No update is shown.")
        self._parts: Sequence[Part] = ()
        self._entries: list[LedgerLine] = []
        self.line_of: dict[int, int] = {}
        """Line of each part, by part index."""
        self._done, self._decimals, self._widest = 0, 4, 0
        self._made: int | None = None

    def set_data(self, parts: Sequence[Part], done: int, decimals: int, *, made: int | None = None) -> None:
        """Show an update.

        Args:
            parts: Its parts.
            done: How many of them are done; the cursor goes to the last of these when it changes.
            decimals: Maximum number of decimals.
            made: How many parts the run makes; `None` for all.
        """
        moved = parts is not self._parts or done != self._done
        if parts is not self._parts:
            self._entries = entries(parts)
            self.line_of = {entry.part: line for line, entry in enumerate(self._entries) if entry.part is not None}
            self._widest = symbol_width(parts)
        self._parts, self._done, self._decimals, self._made = parts, done, decimals, made
        headings = frozenset(place for place, entry in enumerate(self._entries) if entry.part is None)
        cursor = self._line_of_done if moved else None
        self.show(len(self._entries), self._line, headings=headings, cursor=cursor)

    @property
    def _line_of_done(self) -> int:
        return self.line_of.get(max(0, self._done - 1), 0)

    def go_to_done(self) -> None:
        """Move the cursor to the last part that is done."""
        self.cursor = self._line_of_done

    @property
    def part(self) -> int | None:
        """Index of the part under the cursor; None if there is no update."""
        return self._entries[self.cursor].part if self.cursor < len(self._entries) else None

    def _line(self, index: int, width: int) -> Row:
        entry = self._entries[index]
        if entry.part is None:
            return Row(((f" {PHASES[entry.phase]}", ""),), heading=True)
        place, part = entry.part, self._parts[entry.part]
        state = "ahead" if place >= self._done else "current" if place == self._done - 1 else "done"
        if state == "done" and self._made is not None and place >= self._made:
            state = "unmade"
        mark, symbol, middle, shape = line(part, state, state != "ahead", self._decimals, self._widest, width)
        dim = "muted" if state in ("ahead", "unmade") else ""
        look = {"ahead": "muted", "unmade": "muted", "current": "lit", "done": "good"}[state]
        strong = "lit" if state == "current" else dim
        return Row(((mark, look), (symbol, strong), (middle, strong)), ((f"{shape} " if shape else "", "muted"),))
