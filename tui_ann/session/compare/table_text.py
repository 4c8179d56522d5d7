"""The table of compared runs as text for other documents: Markdown, CSV, LaTeX."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tui_ann.session.compare.columns import NAME, TREND
from tui_ann.session.compare.table import ComparisonTable, TableRow
from tui_ann.text import clean

_TEX = str.maketrans(
    {
        **{letter: f"\\{letter}" for letter in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "η": r"$\eta$",
        "ε": r"$\varepsilon$",
        "→": r"$\to$",
        "−": "$-$",
        "—": "---",
        "±": r"$\pm$",
        "…": r"\ldots{}",
    }
)


def as_markdown(table: ComparisonTable, rows: Sequence[TableRow] = ()) -> str:
    """A pipe table; the best of each column is bold.

    Args:
        table: The table.
        rows: Its rows in the wanted order; by default that of the letters.
    """
    places = _places(table)
    head = ["", *(_markdown(table.columns[place].title) for place in places)]
    lines = [head, ["---"] * len(head)]
    for row in rows or table.rows:
        texts = [f"**{text}**" if best else text for text, best in _cells(table, row, places, _markdown)]
        lines.append([row.run.letter, *texts])
    text = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return text + (f"\n{_markdown(table.same)}\n" if table.same else "")


def as_csv(table: ComparisonTable, rows: Sequence[TableRow] = ()) -> str:
    """Comma-separated values: settings under their dotted keys, numbers in full, empty where there is no value.

    Where rows are several runs, a column of means has one of standard deviations behind it.

    Args:
        table: The table.
        rows: Its rows in the wanted order; by default that of the letters.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    places = _places(table)
    spread = {place for place in places for row in table.rows if row.spreads[place] is not None}
    head = ["run"]
    for place in places:
        name = _csv_name(table.columns[place].key)
        head += [name, f"{name}:std"] if place in spread else [name]
    writer.writerow(head)
    for row in rows or table.rows:
        cells = [row.run.letter]
        for place in places:
            cells.append(_csv_cell(row.values[place]))
            cells += [_csv_cell(row.spreads[place])] if place in spread else []
        writer.writerow(cells)
    return out.getvalue()


def as_latex(table: ComparisonTable, rows: Sequence[TableRow] = ()) -> str:
    """A `tabular` of the package booktabs; the best of each column is bold.

    Args:
        table: The table.
        rows: Its rows in the wanted order; by default that of the letters.
    """
    places = _places(table)
    lines = [
        rf"\begin{{tabular}}{{ll{'r' * (len(places) - 1)}}}",
        r"  \toprule",
        "  " + " & ".join(["", *(_latex(table.columns[place].title) for place in places)]) + r" \\",
        r"  \midrule",
    ]
    for row in rows or table.rows:
        texts = [rf"\textbf{{{text}}}" if best else text for text, best in _cells(table, row, places, _latex)]
        lines.append("  " + " & ".join([row.run.letter, *texts]) + r" \\")
    return "\n".join([*lines, r"  \bottomrule", r"\end{tabular}", ""])


@dataclass(frozen=True)
class TableFormat:
    """A way to write the table."""

    name: str
    """Its name."""
    suffix: str
    """The ending of its files, without the dot."""
    note: str
    """What it is for."""
    text: Callable[[ComparisonTable, Sequence[TableRow]], str]
    """Writes the table with its rows in an order."""


TABLE_FORMATS = (
    TableFormat("Markdown", "md", "for notes and repositories", as_markdown),
    TableFormat("CSV", "csv", "for spreadsheets and scripts: every number in full", as_csv),
    TableFormat("LaTeX", "tex", "a tabular of the package booktabs", as_latex),
)
"""Every way."""


def _places(table: ComparisonTable) -> list[int]:
    """The columns that are written: all but the small curves."""
    return [place for place, column in enumerate(table.columns) if column.key != TREND]


def _cells(
    table: ComparisonTable, row: TableRow, places: Sequence[int], written: Callable[[str], str]
) -> list[tuple[str, bool]]:
    """The texts of a row, each with whether it is the best of its column."""
    return [(written(row.texts[place]), (row.run.letter, table.columns[place].key) in table.best) for place in places]


def _markdown(text: str) -> str:
    shown = clean(text)
    for sign in "\\`*_|<>[]":
        shown = shown.replace(sign, f"\\{sign}")
    return shown


def _latex(text: str) -> str:
    return clean(text).translate(_TEX)


def _csv_name(key: str) -> str:
    return "name" if key == NAME else key.removeprefix("set:")


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return value
