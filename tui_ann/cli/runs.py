"""`tui-ann runs`: lists runs with their results."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.options import json_option
from tui_ann.cli.terminal import amount, figure, say, show_json, show_table

if TYPE_CHECKING:
    from tui_ann.session.store.run_list import ListedRun

_WIDE = 100
"""Columns of a terminal that also shows when a run ended."""


@click.command(short_help="List runs with their results.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@json_option
def runs(folder: Path, as_json: bool) -> int:
    """List the runs in DIR and in DIR/runs, each by its path, the latest last [the current folder].

    For each: how it ended, its epochs, and the loss and accuracy or R² of the kept weights on the test rows, else on
    those for validation or training.  The loss is that of the data, without L1 and L2 penalties.  With --json
    everything in run.json.
    """
    from tui_ann.session.store.run_list import runs_in

    found = runs_in(folder)
    if as_json:
        show_json({"runs": [run.to_json() for run in found]})
    elif found:
        penalised = any(run.record is not None and run.record.penalty for run in found)
        titles = ("run", "status", "epochs", "rows", "data loss" if penalised else "loss", "metric", "ended")
        shown = titles if shutil.get_terminal_size().columns >= _WIDE or not sys.stdout.isatty() else titles[:-1]
        show_table(shown, [_row(run)[: len(shown)] for run in found], right=(2, 4))
    else:
        say(f"There are no runs in {folder} or {folder / 'runs'}. tui-ann train EXPERIMENT makes one.")
    return DONE


def _row(run: "ListedRun") -> tuple[str, ...]:
    name = str(run.folder)
    when = f"{run.ended:%Y-%m-%d %H:%M}"
    record = run.record
    if record is None:
        return (name, "damaged", "", "", "", run.trouble, when)
    from tui_ann.session.run.results import Results

    part, loss, metric, value = Results(record.metrics, penalty=record.penalty).headline
    return (
        name,
        record.status.replace("_", " "),
        amount(record.epochs),
        part,
        "" if loss is None else figure(loss, 3),
        f"{metric} {figure(value, 3)}" if metric else "",
        when,
    )
