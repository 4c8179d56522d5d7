"""A table as the JSON object that `tui-ann data --json` prints."""

from typing import Any

from tui_ann.data.prepare.roles import excluded, proposal, propose_target, propose_task
from tui_ann.data.read.table import Column, Table
from tui_ann.errors import DataError


def to_json(table: Table, target: str | None = None, values: bool = False) -> dict[str, Any]:
    """Everything the reader found, as plain lists and dictionaries.

    Args:
        table: The table.
        target: The column to predict; proposed by default.
        values: Whether to add the cleaned cells of each column.

    Raises:
        DataError: There is no column of the target's name.
    """
    report = table.report
    target = propose_target(table) if target is None else table.column(target).name
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
        "excluded": excluded(table, target),
        "target": target,
        "task": None if target is None else propose_task(table, target),
        "proposal": None if target is None else proposal(table, target)._asdict(),
        "warnings": [warning._asdict() for warning in table.warnings],
    }
    return found


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
