"""A report as one HTML page with its pictures inside, without scripts, for a browser and for print."""

from collections.abc import Iterator, Sequence

from tui_ann.export.report.curve_svg import curve_svg
from tui_ann.export.report.document import (
    CodeBlock,
    CurveBlock,
    ListBlock,
    ParagraphBlock,
    ReportBlock,
    ReportSection,
    RunReport,
    TableBlock,
    WorkedBlock,
    unknown_block,
)
from tui_ann.export.report.markdown import DECIMALS
from tui_ann.export.worked.text import to_text
from tui_ann.text.markup import html_lines, html_text

_STYLE = """\
:root { color-scheme: light; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; background: #fff;
  font: 16px/1.5 "Segoe UI", Roboto, "Helvetica Neue", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.2; margin-bottom: .2em; }
h2 { font-size: 1.2rem; margin: 2rem 0 .4rem; border-bottom: 1px solid #ccc; padding-bottom: .2rem; }
nav { font-size: .9rem; color: #555; } nav a { color: #00625a; margin-right: .8em; white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .6rem 0; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { padding: .18rem .7rem .18rem 0; text-align: left; vertical-align: top; }
th { border-bottom: 1px solid #888; font-weight: 600; } tr + tr td { border-top: 1px solid #eee; }
.right { text-align: right; }
pre { background: #f6f6f4; padding: .7rem .9rem; overflow-x: auto; font: 13px/1.25 "DejaVu Sans Mono", Menlo, Consolas,
  monospace; }
figure { margin: .8rem 0; } figcaption { font-weight: 600; font-size: .95rem; } svg { width: 100%; height: auto; }
@media print { body { max-width: none; margin: 0; font-size: 11pt; } nav { display: none; }
  pre { white-space: pre-wrap; font-size: 8pt; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; }
  .scroll { overflow: visible; } }
"""


def to_html_report(report: RunReport) -> str:
    """The whole report."""
    title = html_text(report.title)
    names = [f'<a href="#s{place}">{html_text(section.title)}</a>' for place, section in enumerate(report.sections)]
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>\n{_STYLE}</style>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
        f"<nav>{' '.join(names)}</nav>",
    ]
    for place, section in enumerate(report.sections):
        lines += _section(place, section)
    return "\n".join([*lines, "</body>", "</html>"]) + "\n"


def _section(place: int, section: ReportSection) -> Iterator[str]:
    yield f'<section><h2 id="s{place}">{html_text(section.title)}</h2>'
    for block in section.blocks:
        yield from _lines(block)
    yield "</section>"


def _lines(block: ReportBlock) -> Sequence[str]:
    match block:
        case ParagraphBlock(text):
            return [f"<p>{html_text(text)}</p>"]
        case ListBlock(items):
            return ["<ul>", *(f"<li>{html_text(item)}</li>" for item in items), "</ul>"]
        case TableBlock():
            return list(_table(block))
        case CurveBlock():
            return [f"<figure><figcaption>{html_text(block.title)}</figcaption>", curve_svg(block), "</figure>"]
        case WorkedBlock(solution):
            return [f"<pre>{html_lines(to_text(solution, DECIMALS).rstrip())}</pre>"]
        case CodeBlock(text):
            return [f"<pre>{html_lines(text.rstrip())}</pre>"]
        case _:
            raise unknown_block(block)


def _table(block: TableBlock) -> Iterator[str]:
    yield '<div class="scroll"><table>'
    yield f"<thead>{_row(block.head, 'th', block.right)}</thead><tbody>"
    for row in block.rows:
        yield _row(row, "td", block.right)
    yield "</tbody></table></div>"


def _row(cells: Sequence[str], tag: str, right: frozenset[int]) -> str:
    shown = (
        f"<{tag}{' class=right' if place in right else ''}>{html_text(cell)}</{tag}>"
        for place, cell in enumerate(cells)
    )
    return f"<tr>{''.join(shown)}</tr>"
