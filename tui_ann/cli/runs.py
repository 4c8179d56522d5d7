"""`tui-ann runs`: lists runs with their results."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.options import json_option
from tui_ann.cli.plain_table import table_width
from tui_ann.cli.terminal import amount, figure, room, say, show, show_json, show_table

if TYPE_CHECKING:
    from tui_ann.experiment.run_record import EndVerdict
    from tui_ann.session.store.run_list import ListedRun

_LEFT_OUT = (7, 2, 3, 6, 4, 1)
"""The columns that are left out where there is no room, the first of them first."""
_LONGEST = 500
"""Widest cell: paths are whole."""


@click.command(short_help="List runs with their results.")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@json_option
def runs(folder: Path, as_json: bool) -> int:
    """List the runs in DIR and in DIR/runs, each by its path, the latest last [the current folder].

    For each: how it ended, its epochs, its target, and the loss and accuracy or R² of the kept weights on the test
    rows, else on those for validation or training.  The loss is that of the data, without L1 and L2 penalties.  A
    narrow terminal has fewer columns.  With --json everything in run.json.

    Below them are the folders of sweeps, each of which can be DIR in turn.
    """
    from tui_ann.session.store.paths import UserPaths
    from tui_ann.session.store.run_list import LAB, runs_in, sweeps_in

    found, sweeps = runs_in(folder), sweeps_in(folder)
    if as_json:
        show_json({"runs": [run.to_json() for run in found], "sweeps": [str(sweep) for sweep in sweeps]})
        return DONE
    if found:
        penalised = any(run.record is not None and run.record.penalty for run in found)
        loss = "data loss" if penalised else "loss"
        titles = ("run", "status", "epochs", "rows", loss, "metric", "target", "ended")
        rows = [_row(run) for run in found]
        kept = _that_fit(titles, rows)
        right = [place for place, column in enumerate(kept) if titles[column] in ("epochs", loss)]
        cells = [[row[column] for column in kept] for row in rows]
        show_table([titles[column] for column in kept], cells, right=right, widest=_LONGEST)
        for run in found:
            if run.trouble:
                show(run.trouble)
    elif not sweeps:
        say(f"There are no runs in {folder} or {folder / 'runs'}. tui-ann train EXPERIMENT makes one.")
        saved = UserPaths.of_user().runs
        if saved.is_dir() and runs_in(saved):
            say(f"The application saved some: tui-ann runs {shlex.quote(str(saved))}")
    if found and sweeps:
        show()
    for sweep in sweeps:
        what = "a lab" if (sweep / LAB).exists() else "a sweep"
        show(f"{what}: tui-ann runs {shlex.quote(str(sweep))}")
    return DONE


def _that_fit(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """The columns that a terminal has room for; a path that is cut cannot be typed, so others are left out."""
    kept = list(range(len(titles)))
    for column in _LEFT_OUT:
        if table_width([titles[place] for place in kept], [[row[place] for row in rows] for place in kept]) <= room():
            break
        kept.remove(column)
    return kept


def _row(run: "ListedRun") -> tuple[str, ...]:
    name = str(run.folder)
    when = f"{run.ended:%Y-%m-%d %H:%M}"
    record = run.record
    if record is None:
        return (name, "damaged", "", "", "", "", "", when)
    from tui_ann.data.prepare.dataset import target_names
    from tui_ann.session.run.results import Results

    part, loss, metric, value = Results(record.metrics, penalty=record.penalty).headline
    return (
        name,
        record.status.replace("_", " ") + _wrong(record.verdict),
        amount(record.epochs),
        part,
        "" if loss is None else figure(loss, 3),
        f"{metric} {figure(value, 3)}" if metric else "",
        ", ".join(target_names(run.experiment.data.target)) if run.experiment is not None else "",
        when,
    )


def _wrong(verdict: "EndVerdict | None") -> str:
    """What is wrong with the result of a run, if its status does not say so."""
    return "" if verdict is None or verdict.trouble == "diverged" else f", {verdict.trouble}"
