"""Editing the rows of the open experiment: points are added, moved, relabelled and removed in a copy of its table.

The file that was opened never changes.  Each edit writes a new table among the user's files, named by its content, and
is an edit of the experiment, so undo returns to the table before.
"""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import structs

from tui_ann.data.prepare.dataset import Dataset, build_dataset
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Column, Table, spelled
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import DataError, SessionError
from tui_ann.experiment.atomic import make_folder, write_text
from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.session.changes import Edit
from tui_ann.session.explore.kept_drawing import KeptDrawing
from tui_ann.session.run.prepared import Prepared, one_hot, read_options
from tui_ann.session.store.recents import Recents
from tui_ann.session.workspace import Workspace
from tui_ann.text import count

MOST_ROWS = 5000
"""Largest table whose rows can be edited."""
DRAWN_COLUMNS = ("x1", "x2", "class")
"""The columns of a table that is drawn."""
DRAWN_CLASSES = ("one", "other")
"""The classes of its points."""
_DIGITS = 6
"""Significant digits of a number that is written."""

Cell = float | str


class OwnData:
    """Edits the rows of the open experiment.

    Args:
        workspace: What is open.
        folder: Where the copies of tables are kept.
        recents: The list that a drawing is put on, if there is one.
    """

    def __init__(self, workspace: Workspace, folder: Path, recents: Recents | None = None) -> None:
        self._workspace, self._folder = workspace, folder
        self._kept = KeptDrawing(workspace, folder, recents)
        self.edited: int | None = None
        """The row of the table, counted from 0, that the last edit added or changed; `None` if it removed one."""

    # ------------------------------------------------------------------ a table that is drawn

    def begin(self) -> Experiment:
        """Open an experiment with an empty table of two features and two classes, to be drawn.

        Raises:
            SessionError: The table cannot be written.
        """
        path = self._keep([list(DRAWN_COLUMNS)])
        experiment = Experiment(
            name="drawn",
            data=DataSpec(
                path=str(path),
                target=DRAWN_COLUMNS[-1],
                task="binary",
                features=DRAWN_COLUMNS[:2],
                classes=DRAWN_CLASSES,
                delimiter=",",
                header=True,
                validation_split=0.0,
            ),
            network=NetworkSpec(
                layers=(DenseSpec(units=8, activation="tanh"), DenseSpec(units=1, activation="sigmoid"))
            ),
            training=TrainingSettings(
                loss="binary_crossentropy", optimizer="adam", learning_rate=0.03, batch_size=10, epochs=300
            ),
        )
        data = Prepared()
        data.put_table(experiment, _read(experiment))
        self._workspace.install(experiment, data)
        return experiment

    @property
    def drawn(self) -> Table | None:
        """The table of an experiment that is drawn, as long as a class has no point yet; `None` of any other."""
        workspace = self._workspace
        if not workspace.is_open or Path(workspace.experiment.data.path).parent != self._folder:
            return None
        if workspace.experiment.data.classes != DRAWN_CLASSES:
            return None
        table = workspace.table
        if table is None:  # undo has returned to it
            try:
                table = _read(workspace.experiment)
            except DataError:  # it is not what was drawn: another format, or changed by hand; preparing it says why
                return None
            workspace.data.put_table(workspace.experiment, table)
        return table if _is_drawing(table) else None

    # ------------------------------------------------------------------ edits

    def add(self, values: Mapping[str, Cell]) -> Edit:
        """Add a row to the training rows: at the end of the table, or before the last row that is trained on.

        So the rows before it, which are nearly all of the training rows, keep their numbers.

        Args:
            values: The cells by column; the others are missing.

        Raises:
            SessionError: The table cannot be edited, or there is no such column.
            DataError: The row cannot be used; nothing has changed.
        """
        names, rows = self._rows()
        row = self._row(names, [""] * len(names), values)
        first, added = self._made(names, [*rows, row]), len(rows)
        if first[2] is not None and len(rows) not in first[2].rows.train and len(first[2].rows.train):
            place = int(first[2].rows.train.max())
            again = self._made(names, [*rows[:place], row, *rows[place:]])
            if again[2] is not None and place in again[2].rows.train:
                first, added = again, place
        return self._change(first, "a point added", added)

    def move(self, row: int, values: Mapping[str, Cell]) -> Edit:
        """Change cells of a row of the table, counted from 0.

        Raises:
            SessionError: The table cannot be edited, or there is no such row or column.
            DataError: The row cannot be used any more; nothing has changed.
        """
        names, rows = self._rows(row)
        rows[row] = self._row(names, rows[row], values)
        return self._change(self._made(names, rows), "a point moved", row)

    def relabel(self, row: int, value: Cell | None = None) -> Edit:
        """Give a row of the table another target: the next class unless a value is given.

        Raises:
            SessionError: The table cannot be edited, there is no such row, or a number was not given.
            DataError: The table cannot be used any more; nothing has changed.
        """
        names, rows = self._rows(row)
        target = self._target_name()
        if value is None:
            classes = self.classes
            if not classes:
                raise SessionError("The target is a number.", remedy="Type it.", code="not_a_class")
            now = rows[row][names.index(target)]
            value = classes[(classes.index(now) + 1) % len(classes)] if now in classes else classes[0]
        rows[row] = self._row(names, rows[row], {target: value})
        return self._change(self._made(names, rows), "a point relabelled", row)

    def remove(self, row: int) -> Edit:
        """Remove a row of the table, counted from 0.

        Raises:
            SessionError: The table cannot be edited, or there is no such row.
            DataError: Too few rows are left; nothing has changed.
        """
        names, rows = self._rows(row)
        del rows[row]
        return self._change(self._made(names, rows), "a point removed", None)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that a point can have; none for a regression."""
        workspace = self._workspace
        if workspace.dataset is not None:
            return workspace.dataset.classes
        return workspace.experiment.data.classes

    def _target_name(self) -> str:
        target = self._workspace.experiment.data.target
        if not isinstance(target, str):
            raise SessionError(
                "This table has several targets.", remedy="Edit the points of a table with one.", code="several_targets"
            )
        return target

    def _rows(self, row: int | None = None) -> tuple[list[str], list[list[str]]]:
        """The names and the cells of the open table."""
        table = self._workspace.table or self.drawn
        if table is None:
            raise SessionError("The table is not read yet.", remedy="Try again.", code="no_table")
        if table.n_rows > MOST_ROWS:
            raise SessionError(
                f"A table of {count(table.n_rows)} rows is too large to be edited point by point.",
                remedy=f"Use one of at most {count(MOST_ROWS)} rows.",
                code="too_large",
            )
        if row is not None and not 0 <= row < table.n_rows:
            raise SessionError("There is no such row.", remedy="Pick a point.", code="no_such_row")
        rows = [[column.raw(i) for column in table.columns] for i in range(table.n_rows)]
        return table.names, rows

    def _row(self, names: Sequence[str], cells: Sequence[str], values: Mapping[str, Cell]) -> list[str]:
        """The cells of a row with some of them changed."""
        changed = list(cells)
        for name, value in values.items():
            if name not in names:
                raise SessionError(f"There is no column {name!r}.", remedy="Name a column.", code="no_such_column")
            text = value if isinstance(value, str) else spelled(float(f"{value:.{_DIGITS}g}"))
            changed[names.index(name)] = text
        return changed

    def _made(self, names: list[str], rows: list[list[str]]) -> tuple[Experiment, Table, Dataset | None]:
        """The experiment on a table of these rows, the table, and its prepared rows, if it has enough of them."""
        before = self._workspace.experiment
        path = self._keep([names, *rows])
        own = {"delimiter": ",", "decimal": ".", "encoding": "utf-8", "header": True, "skip_lines": 0, "table": None}
        experiment = structs.replace(before, data=structs.replace(before.data, path=str(path), **own))
        table = _read(experiment)
        try:
            return experiment, table, build_dataset(table, experiment.data, one_hot=one_hot(experiment))
        except DataError:
            if before.data.classes != DRAWN_CLASSES or not _is_drawing(table):
                raise
            return experiment, table, None

    def _change(self, made: tuple[Experiment, Table, Dataset | None], label: str, row: int | None) -> Edit:
        """Open the experiment on the new table, as an edit."""
        experiment, table, dataset = made
        edit = self._workspace.edit(experiment, label)
        self.edited = row
        self._workspace.data.put_table(experiment, table)
        if dataset is not None:
            self._workspace.data.put_dataset(experiment, dataset)
        if experiment.data.classes == DRAWN_CLASSES:
            self._kept.begin()
        return edit

    def _keep(self, lines: list[list[str]]) -> Path:
        """Write a table into a file named by its content."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(lines)
        content = text.getvalue()
        path = self._folder / f"{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}.csv"
        if not path.exists():
            make_folder(self._folder)
            write_text(path, content)
        return path


def frame_of(experiment: Experiment) -> tuple[float, float] | None:
    """What both axes of an experiment that is drawn contain; `None` of any other."""
    return (-1.0, 1.0) if experiment.data.classes == DRAWN_CLASSES else None


def _is_drawing(table: Table) -> bool:
    """Whether a table is one that is drawn and lacks a class."""
    return tuple(table.names) == DRAWN_COLUMNS and table.column(DRAWN_COLUMNS[-1]).distinct < len(DRAWN_CLASSES)


def _read(experiment: Experiment) -> Table:
    """The table of an experiment; one without rows, which is no table to open, has columns of labels."""
    path = Path(experiment.data.path)
    try:
        return read_table(path, read_options(experiment))
    except DataError as error:
        if error.code != "no_rows":
            raise
        return Table.of([Column.of_labels(name, []) for name in DRAWN_COLUMNS], path)
