"""`tui-ann runs`: lists runs with their results."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.options import json_option
from tui_ann.cli.terminal import amount, figure, say, show_json, show_table

if TYPE_CHECKING:
    from tui_ann.session.store.run_list import ListedRun

_MAIN = ("accuracy", "r2")
"""The metric that is shown for a run, the first that it has."""
_PARTS = ("train", "validation", "test")


@click.command(short_help="List runs with their results.")
@click.argument("folder", metavar="[DIR]", default="runs", type=click.Path(path_type=Path))
@json_option
def runs(folder: Path, as_json: bool) -> int:
    """List the runs in DIR, the latest last [runs].

    For each: how it ended, its epochs, the loss of the kept weights on training, validation and test rows, and accuracy
    or R² on the test rows (else on those for validation or training).  With --json everything in run.json.
    """
    from tui_ann.session.store.run_list import runs_in

    if folder == Path("runs") and not folder.exists():
        found: list[ListedRun] = []
    else:
        found = runs_in(folder)
    if as_json:
        show_json({"runs": [run.to_json() for run in found]})
    elif found:
        titles = ("run", "ended", "status", "epochs", *_PARTS, "result")
        show_table(titles, [_row(run, folder) for run in found], right=range(3, 7))
    else:
        say(f"There are no runs in {folder}. tui-ann train EXPERIMENT makes one.")
    return DONE


def _row(run: "ListedRun", folder: Path) -> tuple[str, ...]:
    name = run.folder.name if run.folder != folder else str(run.folder)
    when = f"{run.ended:%d %b %H:%M}"
    record = run.record
    if record is None:
        return (name, when, "damaged", *("",) * 4, run.trouble)
    losses = [record.metrics.get(part, {}).get("loss") for part in _PARTS]
    return (
        name,
        when,
        record.status.replace("_", " "),
        amount(record.epochs),
        *("" if loss is None else figure(loss, 3) for loss in losses),
        _result(run),
    )


def _result(run: "ListedRun") -> str:
    """The main metric on the test rows, or else the validation or the training rows."""
    metrics = run.record.metrics if run.record else {}
    for part in reversed(_PARTS):
        for name in _MAIN:
            value = metrics.get(part, {}).get(name)
            if value is not None:
                return f"{part} {name} {figure(value, 3)}"
    return ""
