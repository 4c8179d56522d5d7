"""`tui-ann report`: a run as a document to hand in."""

from pathlib import Path

import click

from tui_ann.cli.export import write_run
from tui_ann.cli.options import force_option, threshold_option
from tui_ann.export.run_formats import REPORT_FORMATS


@click.command(short_help="Write RUN as a document to hand in.")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "--to",
    "form",
    type=click.Choice(tuple(REPORT_FORMATS)),
    help="How to write it.  [as FILE ends, else html]",
)
@click.option(
    "--out",
    type=click.Path(),
    metavar="FILE",
    help="Write to a new FILE, or into FOLDER/; - is standard output.  [NAME-report]",
)
@threshold_option
@force_option
def report(run: Path, form: str | None, out: str | None, threshold: float, force: bool) -> int:
    """Write the run in the folder RUN as a document to hand in.

    The data and what was done to them, the network and why, the settings, the curves, the findings of the doctor, the
    figures with intervals, the worst rows, one update worked out, and how to repeat the run.

    \b
    tui-ann report runs/iris-20250101-120000
    tui-ann report runs/iris-20250101-120000 --out iris.tex
    tui-ann report runs/iris-20250101-120000 --format markdown --out -
    """  # noqa: D301 - click needs the character itself
    by_ending = {f".{each.suffix}": each.name for each in REPORT_FORMATS.values()}
    ending = "" if out is None else Path(out).suffix.lower()
    return write_run(run, form or by_ending.get(ending, "html"), out, threshold, force)
