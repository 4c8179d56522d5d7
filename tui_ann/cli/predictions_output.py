"""The output of `tui-ann predict`: a table, CSV or JSON; a million rows take about as long as reading them."""

import csv
import io
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from tui_ann.cli.plain_table import table_width
from tui_ann.cli.terminal import as_json, figure, figures, room, say, show, show_table
from tui_ann.text.spreadsheets import harmless

if TYPE_CHECKING:
    from tui_ann.session.run.predictions import Predictions

_BLOCK = 4096
_LARGE, _LARGEST = 1e6, 1e15
"""From where to where the numbers of a column are written as whole numbers, none with an exponent."""

Column = tuple[str, list[Any]]
"""A title and the cells below it."""


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


def _columns(found: "Predictions", probabilities: list[Column]) -> list[Column]:
    """The table: the title and the cells of each column."""
    columns: list[Column] = [("row", found.row_numbers.tolist()), ("line", found.lines.tolist())]
    columns += _of_targets("predicted", found.targets, found.predicted)
    if found.actual is not None:
        columns += _of_targets("actual", found.targets, found.actual)
    columns += probabilities
    if found.parts is not None:
        columns.append(("part", found.part_names()))
    return columns


def _of_every_class(found: "Predictions") -> list[Column]:
    """A column of probabilities for each class."""
    if found.probabilities is None:
        return []
    return list(zip([f"P({name})" for name in found.classes], found.probabilities.T.tolist(), strict=True))


def _of_the_answer(found: "Predictions") -> list[Column]:
    """One column: how probable the predicted class is."""
    assert found.probabilities is not None
    place = {name: index for index, name in enumerate(found.classes)}
    likely = [row[place[name]] for name, row in zip(found.predicted, found.probabilities.tolist(), strict=True)]
    return [("P(predicted)", likely)]


def _of_targets(what: str, targets: tuple[str, ...], values: list[Any]) -> list[Column]:
    """A column for each target."""
    if len(targets) == 1:
        return [(what, values)]
    return [(f"{what} {name}", [row[place] for row in values]) for place, name in enumerate(targets)]


def show_predictions(found: "Predictions", *, rows: bool) -> None:
    """Print the rows, if wanted, and the metrics, of each part of the run if there are any."""
    if rows:
        titles, cells = _in_words(_columns(found, _of_every_class(found)))
        if table_width(titles, cells) > room():  # messages speak of the line, so the row goes first
            titles, cells = titles[1:], cells[1:]
        if len(found.classes) > 1 and table_width(titles, cells) > room():
            titles, cells = _in_words(_columns(found, _of_the_answer(found)))
            say(f"The terminal has no room for {len(found.classes)} probabilities; --out and --json write all of them.")
        show_table(titles, list(zip(*cells, strict=True)), right=range(len(titles)))
        show()
    if found.metrics_by_part:
        from tui_ann.session.run.judging import by_target

        lines = [
            (f"  {target}" if target else part, figures)
            for part, values in (("all", found.metrics), *found.metrics_by_part.items())
            for target, figures in by_target(values).items()
        ]
        names = list(dict.fromkeys(name for _, figures in lines for name in figures))
        shown = [
            [part, *(figure(figures[name]) if name in figures else "" for name in names)] for part, figures in lines
        ]
        show_table(["", *names], shown, right=range(1, len(names) + 1))
        return
    for name, value in found.metrics.items():
        show(f"{name} {figure(value)}")


def _in_words(columns: list[Column]) -> tuple[list[str], list[list[str]]]:
    """The titles, and the cells of each column as texts."""
    return [title for title, _ in columns], [_words(title, values) for title, values in columns]


def _words(title: str, values: list[Any]) -> list[str]:
    """The cells of a column as texts; what a row does not have is empty, an answer that is no number is nan."""
    first = next((value for value in values if value is not None), None)
    in_words = _format(values) if isinstance(first, float) else str
    absent = "" if title.partition(" ")[0] in ("actual", "part") else figure(math.nan)
    return [absent if value is None else in_words(value) for value in values]


def _format(values: list[Any]) -> Callable[[float], str]:
    """One format for the numbers of a column: if some are large, all are whole numbers."""
    largest = max((abs(value) for value in values if value is not None and math.isfinite(value)), default=0.0)
    if not _LARGE <= largest < _LARGEST:
        return figures()
    in_words = figures(len(f"{largest:.0f}"))
    return lambda value: in_words(float(round(value)) if math.isfinite(value) else value)


def csv_text(found: "Predictions") -> str:
    """The rows as a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = _columns(found, _of_every_class(found))
    writer.writerow([harmless(title) for title, _ in columns])
    writer.writerows(zip(*(_plain_cells(values) for _, values in columns), strict=True))
    return text.getvalue()


def _plain_cells(values: list[Any]) -> list[Any]:
    """The cells of a column for a CSV file; a missing one is empty."""
    if not values or (isinstance(values[0], float | int) and None not in values):
        return values
    safe = {value: "" if value is None else harmless(value) for value in set(values)}
    return [safe[value] for value in values]
