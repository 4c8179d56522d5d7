"""Output: results on stdout, messages on stderr; text from outside is made safe to print."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from tui_ann.text import clean, count, counted, number, plain_number

if TYPE_CHECKING:
    from rich.console import Console

DEBUG = "TUI_ANN_DEBUG"
"""If this is 1, an error shows where in the program it occurred."""

MOST_CELLS = 60
"""Widest cell of a table, in terminal cells; JSON is not cut."""

MOST_WRAPPED = 500
"""Maximum rows of a table that Rich formats; it needs some milliseconds for every ten rows."""

_WIDE = 100_000


def prepare() -> None:
    """Make stdout and stderr accept any text: characters that their encoding lacks become question marks."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - open until the program ends
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(text: str = "") -> None:
    """Print a message on stderr."""
    print(clean(text), file=sys.stderr)


def show(text: str = "") -> None:
    """Print a line of a result on stdout."""
    print(clean(text))


def figure(value: float, digits: int = 5, *, decimals: int | None = None) -> str:
    """A number of a result: in the format of the program, or in plain ASCII if a program reads stdout."""
    return (number if _for_people() else plain_number)(value, digits, decimals=decimals)


def figures(digits: int = 5) -> Callable[[float], str]:
    """`figure` for very many numbers: stdout is looked at only once."""
    return partial(number if _for_people() else plain_number, digits=digits)


def amount(value: int) -> str:
    """A count in a result: with separated thousands, unless a program reads stdout."""
    return count(value) if _for_people() else str(value)


def amount_of(value: int, noun: str) -> str:
    """An amount with its noun: `1 row`, `12 rows`."""
    return f"{amount(value)} {counted(value, noun).rpartition(' ')[2]}"


def either(text: str, plain: str) -> str:
    """A text, or a plainer one if the encoding of stdout lacks one of its characters."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return plain
    return text


def _for_people() -> bool:
    """Whether numbers on stdout go to a terminal that can show them."""
    return sys.stdout.isatty() and either("−∞", "") != ""


def room() -> int:
    """How many terminal cells a line on stdout has; very many if a program reads it."""
    return _console(sys.stdout).width


def show_json(value: Any) -> None:
    """Print a JSON object on one line; numbers that are not finite are null."""
    print(as_json(value))


def as_json(value: Any) -> str:
    """JSON in plain ASCII, so that it is the same on every terminal and has no control characters."""
    from tui_ann.experiment.run_folder import finite

    return json.dumps(finite(value), allow_nan=False)


def show_table(
    titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = (), widest: int = MOST_CELLS
) -> None:
    """Print a table on stdout: as wide as the terminal, or as wide as needed if a program reads it.

    On a terminal a short table wraps long cells, and a table of many rows truncates them, which is much faster.

    Args:
        titles: The titles of its columns.
        rows: Its cells.
        right: The right-aligned columns, counted from 0.
        widest: Maximum terminal cells per cell.
    """
    from tui_ann.cli.plain_table import blocks

    rows = list(rows)
    room = None
    if sys.stdout.isatty():
        if len(rows) <= MOST_WRAPPED:
            _show_wrapped(titles, rows, set(right), widest)
            return
        room = _console(sys.stdout).width
    for block in blocks(titles, rows, right=right, widest=widest, room=room, rule=either("─", "-")):
        sys.stdout.write(block)


def _show_wrapped(titles: Sequence[str], rows: Iterable[Sequence[str]], numbers: set[int], widest: int) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for index, title in enumerate(titles):
        table.add_column(Text(clean(title)), justify="right" if index in numbers else "left", overflow="ellipsis")
    for row in rows:
        table.add_row(*(Text(clean(cell, widest)) for cell in row))
    _console(sys.stdout).print(table)


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    width = None if stream.isatty() else _WIDE
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


class Bar:
    """A progress bar on stderr; without a terminal there is none.

    Args:
        what: The text before it.
        quiet: Whether to show none at all.
    """

    def __init__(self, what: str, *, quiet: bool = False) -> None:
        self.shown = not quiet and sys.stderr.isatty()
        self._what = what

    def __enter__(self) -> "Bar":
        if self.shown:
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

            self._progress = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TaskProgressColumn(),
                console=_console(sys.stderr),
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._task = self._progress.add_task(clean(self._what), total=1.0)
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            self._progress.stop()
            self.shown = False  # later output must not show it again

    def at(self, share: float, what: str | None = None) -> None:
        """Move to a share from 0 to 1, with new text before it if given."""
        if self.shown:
            self._progress.update(self._task, completed=share, description=clean(what or self._what))

    @contextmanager
    def aside(self, stream: TextIO) -> Iterator[None]:
        """Hide the bar while something is printed on a stream that may be the same terminal."""
        if not (self.shown and stream.isatty()):
            yield
            return
        self._progress.stop()
        try:
            yield
            stream.flush()
        finally:
            self._progress.start()
