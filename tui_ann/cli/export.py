"""`tui-ann export`: a trained run for other programs."""

import os
from pathlib import Path

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.options import STDOUT, force_option, threshold_option
from tui_ann.cli.terminal import Bar, say
from tui_ann.export.run_formats import EXPORT_FORMATS

_SLASHES = tuple(filter(None, (os.sep, os.altsep)))
_WIDTH = max(map(len, EXPORT_FORMATS))
_LIST = "\n".join(f"  {form.name:<{_WIDTH}}  {form.note}" for form in EXPORT_FORMATS.values())

HELP = f"""Write the run in the folder RUN for another program.

Where the format can hold it, a raw row goes in (gaps are filled, numbers scaled, labels encoded as for the training)
and a label or a number in its own units comes out.

\b
Formats:
{_LIST}

\b
tui-ann export runs/iris-20250101-120000 --to python
tui-ann export runs/iris-20250101-120000 --to onnx --out iris.onnx
"""


@click.command(short_help="Write RUN for another program: Keras, PyTorch, ONNX, C …", help=HELP)
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--to",
    "--format",
    "form",
    type=click.Choice(tuple(EXPORT_FORMATS)),
    metavar="FORMAT",
    required=True,
    help="Which one.",
)
@click.option(
    "--out",
    type=click.Path(),
    metavar="FILE",
    help="Write to a new FILE, or into FOLDER/; - is standard output.  [name of the run]",
)
@threshold_option
@force_option
def export(run: Path, form: str, out: str | None, threshold: float, force: bool) -> int:
    """Write a run for another program."""
    return write_run(run, form, out, threshold, force)


def write_run(run: Path, form: str, out: str | None, threshold: float, force: bool) -> int:
    """Write a saved run in a format, to a file or to standard output.

    Args:
        run: Its folder.
        form: The format.
        out: The file; a folder if it ends in a slash; `STDOUT` is standard output, and `None` the proposed file.
        threshold: With two classes and one output, the second is the answer where ŷ is at least this.
        force: Whether existing files are replaced.
    """
    from tui_ann.experiment.run_folder import RunFolder
    from tui_ann.session.session import Session

    session = Session()
    session.workspace.open(RunFolder.open(run).path)
    path = None if out is None else Path(out)
    if path is not None and out is not None and out.endswith(_SLASHES):  # which `Path` forgets
        path = session.exporting.inside(path, form)
    with Bar("reading") as bar:
        if path == STDOUT:
            click.echo(session.exporting.text(form, threshold=threshold, progress=bar.at), nl=False)
            return DONE
        written = session.exporting.write(form, path, force=force, threshold=threshold, progress=bar.at)
    for remark in written.remarks:
        say(remark)
    for path in written.paths:
        say(f"wrote {path}")
    return DONE
