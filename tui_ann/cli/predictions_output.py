"""The output of `tui-ann predict`: a table, CSV or JSON; a million rows take about as long as reading them."""

import csv
import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tui_ann.cli.terminal import as_json, figure, figures, show, show_table

if TYPE_CHECKING:
    from tui_ann.session.run.predictions import Predictions

_BLOCK = 4096


def json_parts(found: "Predictions") -> Iterator[str]:
    """The JSON object in plain ASCII, a few thousand rows at a time."""
    from msgspec.json import encode

    head, tail = as_json(found.about_to_json()), '{"rows": ['
    for start in range(0, len(found), _BLOCK):
        rows = found.rows_to_json(slice(start, start + _BLOCK))
        part = encode(rows).decode()
        yield tail + (part if part.isascii() else as_json(rows))[1:-1]
        tail = ", "
    yield f"{tail if tail != ', ' else ''}], {head[1:]}\n"


def _columns(found: "Predictions") -> list[tuple[str, list[Any]]]:
    """The table: the title and the cells of each column."""
    columns = [("row", found.row_numbers.tolist()), *_of_targets("predicted", found.targets, found.predicted)]
    if found.actual is not None:
        columns += _of_targets("actual", found.targets, found.actual)
    if found.probabilities is not None:
        titles = [f"P({name})" for name in found.classes]
        columns += zip(titles, found.probabilities.T.tolist(), strict=True)
    if found.parts is not None:
        columns.append(("part", found.part_names()))
    return columns


def _of_targets(what: str, targets: tuple[str, ...], values: list[Any]) -> list[tuple[str, list[Any]]]:
    """A column for each target."""
    if len(targets) == 1:
        return [(what, values)]
    return [(f"{what} {name}", [row[place] for row in values]) for place, name in enumerate(targets)]


def show_predictions(found: "Predictions", *, rows: bool) -> None:
    """Print the rows, if wanted, and the metrics, of each part of the run if there are any."""
    if rows:
        columns = _columns(found)
        cells = zip(*(_words(title, values) for title, values in columns), strict=True)
        show_table([title for title, _ in columns], list(cells), right=range(len(columns)))
        show()
    if found.metrics_by_part:
        lines = [("all", found.metrics), *found.metrics_by_part.items()]
        names = list(found.metrics)
        shown = [[part, *(figure(values[name]) for name in names)] for part, values in lines]
        show_table(["", *names], shown, right=range(1, len(names) + 1))
        return
    for name, value in found.metrics.items():
        show(f"{name} {figure(value)}")


def _words(title: str, values: list[Any]) -> list[str]:
    """The cells of a column as texts; what a row does not have is empty, an answer that is no number is nan."""
    first = next((value for value in values if value is not None), None)
    in_words = figures() if isinstance(first, float) else str
    absent = "" if title.partition(" ")[0] in ("actual", "part") else figure(math.nan)
    return [absent if value is None else in_words(value) for value in values]


def csv_text(found: "Predictions") -> str:
    """The rows as a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = _columns(found)
    writer.writerow([_harmless(title) for title, _ in columns])
    writer.writerows(zip(*(_plain_cells(values) for _, values in columns), strict=True))
    return text.getvalue()


def _plain_cells(values: list[Any]) -> list[Any]:
    """The cells of a column for a CSV file; a missing one is empty."""
    if not values or (isinstance(values[0], float | int) and None not in values):
        return values
    safe = {value: "" if value is None else _harmless(value) for value in set(values)}
    return [safe[value] for value in values]


def _harmless(cell: Any) -> Any:
    """A cell that spreadsheets do not read as a formula; numbers stay numbers."""
    if not isinstance(cell, str) or cell[:1] not in ("=", "+", "-", "@", "\t", "\r"):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
