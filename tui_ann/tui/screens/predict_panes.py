"""The panes of Predict: matrix or scatter with figures, threshold, curve or residuals, the rows, one row."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from textual.content import Content

from tui_ann.session.evaluate.figures import Interval
from tui_ann.session.evaluate.judged_moment import JudgedMoment
from tui_ann.session.evaluate.listing import WORST, ListWish, listed
from tui_ann.session.evaluate.residuals import Residuals, residuals_of
from tui_ann.text import clean, count, counted, number
from tui_ann.tui.content.judged_text import (
    CURVES,
    baseline_sentence,
    columns_of,
    figure_lines,
    matrix_order,
    matrix_picture,
    rows_sentence,
    score_curve,
)
from tui_ann.tui.draw.scatter import ScatterAxis
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.confusion_view import ConfusionView, FiguresView
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.judged_table import JudgedList, JudgedTable
from tui_ann.tui.widgets.panes import TITLE_FRAME, DescribedPane, Pane, Panes
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_story import RowStoryView
from tui_ann.tui.widgets.scatter import Scatter
from tui_ann.tui.widgets.threshold_view import ScoreCurveView, ThresholdView

_FORGIVING = 0.5


class PredictPanes(Panes):
    """Shows a judged moment.

    Args:
        host: Returns the application.
    """

    def __init__(self, host: Callable[[], ScreenHost]) -> None:
        self._host = host
        self.matrix, self.figures = ConfusionView(id="matrix"), FiguresView(id="figures")
        self.answers, self.residuals = Scatter(id="answers"), Scatter(id="residuals")
        self.threshold, self.curve = ThresholdView(id="threshold"), ScoreCurveView(id="curve")
        self.table, self.story = JudgedTable(id="judged"), RowStoryView(id="story")
        self.table.choosable = False
        self._judged = Pane(
            self.matrix, self.answers, self.figures, title="Confusion", id="judged-pane", topic="confusion"
        )
        self._rows = Pane(self.table, title="Rows", id="rows-pane", topic="judged_rows")
        self._threshold = DescribedPane(self.threshold, title="Threshold", id="threshold-pane", topic="threshold")
        self._residuals = Pane(self.residuals, title="Residuals", id="residuals-pane", topic="residuals")
        self._story = Pane(self.story, title="One row", id="row-pane", topic="one_row")
        self._curve = DescribedPane(self.curve, title="ROC", id="curve-pane", topic="score_curves")
        super().__init__(self._judged, self._rows, self._threshold, self._residuals, self._story, self._curve)
        self.set_reactive(Panes.active, "rows-pane")
        self.judged: JudgedMoment | None = None
        """What is shown."""
        self.wish = ListWish()
        """Which rows are listed, and how."""
        self.curve_name = CURVES[0]
        """Which curve is drawn."""
        self.against = ""
        """The column that the residuals are shown against; empty for ŷ."""
        self.target = 0
        """The target of a regression that is drawn, counted from 0."""

    def show_judged(self, judged: JudgedMoment | None, intervals: Mapping[str, Interval]) -> None:
        """Show a judged moment.

        Args:
            judged: The moment; `None` if there is none.
            intervals: The intervals of its figures, if they are known.
        """
        self.judged = judged
        if judged is None:
            self.table.set_list(None)
            return
        two = judged.evaluation.pictures is not None
        regression = judged.rows.task == "regression"
        self.offer("threshold-pane", two)
        self.offer("curve-pane", two)
        self.offer("residuals-pane", regression and bool(judged.evaluation.figures))
        self.matrix.display, self.answers.display = not regression, regression
        self._show_judgement(judged, intervals)
        self.show_threshold()
        self.show_residuals()
        self.show_rows()

    def _show_judgement(self, judged: JudgedMoment, intervals: Mapping[str, Interval]) -> None:
        found, rows = judged.evaluation, judged.rows
        lines = figure_lines([replace(figure, interval=intervals.get(figure.name)) for figure in found.figures])
        self.figures.set_figures(lines, found.baseline)
        what = "ŷ against actual" if rows.task == "regression" else "Confusion"
        self._judged.border_title = _fitting(self._judged, f"{what} · {clean(found.sentence, 60)}")
        chosen = self.wish.cell
        self.matrix.set_picture(None if found.confusion is None else matrix_picture(found.confusion, chosen))
        self._tell_judged()
        residuals = self._of_target()
        if residuals is None:
            self.answers.clear()
        else:
            name = clean(residuals.target, 20)
            self.answers.set_data(
                ScatterAxis(f"actual {name}", residuals.actual), ScatterAxis(f"ŷ of {name}", residuals.predicted)
            )

    def _of_target(self) -> Residuals | None:
        judged = self.judged
        if judged is None or judged.rows.task != "regression":
            return None
        self.target = min(self.target, len(judged.rows.preprocessing.target.names) - 1)
        return residuals_of(judged.rows, self.target)

    def show_threshold(self) -> None:
        """Draw the threshold and the curve."""
        judged = self.judged
        pictures = judged.evaluation.pictures if judged is not None else None
        if judged is None or pictures is None:
            self.threshold.set_data(None, _FORGIVING)
            self.curve.set_curve(None, "")
            return
        threshold = judged.wish.threshold
        self._threshold.border_title = plain(f"Threshold on ŷ = P({clean(pictures.positive, 24)})")
        self.threshold.set_data(pictures.histograms, threshold)
        curve, words = score_curve(pictures, self.curve_name, threshold)
        self._curve.border_title = plain(self.curve_name)
        if self.curve_name == CURVES[0]:
            auc = next((figure for figure in judged.evaluation.figures if figure.name == "auc"), None)
            words = f"AUC {number(auc.value, 3)} · {words}" if auc is not None else words
        self.curve.set_curve(curve, words)

    def show_residuals(self) -> None:
        """Draw the residuals of a regression."""
        found = self._of_target()
        if found is None:
            self.residuals.clear()
            return
        if self.against not in found.columns:
            self.against = ""
        x = found.against(self.against) if self.against else found.predicted
        labels = self._labels(self.against)
        across = ScatterAxis(self.against or f"ŷ of {clean(found.target, 20)}", np.asarray(x), labels)
        self.residuals.set_data(across, ScatterAxis("ŷ − y", found.residual))
        self._residuals.border_title = plain(f"Residuals against {clean(self.against, 30) or 'ŷ'}")
        key = self._host().key_of("predict.x_axis")
        mean = number(float(found.residual.mean()), 3, sign=True)
        self._residuals.tell(plain(f"mean {mean} · {key} another column"))

    def _labels(self, column: str) -> tuple[str, ...]:
        judged = self.judged
        features = judged.rows.preprocessing.columns if judged is not None else ()
        return next((feature.labels for feature in features if feature.column == column), ())

    def show_rows(self) -> None:
        """List the rows."""
        judged = self.judged
        if judged is None:
            return
        rows, threshold = judged.rows, judged.wish.threshold
        columns = columns_of(rows, threshold)
        keys = {column.key for column in columns} | {WORST}
        if self.wish.sort not in keys:
            self.wish = ListWish()
        order = listed(rows, self.wish, threshold)
        sorted_by = "" if self.wish.sort == WORST else self.wish.sort
        self.table.set_list(JudgedList(columns, order, rows.lines, sorted_by, self.wish.falling))
        self._rows.border_title = _fitting(self._rows, self._rows_title(len(order)))
        told = rows_sentence(judged.evaluation)
        key = self._host().key_of("predict.row")
        self._rows.tell(plain(f"{told} · {key}: whole row" if told else f"{key}: whole row"))

    def _rows_title(self, many: int) -> str:
        judged = self.judged
        assert judged is not None
        how = "Worst first" if self.wish.sort == WORST else "Sorted"
        if not judged.rows.known.any():
            how = "Rows"
        if self.wish.cell is not None and judged.evaluation.confusion is not None:
            names = [clean(judged.evaluation.confusion.classes[code], 16) for code in self.wish.cell]
            return f"{names[0]} taken for {names[1]} · {counted(many, 'row')}"
        return f"{how} · {counted(many, 'row')}"

    def filter_cell(self, cell: tuple[int, int]) -> None:
        """List only the rows of a cell of the matrix; the same cell again lists all.

        Args:
            cell: Its place, as drawn.
        """
        judged = self.judged
        if judged is None or judged.evaluation.confusion is None:
            return
        order = matrix_order(judged.evaluation.confusion)
        wanted = (order[cell[0]], order[cell[1]])
        self.wish = ListWish(self.wish.sort, self.wish.falling, None if wanted == self.wish.cell else wanted)
        self._refresh_list()

    def list_all(self) -> None:
        """List all rows again."""
        self.wish = ListWish(self.wish.sort, self.wish.falling)
        self._refresh_list()

    def sort(self) -> None:
        """Sort by the column under the cursor; again in the other order, then the worst first."""
        column = self.table.column
        if column is None:
            return
        if column.key == WORST or (column.key == self.wish.sort and not self.wish.falling):
            self.wish = ListWish(cell=self.wish.cell)
        elif column.key == self.wish.sort:
            self.wish = ListWish(column.key, False, self.wish.cell)
        else:
            self.wish = ListWish(column.key, True, self.wish.cell)
        self._refresh_list()

    def _refresh_list(self) -> None:
        self.show_rows()
        if self.judged is not None and self.judged.evaluation.confusion is not None:
            self.matrix.set_picture(matrix_picture(self.judged.evaluation.confusion, self.wish.cell))
        self.table.post_message(JudgedTable.CursorMoved(self.table, *self.table.cursor))

    def name_story(self, title: str) -> None:
        """Write what the pane of one row shows on its frame."""
        self._story.border_title = _fitting(self._story, title)

    def on_resize(self) -> None:
        """Fit the words on the frames to the new width."""
        if self.judged is not None:
            self.show_rows()

    def on_described(self, event: Described) -> None:
        """Say on the frame of the matrix what is under its cursor."""
        if event.widget is self.matrix:
            self._tell_judged()

    def _tell_judged(self) -> None:
        """Say on the frame what is under the cursor of the matrix, or what the baseline gets."""
        words, judged = "", self.judged
        if self.matrix.has_focus:
            words = self.matrix.describe()
        elif judged is not None:
            words = baseline_sentence(judged.evaluation)
        self._judged.tell(_fitting(self._judged, words))

    @property
    def row_words(self) -> str:
        """The row under the cursor in words."""
        judged, row = self.judged, self.table.row
        if judged is None or row is None:
            return "One row"
        return f"Line {count(int(judged.rows.lines[row]))}, as in the file"


def _fitting(pane: Pane, text: str) -> Content:
    """A text for the frame of a pane, as much of it as fits once its width is known."""
    width = pane.size.width - TITLE_FRAME
    return plain(text, width) if width > 0 else plain(text)
