"""Python text as a syntax tree; nothing is run."""

import ast
import warnings

from tui_ann.errors import ModelError
from tui_ann.importing.read_model import Remark

MOST_BYTES = 1_000_000
"""Larger texts are not the script of a network."""


def parsed(text: str, label: str) -> tuple[ast.Module, list[Remark]]:
    """The syntax tree of a script.

    A text with one bracket too many is read without it, if that can be understood in one way only; a remark says so.

    Args:
        text: The script.
        label: What messages call it.

    Raises:
        ModelError: It is not Python, or too large.
    """
    if len(text) > MOST_BYTES:
        raise ModelError(
            f"{label} has {len(text):,} characters; the script of a network has some thousands.",
            remedy="Name a smaller script.",
            code="too_large",
        )
    text = without_shell_lines(text)
    try:
        return _tree(text), []
    except SyntaxError as error:
        line = error.lineno or 1
        mended = _mended(text, line)
        if mended is not None:
            return mended, [Remark(line, "one bracket too many is left out.")]
        raise ModelError(
            f"{label}, line {line}: this is not Python: {error.msg}.",
            remedy="Correct that line.",
            code="syntax_error",
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ModelError(
            f"{label} cannot be read as Python: {str(error) or 'it is nested too deeply'}.",
            remedy="Name a Python script.",
            code="syntax_error",
        ) from error


def without_shell_lines(text: str) -> str:
    """The text without what only a notebook understands: `!pip install …` and `%matplotlib inline`, prompts too.

    Every line ends in a line feed: a terminal pastes carriage returns.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if any(line.startswith(">>>") for line in lines):
        return "\n".join(line[4:] if line.startswith((">>> ", "... ")) else "" for line in lines)
    return "\n".join("" if line.startswith(("!", "%")) else line for line in lines)


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a text of somebody else
        return ast.parse(text)


def _mended(text: str, line: int) -> ast.Module | None:
    """The tree without one closing bracket of the line, if all ways to do so that are Python give the same text."""
    lines = text.split("\n")
    if line > len(lines):
        return None
    wrong = lines[line - 1]
    found: dict[str, ast.Module] = {}
    for place, character in enumerate(wrong[:2000]):
        if character in ")]}":
            tried = "\n".join([*lines[: line - 1], wrong[:place] + wrong[place + 1 :], *lines[line:]])
            try:
                found.setdefault(tried, _tree(tried))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    return next(iter(found.values())) if len(found) == 1 else None
