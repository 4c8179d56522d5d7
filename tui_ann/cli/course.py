"""`tui-ann course`: compares the numbers of the course, worked out by hand, with those of the program."""

from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from tui_ann.cli.failures import DONE, FAILED
from tui_ann.cli.options import json_option
from tui_ann.cli.terminal import show, show_json, show_table

if TYPE_CHECKING:
    from tui_ann.session.course.pages import Page
    from tui_ann.session.course.workbook import CheckedNumber, KnownNumber


def page_names(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Completion for the shell: the pages that start with what was typed."""
    from tui_ann.session.course.pages import pages

    return [CompletionItem(page.id, help=page.title) for page in pages() if page.id.startswith(incomplete)]


@click.command(short_help="Check the numbers of the course.")
@click.argument("words", metavar="[FILE] [PAGE]", nargs=-1, shell_complete=page_names)
@json_option
def course(words: tuple[str, ...], as_json: bool) -> int:
    """Work out the examples of the course, and compare with the expected numbers.

    Without PAGE all pages are worked out and listed; with PAGE its numbers are shown, as worked out by hand and as the
    program computes them.  The exit code is 1 if they differ.

    FILE is a course of your own, a TOML file with pages; docs/course-example.toml explains it.
    """
    from tui_ann.session.course.pages import find_page, pages
    from tui_ann.session.course.workbook import MARKS, given, work_out

    book, name = None, words[0] if words else None
    if name is not None and name.lower().endswith(".toml"):
        from tui_ann.session.course.own import read_course

        book, name = read_course(Path(name)), words[1] if len(words) > 1 else None
    if len(words) > (1 if book is None else 2):
        raise click.UsageError("course takes one FILE and one PAGE.")
    chosen = [find_page(name, book)] if name else list(pages() if book is None else book)
    worked = [(page, work_out(page)) for page in chosen]
    if as_json:
        show_json({"pages": [_as_json(page, lines) for page, lines in worked]})
    elif name:
        _show_page(*worked[0], given(chosen[0]))
    else:
        rows = [(MARKS[_holds(lines)], page.id, page.title, _counted(lines)) for page, lines in worked]
        show_table(("", "page", "title", "numbers"), rows)
    return DONE if all(_holds(lines) for _, lines in worked) else FAILED


def _holds(lines: "tuple[CheckedNumber, ...]") -> bool:
    return all(line.holds for line in lines)


def _counted(lines: "tuple[CheckedNumber, ...]") -> str:
    return f"{sum(line.holds for line in lines)} of {len(lines)}"


def _as_json(page: "Page", lines: "tuple[CheckedNumber, ...]") -> dict[str, object]:
    from tui_ann.session.course.workbook import source_of

    return {
        "page": page.id,
        "title": page.title,
        "experiment": source_of(page),
        "set": list(page.sets),
        "update": page.update,
        "holds": _holds(lines),
        "lines": [line.to_json() for line in lines],
    }


def _show_page(page: "Page", lines: "tuple[CheckedNumber, ...]", known: "tuple[KnownNumber, ...]") -> None:
    from tui_ann.session.course.workbook import source_of, verdict

    show(page.title)
    show(page.about)
    for note in page.remarks:
        show(note)
    show()
    if known:
        show_table(
            ("given", ""), [(one.label if i == 0 else "", text) for one in known for i, text in enumerate(one.text)]
        )
        show()
    show_table(("", "expected", "computed", ""), [row for line in lines for row in _rows(line)])
    show()
    show(f"{verdict(lines)}.")
    sets = "".join(f" --set '{change}'" for change in page.sets)
    show(f"tui-ann step {source_of(page)} --update {page.update}{sets}")


def _rows(line: "CheckedNumber") -> list[tuple[str, str, str, str]]:
    """A line of the page, one row of the table for each row of a matrix."""
    pairs = zip_longest(line.expected_text, line.computed_text, fillvalue="")
    return [
        (line.check.label if i == 0 else "", expected, computed, line.mark if i == 0 else "")
        for i, (expected, computed) in enumerate(pairs)
    ]
