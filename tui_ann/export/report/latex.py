"""A report as a LaTeX document: the article class, amsmath, and TikZ for the curves."""

from collections.abc import Iterator, Sequence

from tui_ann.export.report.curve_scale import CurveScale
from tui_ann.export.report.document import (
    CodeBlock,
    CurveBlock,
    ListBlock,
    ParagraphBlock,
    ReportBlock,
    RunReport,
    TableBlock,
    WorkedBlock,
    unknown_block,
)
from tui_ann.export.report.markdown import DECIMALS
from tui_ann.export.worked.latex import latex_document, latex_lines
from tui_ann.text.markup import latex_text

_PACKAGES = ("amsmath", "tikz", "longtable")
_COLOURS = ("teal", "violet", "orange", "blue")
_WIDTH, _HEIGHT = 13.0, 5.0
"""Centimetres of a chart."""
_MOST_POINTS = 300
_WIDE_CELL = 28
"""Characters from which on the cells of a column are broken into lines."""


def to_latex_report(report: RunReport) -> str:
    """The whole report."""
    lines = [rf"\section*{{\Large {latex_text(report.title)}}}"]
    for section in report.sections:
        lines += ["", rf"\section*{{{latex_text(section.title)}}}"]
        for block in section.blocks:
            lines += ["", *_lines(block)]
    return latex_document(lines, _PACKAGES)


def _lines(block: ReportBlock) -> list[str]:
    match block:
        case ParagraphBlock(text):
            return [latex_text(text), ""]
        case ListBlock(items):
            return [r"\begin{itemize}", *(rf"\item {latex_text(item)}" for item in items), r"\end{itemize}"]
        case TableBlock():
            return list(_table(block))
        case CurveBlock():
            return list(_chart(block))
        case WorkedBlock(solution):
            return latex_lines(solution, DECIMALS, level=2)
        case CodeBlock(text):
            return list(_code(text))
        case _:
            raise unknown_block(block)


def _table(block: TableBlock) -> Iterator[str]:
    widest = [max(len(row[place]) for row in (block.head, *block.rows)) for place in range(len(block.head))]
    wide = [place for place, cells in enumerate(widest) if cells > _WIDE_CELL and place not in block.right]
    room = max(3.0, (15.0 - 0.19 * sum(cells for place, cells in enumerate(widest) if place not in wide)))
    columns = "".join(
        rf"p{{{room / len(wide):.1f}cm}}" if place in wide else "r" if place in block.right else "l"
        for place in range(len(block.head))
    )
    yield rf"\begin{{longtable}}[l]{{@{{}}{columns}@{{}}}}"
    yield _row(block.head) + r" \hline"
    yield from map(_row, block.rows)
    yield r"\end{longtable}"


def _row(cells: Sequence[str]) -> str:
    # Braces, so that a cell that begins with a bracket is no option of the line break before it.
    return " & ".join(f"{{{latex_text(cell)}}}" for cell in cells) + r" \\"


def _chart(chart: CurveBlock) -> Iterator[str]:
    scale = CurveScale(chart, _WIDTH, _HEIGHT)
    yield rf"\textbf{{{latex_text(chart.title)}}}"
    yield ""
    yield r"\begin{tikzpicture}"
    yield rf"\draw[gray] (0,{_HEIGHT}) -- (0,0) -- ({_WIDTH},0) node[anchor=north east, yshift=-14pt] {{epoch}};"
    for up, label in scale.y_ticks():
        yield rf"\draw[gray!30] (0,{up:.3f}) -- ({_WIDTH},{up:.3f});"
        yield rf"\node[left] at (0,{up:.3f}) {{{latex_text(label)}}};"
    for across, label in scale.x_ticks():
        yield rf"\node[below] at ({across:.3f},0) {{{latex_text(label)}}};"
    for place, line in enumerate(chart.lines):
        colour, dots = _COLOURS[place % len(_COLOURS)], ", dotted" if line.dotted else ""
        for stretch in scale.stretches(line, _MOST_POINTS):
            yield rf"\draw[{colour}, thick{dots}] " + " -- ".join(f"({x:.3f},{y:.3f})" for x, y in stretch) + ";"
        yield (rf"\node[right, text={colour}] at ({place * 3.2:.1f},{_HEIGHT + 0.35}) {{{latex_text(line.label)}}};")
    yield r"\end{tikzpicture}"


def _code(text: str) -> Iterator[str]:
    yield r"{\ttfamily\small\raggedright"
    for line in text.rstrip("\n").splitlines():
        blank = len(line) - len(line.lstrip(" "))
        yield r"\hspace*{" + f"{blank * 0.5:.1f}em}}" + latex_text(line.lstrip(" ")) + r"\par"
    yield "}"
