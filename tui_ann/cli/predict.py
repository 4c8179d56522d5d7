"""`tui-ann predict`: the predictions of a trained network."""

import csv
import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.options import json_option, read_options, reading_options
from tui_ann.cli.terminal import Bar, figure, say, show, show_table
from tui_ann.cli.terminal import as_json as json_text
from tui_ann.text import count

if TYPE_CHECKING:
    from tui_ann.session.run.predictions import Predictions

_OLDER = (
    "This run had not ended when its weights were written; they may be some seconds older than its last epoch in "
    "history.csv."
)
_UNTRAINED = "This run had not ended and has only its start weights, so its predictions are those before training."


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    metavar="T",
    help="Two classes: the second is predicted from this probability on.",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write CSV (with --json: JSON) to FILE.")
@reading_options
@json_option
def predict(run: Path, data: Path, threshold: float, out: Path | None, as_json: bool, **reading: Any) -> int:
    """Predict every row of DATA with the network in the run folder RUN.

    Predictions are in the original units or labels of the target, with probabilities; if DATA has the target, it is
    shown next to them, and they are evaluated.
    """
    from tui_ann.data.read.reader import read_table
    from tui_ann.engine.stopping import Status
    from tui_ann.experiment.atomic import write_text
    from tui_ann.experiment.run_folder import UNFINISHED, RunFolder
    from tui_ann.session.session import Session

    session = Session()
    session.workspace.open(RunFolder.open(run).path)
    with Bar("reading", quiet=as_json) as bar:
        table = read_table(data, read_options(**reading), progress=bar.at)
    found = session.runs.predict(table, threshold)
    saved = session.workspace.saved_run
    if saved is not None and saved.stop_reason.status is Status.DIVERGED:
        say(f"This run diverged, so its predictions are hardly useful: {saved.stop_reason.text}.")
    if saved is not None and saved.stop_reason.text == UNFINISHED:
        trained = RunFolder.open(run).has_weights("final")
        say(_OLDER if trained else _UNTRAINED)
    for note in found.notes:
        say(note)
    if out is not None:
        write_text(out, json_text(found.to_json()) + "\n" if as_json else _csv(found))
        say(f"wrote {count(len(found))} predictions to {out}")
    if as_json and out is None:
        print(json_text(found.to_json()))
    elif not as_json:
        _show(found, rows=out is None)
    return DONE


def _columns(found: "Predictions") -> list[str]:
    several = len(found.targets) > 1
    predicted = [f"predicted {name}" for name in found.targets] if several else ["predicted"]
    actual = [f"actual {name}" for name in found.targets] if several else ["actual"]
    shares = [f"P({name})" for name in found.classes] if found.probabilities is not None else []
    return ["row", *predicted, *(actual if found.actual is not None else []), *shares]


def _cells(found: "Predictions", index: int) -> list[Any]:
    """One row: its number in the file, then the cells of `_columns`."""
    cells: list[Any] = [int(found.row_numbers[index]), *_parts(found.predicted[index])]
    if found.actual is not None:
        cells += _parts(found.actual[index])
    if found.probabilities is not None:
        cells += found.probabilities[index].tolist()
    return cells


def _parts(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


def _show(found: "Predictions", *, rows: bool) -> None:
    if rows:
        titles = _columns(found)
        cells = [[_word(value) for value in _cells(found, index)] for index in range(len(found))]
        show_table(titles, cells, right=range(len(titles)))
        show()
    for name, value in found.metrics.items():
        show(f"{name} {figure(value)}")


def _word(value: Any) -> str:
    if value is None:
        return figure(math.nan)
    return figure(value) if isinstance(value, float) else str(value)


def _csv(found: "Predictions") -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_harmless, _columns(found)))
    for index in range(len(found)):
        writer.writerow(["" if cell is None else _harmless(cell) for cell in _cells(found, index)])
    return text.getvalue()


def _harmless(cell: Any) -> Any:
    """A cell that spreadsheets do not read as a formula; numbers stay numbers."""
    if not isinstance(cell, str) or cell[:1] not in ("=", "+", "-", "@", "\t", "\r"):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
