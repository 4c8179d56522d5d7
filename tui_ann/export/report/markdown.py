"""A report as Markdown: tables, blocks of TeX mathematics, and each curve as a table of a few epochs."""

from collections.abc import Iterator

import numpy as np

from tui_ann.export.report.document import (
    CodeBlock,
    CurveBlock,
    ListBlock,
    ParagraphBlock,
    ReportBlock,
    RunReport,
    TableBlock,
    WorkedBlock,
    table,
    unknown_block,
)
from tui_ann.export.worked.markdown import markdown_lines
from tui_ann.text import count, number
from tui_ann.text.markup import markdown_text

DECIMALS = 4
"""Decimals of the worked update."""
_FEW = 8
"""Epochs of a curve that are listed."""


def to_markdown_report(report: RunReport) -> str:
    """The whole report."""
    lines = [f"# {markdown_text(report.title)}"]
    for section in report.sections:
        lines += ["", f"## {markdown_text(section.title)}"]
        for block in section.blocks:
            lines += ["", *block_lines(block)]
    return "\n".join(lines) + "\n"


def block_lines(block: ReportBlock) -> list[str]:
    """The lines of a block."""
    match block:
        case ParagraphBlock(text):
            return [markdown_text(text)]
        case ListBlock(items):
            return [f"- {markdown_text(item)}" for item in items]
        case TableBlock():
            return _table(block)
        case CurveBlock():
            return [f"**{markdown_text(block.title)}**", "", *_table(few_epochs(block))]
        case WorkedBlock(solution):
            return list(markdown_lines(solution, DECIMALS, level=3))
        case CodeBlock(text, language):
            return list(_fenced(text, language))
        case _:
            raise unknown_block(block)


def few_epochs(chart: CurveBlock) -> TableBlock:
    """A curve as a table of a few epochs: the first, the last, that which was kept, and some between them.

    Args:
        chart: The curve.
    """
    numbers = chart.numbers
    wanted = [*np.geomspace(1, numbers[-1], _FEW).round(), *([] if chart.best is None else [chart.best])]
    places = np.unique(np.maximum(np.searchsorted(numbers, wanted, side="right") - 1, 0))
    rows = [
        [count(int(numbers[place])), *(number(line.y[place]) if place < len(line.y) else "–" for line in chart.lines)]
        for place in places
    ]
    return table(["epoch", *(line.label for line in chart.lines)], rows, range(len(chart.lines) + 1))


def _table(block: TableBlock) -> list[str]:
    rules = ["---:" if place in block.right else "---" for place in range(len(block.head))]
    rows = [[markdown_text(cell) for cell in row] for row in (block.head, *block.rows)]
    return [f"| {' | '.join(row)} |" for row in (rows[0], rules, *rows[1:])]


def _fenced(text: str, language: str) -> Iterator[str]:
    """Code between fences that it does not contain."""
    fence = "```"
    while fence in text:
        fence += "`"
    yield f"{fence}{language}"
    yield from text.rstrip("\n").splitlines()
    yield fence
