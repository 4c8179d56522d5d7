"""`tui-ann predict`: the predictions of a trained network."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.options import (
    STDOUT,
    complete_experiment,
    force_option,
    json_option,
    missing_option,
    read_options,
    reading_options,
    threshold_option,
)
from tui_ann.cli.terminal import Bar, say
from tui_ann.text import count

if TYPE_CHECKING:
    from tui_ann.session.session import Session

_OLDER = (
    "This run had not ended when its weights were written; they may be some seconds older than its last epoch in "
    "history.csv."
)
_UNTRAINED = "This run had not ended and has only its start weights, so its predictions are those before training."


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("data", shell_complete=complete_experiment)
@threshold_option
@missing_option
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
    from tui_ann.cli.predictions_output import csv_text, json_parts, show_predictions
    from tui_ann.data.read.streams import at_hand
    from tui_ann.data.samples import data_path
    from tui_ann.experiment.outputs import check_output, folder_made, write_output
    from tui_ann.experiment.run_folder import RunFolder
    from tui_ann.session.session import Session

    if out is not None and out != STDOUT:
        check_output(out, force=force, inputs=(run, data_path(data)))
    session = Session()
    session.workspace.open(RunFolder.open(run).path)
    options = read_options(**reading)
    with Bar("reading", quiet=as_json) as bar, at_hand(str(data_path(data))) as path:
        found = session.runs.predict(path, threshold, missing=missing, options=options, progress=bar.at)
    say_state(session, run)
    for note in found.notes:
        say(note)
    if out is not None:
        text = "".join(json_parts(found)) if as_json else csv_text(found)
        if out == STDOUT:
            print(text, end="")
            return DONE
        made = folder_made(out)
        write_output(out, text, force=force)
        say(f"wrote {count(len(found))} predictions to {out}{made}")
        form, suffixes = ("JSON", (".json",)) if as_json else ("CSV", (".csv", ".txt"))
        if out.suffix.lower() not in ("", *suffixes):
            say(f"{out} is {form}, whatever its name says: predict writes CSV, or JSON with --json.")
    if as_json and out is None:
        for part in json_parts(found):
            print(part, end="")
    elif not as_json:
        show_predictions(found, rows=out is None)
    return DONE


def say_state(session: "Session", run: Path) -> None:
    """Say on stderr if the opened run diverged or had not ended.

    Args:
        session: It has opened the run.
        run: The run folder.
    """
    from tui_ann.engine.stopping import Status
    from tui_ann.experiment.run_folder import UNFINISHED, RunFolder

    saved = session.workspace.saved_run
    if saved is not None and saved.stop_reason.status is Status.DIVERGED:
        say(f"This run diverged, so its predictions are hardly useful: {saved.stop_reason.text}.")
    if saved is not None and saved.stop_reason.text == UNFINISHED:
        trained = RunFolder.open(run).has_weights("final")
        say(_OLDER if trained else _UNTRAINED)
