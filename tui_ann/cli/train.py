"""`tui-ann train`: trains an experiment without a screen."""

from pathlib import Path
from typing import Any

import click

from tui_ann.cli.failures import DONE, FAILED, INTERRUPTED, forget_stdout
from tui_ann.cli.opening import opened, prepared, save_experiment, say_changed_data, say_proposal
from tui_ann.cli.options import (
    experiment_argument,
    json_option,
    read_options,
    reading_options,
    set_option,
    target_option,
)
from tui_ann.cli.terminal import Bar, say


@click.command()
@experiment_argument
@set_option
@target_option
@reading_options
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="The run folder [runs/<name>-<time>].")
@click.option("--save", type=click.Path(path_type=Path), metavar="FILE", help="Write the experiment to FILE as well.")
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
def train(
    experiment: str,
    sets: tuple[str, ...],
    target: str | None,
    out: Path | None,
    save: Path | None,
    as_json: bool,
    quiet: bool,
    losses: Path | None,
    plot: bool,
    fail_on_divergence: bool,
    **reading: Any,
) -> int:
    """Train EXPERIMENT without a screen and save the run in a folder.

    EXPERIMENT is an experiment file, a run folder, sample:NAME, or a data file, for which everything is
    proposed and printed.

    \b
    tui-ann train sample:iris
    tui-ann train houses.csv --target price --save houses.toml
    tui-ann train houses.toml --set training.learning_rate=0.1 --out run1

    For each epoch you see the loss as Keras reports it (of the scaled target, with penalties), the metrics in the
    original units of the target, the norm of the last gradient, and the seconds since the start of the run.

    Ctrl-C ends the run and keeps what was trained.
    """  # noqa: D301 - click needs the character itself
    from contextlib import closing, nullcontext

    from tui_ann.cli.training import JsonReport, TableReport
    from tui_ann.data.read.report import reading_notes
    from tui_ann.session.loss_log import LossLog

    if plot and as_json:
        raise click.UsageError("--plot draws for people and --json writes for programs. Leave one of them out.")
    with Bar("reading", quiet=quiet) as bar:
        session = opened(experiment, target=target, sets=sets, options=read_options(**reading), progress=bar.at)
        run = prepared(session, bar.at)
    say_changed_data(experiment, run)
    if session.workspace.source is not None and not quiet:
        say_proposal(session)
    if save is not None:
        save_experiment(session, save)
    used = [feature.column for feature in run.dataset.preprocessing.columns]
    remarks = (
        reading_notes(session.workspace.table, [*used, *run.dataset.targets])
        if session.workspace.table is not None
        else []
    )
    if as_json:
        report: JsonReport | TableReport = JsonReport(quiet, remarks)
    else:
        report = TableReport(session.workspace.experiment.training.epochs, quiet, remarks)
    try:
        with report, closing(LossLog(losses, report)) if losses else nullcontext(report) as told:
            outcome = session.train(out, told)
    except BrokenPipeError:
        forget_stdout()
        if not quiet:
            say(f"The output was closed. The run is saved in {run.folder}.")
        return _code(str(run.trainer.stop_reason.status) if run.trainer.stop_reason else "", fail_on_divergence)
    report.ended(outcome)
    if plot and session.workspace.trainer is not None:
        from tui_ann.cli.chart import loss_chart

        click.echo(loss_chart(session.workspace.trainer.history))
    return _code(outcome.record.status, fail_on_divergence)


def _code(status: str, fail_on_divergence: bool) -> int:
    """The exit code for the status in `run.json`."""
    if status == "interrupted":
        return INTERRUPTED
    return FAILED if status == "diverged" and fail_on_divergence else DONE
