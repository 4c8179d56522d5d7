"""`tui-ann step`: one update worked out in full."""

from typing import Any

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.opening import opened
from tui_ann.cli.options import experiment_argument, read_options, reading_options, set_option, target_option
from tui_ann.cli.terminal import Bar

FORMATS = ("text", "markdown", "latex", "json", "python")
"""Forms of a worked solution; `tui_ann.export.worked` writes them."""


@click.command(short_help="Work out one update of EXPERIMENT in full.")
@experiment_argument
@click.option("--update", metavar="N", type=click.IntRange(1), default=1, help="Which update; the first is 1.")
@click.option("--example", metavar="I", type=click.IntRange(1), help="This training example alone; the first is 1.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to write it."
)
@click.option("--decimals", metavar="D", type=click.IntRange(0, 17), help="Decimals shown; JSON is always exact.")
@set_option
@target_option
@reading_options
def step(
    experiment: str,
    update: int,
    example: int | None,
    form: str,
    decimals: int | None,
    sets: tuple[str, ...],
    target: str | None,
    **reading: Any,
) -> int:
    """Work out one update of EXPERIMENT in full.

    Forward pass, loss, every factor of the chain rule, gradients and the new parameters, in symbols and numbers.  The
    updates before it are made as `tui-ann train` makes them; nothing is saved.
    """
    from tui_ann.export.worked import worked_solution

    with Bar("reading", quiet=form == "json") as bar:
        session = opened(experiment, target=target, sets=sets, options=read_options(**reading), progress=bar.at)
        session.prepare(bar.at)
    taken = session.taken_apart(update, None if example is None else example - 1)
    name = session.experiment.name
    click.echo(worked_solution(session.prepare().network, taken, format=form, decimals=decimals, name=name).rstrip())
    return DONE
