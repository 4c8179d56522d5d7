"""Data: what each column is and what becomes of it, how its values lie, all rows, and everything that was done."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.data.prepare.distribution import Histogram, distribution, summary
from tui_ann.data.prepare.roles import REASONS, excluded
from tui_ann.data.read.table import Column, Table
from tui_ann.experiment.settings import SETTINGS
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.text import cell_width, clean, count, counted, number
from tui_ann.tui.content import edits
from tui_ann.tui.content.choice_notes import choice_note
from tui_ann.tui.content.data_report import dialect_words, report_lines
from tui_ann.tui.content.setting_text import DIALECT, dialog_title
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.form import FormDialog
from tui_ann.tui.dialogs.settings_form import Line
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.keys.remedies import remedy_action
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.widgets.data_view import DataView, TableColumn
from tui_ann.tui.widgets.distribution import Distribution
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.panes import Pane, Panes
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList

SPLIT = ("validation_split", "test_split", "split", "split_seed")
"""Settings that say which rows are kept out of training."""
OTHERS = ("task", "scaling", "target_scaling", "missing", *SPLIT, "noise")
"""The settings of the data, but for columns and dialect."""
_SHORT_LIST = 12
"""Columns up to which the list opens at its target; a longer one opens at its top, for it would look cut off."""
_MINUS = re.compile(r"^-|(?<=[eE])-")
"""A minus sign in a number as a file has it."""


class DataScreen(AnnScreen):
    """The table, with everything proposed."""

    MODE = "data"
    CSS_PATH = "data.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("data")]
    AUTO_FOCUS = "#columns"

    def __init__(self) -> None:
        super().__init__()
        self._table: Table | None = None
        self._excluded: dict[str, str] = {}

    def compose_body(self) -> Iterable[Widget]:
        """Columns, the spread of one, all rows, what was done."""
        table = DataView(id="table")
        table.choosable = False
        yield Panes(
            Pane(
                Horizontal(
                    Static(" use name", id="columns-left", markup=False),
                    Static(f"{'kind':<10}{'missing':>8}", id="columns-right", markup=False),
                    id="columns-header",
                ),
                RowList(id="columns", choosable=False, empty="open something first: 0"),
                title="Columns",
                id="columns-pane",
                beside="distribution-pane",
                topic="columns",
            ),
            Pane(
                Distribution(id="distribution"),
                Static(id="distribution-summary", markup=False),
                title="Distribution",
                id="distribution-pane",
                topic="distribution",
            ),
            Pane(table, title="Table", id="table-pane", topic="table"),
            Pane(
                VerticalScroll(Static(id="report", markup=False), can_focus=True),
                title="Report",
                id="report-pane",
                topic="report",
            ),
        )

    # Showing.

    def show_session(self) -> None:
        """Show the table and what becomes of it."""
        experiment, table = self.host.bench.experiment, self.session.workspace.table
        if experiment is None or table is None:
            self._table = None
            self.query_one("#columns", RowList).show(0, lambda index, width: Row(()))
            return
        named = edits.targets(experiment)
        self._excluded = excluded(table, named[0] if named else None)
        if table is not self._table:
            self._table = table
            names = {name: index for index, name in enumerate(table.names)}
            cursor = names.get(named[0], 0) if named and len(names) <= _SHORT_LIST else 0
            self.query_one("#columns", RowList).show(len(table.columns), self._column_row, cursor=cursor)
            self.query_one("#table", DataView).set_data([_table_column(c) for c in table.columns], table.n_rows)
            title = f"Table · {count(table.n_rows)} rows × {count(len(table.columns))} columns"
            self.query_one("#table-pane", Pane).border_title = Content(title)
        else:
            self.query_one("#columns", RowList).show(len(table.columns), self._column_row)
        self.query_one("#table", DataView).set_roles([self._role(column.name) for column in table.columns])
        self._show_distribution()
        self._show_report(table)

    def _role(self, name: str) -> str:
        experiment = self.host.bench.experiment
        if experiment is None:
            return ""
        if name in edits.targets(experiment):
            return "target"
        return "" if edits.uses_column(experiment, name, self._excluded) else "ignored"

    def _column_row(self, index: int, width: int) -> Row:
        assert self._table is not None
        column = self._table.columns[index]
        role = self._role(column.name)
        mark = {"target": " ◎  ", "ignored": "[ ] "}.get(role, "[x] ")
        look = {"target": "accent", "ignored": "muted"}.get(role, "")
        flags = ", ".join(flag for flag in column.flags if flag in ("id", "constant"))
        kind = flags or column.kind
        missing = count(column.missing) if column.missing else "·"
        name = clean(column.name, max(6, width - 28))
        return Row(
            ((" " + mark, look), (name, look)),
            ((f"{kind:<10}", "muted"), (f"{missing:>8} ", "bad" if column.missing else "muted")),
        )

    @property
    def column(self) -> Column | None:
        """The column in hand, in the list or in the table."""
        if self._table is None:
            return None
        table = self.query_one("#table", DataView)
        index = table.cursor[1] if table.has_focus else self.query_one("#columns", RowList).cursor
        return self._table.columns[index] if index < len(self._table.columns) else None

    def _show_distribution(self) -> None:
        column = self.column
        pane, picture = self.query_one("#distribution-pane", Pane), self.query_one("#distribution", Distribution)
        text = self.query_one("#distribution-summary", Static)
        if column is None:
            picture.clear()
            text.update(Content(""))
            return
        spread = distribution(column, max(8, picture.size.height if not column.is_number else 24))
        if isinstance(spread, Histogram):
            picture.set_histogram(spread.edges, spread.counts)
        else:
            picture.set_counts(spread.labels, spread.counts)
        role = {"target": "target", "ignored": "not used"}.get(self._role(column.name), "feature")
        labels = "" if column.is_number else f" · {counted(column.distinct, 'label')}"
        pane.border_title = plain(f"{clean(column.name, 40)} · {role} · {column.kind}{labels}")
        text.update(plain(self._about(column)))

    def _about(self, column: Column) -> str:
        """The figures of a column, and why it is left out if it is."""
        reason = self._excluded.get(column.name) if self._role(column.name) == "ignored" else None
        parts = [f"left out: {REASONS.get(reason, reason)}; space uses it"] if reason else []
        if column.is_number and column.distinct:
            found = summary(column)
            parts.append(f"μ {number(found.mean)}  σ {number(found.std)}")
            least, most = number(found.minimum), number(found.maximum)
            parts.append(f"from {least} to {most}, median {number(found.median)}")
        if column.unit:
            parts.append(f"unit {clean(column.unit, 10)}")
        if column.missing:
            parts.append(f"{count(column.missing)} missing")
        return " · ".join(parts)

    def _show_report(self, table: Table) -> None:
        roles = {"title": "$text-accent", "bad": "$text-error", "note": "$text-warning"}
        left_out = {name: reason for name, reason in self._excluded.items() if self._role(name) == "ignored"}
        lines = report_lines(table, self.session.workspace.dataset, self.host.bench.trouble, left_out)
        text = Content("\n").join(plain(line, style=roles.get(role, "")) for role, line in lines)
        self.query_one("#report", Static).update(text)

    def status(self) -> tuple[Content, str]:
        """Task, output layer, loss, scaling, rejected rows; or what is in the way."""
        experiment, table = self.host.bench.experiment, self.session.workspace.table
        if experiment is None or table is None:
            return Content("Nothing is open yet: 0 leads to the examples"), "note"
        if self.host.bench.trouble is not None:
            trouble = self.host.bench.trouble
            action = remedy_action(trouble)
            press = f" Press {self.host.key_of(action)}." if action is not None else ""
            return plain(f"✗ {trouble.message} {trouble.remedy}{press}"), "bad"
        output = experiment.network.layers[-1]
        dataset = self.session.workspace.dataset
        task = dataset.task if dataset is not None else experiment.data.task
        layer = f"output {output.units} × {output.activation}" if isinstance(output, DenseSpec) else ""
        scaling = rows = ""
        if dataset is not None and experiment.data.scaling != "none":
            scaling = f"scaling {experiment.data.scaling}"
            rows = f" (from {counted(dataset.rows.train.size, 'row')})"
        rejected = f"{counted(len(table.rejects), 'row')} rejected" if table.rejects else "no rows rejected"
        loss = experiment.training.loss
        # Where there is no room for all, the layer goes first, for it is on screen 2 as well.
        tries = [(layer, scaling + rows), ("", scaling + rows), ("", scaling)]
        texts = [" · ".join(part for part in (task, one, loss, two, rejected) if part) for one, two in tries]
        return plain(next((text for text in texts if cell_width(text) <= self.size.width - 2), texts[-1])), ""

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the column under the cursor."""
        event.stop()
        self._show_distribution()

    def on_grid_view_cursor_moved(self, event: GridView.CursorMoved) -> None:
        """The list follows the table's cursor."""
        event.stop()
        if event.grid.has_focus:
            self.query_one("#columns", RowList).cursor = event.column

    # Changing.

    async def action_accept(self) -> None:
        """Go on to the network, or say what is in the way."""
        if self.host.bench.trouble is not None:
            self.host.report(self.host.bench.trouble)
        elif self._table is not None:
            await self.host.action_go("build")

    def action_use(self) -> None:
        """Use the column in hand, or leave it out."""
        experiment, column = self.host.bench.experiment, self.column
        if experiment is None or column is None:
            return
        if column.name in edits.targets(experiment):
            self.host.tell("This column is the target; t on another column makes that the target.")
            return
        use = not edits.uses_column(experiment, column.name, self._excluded)
        self.host.bench.edit(edits.use_column(experiment, column.name, self._excluded, use))

    def action_target(self) -> None:
        """Make the column in hand the target; where it is already, ask for another."""
        experiment, column = self.host.bench.experiment, self.column
        if experiment is None or column is None or self._table is None:
            return
        if column.name not in edits.targets(experiment):
            self.host.bench.retarget(column.name)
            return
        choices = [Choice(other.name, other.name, other.kind) for other in self._table.columns]
        dialog = ChooseDialog("What is to be predicted", choices, column.name)
        self.app.push_screen(dialog, lambda choice: self.host.bench.retarget(choice.value) if choice else None)

    def action_task(self) -> None:
        """Choose the task."""
        self._choose("task", self.host.bench.set_task)

    def action_scaling(self) -> None:
        """Choose the scaling of the features."""
        self._choose("scaling")

    def action_missing(self) -> None:
        """Choose the rule for missing cells."""
        self._choose("missing")

    def _choose(self, name: str, then: Any = None) -> None:
        experiment = self.host.bench.experiment
        if experiment is None:
            return
        setting = SETTINGS[f"data.{name}"]
        choices = [Choice(word, str(word), choice_note(name, word)) for word in setting.choices]

        def answered(choice: Choice | None) -> None:
            if choice is None or self.host.bench.experiment is None:
                return
            if then is not None:
                then(choice.value)
            else:
                self.host.bench.edit(edits.put(self.host.bench.experiment, setting.key, choice.value))

        dialog = ChooseDialog(dialog_title(setting.label), choices, setting.get(experiment), help=setting.help)
        self.app.push_screen(dialog, answered)

    def action_split(self) -> None:
        """Set how rows are split."""
        self._form("Split", SPLIT)

    def action_dialect(self) -> None:
        """Override how the file is read."""
        found = dialect_words(self._table.report) if self._table is not None else None
        self._form("How the file is read", DIALECT, "Read again", found)

    def action_settings(self) -> None:
        """Show every setting of the data."""
        self._form("Settings of the data", OTHERS)

    def _form(
        self, title: str, names: Sequence[str], accept: str = "Accept", usual: Mapping[str, str] | None = None
    ) -> None:
        experiment = self.host.bench.experiment
        if experiment is None:
            return
        lines = [Line(SETTINGS[f"data.{name}"]) for name in names]
        dialog: FormDialog[Experiment] = FormDialog(title, experiment, lines, edits.put, accept, usual)
        self.app.push_screen(dialog, lambda changed: None if changed is None else self.host.bench.edit(changed))


def _table_column(column: Column) -> TableColumn:
    if not column.is_number:
        return TableColumn(column.name, column.raw)
    return TableColumn(column.name, lambda row: _MINUS.sub("−", column.raw(row)), right=True)
