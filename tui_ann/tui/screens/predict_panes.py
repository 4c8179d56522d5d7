"""The panes of Predict: matrix or scatter with figures, threshold, curve or residuals, the rows, one row."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from textual.content import Content

from tui_ann.session.evaluate.judged_moment import JudgedMoment
from tui_ann.session.evaluate.listing import WORST, ListWish, listed
from tui_ann.session.evaluate.rows import JudgedRows
from tui_ann.session.evaluate.share_intervals import Interval
from tui_ann.text import clean, counted, line_name
from tui_ann.tui.content.judged_text import (
    answer_lines,
    baseline_sentence,
    columns_of,
    figure_lines,
    matrix_order,
    matrix_picture,
    rows_sentence,
)
from tui_ann.tui.draw.fitting import longest_of
from tui_ann.tui.screens.predict_charts import PredictCharts
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.confusion_view import ConfusionView, FiguresView
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.judged_table import JudgedList, JudgedTable
from tui_ann.tui.widgets.panes import TITLE_FRAME, Pane, Panes
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_story import RowStoryView


class PredictPanes(Panes):
    """Shows a judged moment.

    Args:
        host: Returns the application.
    """

    def __init__(self, host: Callable[[], ScreenHost]) -> None:
        self._host = host
        self.charts = charts = PredictCharts(host)
        """The charts."""
        self.matrix, self.figures = ConfusionView(id="matrix"), FiguresView(id="figures")
        self.table, self.story = JudgedTable(id="judged"), RowStoryView(id="story")
        self.table.choosable = False
        self._judged = Pane(
            self.matrix, charts.answers, self.figures, title="Confusion", id="judged-pane", topic="confusion"
        )
        self._rows = Pane(self.table, title="Rows", id="rows-pane", topic="judged_rows")
        self._story = Pane(self.story, title="One row", id="row-pane", topic="one_row")
        # In this order the grid puts them into their places.
        super().__init__(
            self._judged, self._rows, charts.threshold_pane, charts.residuals_pane, self._story, charts.curve_pane
        )
        self.set_reactive(Panes.active, "rows-pane")
        self.judged: JudgedMoment | None = None
        """What is shown."""
        self.wish = ListWish()
        """Which rows are listed, and how."""
        self._order: tuple[JudgedRows, ListWish, NDArray[np.intp]] | None = None

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
        known = bool(judged.evaluation.figures)
        self.set_class(not known, "-no-target")
        self.matrix.display, self.charts.answers.display = known and not regression, known and regression
        self._show_judgement(judged, intervals)
        self.charts.show(judged)
        self.show_rows()

    def _show_judgement(self, judged: JudgedMoment, intervals: Mapping[str, Interval]) -> None:
        found, rows = judged.evaluation, judged.rows
        if found.figures:
            lines = figure_lines([replace(figure, interval=intervals.get(figure.name)) for figure in found.figures])
            what = "ŷ against actual" if rows.task == "regression" else "Confusion"
            titles = [f"{what} · {clean(found.sentence, 60)}", clean(found.sentence, 60)]
        else:
            lines = answer_lines(rows, judged.wish.threshold)
            titles = [f"Answers · {clean(rows.what, 24)}, {counted(len(rows), 'row')}, no target"]
        self.figures.set_figures(lines, "" if found.baseline is None else found.baseline.name)
        self._judged.border_title = _fitting(self._judged, *titles)
        chosen = self.wish.cell
        self.matrix.set_picture(None if found.confusion is None else matrix_picture(found.confusion, chosen))
        self._tell_judged()

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
        if self._order is None or self._order[:2] != (rows, self.wish) or self.wish.cell is not None:
            self._order = rows, self.wish, listed(rows, self.wish, threshold)
        order = self._order[2]
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
        return f"Line {line_name(judged.rows.lines[row])}, as in the file"


def _fitting(pane: Pane, *texts: str) -> Content:
    """The first text for the frame of a pane that fits, or as much of the last; the first if its width is not known."""
    width = pane.size.width - TITLE_FRAME
    if width <= 0:
        return plain(texts[0])
    return plain(longest_of(texts, width), width)
