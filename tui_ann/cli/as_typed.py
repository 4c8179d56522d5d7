"""Errors in the words of the command line: what was typed as a short option is not called by its key."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tui_ann.cli.options import ShortOptions
from tui_ann.errors import DataError, ExperimentError, Problem

_KEYS = {"data.task": "--task", "data.ignore": "--ignore", "data.validation_split": "--validation"}


@contextmanager
def as_typed(short: ShortOptions) -> Iterator[None]:
    """Put errors about the short options of a command into the words of these options.

    Args:
        short: What was typed.

    Raises:
        DataError: One was raised; the remedy names the option.
        ExperimentError: The same.
    """
    given = {
        "data.task": short.task is not None,
        "data.ignore": bool(short.ignore),
        "data.validation_split": short.validation is not None,
    }
    options = {key: option for key, option in _KEYS.items() if given[key]}
    try:
        yield
    except DataError as error:
        message, remedy = _in_words(error.message, options), _in_words(error.remedy, options)
        joined = [name for name in short.ignore if "," in name and repr(name) in message]
        if error.code == "no_such_column" and joined:
            each = " ".join(f"--ignore {part.strip()!r}" for part in joined[0].split(","))
            remedy = f"Repeat the option for several columns: {each}."
        if (message, remedy) == (error.message, error.remedy):
            raise
        raise DataError(message, remedy=remedy, code=error.code, details=error.details) from error
    except ExperimentError as error:
        problems = [
            Problem(_place(each.where, options), _in_words(each.message, options), _in_words(each.remedy, options))
            for each in error.problems
        ]
        if problems == list(error.problems):
            raise
        raise ExperimentError(error.message, problems, code=error.code) from error


def _place(where: str, options: dict[str, str]) -> str:
    return options.get(where.removeprefix("--set "), where)


def _in_words(text: str, options: dict[str, str]) -> str:
    if "data.task" in options:
        text = text.replace('Set task = "auto"', "Leave --task out")
        text = re.sub(r'Set task = "(\w+)"', r"Use --task \1", text)
    if "data.validation_split" in options:
        text = text.replace("validation_split = ", "--validation ")
    return text
