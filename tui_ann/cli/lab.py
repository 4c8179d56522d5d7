"""`tui-ann lab`: makes an experiment of the lecture with your data, and says what it shows."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from tui_ann.cli.failures import DONE, INTERRUPTED
from tui_ann.cli.opening import opened
from tui_ann.cli.options import (
    FolderPath,
    complete_experiment,
    json_option,
    named,
    read_options,
    reading_options,
    refuse_plot_as_json,
    target_option,
)
from tui_ann.cli.terminal import Bar, show_json, show_table

if TYPE_CHECKING:
    from tui_ann.session.labs.proposal import LabPlan, LabProposal
    from tui_ann.session.labs.running import LabRun
    from tui_ann.session.session import Session


def complete_lab(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Completion for the shell: the labs that start with what was typed."""
    from tui_ann.session.labs.words import lab_words

    return [
        CompletionItem(name, help=words.title) for name, words in lab_words().items() if name.startswith(incomplete)
    ]


@click.command(short_help="Make an experiment of the lecture with your data.")
@click.argument("name", required=False, shell_complete=complete_lab)
@click.argument("experiment", metavar="[EXPERIMENT]", required=False, shell_complete=complete_experiment)
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="KEY=VALUES",
    help="Values of a choice of the lab, or a key of the experiment; may be repeated.",
)
@click.option("--epochs", type=click.IntRange(1), metavar="N", help="How long each run is trained.")
@target_option
@reading_options
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes on this machine [its cores].")
@click.option("--out", type=FolderPath(), metavar="DIR", help="The folder [runs/<name>-<lab>-<time>].")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Only what the result says.")
@click.option("--plot", is_flag=True, help="Draw the curves at the end.")
def lab(
    name: str | None,
    experiment: str | None,
    sets: tuple[str, ...],
    epochs: int | None,
    targets: tuple[str, ...],
    workers: int | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
    plot: bool,
    **reading: Any,
) -> int:
    """Make the lab NAME with EXPERIMENT: runs that differ in one thing, and what they show, in the lecture's words.

    Without NAME it lists the labs.  EXPERIMENT is what `tui-ann train` takes.  Every run is in a folder of its own in
    DIR, which opens with tui-ann; lab.json in DIR has the result.

    \b
    tui-ann lab learning-rate sample:moons
    tui-ann lab learning-rate sample:moons --set training.learning_rate=0.01:10:x10 --plot
    tui-ann lab data-size houses.toml --set units=8,64 --set repeats=5

    Ctrl-C keeps what is done. The same command with the same --out goes on.
    """  # noqa: D301 - click needs the character itself
    from tui_ann.cli.labbing import LabJson, LabReport
    from tui_ann.cli.sweeping import locally, reported
    from tui_ann.session.labs.running import LabRun
    from tui_ann.session.labs.table import lab_of

    refuse_plot_as_json(plot, as_json)
    if name is None:
        _list(as_json)
        return DONE
    lab_of(name)
    experiment = named(experiment)
    with Bar("reading", quiet=quiet) as bar:
        session = opened(experiment, targets=targets, options=read_options(**reading), progress=bar.at)
        plan = _planned(name, session, [*sets, *([f"training.epochs={epochs}"] if epochs else [])])
    made = LabRun.begun(plan, out)
    report = LabJson(made, quiet) if as_json else LabReport(made, quiet)
    if not reported(report, made, locally(workers), made.path):
        return DONE
    if plot:
        _draw(made)
    return INTERRUPTED if made.record.status == "interrupted" else DONE


def _list(as_json: bool) -> None:
    """The labs."""
    from tui_ann.session.labs.table import LABS
    from tui_ann.session.labs.words import lab_words

    words = {name: lab_words()[name] for name in LABS}
    if as_json:
        for name, each in words.items():
            show_json({"lab": name, "title": each.title, "shows": each.shows, "section": each.section})
        return
    show_table(("lab", "shows"), [(name, each.shows) for name, each in words.items()], widest=120)


def _planned(name: str, session: "Session", sets: list[str]) -> "LabPlan":
    """The lab with the chosen values; a key that is no choice of the lab changes the experiment."""
    from tui_ann.experiment.files import apply_sets
    from tui_ann.session.labs.proposal import proposed
    from tui_ann.session.labs.table import lab_of

    workspace = session.workspace

    def proposal() -> "LabProposal":
        dataset = workspace.prepare_data()
        assert workspace.table is not None
        return proposed(lab_of(name), workspace.experiment, workspace.table, dataset)

    found = proposal()
    keys = {choice.key for choice in found.choices}
    split = [(key.strip(), text) for key, _, text in (each.partition("=") for each in sets)]
    others = [f"{key}={text}" for key, text in split if key not in keys]
    if others:
        workspace.adopt(apply_sets(workspace.experiment, others))
        found = proposal()
    return found.plan({key: text for key, text in split if key in keys})


def _draw(made: "LabRun") -> None:
    from tui_ann.cli.lab_chart import lab_chart

    if text := lab_chart(made):
        click.echo(f"\n{text}")
