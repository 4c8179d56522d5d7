"""A report as a Jupyter notebook: texts as Markdown, curves as pictures, the worked update as a cell that runs."""

from collections.abc import Iterator

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tui_ann.export.report.curve_svg import curve_svg
from tui_ann.export.report.document import CurveBlock, ReportBlock, RunReport, WorkedBlock
from tui_ann.export.report.markdown import block_lines
from tui_ann.text.markup import markdown_text


def to_notebook_report(report: RunReport) -> str:
    """The whole report."""
    cells = [new_markdown_cell(f"# {markdown_text(report.title)}")]
    for section in report.sections:
        lines = [f"## {markdown_text(section.title)}"]
        for block in section.blocks:
            if isinstance(block, CurveBlock | WorkedBlock):
                cells.append(new_markdown_cell("\n".join(lines)))
                cells += _cells(block)
                lines = []
            else:
                lines += ["", *block_lines(block)] if lines else block_lines(block)
        if lines:
            cells.append(new_markdown_cell("\n".join(lines)))
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"  # not random, so that the same run gives the same file
    notebook = new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)
    return text + "\n"


def _cells(block: ReportBlock) -> Iterator[nbformat.NotebookNode]:
    """The cells of a block that is not text alone."""
    match block:
        case CurveBlock():
            picture = curve_svg(block)
            source = f"from IPython.display import SVG, display\n\ndisplay(SVG({picture!r}))"
            shown = new_output("display_data", data={"image/svg+xml": picture, "text/plain": block.title})
            yield new_code_cell(source, outputs=[shown])
        case WorkedBlock(_, script):
            yield new_markdown_cell("\n".join(block_lines(block)))
            if script:
                yield new_markdown_cell("The same update as NumPy code; it prints the same numbers.")
                yield new_code_cell(script.rstrip("\n"))
