"""Data: the columns and their use, the distribution of one, all rows, and everything that was done."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.data.prepare.roles import excluded
from tui_ann.experiment.spec import DenseSpec
from tui_ann.session.reasons import proposal_reasons
from tui_ann.text import cell_width, counted
from tui_ann.tui.content import edits
from tui_ann.tui.content.data_report import rows_lost
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.keys.remedies import remedy_action
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.data_dialogs import DataDialogs
from tui_ann.tui.screens.data_panes import DataPanes
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import RowList


class DataScreen(AnnScreen):
    """The table and the proposal for its columns."""

    MODE = "data"
    CSS_PATH = "data.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("data")]
    AUTO_FOCUS = "#columns"

    def __init__(self) -> None:
        super().__init__()
        self.body = DataPanes()
        """The panes."""
        self._dialogs = DataDialogs(self.host)
        self._excluded: dict[str, str] = {}
        self.verbs = {
            **self._dialogs.verbs(),
            "accept": self._accept,
            "use": self._use,
            "target": self._target,
        }

    def compose_body(self) -> Iterable[Widget]:
        """The panes."""
        yield self.body

    # Display.

    def show_session(self) -> None:
        """Show the table and how its columns are used."""
        experiment, table = self.host.bench.experiment, self.session.workspace.table
        if experiment is None or table is None:
            self.body.show_table(None)
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
        self.body.show_table(table, roles, self._excluded)
        workspace = self.session.workspace
        self.body.show_report(workspace.dataset, self.host.bench.trouble, proposal_reasons(workspace))

    def status(self) -> tuple[Content, str]:
        """Task, output layer, loss, scaling, rejected rows; or what prevents training."""
        experiment, table = self.host.bench.experiment, self.session.workspace.table
        if experiment is None or table is None:
            return Content("Nothing is open yet: 0 goes to the examples"), "note"
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
        rejected = rows_lost(table, dataset)
        loss = experiment.training.loss
        # If there is no room for everything, the output layer is left out first: the Build screen shows it too.
        tries = [(layer, scaling + rows), ("", scaling + rows), ("", scaling)]
        texts = [" · ".join(part for part in (task, one, loss, two, rejected) if part) for one, two in tries]
        return plain(next((text for text in texts if cell_width(text) <= self.size.width - 2), texts[-1])), ""

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Show the column under the cursor."""
        event.stop()
        self.body.show_column()

    def on_grid_view_cursor_moved(self, event: GridView.CursorMoved) -> None:
        """Move the list cursor with the table cursor."""
        event.stop()
        if event.grid.has_focus:
            self.body.columns.cursor = event.column

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

    def _target(self) -> None:
        """Make the current column the target; if it is the target already, ask for another."""
        experiment, column, table = self.host.bench.experiment, self.body.column, self.session.workspace.table
        if experiment is None or column is None or table is None:
            return
        if column.name not in edits.targets(experiment):
            self.host.bench.retarget(column.name)
        else:
            self._dialogs.ask_target([(other.name, other.kind) for other in table.columns], column.name)
