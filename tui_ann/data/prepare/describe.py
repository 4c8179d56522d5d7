"""A table as the JSON object that `tui-ann data --json` prints."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np

from tui_ann.data.prepare.dataset import target_names, task_of
from tui_ann.data.prepare.extremes import target_notes
from tui_ann.data.prepare.roles import Task, excluded, proposal, propose_target
from tui_ann.data.prepare.row_order import order_notes
from tui_ann.data.prepare.targets import find_target
from tui_ann.data.read.table import Column, Notice, Table
from tui_ann.errors import DataError


def to_json(table: Table, target: str | Sequence[str] | None = None, values: bool = False) -> dict[str, Any]:
    """Everything the reader found, as plain lists and dictionaries, with what stands out in rows and targets.

    Args:
        table: The table.
        target: The column to predict, or several columns of numbers; one is proposed by default.
        values: Whether to add the cleaned cells of each column.

    Raises:
        DataError: There is no column of the target's name, or one of several is no number.
    """
    report = table.report
    names = target_names(target) if target else tuple(filter(None, (propose_target(table),)))
    first = names[0] if names else None
    if len(names) > 1:
        find_target(table, names, "regression", (), False)
    task = None if first is None else cast(Task, task_of(table, names, "auto"))
    output = None if first is None else proposal(table, first, task)
    found: dict[str, Any] = {
        "encoding": report.encoding,
        "container": report.container,
        "dialect": report.dialect._asdict(),
        "skip_lines": report.skip_lines,
        "has_header": report.has_header,
        "rows": table.n_rows,
        "columns": [_column(column, values) for column in table.columns],
        "rejects": [
            {"line": reject.line, "reason": reject.reason, "expected": reject.expected, "found": reject.found}
            for reject in table.rejects
        ],
        "issues": [issue._asdict() for issue in table.issues],
        "excluded": {name: why for name, why in excluded(table, first).items() if name not in names},
        "target": list(names) if len(names) > 1 else first,
        "task": task,
        "proposal": output and output._replace(units=max(output.units, len(names)))._asdict(),
        "warnings": [warning._asdict() for warning in (*table.warnings, *_stands_out(table, names, task))],
    }
    return found


def _stands_out(table: Table, names: Sequence[str], task: Task | None) -> Iterator[Notice]:
    """A notice of rows in the order of time, and one for each target of a regression that a few numbers stretch."""
    for note in order_notes(table, names) if names else ():
        yield Notice("in_order", note)
    if task == "regression":
        for note in target_notes(table, names, np.arange(table.n_rows)):
            yield Notice("far_target", note)


def refusal_to_json(error: DataError) -> dict[str, Any]:
    """The JSON object for a rejected file."""
    return {"error": {"code": error.code, "message": error.message, "remedy": error.remedy}}


def _column(column: Column, values: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "kind": column.kind,
        "flags": list(column.flags),
        "unit": column.unit,
        "missing": column.missing,
        "distinct": column.distinct,
    }
    if values:
        found["values"] = column.values()
    return found
