"""`tui-ann data`: shows how a file is read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from tui_ann.cli.failures import DONE, exit_code
from tui_ann.cli.options import complete_experiment, json_option, read_options, reading_options, target_option
from tui_ann.cli.terminal import Bar, amount, amount_of, show, show_json, show_table
from tui_ann.errors import DataError
from tui_ann.text import clean

if TYPE_CHECKING:
    from tui_ann.data.read.table import Table

MOST_LISTED = 20
"""Rejected rows and unread cells that are listed; `--json` has all."""

WIDEST = 80
"""Maximum cells of a cell of the table: no reason why a column is left out is cut."""


@click.command()
@click.argument("file", shell_complete=complete_experiment)
@target_option
@reading_options
@json_option
@click.option("--values", is_flag=True, help="With --json: add the cells of each column, null where missing.")
def data(file: str, targets: tuple[str, ...], as_json: bool, values: bool, **reading: Any) -> int:
    """Show how FILE is read; sample:NAME is the data of a built-in sample, - is standard input.

    Dialect, encoding, rows, columns and kinds, missing cells, rejected rows with line number and reason, what is left
    out and why, and the proposed target, task, output layer and loss.
    """
    from tui_ann.data.prepare.describe import refusal_to_json, to_json
    from tui_ann.data.read.reader import read_table
    from tui_ann.data.read.streams import STDIN, at_hand
    from tui_ann.data.samples import data_path

    try:
        with Bar("reading", quiet=as_json) as bar, at_hand(str(data_path(file))) as path:
            table = read_table(path, read_options(**reading), progress=bar.at)
        found = to_json(table, targets, values and as_json)
    except DataError as error:
        if not as_json:
            raise
        show_json(refusal_to_json(error))
        return exit_code(error)
    if as_json:
        show_json(found)
    else:
        _describe(table, found, "standard input" if file == STDIN else str(table.path or ""))
        _say_why(table, targets)
    return DONE


def _describe(table: "Table", found: dict[str, Any], name: str) -> None:
    size = f"{amount_of(found['rows'], 'row')}, {amount_of(len(found['columns']), 'column')}"
    show(f"{clean(name)}: {size}")
    show(" · ".join(_reading(found)))
    show()
    left_out = found["excluded"]
    aims = found["target"] if isinstance(found["target"], list) else [found["target"]]
    rows = [
        (
            column["name"],
            column["kind"],
            column["unit"] or "",
            amount(column["missing"]) if column["missing"] else "",
            amount(column["distinct"]),
            ", ".join(column["flags"]),
            _use(column["name"], aims, left_out),
        )
        for column in found["columns"]
    ]
    titles = ("column", "kind", "unit", "missing", "distinct", "flags", "use")
    show_table(titles, rows, right=(3, 4), widest=WIDEST)
    show()
    _list("rejected rows", [_reject(item) for item in found["rejects"]])
    _list("cells read as missing", [_issue(item) for item in found["issues"]])
    _list("notes", [item["message"] for item in found["warnings"]])
    if found["target"] is None:
        show("No column can be proposed as the target; set one with --target.")
        return
    proposal = found["proposal"]
    units = "unit" if proposal["units"] == 1 else "units"
    show(f"target {', '.join(aims)} · task {found['task']}")
    show(f"output {proposal['units']} {units} {proposal['activation']} · loss {proposal['loss']}")


def _say_why(table: "Table", targets: tuple[str, ...]) -> None:
    """Why an experiment with this table is proposed as it is."""
    from tui_ann.experiment.proposal import propose
    from tui_ann.experiment.reasons import reasons

    try:
        proposed = propose(table, table.path or "", targets or None)
    except DataError as error:
        show(f"It cannot be trained: {error}")
        return
    show()
    _list("proposed", [reason.text for reason in reasons(table, proposed)])


def _reading(found: dict[str, Any]) -> Iterator[str]:
    """How the file was read, as text."""
    from tui_ann.data.read.options import delimiter_name

    yield found["encoding"] or "binary"
    if found["container"]:
        yield str(found["container"])
    dialect = found["dialect"]
    yield f"delimiter {delimiter_name(dialect['delimiter'])}"
    if dialect["decimal"]:
        yield f"decimal {dialect['decimal']}"
    if dialect["thousands"]:
        yield f"thousands {dialect['thousands']}"
    if found["skip_lines"]:
        yield f"{found['skip_lines']} lines skipped"
    yield "header" if found["has_header"] else "no header"


def _use(name: str, targets: list[str], left_out: dict[str, str]) -> str:
    if name in targets:
        return "target"
    return f"left out: {_words(left_out[name])}" if name in left_out else "feature"


def _words(reason: str) -> str:
    from tui_ann.data.prepare.roles import REASONS

    return REASONS.get(reason, reason.replace("_", " "))


def _reject(item: dict[str, Any]) -> str:
    counted = f": {item['found']} fields instead of {item['expected']}" if item["expected"] is not None else ""
    return f"line {item['line']}: {item['reason'].replace('_', ' ')}{counted}"


def _issue(item: dict[str, Any]) -> str:
    return f"line {item['line']}, {item['column']}: {item['value']!r} ({item['reason'].replace('_', ' ')})"


def _list(title: str, lines: list[str]) -> None:
    if not lines:
        return
    show(f"{title} ({amount(len(lines))})")
    for line in lines[:MOST_LISTED]:
        show(f"  {line}")
    if len(lines) > MOST_LISTED:
        show(f"  and {amount(len(lines) - MOST_LISTED)} more; --json lists them all")
    show()
