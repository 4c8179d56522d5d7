"""Data: the columns and their use, the distribution of one, all rows, and everything that was done."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.data.prepare.roles import excluded
from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.reasons import proposal_reasons
from tui_ann.text import cell_width, clean, counted
from tui_ann.tui.content import edits
from tui_ann.tui.content.data_report import rows_lost
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.keys.remedies import remedy_action
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.data_dialogs import DataDialogs
from tui_ann.tui.screens.data_panes import DataPanes
from tui_ann.tui.screens.target_facts import TargetFacts
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import RowList
from tui_ann.tui.widgets.status_line import StatusLine

_MOST_SEEN = 12
"""With more columns, the target may be out of sight, so that the status line names it."""
_LONGEST = 24
"""Cells of the target in the status line."""


class DataScreen(AnnScreen):
    """The table and the proposal for its columns."""

    MODE = "data"
    CSS_PATH = "data.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("data")]
    AUTO_FOCUS = "#columns"

    def __init__(self) -> None:
        super().__init__()
        self.body = DataPanes(self.host.key_of)
        """The panes."""
        self._dialogs = DataDialogs(self.host)
        self._excluded: dict[str, str] = {}
        self._facts = TargetFacts(self.host)
        self.verbs = {
            **self._dialogs.verbs(),
            "accept": self._accept,
            "use": self._use,
            "target": self._target,
            "picture": self._picture,
            "against": self._against,
        }

    def compose_body(self) -> Iterable[Widget]:
        """The panes."""
        yield self.body

    # Display.

    def show_session(self) -> None:
        """Show the table and how its columns are used."""
        experiment, table = self.host.bench.experiment, self.session.workspace.table
        if experiment is None or table is None:
            self.body.show_table(None, unreadable=self.host.bench.trouble if experiment is not None else None)
            return
        named = edits.targets(experiment)
        self._excluded = excluded(table, named[0] if named else None)
        roles = {
            name: "target"
            if name in named
            else ""
            if edits.uses_column(experiment, name, self._excluded)
            else "ignored"
            for name in table.names
        }
        workspace = self.session.workspace
        self.body.show_table(
            table,
            roles,
            self._excluded,
            classes=self._facts.has_classes(experiment, table),
            proposed=self._facts.is_proposed(experiment, table),
        )
        self.body.show_report(workspace.dataset, self.host.bench.trouble, proposal_reasons(workspace))

    def status(self) -> tuple[Content, str]:
        """Task, output layer, loss, scaling, rejected rows; or what prevents training."""
        experiment, table = self.host.bench.experiment, self.session.workspace.table
        trouble = self.host.bench.trouble
        if experiment is None or (table is None and trouble is None):
            return Content("Nothing is open yet: 0 goes to the examples"), "note"
        if trouble is not None or table is None:
            assert trouble is not None
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
        rejected = rows_lost(table, dataset)
        named = len(table.columns) > _MOST_SEEN
        what = f"{task} of {clean(', '.join(edits.targets(experiment)), _LONGEST)}" if named else task
        loss = experiment.training.loss
        usual = self.host.bench.proposal if self._facts.all_proposed else None
        same = usual is not None and (usual.network.layers[-1], usual.training.loss) == (output, loss)
        marked = f"{loss} (proposed)" if same else loss
        # If there is no room for everything, the output layer is left out first: the Build screen shows it too.
        tries = [(layer, marked, scaling + rows), ("", marked, scaling + rows), ("", marked, scaling)]
        tries += [("", str(loss), scaling), ("", "", scaling)]
        texts = [" · ".join(filter(None, (what, *parts, rejected))) for parts in tries]
        return plain(next((text for text in texts if cell_width(text) <= self.size.width - 2), texts[-1])), ""

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the column under the cursor."""
        event.stop()
        self.body.show_column()

    def on_click(self, event: events.Click) -> None:
        """Say how to change what the status line proposes."""
        if event.widget is not None and self.query_one(StatusLine) in event.widget.ancestors_with_self:
            keys = self.host.key_of
            self.host.tell(
                f"{keys('data.target')} changes the target, {keys('data.task')} the task, {keys('data.scaling')} the "
                f"scaling, {keys('data.split')} the split, {keys('app.build')} the network and the loss."
            )

    def on_grid_view_cursor_moved(self, event: GridView.CursorMoved) -> None:
        """Move the list cursor with the table cursor; a search or a filter moves only the row."""
        event.stop()
        if event.grid.has_focus:
            self.body.columns.cursor = event.column
        self.body.show_column()

    # Changes.

    async def _accept(self) -> None:
        """Go to the network, or say what prevents it."""
        if self.host.bench.trouble is not None:
            self.host.report(self.host.bench.trouble)
        elif self.body.column is not None:
            await self.host.action_go("build")

    def _use(self) -> None:
        """Use the current column, or leave it out."""
        experiment, column = self.host.bench.experiment, self.body.column
        if experiment is None or column is None:
            return
        if column.name in edits.targets(experiment):
            key = self.host.key_of("data.target")
            self.host.tell(f"This column is the target; press {key} on another column to make that the target.")
            return
        use = not edits.uses_column(experiment, column.name, self._excluded)
        self.host.bench.edit(edits.use_column(experiment, column.name, self._excluded, use))

    def _picture(self) -> None:
        """Show the next picture."""
        if self.has_class("-wide") and not self.body.zoomed:
            self.host.tell(f"All pictures are shown; {self.host.key_of('app.zoom')} maximises the active one.")
        self.body.show_picture(self.body.pictures.following())

    def _against(self) -> None:
        """Make the current column the x axis of the scatter, or let the program choose it again."""
        column = self.body.column
        if column is None:
            return
        if self.body.pictures.hold(column):
            self.host.tell(f"{column.name} is the x axis now: move to another column to see it upwards.")
        self.body.show_picture(self.body.pictures.front)
        self.body.show_column()

    def _target(self) -> None:
        """Make the current column the target; if it is the target already, ask for another."""
        experiment, column, table = self.host.bench.experiment, self.body.column, self.session.workspace.table
        if experiment is None or column is None or table is None:
            return
        if column.name not in edits.targets(experiment):
            self.host.bench.retarget(column.name)
        else:
            self._dialogs.ask_target([(other.name, other.kind) for other in table.columns], column.name)
