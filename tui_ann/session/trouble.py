"""Everything that prevents an experiment from running, in one list for a command to print."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Table
from tui_ann.errors import DataError, Problem
from tui_ann.experiment.checks import refuse
from tui_ann.experiment.files import place_of
from tui_ann.experiment.spec import Experiment
from tui_ann.gate import allowed
from tui_ann.session.run.prepared import Prepared, read_options

_DATA = "data.path"


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
            found.append(Problem(_DATA, error.message, error.remedy))
    if table is not None:
        data.put_table(experiment, table)
        found += _columns(table, experiment)
    return [*found, *data.problems(experiment)]


def refuse_missing_data(experiment: Experiment, file: Path | None) -> None:
    """Refuse an experiment whose data file is not there; the message says where it is named, and all other problems.

    Args:
        experiment: The experiment.
        file: The experiment file that names the data file; `None` if a change does.

    Raises:
        ExperimentError: There is no such data file.
    """
    if os.path.exists(allowed(Path(experiment.data.path))):
        return
    where = place_of(file, _DATA) if file else f"--set {_DATA}"
    found = [replace(each, where=where) if each.where == _DATA else each for each in trouble(experiment)]
    refuse(found, code="no_such_file")


def _columns(table: Table, experiment: Experiment) -> Iterator[Problem]:
    """Column names missing in the table; the target is checked with the task."""
    for key in ("features", "ignore"):
        for name in getattr(experiment.data, key):
            if name != "*":
                try:
                    table.column(name)
                except DataError as error:
                    yield Problem(f"data.{key}", error.message, error.remedy)
