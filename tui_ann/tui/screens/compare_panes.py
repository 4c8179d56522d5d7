"""The panes of Compare: the chart of all runs, the table below it, and what a lab has shown."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from textual.content import Content

from tui_ann.session.compare.board import Board, BoardGroup, BoardRun
from tui_ann.session.compare.curves import NOTHING
from tui_ann.session.compare.quantities import AlongAxis
from tui_ann.session.compare.table import TableRow
from tui_ann.session.compare.winner import NO_WINNER
from tui_ann.session.labs.over_rows import LabCurves
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.text import cell_width
from tui_ann.tui.content.compare_text import ALONG, chart_sentence, chart_title, run_sentence
from tui_ann.tui.draw.overlay_data import OverlayLine, OverlayView
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.lab_result import LabResult
from tui_ann.tui.widgets.overlay_chart import OverlayChart
from tui_ann.tui.widgets.panes import TITLE_FRAME, Pane, Panes
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.run_table import RunTable

_HEIGHTS = {3: "-few", 7: "-some", 12: "-more"}
"""Classes of tables of at most so many rows, which need less height than the pane has; the chart has the rest."""


class ComparePanes(Panes):
    """Shows a board.

    Args:
        host: Returns the application.
    """

    def __init__(self, host: Callable[[], ScreenHost]) -> None:
        self._host = host
        self.chart, self.table = OverlayChart(id="overlay"), RunTable(id="runs")
        self._chart_pane = Pane(
            self.chart, title="Runs", id="chart-pane", beside="runs-pane lab-result", topic="overlay"
        )
        self._table_pane = Pane(
            self.table, title="What differs", id="runs-pane", beside="chart-pane lab-result", topic="compared_runs"
        )
        self._result = LabResult(beside="chart-pane runs-pane")
        super().__init__(self._chart_pane, self._table_pane, self._result)
        self.set_reactive(Panes.active, "runs-pane")
        self.board: Board | None = None
        """What is shown."""
        self.log_axis = True
        """Whether the vertical axis is logarithmic."""
        self.words: Mapping[Path, str] = {}
        """Words at the ends of curves by the folders of their runs: too small, good, diverges."""
        self.lab_curves: LabCurves | None = None
        """The result of a lab, which is drawn instead of the runs until it is put away."""
        self._sort, self._falling = "", False
        self.table.says = self._say

    def show_board(self, board: Board) -> None:
        """Show another board."""
        self.board = board
        self.table.set_table(board.table, self._sort, falling=self._falling)
        self.show_chart()
        rows = len(board.table.rows)
        fits = next((name for most, name in _HEIGHTS.items() if rows <= most), "")
        for name in _HEIGHTS.values():
            self._table_pane.set_class(name == fits, name)
        self._table_pane.border_subtitle = plain(board.table.same, max(0, self._table_pane.size.width - TITLE_FRAME))

    def on_mount(self) -> None:
        """Leave out the result until a lab has one."""
        super().on_mount()
        self.offer("lab-result", False)

    def show_result(self, title: str, lines: Sequence[str]) -> None:
        """Show what a lab has shown.

        Args:
            title: The title on the frame.
            lines: The sentences; none leaves the pane out.
        """
        if self._result.show_lines(title, lines):
            self.offer("lab-result", bool(lines))

    def show_chart(self) -> None:
        """Draw the chart: the run under the cursor lies on top."""
        board = self.board
        if board is None:
            return
        if self.lab_curves is not None:
            self._show_lab(self.lab_curves)
            return
        chosen = self.table.row.run.place if self.table.row is not None else -1
        groups = sorted(
            (group for group in board.groups if group.first.run.shown),
            key=lambda group: group.first.run.place == chosen,
        )
        lines = [self._line(group) for group in groups]
        key = self._host().key_of
        sentence = chart_sentence(board, *map(key, ("compare.add", "compare.fork")))
        empty = "no run has values of this yet" if board.runs else "no runs"
        self.chart.set_lines(lines, OverlayView(self.log_axis, ALONG[board.wish.along], empty=empty), sentence)
        self._chart_pane.border_title = plain(chart_title(board, log=self.log_axis))
        self._name_axis(board.wish.along)

    def _show_lab(self, curves: LabCurves) -> None:
        """Draw a score over the training rows."""
        lines = [
            OverlayLine(place, band.curve, NOTHING, band, word=name, lettered=False)
            for place, (name, band) in enumerate(curves.bands.items())
        ]
        title = f"{curves.title[0].upper()}{curves.title[1:]} · mean ± SE, bars min–max"
        self.chart.set_lines(lines, OverlayView(log=False, unit="training rows"), f"{title}.")
        self._chart_pane.border_title = plain(title)
        self._chart_pane.tell(Content("x: training rows"))

    def _line(self, group: BoardGroup) -> OverlayLine:
        run, words = group.first, {word for each in group.runs if (word := self.words.get(_folder(each) or Path()))}
        word = words.pop() if len(words) == 1 else ""
        if group.bands is None:
            return OverlayLine(run.run.place, run.train, run.validation, word=word)
        train, validation = group.bands
        return OverlayLine(
            run.run.place, train.curve, validation.curve, train if len(train.x) else validation, word=word
        )

    def _name_axis(self, along: AlongAxis) -> None:
        """Say what the horizontal axis counts, and what else it could."""
        parts = [Content.styled(name, "bold" if axis is along else "dim") for axis, name in ALONG.items()]
        line = Content("x: ") + Content(" ▸ ").join(parts)
        narrow = cell_width(line.plain) > self.size.width // 2
        self._chart_pane.tell(Content(f"x: {ALONG[along]}") if narrow else line)

    def on_resize(self) -> None:
        """Fit the words on the frames to the new width."""
        if self.board is not None:
            self.show_board(self.board)

    @property
    def chosen(self) -> BoardGroup | None:
        """The run under the cursor of the table, or the repeats."""
        row = self.table.row
        if self.board is None or row is None:
            return None
        return next((group for group in self.board.groups if group.first.run is row.run), None)

    def go_to_folder(self, folder: Path) -> None:
        """Put the cursor of the table on the saved run in a folder, if there is one."""
        for place, row in enumerate(self.table.rows):
            sources = [run.source for run in row.runs]
            if any(isinstance(run, SavedRun) and run.folder.resolve() == folder.resolve() for run in sources):
                self.table.move_cursor(place, self.table.cursor[1])

    @property
    def rows(self) -> Sequence[TableRow]:
        """The rows of the table in their order."""
        return self.table.rows

    @property
    def sentence(self) -> str:
        """The sentence for the status line: about the run under the cursor of the table, or the chart."""
        return self.chart.describe()

    @property
    def names_winner(self) -> bool:
        """Whether that is a sentence with a winner."""
        winner = self.board.winner if self.board is not None else ""
        return bool(winner) and not winner.startswith(NO_WINNER) and self.chart.cursor is None

    def _say(self, row: TableRow) -> str:
        chosen = self.chosen
        return run_sentence(self.board, chosen) if self.board is not None and chosen is not None else ""

    def sort(self) -> None:
        """Sort by the column under the cursor; the same column again turns the order round, then ends it."""
        column = self.table.column
        if column is None or self.board is None:
            return
        if self._sort != column.key:
            self._sort, self._falling = column.key, column.better > 0
        elif self._falling == (column.better > 0):
            self._falling = not self._falling
        else:
            self._sort = ""
        self.table.set_table(self.board.table, self._sort, falling=self._falling)

    def on_grid_view_cursor_moved(self, event: RunTable.CursorMoved) -> None:
        """Draw the run under the cursor on top."""
        self.show_chart()

    def on_described(self, event: Described) -> None:
        """Say on the frame of the table what there is to say of the run under the cursor."""
        if event.widget is self.table:
            self._table_pane.border_title = plain(f"What differs · {event.text}" if event.text else "What differs")


def _folder(run: BoardRun) -> Path | None:
    """The folder of a saved run."""
    return run.run.source.folder if isinstance(run.run.source, SavedRun) else None
