"""`tui-ann exercise`: an exercise of one's own, opened on the Step screen, worked out in full, or kept as a folder."""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.terminal import say
from tui_ann.errors import SessionError
from tui_ann.export.formats import FORMATS
from tui_ann.session.exercise.fields import GENERAL, MOST_LAYERS

if TYPE_CHECKING:
    from tui_ann.session.session import Session

_HELP = {
    "sizes": ("2-3-1", "Inputs, then the neurons of each layer."),
    "activations": ("NAMES", "One for each layer, or one for all: linear,sigmoid."),
    "loss": ("NAME", "The loss; proposed from the last activation."),
    "eta": ("NUMBER", "The learning rate."),
    "x": ("NUMBERS", 'An example: "1 2"; several: "1 2; 3 4".'),
    "y": ("NUMBERS", "Its targets; for softmax the number of the class will do."),
}
_OTHER_NAMES = {
    "--lr": "--eta",
    "--learning-rate": "--eta",
    "--weights": "--W1",
    "--bias": "--b1",
    "--biases": "--b1",
    "--target": "--y",
    "--input": "--x",
    "--layers": "--sizes",
}
"""Options under names that people also try."""
_SHOWN_LAYERS = 2
"""Layers whose options are listed in the help; there are options for all."""


def _field_options(command: Any) -> Any:
    """An option for each field: the general ones, and W and b of every layer."""
    parameters = [
        click.option(
            f"--{letter}{layer}",
            f"{letter}{layer}",
            metavar="MATRIX" if letter == "W" else "NUMBERS",
            hidden=layer > _SHOWN_LAYERS,
            help="The weights, a row for each neuron; also NumPy or LaTeX." if letter == "W" else "The biases.",
        )
        for layer in range(1, MOST_LAYERS + 1)
        for letter in "Wb"
    ]
    general = [click.option(f"--{name}", name, metavar=_HELP[name][0], help=_HELP[name][1]) for name in GENERAL]
    for option in reversed([*general, *parameters]):
        command = option(command)
    return command


class _FieldsCommand(click.Command):
    """A mistyped option gets the options of the first layers as a hint, not those of the last ones."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words of the command line.

        Raises:
            NoSuchOption: There is no such option.
        """
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            shown = [name for each in self.params if not getattr(each, "hidden", False) for name in each.opts]
            near = _near(error.option_name, shown, error.possibilities or ())
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise click.NoSuchOption(
                error.option_name, f"There is no option {error.option_name}.{hint}", ctx=ctx
            ) from None


def _near(wanted: str, shown: Sequence[str], similar: Collection[str]) -> list[str]:
    """The options that may be meant: that of another name or case, those it begins, or those that look like it."""
    if wanted.casefold() in _OTHER_NAMES:
        return [_OTHER_NAMES[wanted.casefold()]]
    for near in (
        [name for name in shown if name.casefold() == wanted.casefold()],
        [name for name in shown if name.startswith(wanted)],
        [name for name in shown if name in similar],
    ):
        if near:
            return near
    return []


@click.command(cls=_FieldsCommand, short_help="Work out an exercise of your own.")
@click.argument("file", metavar="[FILE]", required=False)
@_field_options
@click.option("--update", metavar="N", type=click.IntRange(1), default=1, help="Which update is worked out.")
@click.option(
    "--format", "form", type=click.Choice(tuple(FORMATS)), help="Print the update worked out, instead of opening it."
)
@click.option("--decimals", metavar="D", type=click.IntRange(0, 17), help="Decimals shown.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write the exercise into a new folder.")
@click.pass_context
def exercise(
    ctx: click.Context,
    /,
    file: str | None,
    update: int,
    form: str | None,
    decimals: int | None,
    out: Path | None,
    **fields: str | None,
) -> int:
    """Work out an exercise: exactly this network and this example.

    It is opened on the Step screen; with --format, or if standard output is not a terminal, its first update is
    printed, worked out in full.  With --out it is written into a folder, an experiment like any other.

    FILE names the fields, one after the other, as plain text, Python, TOML or LaTeX (- is standard input):

    \b
      sizes = 2-3-1
      x = 1 2
      y = 1
      W1 = [[.5, .2], [.3, .8], [.6, .4]]

    Options override the file.  Every field that is missing is proposed: the numbers of the course's worked example
    for 2-3-1, otherwise numbers with one decimal.  W3, b3 and so on belong to further layers.
    """  # noqa: D301 - click needs the character itself
    from tui_ann.session.session import Session

    given = _of_file(file) if file else {}
    given |= {name: text for name, text in fields.items() if text is not None}
    session = Session()
    if out is not None:
        say(f"wrote {session.open_exercise(given, out)}")
        if form:
            _print(session, update, form, decimals)
    elif form or not sys.stdout.isatty():
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder:
            session.open_exercise(given, Path(folder) / "exercise")
            _print(session, update, form or "text", decimals)
    else:
        opened: int = ctx.obj(str(session.open_exercise(given)))
        return opened
    return DONE


def _print(session: "Session", update: int, form: str, decimals: int | None) -> None:
    from tui_ann.export.worked import worked_solution

    taken = session.stepper.trace_of(update)
    network, name = session.runs.prepare().network, session.workspace.experiment.name
    click.echo(worked_solution(network, taken, format=form, decimals=decimals, name=name).rstrip())


def _of_file(file: str) -> dict[str, str]:
    """The fields that a file names.

    Raises:
        SessionError: The file cannot be read.
        ExperimentError: It names something that an exercise does not have.
    """
    from tui_ann.session.exercise.reading import read_text

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        remedy = "Name a text file with a line for each field, or type the fields as options."
        raise SessionError(f"Cannot read {file}: {why}.", remedy=remedy, code="cannot_read") from error
    return read_text(text)
