"""Editing the points on the map: adding, moving, relabelling and removing; the session changes the data."""

from collections.abc import Callable

from tui_ann.errors import TuiAnnError
from tui_ann.session.explore.own_data import OwnData
from tui_ann.text import clean, number
from tui_ann.tui.content.canvas import Canvas
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.services.host import BRIEF
from tui_ann.tui.services.screen_host import ScreenHost

Place = tuple[float, float]
"""A place on the map, as shares of its axes."""


class MapEditor:
    """Edits the points of a map.

    Args:
        host: Returns the application.
        look: Returns the points, the picked place, and the cells of the map; `None` if nothing is shown.
        stay: Called after an edit with the points before and the place of the edit, which the cross keeps.
    """

    def __init__(
        self,
        host: Callable[[], ScreenHost],
        look: Callable[[], tuple[Canvas, Place, tuple[int, int]] | None],
        stay: Callable[[Canvas, Place], object],
    ) -> None:
        self._host, self._look, self._stay = host, look, stay
        self.row: int | None = None
        """The row of the table that is meant where several points share a cell."""
        self._label: str | None = None
        """The class of the next point."""
        self._taken: int | None = None
        """The row that is being moved."""

    def begin(self) -> None:
        """Forget what belongs to the experiment that was open before."""
        self._label = self._taken = self.row = None

    @property
    def _data(self) -> OwnData:
        return self._host().session.own_data

    @property
    def _pen(self) -> str | None:
        """The class of the next point; `None` for a number."""
        classes = self._data.classes
        return (self._label if self._label in classes else classes[0]) if classes else None

    def _picked(self) -> int | None:
        """The row of the table of the point at the picked place."""
        seen = self._look()
        if seen is None:
            return None
        canvas, place, cells = seen
        near = canvas.near(place, cells, row=self.row)
        if near is None:
            add, host = self._host().key_of("explore.add"), self._host()
            host.tell(f"There is no point at the cross: the arrows move it to one, {add} adds one.", timeout=BRIEF)
            return None
        return int(canvas.rows[near])

    async def add(self) -> None:
        """Add a point at the picked place."""
        seen = self._look()
        if seen is not None:
            canvas, place, _ = seen
            await self._change(lambda: self._data.add(canvas.row_at(place, self._pen)), canvas, place)

    async def turn(self) -> None:
        """Give the point at the picked place the next class, or ask for its number; without a point, the next point."""
        seen, classes = self._look(), self._data.classes
        if seen is None:
            return
        canvas, place, cells = seen
        near = canvas.near(place, cells, row=self.row)
        if near is None:
            if classes:
                self._label = classes[(classes.index(self._pen or classes[0]) + 1) % len(classes)]
                self._host().tell(f"Next point: class {clean(self._label, 30)}.", timeout=BRIEF)
            return
        row = int(canvas.rows[near])
        if classes:
            await self._change(lambda: self._data.relabel(row), canvas, place)
            return
        self._ask_number(canvas, place, row)

    def _ask_number(self, canvas: Canvas, place: Place, row: int) -> None:
        """Ask for the target of a point."""

        def fault(text: str) -> str | None:
            try:
                float(text.replace("−", "-"))
            except ValueError:
                return "This is not a number"
            return None

        async def take(text: str | None) -> None:
            if text is not None:
                await self._change(lambda: self._data.relabel(row, float(text.replace("−", "-"))), canvas, place)

        table = self._host().session.workspace.table
        now = table.column(canvas.target).raw(row) if table is not None else ""
        self._host().push_screen(EntryDialog(clean(canvas.target, 40), now, allowed="a number", fault=fault), take)

    async def take(self) -> None:
        """Take the point at the picked place, or put the one that was taken there."""
        seen = self._look()
        if self._taken is None:
            self._taken = self._picked()
            if self._taken is not None:
                put = self._host().key_of("explore.take")
                self._host().tell(
                    f"Row {number(self._taken + 1)} is taken: {put} puts it where the cross is then.", passing=True
                )
            return
        row, self._taken = self._taken, None
        if seen is not None:
            await self._change(lambda: self._data.move(row, seen[0].axes_at(seen[1])), *seen[:2])

    async def drag(self, begin: Place, end: Place) -> None:
        """Move the point at one place to another.

        Args:
            begin: Where it is.
            end: Where it goes.
        """
        seen = self._look()
        if seen is None:
            return
        canvas, _, cells = seen
        near = canvas.near(begin, cells, reach=1, row=self.row)
        if near is not None:
            await self._change(lambda: self._data.move(int(canvas.rows[near]), canvas.axes_at(end)), canvas, end)

    async def remove(self) -> None:
        """Remove the point at the picked place."""
        row, seen = self._picked(), self._look()
        if row is not None and seen is not None:
            await self._change(lambda: self._data.remove(row), *seen[:2])

    async def _change(self, change: Callable[[], object], canvas: Canvas, place: Place) -> None:
        """Change the data; a run that had begun, or a drawing that has become complete, trains at once."""
        host, session = self._host(), self._host().session
        run, drawing = session.workspace.run, session.own_data.drawn is not None
        begun = run is not None and run.begun
        await host.runner.stop()
        try:
            change()
        except TuiAnnError as error:
            host.tell(f"{error.message} {error.remedy}", "warning")
            return
        self.row = self._data.edited
        self._stay(canvas, place)
        host.bench.changed()
        complete = drawing and session.own_data.drawn is None
        if (begun or complete) and not session.workspace.problems():
            host.runner.toggle()
