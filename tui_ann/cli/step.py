"""`tui-ann step`: one update worked out in full, or as an exercise sheet with its solution."""

from pathlib import Path
from typing import Any

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.opening import opened, prepared
from tui_ann.cli.options import (
    STDOUT,
    experiment_argument,
    force_option,
    read_options,
    reading_options,
    set_option,
    target_option,
)
from tui_ann.cli.terminal import Bar, say
from tui_ann.export.formats import FORMATS, SHEETS


@click.command(short_help="Work out one update of EXPERIMENT in full.")
@experiment_argument
@click.option("--update", metavar="N", type=click.IntRange(1), default=1, help="Which update; the first is 1.")
@click.option("--example", metavar="I", type=click.IntRange(1), help="Only this training example; the first is 1.")
@click.option(
    "--format", "form", type=click.Choice(tuple(FORMATS)), default="text", show_default=True, help="How to write it."
)
@click.option(
    "--decimals", metavar="D", type=click.IntRange(0, 17), help="Decimals shown; small numbers keep two digits."
)
@click.option("--exercise", is_flag=True, help="Write an exercise sheet with blanks, and its solution.")
@click.option("--seed", metavar="S", type=click.IntRange(0), help="With --exercise: which sheet; default 0.")
@click.option("--blanks", type=click.Choice(("some", "all")), help="With --exercise: how much is blank [some].")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write to a new FILE; - is standard output."
)
@force_option
@set_option
@target_option
@reading_options
def step(
    experiment: str,
    update: int,
    example: int | None,
    form: str,
    decimals: int | None,
    exercise: bool,
    seed: int | None,
    blanks: str | None,
    out: Path | None,
    force: bool,
    sets: tuple[str, ...],
    targets: tuple[str, ...],
    **reading: Any,
) -> int:
    """Work out one update of EXPERIMENT in full.

    Forward pass, loss, every factor of the chain rule, gradients and the new parameters, in symbols and numbers.  The
    run is the same as that of `tui-ann train`; it is not saved.

    With --exercise about half of it is left blank, depending on the seed.  Sheet and solution are printed one after
    the other; with --out sheet.tex they become two files, sheet.tex and sheet-solution.tex.
    """
    from tui_ann.experiment.outputs import check_output
    from tui_ann.export.exercise import exercise as sheet_of
    from tui_ann.export.exercise import together
    from tui_ann.export.worked import worked_solution

    _check(form, exercise, seed, blanks)
    out = None if out == STDOUT else out
    check_output(*_files(out, exercise), force=force, inputs=[experiment])
    with Bar("reading", quiet=form == "json") as bar:
        session = opened(experiment, targets=targets, sets=sets, options=read_options(**reading), progress=bar.at)
        prepared(session, bar.at)
    check_output(*_files(out, exercise), force=force, inputs=[experiment, session.workspace.experiment.data.path])
    taken = session.stepper.trace_of(update, None if example is None else example - 1)
    network, name = session.runs.prepare().network, session.workspace.experiment.name
    if not exercise:
        told = worked_solution(network, taken, format=form, decimals=decimals, name=name)
        _write([told], _files(out, exercise), force)
        return DONE
    sheet, solved = sheet_of(
        network, taken, seed=seed or 0, format=form, parts=blanks or "some", decimals=decimals, name=name
    )
    _write([sheet, solved] if out else [together(sheet, solved, form)], _files(out, exercise), force)
    return DONE


def _check(form: str, exercise: bool, seed: int | None, blanks: str | None) -> None:
    """Refuse options that cannot be combined."""
    if exercise and form not in SHEETS:
        raise click.UsageError(f"An exercise sheet is written as {', '.join(SHEETS[:-1])} or {SHEETS[-1]}, not {form}.")
    for option, given in (("--seed", seed), ("--blanks", blanks)):
        if given is not None and not exercise:
            raise click.UsageError(f"{option} is for exercise sheets; add --exercise.")


def _files(out: Path | None, exercise: bool) -> list[Path]:
    """The files to be written: none, one, or a sheet and its solution."""
    if out is None or not exercise:
        return [out] if out else []
    return [out, out.with_name(f"{out.stem}-solution{out.suffix}")]


def _write(texts: list[str], files: list[Path], force: bool) -> None:
    """Write each text to its file; without files, print the only one."""
    from tui_ann.experiment.outputs import write_output

    if not files:
        click.echo(texts[0].rstrip())
        return
    for path, text in zip(files, texts, strict=True):
        write_output(path, text.rstrip() + "\n", force=force)
        say(f"wrote {path}")
