"""The command line: `tui-ann [PATH]` opens the application, `tui-ann COMMAND` works without it."""

import glob
import os
import shlex
import stat
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from tui_ann.cli.check import check
from tui_ann.cli.course import course
from tui_ann.cli.data import data
from tui_ann.cli.doctor import doctor
from tui_ann.cli.evaluate import evaluate
from tui_ann.cli.exam import exam
from tui_ann.cli.exercise import exercise
from tui_ann.cli.export import export
from tui_ann.cli.failures import DONE, forget_stdout, guarded
from tui_ann.cli.importing import import_
from tui_ann.cli.lab import lab
from tui_ann.cli.predict import predict
from tui_ann.cli.report import report
from tui_ann.cli.runs import runs
from tui_ann.cli.samples import samples
from tui_ann.cli.serve import serve
from tui_ann.cli.step import step
from tui_ann.cli.sweep import sweep
from tui_ann.cli.train import train
from tui_ann.errors import SessionError

PROGRAM = "tui-ann"
HELP_NAMES = {"help_option_names": ["-h", "--help"]}

DRIVER = "TEXTUAL_DRIVER"
"""Environment variable that names what shows the application instead of a terminal: `serve` sets it."""

OpenApplication = Callable[..., int]
"""Gets the path to open, if any, and then the runs to compare, if there are several."""

EPILOG = """\b
Shell completion, once in your start-up file:
  bash  eval "$(_TUI_ANN_COMPLETE=bash_source tui-ann)"
  zsh   eval "$(_TUI_ANN_COMPLETE=zsh_source tui-ann)"
  fish  _TUI_ANN_COMPLETE=fish_source tui-ann | source

\b
Exit codes: 0 done; 1 the work failed; 2 bad usage, bad file or bad data;
130 interrupted, with the run saved.
TUI_ANN_DEBUG=1 shows where in the program an error occurred."""

_COMPARE = "compare"
"""No command: several runs are opened to be compared."""


class Commands(click.Group):
    """A group in which any word that is not a command is a path to open."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first word, or the application with this word as its path."""
        if self.get_command(ctx, args[0]) is None:
            return "open", _open, args
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> int:
        """Run the command; a closed output (`| head`) is not an error."""
        try:
            code: int = super().invoke(ctx) or DONE
            sys.stdout.flush()
        except BrokenPipeError:
            forget_stdout()
            return DONE
        return code

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of their use."""
        return list(self.commands)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands and options, and files."""
        return [*super().shell_complete(ctx, incomplete), CompletionItem(incomplete, type="file")]


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    from tui_ann import __version__

    parts = [f"Python {sys.version.split()[0]}"]
    for name in ("numpy", "textual"):
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            parts.append(f"{name} missing")
    click.echo(f"{PROGRAM} {__version__} ({', '.join(parts)})")
    click.echo(f"kernel: {_kernel()}")
    click.echo(f"reader: {_reader()}")
    ctx.exit()


def _kernel() -> str:
    """What runs the updates of new runs."""
    from tui_ann.compiled import NUMPY, VARIABLE, forced
    from tui_ann.engine.kernel.library import library
    from tui_ann.text import clean

    if (wanted := forced()) == NUMPY:
        return f"NumPy ({VARIABLE})"
    if wanted not in ("", "c"):
        return f"none: {VARIABLE} is “{clean(wanted)}”; set it to c or numpy, or unset it"
    return "C" if library() else "NumPy (no compiled kernel in this installation)"


def _reader() -> str:
    """What reads the rows of large files."""
    from tui_ann.compiled import NUMPY, VARIABLE, forced
    from tui_ann.data.read.scan_library import scan_library

    if forced() == NUMPY:
        return f"NumPy ({VARIABLE})"
    return "C" if scan_library() else "NumPy (no compiled reader in this installation)"


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings=HELP_NAMES,
    subcommand_metavar="[PATH] | COMMAND [ARGS]...",
    epilog=EPILOG,
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the versions of tui-ann, Python, numpy and textual, and the kernel that trains.",
)
@click.pass_context
def cli(ctx: click.Context) -> int:
    """Every number of a small neural network, in your terminal, on your own data.

    \b
    tui-ann            opens the application on its start screen
    tui-ann PATH       opens a data file, an experiment, a run folder or Keras code
    tui-ann RUN RUN…   compares run folders; so does a folder with runs in it, or a pattern
    tui-ann COMMAND    works without the application
    """  # noqa: D301 - click needs the character itself
    return _opened(ctx, None) if ctx.invoked_subcommand is None else 0


@click.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("words", nargs=-1)
@click.pass_context
def _open(ctx: click.Context, words: tuple[str, ...]) -> int:
    path, *more = words
    if path == "-":
        raise click.UsageError("The application needs standard input for its keys. Use tui-ann train -", ctx.parent)
    patterns = [word for word in words if glob.has_magic(word) and not _exists(word)]
    if unmatched := [word for word in patterns if not glob.glob(os.path.expanduser(word), recursive=True)]:
        raise click.UsageError(f"No run matches {unmatched[0]!r}.", ctx.parent)
    if not path.startswith("sample:") and not _exists(path) and path not in patterns:
        raise click.UsageError(_not_found(path, more), ctx.parent)
    runs = words if patterns else _runs(words)
    if more and not runs:
        raise click.UsageError(f"tui-ann opens one file or several runs, but there is also {more[0]!r}.", ctx.parent)
    return _opened(ctx, path, runs)


def _runs(words: tuple[str, ...]) -> tuple[str, ...]:
    """The runs to compare: several folders, at least one with a run in it, or a folder of runs; else nothing."""
    if not all(os.path.isdir(word) for word in words):
        return ()
    from tui_ann.experiment.run_folder import is_run_folder
    from tui_ann.session.compare.found_runs import has_history_only, holds_runs

    folders = [Path(word) for word in words]
    if len(folders) == 1 and not holds_runs(folders[0]) and not has_history_only(folders[0]):
        return ()
    return words if any(is_run_folder(folder) or holds_runs(folder) for folder in folders) else ()


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):  # a name that is too long, or has a NUL
        return False


def _not_found(path: str, more: Sequence[str]) -> str:
    from difflib import get_close_matches

    folder = Path(path).parent
    try:
        names = [entry.name for entry in folder.iterdir()]
    except (OSError, ValueError):
        names = []
    near = get_close_matches(Path(path).name, names, n=1, cutoff=0.75)
    # A name with a suffix is meant to be a file, unless there is none like it.
    command = get_close_matches(path, [*cli.commands, _COMPARE], n=1) if not (near and Path(path).suffix) else []
    message = f"There is no file and no command {path!r}."
    if command == [_COMPARE]:
        runs = shlex.join(more) if len(more) > 1 else "RUN RUN"
        return f"{message} Did you mean tui-ann {runs}? Several runs are compared."
    if command:
        return f"{message} Did you mean tui-ann {command[0]}?"
    if near:
        return f"{message} Did you mean {folder / near[0]}?"
    return f"{message} Commands are {', '.join(cli.commands)}."


def _opened(ctx: click.Context, path: str | None, runs: tuple[str, ...] = ()) -> int:
    if not (sys.stdout.isatty() or os.environ.get(DRIVER)):
        what = path or "FILE"
        raise SessionError(
            "Standard output is not a terminal, so the application cannot start.",
            remedy=f"Use tui-ann train {what} instead.",
            code="no_terminal",
        )
    if not (sys.stderr.isatty() or os.environ.get(DRIVER)):
        raise SessionError(
            "Standard error is not a terminal, and the application draws there.",
            remedy="Start it without 2>.",
            code="no_terminal",
        )
    if os.environ.get("TERM") == "dumb":
        raise SessionError(
            "This terminal cannot position text (TERM=dumb), so the application cannot start.",
            remedy=f"Set TERM to that of the terminal, such as xterm-256color, or use tui-ann train {path or 'FILE'}.",
            code="no_terminal",
        )
    open_application: OpenApplication = ctx.obj
    return open_application(path, runs) if runs else open_application(path and _at_rest(path))


def _at_rest(path: str) -> str:
    """The path, or for a pipe that of a copy."""
    try:
        if not stat.S_ISFIFO(os.stat(path).st_mode):
            return path
    except (OSError, ValueError):
        return path
    from tui_ann.session.store.paths import UserPaths
    from tui_ann.session.store.spooled import at_rest

    return at_rest(path, UserPaths.of_user().spooled)


for command in (
    train,
    sweep,
    lab,
    step,
    data,
    predict,
    evaluate,
    export,
    report,
    import_,
    runs,
    check,
    doctor,
    samples,
    course,
    exercise,
    exam,
    serve,
):
    cli.add_command(command)


def run(open_application: OpenApplication, args: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        open_application: Opens the application with a path, or without one; returns the exit code.
        args: The words of the command line; those of the program by default.
    """
    return guarded(lambda: cli.main(args=args, prog_name=PROGRAM, standalone_mode=False, obj=open_application))
