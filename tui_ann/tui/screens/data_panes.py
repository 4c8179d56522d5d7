"""The panes of the Data screen: the columns, pictures of them, all rows, the report."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import TuiAnnError
from tui_ann.text import clean, count, counted
from tui_ann.tui.content.column_text import column_keys
from tui_ann.tui.content.data_report import problem_lines, report_lines
from tui_ann.tui.screens.data_pictures import DataPictures
from tui_ann.tui.widgets.data_view import DataView, TableColumn
from tui_ann.tui.widgets.panes import Pane, Panes
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList
from tui_ann.tui.widgets.text_scroll import TextScroll

_NOTHING = "open something first: 0"
_UNREADABLE = "no table: Report says why"
_MINUS = re.compile(r"^-|(?<=[eE])-")
"""A minus sign in a number of a file."""
_LOOKS = {"title": "$text-primary", "bad": "$text-error", "note": "$text-warning"}


class DataPanes(Panes):
    """Shows a table, set with `show_table`.

    Args:
        key_of: The key of an action, as displayed to the user.
    """

    def __init__(self, key_of: Callable[[str], str]) -> None:
        self._key_of = key_of
        self.pictures = DataPictures(key_of)
        """The distribution, the scatter and the images."""
        self.columns = RowList(id="columns", choosable=False, empty=_NOTHING)
        """The list of columns."""
        self._view = DataView(id="table")
        self._view.choosable = False
        self._report = Static(id="report", markup=False)
        self._table_pane = Pane(self._view, title="Table", id="table-pane", topic="rows_table")
        self._columns_pane = Pane(
            Horizontal(
                Static(" use name", id="columns-left", markup=False),
                Static(f"{'kind':<10}{'missing':>8}", id="columns-right", markup=False),
                id="columns-header",
            ),
            self.columns,
            title="Columns",
            id="columns-pane",
            beside=self.pictures.front,
            topic="columns",
        )
        super().__init__(
            self._columns_pane,
            *self.pictures.panes,
            self._table_pane,
            Pane(
                TextScroll(self._report),
                title="Report",
                id="report-pane",
                topic="report",
            ),
        )
        self._table: Table | None = None
        self._roles: Mapping[str, str] = {}
        self._excluded: Mapping[str, str] = {}
        self._proposed = False

    @property
    def column(self) -> Column | None:
        """The column under the table cursor if the table has the focus, otherwise under the list cursor."""
        if self._table is None:
            return None
        index = self._view.cursor[1] if self._view.has_focus else self.columns.cursor
        return self._table.columns[index] if index < len(self._table.columns) else None

    def show_table(
        self,
        table: Table | None,
        roles: Mapping[str, str] | None = None,
        excluded: Mapping[str, str] | None = None,
        *,
        classes: bool = False,
        proposed: bool = False,
        unreadable: TuiAnnError | None = None,
    ) -> None:
        """Show a table, or why there is none.

        Args:
            table: The table.
            roles: `target`, `ignored` or empty, by column name.
            excluded: Columns that are left out by default, with the code of the reason.
            classes: Whether the target has classes.
            proposed: Whether the target is the proposed one.
            unreadable: Why the table of the open experiment could not be read; without that, nothing is open.
        """
        known, self._table = self._table, table
        self._roles, self._excluded, self._proposed = roles or {}, excluded or {}, proposed
        self.pictures.show_table(table, self._roles, classes=classes)
        self.offer("images-pane", self.pictures.has_images)
        self._follow_front()
        if table is None:
            self.columns.empty = _NOTHING if unreadable is None else _UNREADABLE
            self._write_report([] if unreadable is None else problem_lines(unreadable))
            self.columns.show(0, lambda index, width: Row(()))
            self.show_column()
            return
        if table is known:
            self.columns.show(len(table.columns), self._row)
        else:
            targets = [index for index, name in enumerate(table.names) if self._roles.get(name) == "target"]
            self.columns.show(len(table.columns), self._row, cursor=targets[0] if targets else 0)
            self._view.set_data([_table_column(column) for column in table.columns], table.n_rows)
            title = f"Table · {counted(table.n_rows, 'row')} × {counted(len(table.columns), 'column')}"
            self._table_pane.border_title = Content(title)
        self._view.set_roles([self._roles.get(column.name, "") for column in table.columns])
        self.show_column()

    def _row(self, index: int, width: int) -> Row:
        assert self._table is not None
        column = self._table.columns[index]
        role = self._roles.get(column.name, "")
        mark = {"target": " ◎  ", "ignored": "[ ] ", "": "[x] "}[role]
        look = {"target": "accent", "ignored": "muted", "": ""}[role]
        flags = ", ".join(flag for flag in column.flags if flag in ("id", "constant"))
        missing = count(column.missing) if column.missing else "·"
        name = clean(column.name, max(6, width - 28))
        return Row(
            ((" " + mark, look), (name, look)),
            (
                (f"{flags or column.kind:<10}", "muted"),
                (f"{missing:>8} ", "bad" if column.missing else "muted"),
            ),
        )

    def show_column(self) -> None:
        """Show the pictures and the statistics of the current column, and the keys for it."""
        column = self.column
        role = self._roles.get(column.name, "") if column is not None else ""
        reason = self._excluded.get(column.name) if column is not None and role == "ignored" else None
        self.pictures.show_column(column, reason, self._view.row, proposed=self._proposed)
        if column is not None:
            self._columns_pane.tell(plain(column_keys(role, self._key_of, proposed=self._proposed)))

    def on_resize(self) -> None:
        """Leave out the key for the next picture where all are shown."""
        self.call_after_refresh(self._follow_room)

    def watch_zoomed(self) -> None:
        """Follow a pane that is maximised, and back."""
        self._follow_room()

    def _follow_room(self) -> None:
        shown = self.screen.has_class("-wide") and not self.zoomed
        if shown != self.pictures.all_shown:
            self.pictures.all_shown = shown
            self.show_column()

    def show_picture(self, pane_id: str) -> None:
        """Bring a picture to the front; if there is no room beside the columns, go to its pane.

        Args:
            pane_id: Id of its pane.
        """
        self.pictures.bring(pane_id)
        self._follow_front()
        alone = self.zoomed or self.screen.has_class("-short")
        if alone or any(self.active == pane.id for pane in self.pictures.panes):
            self.active = pane_id

    def watch_active(self) -> None:
        """Mark the active pane; a picture that is active is the one that is shown."""
        if any(self.active == pane.id for pane in self.pictures.panes):
            self.pictures.bring(self.active)
            self._follow_front()
        super().watch_active()

    def _follow_front(self) -> None:
        self._columns_pane.beside = self.pictures.front
        self._mark()

    def show_report(self, dataset: Dataset | None, trouble: TuiAnnError | None, reasons: Sequence[str] = ()) -> None:
        """Show the report about the file and the data.

        Args:
            dataset: The prepared rows, if they could be prepared.
            trouble: Why they could not.
            reasons: Why the experiment is proposed as it is.
        """
        assert self._table is not None
        ignored = {name: why for name, why in self._excluded.items() if self._roles.get(name) == "ignored"}
        self._write_report(report_lines(self._table, dataset, trouble, ignored, reasons))

    def _write_report(self, lines: Iterable[tuple[str, str]]) -> None:
        self._report.update(Content("\n").join(plain(line, style=_LOOKS.get(role, "")) for role, line in lines))


def _table_column(column: Column) -> TableColumn:
    if not column.is_number:
        return TableColumn(column.name, column.raw)
    return TableColumn(column.name, lambda row: _MINUS.sub("−", column.raw(row)), right=True)
