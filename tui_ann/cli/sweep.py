"""`tui-ann sweep`: trains an experiment many times with other settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui_ann.cli.as_typed import as_typed
from tui_ann.cli.failures import DONE, FAILED, INTERRUPTED
from tui_ann.cli.opening import opened, require_data, say_proposal
from tui_ann.cli.options import (
    FolderPath,
    ShortOptions,
    complete_change,
    complete_experiment,
    json_option,
    named,
    read_options,
    reading_options,
    refuse_plot_as_json,
    short_options,
    target_option,
)
from tui_ann.cli.terminal import Bar, say

if TYPE_CHECKING:
    from tui_ann.data.read.table import Table
    from tui_ann.experiment.spec import Experiment
    from tui_ann.session.jobs.carrier import Carrier
    from tui_ann.session.jobs.examples import Examples
    from tui_ann.session.sweep.plan import SweepPlan
    from tui_ann.session.sweep.points import Point
    from tui_ann.session.sweep.sweep import Sweep

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(short_help="Train many variants of an experiment, and compare them.")
@click.argument("experiment", metavar="[EXPERIMENT]", required=False, shell_complete=complete_experiment)
@click.option(
    "--set",
    "sets",
    shell_complete=complete_change,
    multiple=True,
    metavar="KEY=VALUES",
    help="Values of a key: 0.01,0.1 or 4:64:x2 or 0:1:+0.25 or 0.001:1:log4; may be repeated.",
)
@click.option(
    "--search",
    type=click.Choice(("grid", "random", "halving")),
    default="grid",
    help="All trials; some at random; or the best third goes on, again and again.  [grid]",
)
@click.option(
    "--points",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="The trials one by one: a JSON list of {key: value}; - reads standard input.",
)
@click.option("--trials", type=click.IntRange(1), metavar="N", help="How many trials random and halving make [27].")
@click.option(
    "--repeats", type=click.IntRange(1), default=1, metavar="N", help="Runs of each trial, each with its own seeds [1]."
)
@click.option("--folds", type=click.IntRange(2, 1000), metavar="K", help="Cross-validate: every row validates once.")
@click.option("--metric", metavar="M", help="What decides: val_loss (of the data), val_accuracy … [val_loss].")
@target_option
@short_options
@reading_options
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes on this machine [its cores].")
@click.option("--scheduler", metavar="ADDRESS", help="Train on a dask cluster: tcp://HOST:8786 or tls://HOST:8786.")
@click.option("--tls-ca", type=_FILE, metavar="FILE", help="Its certificate authority.")
@click.option("--tls-cert", type=_FILE, metavar="FILE", help="Our certificate for it.")
@click.option("--tls-key", type=_FILE, metavar="FILE", help="The key of our certificate.")
@click.option("--out", type=FolderPath(), metavar="DIR", help="The folder [runs/<name>-sweep-<time>].")
@click.option("--resume", type=click.Path(path_type=Path), metavar="DIR", help="Go on with the sweep in DIR.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Only the folder of the best run.")
@click.option("--plot", is_flag=True, help="Draw the values at the end.")
def sweep(
    experiment: str | None,
    sets: tuple[str, ...],
    search: Any,
    points: Path | None,
    trials: int | None,
    repeats: int,
    folds: int | None,
    metric: str | None,
    targets: tuple[str, ...],
    short: ShortOptions,
    workers: int | None,
    scheduler: str | None,
    tls_ca: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    out: Path | None,
    resume: Path | None,
    as_json: bool,
    quiet: bool,
    plot: bool,
    **reading: Any,
) -> int:
    """Train EXPERIMENT once for each choice of values, side by side, and say which is best.

    EXPERIMENT is what `tui-ann train` takes.  Every run is in a folder of its own in DIR, which opens with tui-ann;
    sweep.json and sweep.csv in DIR have all results.

    \b
    tui-ann sweep sample:iris --set training.learning_rate=0.01,0.1,1 --repeats 5
    tui-ann sweep houses.toml --set network.layers.1.units=4:64:x2 --folds 5
    tui-ann sweep houses.toml --set training.l2=1e-6:0.1:log --search random
    optimiser | tui-ann sweep houses.toml --points - --json
    tui-ann sweep --resume runs/houses-sweep-20260102-030405

    With --repeats or --folds a trial has several runs, and its result is mean ± standard deviation. Two trials whose
    intervals overlap are not told apart. A loss is compared as `tui-ann runs` shows it: without L1 and L2 penalties.
    Where the loss itself varies, the first metric decides, such as val_mae.

    Ctrl-C keeps what is done. The same command with the same --out, or --resume, goes on.
    """  # noqa: D301 - click needs the character itself
    from tui_ann.cli.sweeping import SweepJson, SweepTable, locally, reported
    from tui_ann.session.sweep.plan import planned, rankable
    from tui_ann.session.sweep.sweep import Sweep, sweep_data

    refuse_plot_as_json(plot, as_json)
    tls = _tls(scheduler, tls_ca, tls_cert, tls_key)
    if scheduler is not None and workers is not None:
        raise click.UsageError("The cluster has its own workers. Leave --workers or --scheduler out.")
    if points is not None and (search != "grid" or trials is not None):
        raise click.UsageError("--points lists all trials. Leave --search and --trials out.")
    if resume is not None:
        choices = (experiment, sets, points, targets, metric, out, trials, folds)
        if short.given or any(each not in (None, ()) for each in choices) or repeats != 1 or search != "grid":
            raise click.UsageError("--resume goes on with a sweep as it is: only workers and output may differ.")
        plan, table, out = _resumed(resume), None, resume
    else:
        changes = [*short.sets, *sets]
        base, table = _opened(experiment, targets, changes, reading, quiet=quiet)
        with as_typed(short):
            plan = planned(
                base,
                changes,
                search=search,
                trials=trials,
                seed=short.seed or 0,
                repeats=repeats,
                folds=folds,
                metric=metric,
                points=_points(points),
            )
        if not plan.varies:
            raise click.UsageError("Nothing varies: add --set KEY=VALUES, --repeats N or --folds K.")
        require_data(named(experiment), plan.experiment)
    with Bar("reading", quiet=quiet) as bar:
        data = sweep_data(plan, bar.at, table)
    if resume is None and metric is None and data.task:
        plan = rankable(plan, data.task, data.targets)
    made = Sweep.begun(plan, data, out)

    def cluster(rows: "Mapping[str, Examples]") -> "Carrier":
        from tui_ann.session.jobs.dask_cluster import DaskCarrier

        assert scheduler is not None, "else the runs are made here"
        dask = DaskCarrier(rows, scheduler, **tls)
        if not dask.is_secure:
            say(f"The scheduler at {scheduler} has no TLS: anybody who reaches it can run code on its workers.")
        return dask

    report = SweepJson(made, quiet) if as_json else SweepTable(made, quiet)
    here = scheduler is None
    if not reported(report, made, locally(workers) if here else cluster, made.folder.path, "; --resume goes on"):
        return DONE
    if plot:
        _draw(made)
    return _code(made)


def _opened(
    source: str | None, targets: tuple[str, ...], sets: list[str], reading: dict[str, Any], *, quiet: bool
) -> "tuple[Experiment, Table | None]":
    """What every trial begins from, and its table if it was read."""
    source = named(source)
    with Bar("reading", quiet=quiet) as bar:
        options = read_options(**reading)
        session = opened(source, targets=targets, options=options, progress=bar.at, changes_follow=True)
    if session.workspace.source is not None and not quiet:
        say_proposal(session, targets, sets, saved=True)
    return session.workspace.experiment, session.workspace.table


def _points(path: Path | None) -> "list[Point]":
    """The trials that a file lists."""
    from tui_ann.session.sweep.points import read_points

    if path is None:
        return []
    with click.open_file(str(path), encoding="utf-8") as file:
        try:
            return read_points(file.read())
        except UnicodeDecodeError as error:
            raise click.UsageError(f"{path} is not UTF-8 text.") from error


def _resumed(path: Path) -> "SweepPlan":
    """The plan of a sweep that exists."""
    from tui_ann.session.sweep.folder import SweepFolder
    from tui_ann.session.sweep.plan import plan_again

    folder = SweepFolder.open(path)
    return plan_again(folder.experiment(), folder.record())


def _tls(scheduler: str | None, ca: Path | None, cert: Path | None, key: Path | None) -> dict[str, Any]:
    files: dict[str, Path | None] = {"ca": ca, "cert": cert, "key": key}
    given = [file is not None for file in files.values()]
    if any(given) and scheduler is None:
        raise click.UsageError("The TLS files are for a cluster: name its --scheduler.")
    if scheduler is not None and scheduler.startswith("tls:") and not any(given):
        raise click.UsageError("A tls:// scheduler needs three files: --tls-ca, --tls-cert and --tls-key.")
    if any(given) and not all(given):
        raise click.UsageError("TLS needs three files: --tls-ca, --tls-cert and --tls-key.")
    return files


def _draw(made: "Sweep") -> None:
    from tui_ann.cli.sweep_chart import sweep_chart

    if text := sweep_chart(made.record):
        click.echo(f"\n{text}")


def _code(made: "Sweep") -> int:
    record = made.record
    if record.status == "interrupted":
        return INTERRUPTED
    return DONE if record.best is not None else FAILED
