"""Arguments and options that several commands share."""

import json
import math
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from tui_ann.data.read.reader import ReadOptions

STDOUT = Path("-")
"""Standard output, where a file may be named."""

SEEDS = ("network.seed", "data.split_seed", "training.shuffle_seed")
"""The settings that `--seed` changes."""

F = TypeVar("F", bound=Callable[..., Any])


class FolderPath(click.Path):
    """A folder to write; `-` is none, as a folder cannot go to standard output."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path.

        Raises:
            click.BadParameter: It is `-`.
        """
        if str(value) == str(STDOUT):
            self.fail("A run is a folder and cannot go to standard output. Name a folder, or leave --out out.")
        return super().convert(value, param, ctx)


class Amount(click.IntRange):
    """A whole number, which may be written as 1e3."""

    name = "whole number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number.

        Raises:
            click.BadParameter: It is no whole number, or out of range.
        """
        try:
            amount = float(value)
        except (TypeError, ValueError):
            amount = math.nan
        if not amount.is_integer():
            self.fail(f"{value!r} is not a whole number.", param, ctx)
        number: int = super().convert(int(amount), param, ctx)
        return number


def complete_experiment(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Completion for the shell: files, and samples after `sample:`."""
    from tui_ann.data.samples import SAMPLES

    names = [f"sample:{sample.name}" for sample in SAMPLES]
    found = [CompletionItem(name) for name in names if incomplete and name.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]


def complete_change(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Completion for the shell: the keys, and after `=` the choices."""
    from tui_ann.experiment.settings import SETTINGS

    key, equals, _value = incomplete.partition("=")
    if equals and key in SETTINGS:
        words = [f"{key}={word}" for word in SETTINGS[key].words]
    else:
        words = [f"{name}=" for name, setting in SETTINGS.items() if setting.kind not in ("table", "layers")]
    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


experiment_argument = click.argument("experiment", metavar="EXPERIMENT", shell_complete=complete_experiment)
set_option = click.option(
    "--set",
    "sets",
    shell_complete=complete_change,
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a key of the experiment, as --set training.learning_rate=0.1; may be repeated.",
)
target_option = click.option(
    "--target",
    "targets",
    metavar="COL",
    multiple=True,
    help="The column to predict, instead of the proposed one; several columns of numbers if repeated.",
)
threshold_option = click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    metavar="T",
    help="Two classes: the second is predicted from this probability on.",
)
missing_option = click.option(
    "--missing",
    type=click.Choice(["drop", "error", "mean", "median", "most_frequent"]),
    metavar="RULE",
    help="Rows with missing cells: drop leaves them out, error refuses them; mean, median and most_frequent fill them "
    "in from the training rows.  [as trained, else drop]",
)
force_option = click.option("--force", is_flag=True, help="Replace files that exist.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")


def reading_options(command: F) -> F:
    """Add the options that override what is detected in a data file."""
    for option in reversed(
        (
            click.option("--delimiter", metavar="C", help="What separates the fields: a character, tab or space."),
            click.option("--decimal", type=click.Choice([".", ","]), metavar="C", help="The decimal sign: . or ,"),
            click.option("--encoding", metavar="E", help="The encoding of the text, such as latin-1."),
            click.option("--skip-lines", type=int, metavar="N", help="Lines before the table."),
            click.option("--header/--no-header", default=None, help="Whether the first row has the names."),
            click.option("--table", metavar="NAME", help="Which table of a database or zip archive with several."),
        )
    ):
        command = option(command)
    return command


def read_options(
    delimiter: str | None,
    decimal: Literal[".", ","] | None,
    encoding: str | None,
    skip_lines: int | None,
    header: bool | None,
    table: str | None,
) -> "ReadOptions":
    """The options of the reader."""
    from tui_ann.data.read.reader import ReadOptions

    return ReadOptions(delimiter, decimal, encoding, header, skip_lines, table)


class ShortOptions(NamedTuple):
    """What was given with the short forms of `--set`; `None` or empty where nothing was."""

    task: str | None
    """`--task`."""
    ignore: tuple[str, ...]
    """Each `--ignore`."""
    epochs: int | None
    """`--epochs`."""
    seed: int | None
    """`--seed`."""
    validation: float | None
    """`--validation`."""
    test: float | None
    """`--test`."""

    @property
    def given(self) -> bool:
        """Whether any was given."""
        return any(value not in (None, ()) for value in self)

    @property
    def sets(self) -> list[str]:
        """The changes, `KEY=VALUE` each."""
        changes: list[tuple[str, object]] = [
            *([("data.task", self.task)] if self.task else []),
            *([("data.ignore", list(self.ignore))] if self.ignore else []),
            *([("training.epochs", self.epochs)] if self.epochs is not None else []),
            *([(key, self.seed) for key in SEEDS] if self.seed is not None else []),
            *([("data.validation_split", self.validation)] if self.validation is not None else []),
            *([("data.test_split", self.test)] if self.test is not None else []),
        ]
        return [f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in changes]


def short_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add short forms of `--set` for the settings that are changed most; the command gets them as `short`."""

    @wraps(function)
    def command(*args: Any, **given: Any) -> Any:
        short = ShortOptions(*(given.pop(name) for name in ShortOptions._fields))
        return function(*args, short=short, **given)

    for option in reversed(
        (
            click.option(
                "--task", type=click.Choice(("regression", "binary", "multiclass")), help="What the target is."
            ),
            click.option("--ignore", metavar="COL", multiple=True, help="A column that is not used; may be repeated."),
            click.option("--epochs", metavar="N", type=Amount(1), help="How often all rows are trained on."),
            click.option("--seed", metavar="N", type=click.IntRange(0), help="The seed of start, split and order."),
            click.option(
                "--validation",
                metavar="SHARE",
                type=click.FloatRange(0, 1, max_open=True),
                help="The share to validate on, of the rows that --test leaves.",
            ),
            click.option(
                "--test",
                metavar="SHARE",
                type=click.FloatRange(0, 1, max_open=True),
                help="The share of all rows to test on.",
            ),
        )
    ):
        command = option(command)
    return command


def named(experiment: str | None) -> str:
    """The experiment that a command was given.

    Raises:
        click.UsageError: It was given none.
    """
    if experiment is None:
        raise click.UsageError(
            "Missing argument 'EXPERIMENT'. Name an experiment file, a run folder, sample:NAME or a CSV."
        )
    return experiment


def refuse_plot_as_json(plot: bool, as_json: bool) -> None:
    """Refuse a drawing in the output for programs.

    Raises:
        click.UsageError: Both were asked for.
    """
    if plot and as_json:
        raise click.UsageError("--plot draws for people and --json writes for programs. Leave one of them out.")
