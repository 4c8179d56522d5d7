"""`tui-ann train`: trains an experiment without a screen."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tui_ann.cli.as_typed import as_typed
from tui_ann.cli.failures import DONE, FAILED, INTERRUPTED, forget_stdout, interruption_says
from tui_ann.cli.opening import opened, prepared, save_experiment, say_changed_data, say_proposal
from tui_ann.cli.options import (
    STDOUT,
    FolderPath,
    ShortOptions,
    complete_experiment,
    json_option,
    named,
    read_options,
    reading_options,
    refuse_plot_as_json,
    set_option,
    short_options,
    target_option,
)
from tui_ann.cli.terminal import Bar, say
from tui_ann.text import counted

if TYPE_CHECKING:
    from tui_ann.experiment.proposal import Wishes
    from tui_ann.session.headless import Report, TrainingOutcome
    from tui_ann.session.session import Session

_NOTHING = "Nothing was trained yet, so no run is saved."
_NOTHING_MORE = "Nothing more was trained, so the run is as it was."


class Start(NamedTuple):
    """A training that can begin."""

    session: "Session"
    """The session, with the experiment open."""
    begin: "Callable[[Report], TrainingOutcome]"
    """Trains to the end."""
    notes: Sequence[str]
    """What is worth knowing before, one sentence each."""


@click.command()
@click.argument("experiment", metavar="[EXPERIMENT]", required=False, shell_complete=complete_experiment)
@set_option
@target_option
@short_options
@reading_options
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Continue the run in the folder RUN, bit for bit; --epochs N makes it N epochs in all.",
)
@click.option("--out", type=FolderPath(), metavar="DIR", help="The run folder [runs/<name>-<time>].")
@click.option("--save", type=click.Path(path_type=Path), metavar="FILE", help="Write the experiment to FILE as well.")
@click.option("--force", is_flag=True, help="Replace files that exist, and the run in DIR.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="No epochs, progress or notes; only a divergence is reported.")
@click.option(
    "--losses",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the loss of every update to FILE, a CSV file with one column.",
)
@click.option("--plot", is_flag=True, help="Draw the loss curve at the end.")
@click.option("--fail-on-divergence", is_flag=True, help="Exit with 1 if the loss is no longer finite.")
@interruption_says(_NOTHING)
def train(
    experiment: str | None,
    sets: tuple[str, ...],
    targets: tuple[str, ...],
    short: ShortOptions,
    resume: Path | None,
    out: Path | None,
    save: Path | None,
    force: bool,
    as_json: bool,
    quiet: bool,
    losses: Path | None,
    plot: bool,
    fail_on_divergence: bool,
    **reading: Any,
) -> int:
    """Train EXPERIMENT without a screen and save the run in a folder.

    EXPERIMENT is an experiment file, a run folder, sample:NAME, or a data file (- is standard input), for which
    everything is proposed and printed.

    \b
    tui-ann train sample:iris
    tui-ann train houses.csv --target price --save houses.toml
    tui-ann train houses.toml --set training.learning_rate=0.1 --out run1
    tui-ann train --resume run1 --epochs 500
    zcat houses.csv.gz | tui-ann train - --target price --epochs 50

    For each epoch you see the loss as Keras reports it (of the scaled target, with penalties), the metrics in the
    original units of the target, the norm of the last gradient, and the seconds since the start of the run.

    Ctrl-C ends the run and keeps what was trained.
    """  # noqa: D301 - click needs the character itself
    from contextlib import closing, nullcontext

    from tui_ann.cli.training import JsonReport, TableReport
    from tui_ann.experiment.outputs import check_output
    from tui_ann.experiment.proposal import Wishes
    from tui_ann.session.loss_log import LossLog
    from tui_ann.session.store.run_place import check_run_place

    refuse_plot_as_json(plot, as_json)
    files = [path for path in (save, losses) if path is not None]
    if STDOUT in files:
        raise click.UsageError("Standard output has the epochs; name a file for --save and --losses.")
    inputs = [] if experiment is None else [experiment]
    check_output(*files, force=force, inputs=inputs)
    if resume is None:
        check_run_place(out, force=force, inputs=inputs)
        sets = (*short.sets, *sets)
        with as_typed(short):
            session, begin, notes = _opened(
                experiment,
                targets,
                sets,
                out,
                Wishes(short.task or "auto", short.ignore, short.validation),
                reading,
                quiet,
                saved=save is not None,
                replace=force,
            )
        read = session.workspace.experiment
        inputs += [each for each in (read.data.path, read.network.weights) if each]
        check_output(*files, force=force, inputs=inputs)
        check_run_place(out, force=force, inputs=inputs)
        if save is not None:
            save_experiment(session, save, force=force)
    else:
        others = (experiment, targets, sets, save, losses)
        used = any(other not in (None, ()) for other in others) or short._replace(epochs=None).given
        if used or any(value is not None for value in reading.values()):
            raise click.UsageError("--resume continues a run as it is: only --epochs, --out and the output may differ.")
        session, begin, notes = _resumed(resume, short.epochs, out)
    if as_json:
        report: JsonReport | TableReport = JsonReport(quiet, notes)
    else:
        report = TableReport(short.epochs or session.workspace.experiment.training.epochs, quiet, notes)
    try:
        with report, closing(LossLog(losses, report, force=force)) if losses else nullcontext(report) as told:
            outcome = begin(told)
    except BrokenPipeError:
        forget_stdout()
        run = session.workspace.run
        if run is None:
            raise
        if not quiet:
            say(f"The output was closed. The run is saved in {run.folder}.")
        return _code(str(run.trainer.stop_reason.status) if run.trainer.stop_reason else "", fail_on_divergence)
    with interruption_says(f"The run is saved in {outcome.folder}."):
        report.ended(outcome)
        if plot and session.workspace.trainer is not None:
            from tui_ann.cli.chart import loss_chart

            click.echo(loss_chart(session.workspace.trainer.history))
    return _code(outcome.record.status, fail_on_divergence)


def _opened(
    experiment: str | None,
    targets: tuple[str, ...],
    sets: tuple[str, ...],
    out: Path | None,
    wishes: "Wishes",
    reading: dict[str, Any],
    quiet: bool,
    *,
    saved: bool,
    replace: bool,
) -> "Start":
    """A new run of an experiment or a data file."""
    from tui_ann.data.read.report import reading_notes

    experiment = named(experiment)
    with Bar("reading", quiet=quiet) as bar:
        options = read_options(**reading)
        session = opened(experiment, targets=targets, sets=sets, options=options, progress=bar.at, wishes=wishes)
        run = prepared(session, bar.at)
    say_changed_data(experiment, run)
    if session.workspace.source is not None and not quiet:
        say_proposal(session, targets, sets, saved=saved)
    table, used = session.workspace.table, [feature.column for feature in run.dataset.preprocessing.columns]
    notes = reading_notes(table, [*used, *run.dataset.targets]) if table is not None else []
    return Start(session, lambda report: session.train(out, report, replace=replace), notes)


@interruption_says(_NOTHING_MORE)
def _resumed(folder: Path, epochs: int | None, out: Path | None) -> "Start":
    """The run of a folder, where it stopped."""
    from tui_ann.experiment.run_folder import RunFolder
    from tui_ann.session.session import Session
    from tui_ann.session.store.saved_run import missing_kernel

    session, record = Session(), RunFolder.open(folder).record()
    session.workspace.adopt(RunFolder.open(folder).experiment())
    notes = [f"Continuing {folder} after {counted(record.updates, 'update')}."]
    if missing := missing_kernel(record):
        notes.append(f"This run cannot go on bit for bit: {missing}")
    resume = interruption_says(_NOTHING_MORE)(session.resume)
    return Start(session, lambda report: resume(folder, epochs=epochs, out=out, report=report), notes)


def _code(status: str, fail_on_divergence: bool) -> int:
    """The exit code for the status in `run.json`."""
    if status == "interrupted":
        return INTERRUPTED
    return FAILED if status == "diverged" and fail_on_divergence else DONE
