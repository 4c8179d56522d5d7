"""`tui-ann export`: a trained run for other programs."""

from pathlib import Path

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.options import STDOUT, force_option
from tui_ann.cli.terminal import Bar, say
from tui_ann.export.run_formats import RUN_FORMATS

_WIDTH = max(map(len, RUN_FORMATS))
_LIST = "\n".join(f"  {form.name:<{_WIDTH}}  {form.note}" for form in RUN_FORMATS.values())

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
@click.option("--to", "form", type=click.Choice(tuple(RUN_FORMATS)), metavar="FORMAT", required=True, help="Which one.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to a new FILE, or FOLDER; - is standard output.  [name of the run]",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    metavar="T",
    help="Two classes: the second is the answer from this probability on.",
)
@force_option
def export(run: Path, form: str, out: Path | None, threshold: float, force: bool) -> int:
    """Write a run for another program."""
    from tui_ann.experiment.run_folder import RunFolder
    from tui_ann.session.session import Session

    session = Session()
    session.workspace.open(RunFolder.open(run).path)
    with Bar("reading") as bar:
        if out == STDOUT:
            print(session.exporting.text(form, threshold=threshold, progress=bar.at), end="")
            return DONE
        written = session.exporting.write(form, out, force=force, threshold=threshold, progress=bar.at)
    for remark in written.remarks:
        say(remark)
    for path in written.paths:
        say(f"wrote {path}")
    return DONE
