"""Predict: how good the answers are, for which rows they are wrong, and what the network says to a row of one's own."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui_ann.session.run.snapshot import Snapshot
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.screens.predict_judging import Judging
from tui_ann.tui.screens.predict_panes import PredictPanes
from tui_ann.tui.screens.predict_row import RowTeller
from tui_ann.tui.screens.predict_verbs import PredictVerbs
from tui_ann.tui.screens.predict_work import PredictWork
from tui_ann.tui.services.picture_queue import Pictured
from tui_ann.tui.widgets.confusion_view import ConfusionView
from tui_ann.tui.widgets.judged_table import JudgedTable
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.threshold_view import RowMoved, ThresholdMoved


class PredictScreen(AnnScreen):
    """Shows a judged moment of the run, live or saved.  All is worked out in a thread; the panes only draw it."""

    MODE = "predict"
    CSS_PATH = "predict.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("predict")]
    AUTO_FOCUS = "JudgedTable"

    def __init__(self) -> None:
        super().__init__()
        self.body = PredictPanes(lambda: self.host)
        """The panes."""
        self.work = PredictWork(lambda: self.host, judging=self, rows=self.body.table, figures=self.body.figures)
        """What is computed."""
        self._teller = RowTeller(lambda: self.host, self.body, self.work)
        self._judging = judging = Judging(
            lambda: self.host, self.body, self.work, self._teller, shown=self._look_anew, obstacle=self._show_obstacle
        )
        self.verbs = {
            **PredictVerbs(lambda: self.host, self.body, self.work, self._teller, judging.change).verbs(),
            "more": lambda: judging.move_threshold(1),
            "fewer": lambda: judging.move_threshold(-1),
            "kind": self._turn,
            "sort": self.body.sort,
            "now": judging.back,
        }

    def compose_body(self) -> Iterable[Widget]:
        """Why there is nothing to show, and the panes."""
        yield Static(id="predict-note", markup=False)
        yield self.body

    def begin(self) -> None:
        """Reset for a newly opened experiment."""
        super().begin()
        self._judging.forget()

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Judge the run; now and then while it trains."""
        if self.host.used and (not self.host.runner.running or self.work.due):
            self._judging.judge()

    def on_pictured(self, event: Pictured) -> None:
        """Show what was worked out, or why it cannot be."""
        event.stop()
        error = self.work.take(event)
        if error is not None:
            self._judging.refuse(error)

    def _look_anew(self, to_threshold: bool) -> None:
        """Follow what is shown with the keys and the status line.

        Args:
            to_threshold: Whether a threshold has appeared, so that the arrow keys move it.
        """
        if to_threshold and self.is_current:
            self.set_focus(self.body.charts.threshold)
        self.refresh_bindings()
        self.refresh_status()

    def _turn(self) -> None:
        """Draw the next curve or target; the row is explained for that."""
        self.body.charts.turn()
        self._teller.tell()

    def _show_obstacle(self, words: str) -> None:
        note = self.query_one("#predict-note", Static)
        note.update(plain(words))
        note.display, self.body.display = bool(words), not words
        self.refresh_status()

    # Events of the panes.

    def on_threshold_moved(self, event: ThresholdMoved) -> None:
        """Move the threshold."""
        event.stop()
        self._judging.move_threshold(event.steps, event.to)

    def on_grid_view_cursor_moved(self, event: JudgedTable.CursorMoved) -> None:
        """Show the row under the cursor."""
        event.stop()
        self._teller.show_typed(None)

    def on_row_moved(self, event: RowMoved) -> None:
        """Move the cursor of the list."""
        event.stop()
        self.body.table.action_move(event.where)

    def on_confusion_view_chosen(self, event: ConfusionView.Chosen) -> None:
        """List the rows of a cell of the matrix."""
        event.stop()
        self.body.filter_cell(event.cell)
        self.refresh_bindings()

    # Words and keys.

    def status(self) -> tuple[Content, str]:
        """What the threshold does, or what is shown."""
        return self._judging.sentence()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what is possible now."""
        if action != "do" or not self.is_mounted:
            return True
        judged, verb = self.work.judged, parameters[0]
        if judged is None:
            return False
        two, regression = judged.evaluation.pictures is not None, judged.rows.task == "regression"
        if verb in ("more", "fewer", "cheapest", "costs"):
            return two
        if verb == "kind":
            return two or (regression and len(judged.rows.preprocessing.target.names) > 1)
        if verb == "x_axis":
            return regression
        return self._judging.can_go_back if verb == "now" else True
