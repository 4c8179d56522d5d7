"""The writers of reports, as the table of formats names them; each imports what it needs when it is called."""

from tui_ann.export.report.document import RunReport
from tui_ann.export.runs.source import Files


def to_markdown(report: RunReport) -> Files:
    """As Markdown."""
    from tui_ann.export.report.markdown import to_markdown_report

    return {".md": to_markdown_report(report)}


def to_html(report: RunReport) -> Files:
    """As one page."""
    from tui_ann.export.report.html import to_html_report

    return {".html": to_html_report(report)}


def to_latex(report: RunReport) -> Files:
    """As a LaTeX document."""
    from tui_ann.export.report.latex import to_latex_report

    return {".tex": to_latex_report(report)}


def to_notebook(report: RunReport) -> Files:
    """As a Jupyter notebook."""
    from tui_ann.export.report.notebook import to_notebook_report

    return {".ipynb": to_notebook_report(report)}
