"""`tui-ann predict`: the predictions of a trained network."""

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.options import STDOUT, complete_experiment, force_option, json_option, read_options, reading_options
from tui_ann.cli.terminal import Bar, figure, figures, say, show, show_table
from tui_ann.cli.terminal import as_json as json_text
from tui_ann.text import count

if TYPE_CHECKING:
    from tui_ann.session.run.predictions import Predictions

_OLDER = (
    "This run had not ended when its weights were written; they may be some seconds older than its last epoch in "
    "history.csv."
)
_UNTRAINED = "This run had not ended and has only its start weights, so its predictions are those before training."


_BLOCK = 4096


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("data", shell_complete=complete_experiment)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    metavar="T",
    help="Two classes: the second is predicted from this probability on.",
)
@click.option(
    "--missing",
    type=click.Choice(["drop", "error", "mean", "median", "most_frequent"]),
    metavar="RULE",
    help="Rows with missing cells: drop leaves them out, error refuses them; mean, median and most_frequent fill them "
    "in from the training rows.  [as trained, else drop]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write CSV (with --json: JSON) to a new FILE; - is standard output.",
)
@force_option
@reading_options
@json_option
def predict(
    run: Path,
    data: str,
    threshold: float,
    missing: str | None,
    out: Path | None,
    force: bool,
    as_json: bool,
    **reading: Any,
) -> int:
    """Predict every row of DATA with the network in the run folder RUN; - is standard input.

    Predictions are in the original units or labels of the target, with probabilities; if DATA has the target, it is
    shown next to them, and they are evaluated.  If DATA is the file that RUN was trained on, a column says which part
    each row belongs to, and each part is evaluated.

    A row with a missing cell is left out and named on stderr, unless RUN was trained with a rule that fills it in.
    """
    from tui_ann.data.read.streams import at_hand
    from tui_ann.data.samples import data_path
    from tui_ann.engine.stopping import Status
    from tui_ann.experiment.outputs import check_output, write_output
    from tui_ann.experiment.run_folder import UNFINISHED, RunFolder
    from tui_ann.session.session import Session

    if out is not None and out != STDOUT:
        check_output(out, force=force)
    session = Session()
    session.workspace.open(RunFolder.open(run).path)
    options = read_options(**reading)
    with Bar("reading", quiet=as_json) as bar, at_hand(str(data_path(data))) as path:
        found = session.runs.predict(path, threshold, missing=missing, options=options, progress=bar.at)
    saved = session.workspace.saved_run
    if saved is not None and saved.stop_reason.status is Status.DIVERGED:
        say(f"This run diverged, so its predictions are hardly useful: {saved.stop_reason.text}.")
    if saved is not None and saved.stop_reason.text == UNFINISHED:
        trained = RunFolder.open(run).has_weights("final")
        say(_OLDER if trained else _UNTRAINED)
    for note in found.notes:
        say(note)
    if out is not None:
        text = "".join(_json(found)) if as_json else _csv(found)
        if out == STDOUT:
            print(text, end="")
            return DONE
        write_output(out, text, force=force)
        say(f"wrote {count(len(found))} predictions to {out}")
    if as_json and out is None:
        for part in _json(found):
            print(part, end="")
    elif not as_json:
        _show(found, rows=out is None)
    return DONE


def _json(found: "Predictions") -> Iterator[str]:
    """The JSON object in plain ASCII, a few thousand rows at a time."""
    from msgspec.json import encode

    head, tail = json_text(found.about_to_json()), '{"rows": ['
    for start in range(0, len(found), _BLOCK):
        rows = found.rows_to_json(slice(start, start + _BLOCK))
        part = encode(rows).decode()
        yield tail + (part if part.isascii() else json_text(rows))[1:-1]
        tail = ", "
    yield f"{tail if tail != ', ' else ''}], {head[1:]}\n"


def _columns(found: "Predictions") -> list[tuple[str, list[Any]]]:
    """The table: the title and the cells of each column."""
    columns = [("row", found.row_numbers.tolist()), *_of_targets("predicted", found.targets, found.predicted)]
    if found.actual is not None:
        columns += _of_targets("actual", found.targets, found.actual)
    if found.probabilities is not None:
        titles = [f"P({name})" for name in found.classes]
        columns += zip(titles, found.probabilities.T.tolist(), strict=True)
    if found.parts is not None:
        columns.append(("part", found.part_names()))
    return columns


def _of_targets(what: str, targets: tuple[str, ...], values: list[Any]) -> list[tuple[str, list[Any]]]:
    """A column for each target."""
    if len(targets) == 1:
        return [(what, values)]
    return [(f"{what} {name}", [row[place] for row in values]) for place, name in enumerate(targets)]


def _show(found: "Predictions", *, rows: bool) -> None:
    if rows:
        columns = _columns(found)
        cells = zip(*(_words(values) for _, values in columns), strict=True)
        show_table([title for title, _ in columns], list(cells), right=range(len(columns)))
        show()
    if found.metrics_by_part:
        lines = [("all", found.metrics), *found.metrics_by_part.items()]
        names = list(found.metrics)
        figures = [[part, *(figure(values[name]) for name in names)] for part, values in lines]
        show_table(["", *names], figures, right=range(1, len(names) + 1))
        return
    for name, value in found.metrics.items():
        show(f"{name} {figure(value)}")


def _words(values: list[Any]) -> list[str]:
    """The cells of a column as texts."""
    first = next((value for value in values if value is not None), math.nan)
    if isinstance(first, str):
        return [figure(math.nan) if value is None else value for value in values]
    if isinstance(first, int):
        return list(map(str, values))
    return list(map(figures(), [math.nan if value is None else value for value in values]))


def _csv(found: "Predictions") -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = _columns(found)
    writer.writerow([_harmless(title) for title, _ in columns])
    writer.writerows(zip(*(_plain_cells(values) for _, values in columns), strict=True))
    return text.getvalue()


def _plain_cells(values: list[Any]) -> list[Any]:
    """The cells of a column for a CSV file; a missing one is empty."""
    if not values or (isinstance(values[0], float | int) and None not in values):
        return values
    safe = {value: "" if value is None else _harmless(value) for value in set(values)}
    return [safe[value] for value in values]


def _harmless(cell: Any) -> Any:
    """A cell that spreadsheets do not read as a formula; numbers stay numbers."""
    if not isinstance(cell, str) or cell[:1] not in ("=", "+", "-", "@", "\t", "\r"):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
