"""Everything that prevents an experiment from running, in one list for a command to print."""

from collections.abc import Iterator
from pathlib import Path

from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Table
from tui_ann.errors import DataError, Problem
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.prepared import Prepared, read_options


def trouble(experiment: Experiment, table: Table | None = None) -> list[Problem]:
    """What prevents an experiment from running: its file, column names, the target, the network, the settings.

    Args:
        experiment: The experiment.
        table: Its data, if they were read with its settings.
    """
    data, found = Prepared(), list[Problem]()
    if table is None:
        try:
            table = read_table(Path(experiment.data.path), read_options(experiment))
        except DataError as error:
            found.append(Problem("data.path", error.message, error.remedy))
    if table is not None:
        data.put_table(experiment, table)
        found += _columns(table, experiment)
    return [*found, *data.problems(experiment)]


def _columns(table: Table, experiment: Experiment) -> Iterator[Problem]:
    """Column names missing in the table; the target is checked with the task."""
    for key in ("features", "ignore"):
        for name in getattr(experiment.data, key):
            if name != "*":
                try:
                    table.column(name)
                except DataError as error:
                    yield Problem(f"data.{key}", error.message, error.remedy)
