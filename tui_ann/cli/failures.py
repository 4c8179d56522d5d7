"""Turns the failure of a command into a message and an exit code."""

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from tui_ann.cli.terminal import DEBUG, prepare
from tui_ann.errors import DataError, EngineError, ExperimentError, ModelError, SessionError, TuiAnnError
from tui_ann.text import clean

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

_WORK_FAILED = frozenset({"disk_full", "cannot_write"})
"""Codes of a SessionError that is not caused by the arguments."""


def guarded(action: Callable[[], int | None]) -> int:
    """Run something and return the exit code; any error becomes one message on stderr."""
    prepare()
    try:
        code = action() or DONE
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, click.Abort) as stop:
        heard = stop.__cause__ if isinstance(stop, click.Abort) else stop
        _complain(" ".join(["Interrupted.", *map(str, heard.args if heard else ())]))
        return INTERRUPTED
    except Exception as error:
        if os.environ.get(DEBUG) == "1":
            traceback.print_exc()
        code = _explained(error)
    return code


@contextmanager
def interruption_says(what: str) -> Iterator[None]:
    """Let Ctrl-C in here say what became of the work, unless it says so already.

    Args:
        what: One sentence, after `Interrupted.`
    """
    try:
        yield
    except KeyboardInterrupt as stop:
        if type(stop) is not KeyboardInterrupt or stop.args:
            raise
        raise KeyboardInterrupt(what) from stop


_SETTINGS = {
    "--lr": "training.learning_rate",
    "--learning-rate": "training.learning_rate",
    "--batch-size": "training.batch_size",
    "--optimizer": "training.optimizer",
    "--loss": "training.loss",
    "--l2": "training.l2",
}
"""Settings that are often typed as options."""


def _explained(error: Exception) -> int:
    """Print the error and return its exit code."""
    if isinstance(error, click.UsageError):
        hint = f"See {error.ctx.command_path} --help." if error.ctx else ""
        message = error.format_message()
        has_set = error.ctx is not None and any("--set" in each.opts for each in error.ctx.command.params)
        if isinstance(error, click.NoSuchOption) and has_set and (key := _SETTINGS.get(error.option_name)) is not None:
            message = f"There is no option {error.option_name}; this setting is --set {key}=…"
        _complain(f"Error: {message}", hint)
        return USAGE
    if isinstance(error, click.ClickException):
        _complain(f"Error: {error.format_message()}")
        return error.exit_code
    if isinstance(error, TuiAnnError):
        _complain(f"Error: {error}")
        return exit_code(error)
    if isinstance(error, MemoryError):
        _complain("Error: there is not enough memory for this.", "Use fewer rows, fewer columns or smaller layers.")
        return FAILED
    if isinstance(error, OSError):
        what = error.filename or "what was to be printed cannot be written"
        _complain(f"Error: {what}: {error.strerror or error}.")
        if error.filename is None:
            forget_stdout()
        return FAILED
    _complain(
        f"Error in the program: {type(error).__name__}: {error}",
        f"Set {DEBUG}=1 to see where, and please report this.",
    )
    return FAILED


def exit_code(error: TuiAnnError) -> int:
    """1 if the work failed, 2 if the file, the data or the arguments are wrong."""
    if isinstance(error, DataError | ExperimentError | EngineError | ModelError):
        return USAGE
    if isinstance(error, SessionError) and error.code not in _WORK_FAILED:
        return USAGE
    return FAILED


def _complain(*lines: str) -> None:
    for text in lines:
        for line in text.split("\n"):  # other line ends are text from outside
            print(clean(line), file=sys.stderr)


def forget_stdout() -> None:
    """Redirect stdout to nothing, so that Python's last flush does not fail again."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    os.close(devnull)
