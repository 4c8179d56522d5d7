"""What the Start screen lists: unfinished runs, examples, recent files, pages of the course."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tui_ann.data.samples import SAMPLES, sample_folder
from tui_ann.errors import TuiAnnError
from tui_ann.session.course.pages import Page, pages
from tui_ann.session.store.recents import Recent
from tui_ann.session.store.unfinished import Recoverable
from tui_ann.text import count, number

MOST_RECENTS = 8
"""Maximum number of recent entries in the list."""


@dataclass(frozen=True)
class StartEntry:
    """One entry of the list."""

    kind: str
    """`heading`, `unfinished`, `ended`, `sample`, `recent`, `file`, `exercise` or `page`."""
    name: str
    """Its name."""
    note: str = ""
    """What it demonstrates, or where it is."""
    source: str = ""
    """What is opened."""
    details: tuple[str, ...] = ()
    """More lines, shown if it is the current entry."""
    left: Recoverable | None = None
    """The unfinished run."""
    page: Page | None = None
    """The page of the course."""


def start_entries(unfinished: Iterable[Recoverable], recents: Iterable[Recent]) -> Iterator[StartEntry]:
    """The entries of the list, in order.

    Args:
        unfinished: Unfinished runs that can be continued.
        recents: Recently opened, newest first.
    """
    runs = list(unfinished)
    yield from _runs("unfinished", "Unfinished", [run for run in runs if not run.ended])
    yield from _runs("ended", "Ended, but not saved yet", [run for run in runs if run.ended])
    yield StartEntry("heading", "Examples, in the order of the course")
    for sample in SAMPLES:
        rows = "1 row" if sample.rows == 1 else f"{count(sample.rows)} rows"
        data = f"data     {rows}, {count(sample.columns)} columns"
        yield StartEntry("sample", sample.title, sample.shows, f"sample:{sample.name}", (data,))
    own = [recent for recent in recents if recent.kind != "sample"][:MOST_RECENTS]
    if own:
        yield StartEntry("heading", "Recent")
    for recent in own:
        path = Path(recent.source)
        note = f"{recent.kind} in {_tilde(path.parent)}"
        yield StartEntry("recent", recent.name, note, recent.source, (_tilde(path),))
    yield StartEntry("heading", "Your own data")
    yield StartEntry("file", "Open a file …", "CSV, Parquet, JSON lines, an experiment or a run folder")
    yield StartEntry("exercise", "New exercise …", "sizes, weights and an example from a sheet, worked out on Step")
    yield StartEntry("heading", "The course, page by page: expected and computed numbers")
    for page in pages():
        yield StartEntry("page", page.title, page.about, details=page.notes, page=page)


def _runs(kind: str, heading: str, runs: list[Recoverable]) -> Iterator[StartEntry]:
    if runs:
        yield StartEntry("heading", heading)
    for run in runs:
        note = f"epoch {count(run.epoch)} of {count(run.epochs)}, left {run.saved:%d %b %H:%M}"
        yield StartEntry(kind, run.name, note, details=(_tilde(Path(run.data)),), left=run)


def entry_details(entry: StartEntry) -> tuple[str, ...]:
    """The detail lines of an entry; for an example they include its network and training, read from its file.

    Args:
        entry: The entry.
    """
    return (*entry.details, *_recipe(entry.source.removeprefix("sample:"))) if entry.kind == "sample" else entry.details


@cache
def _recipe(sample: str) -> tuple[str, ...]:
    """Network and training of an example, one line each; empty if its files are missing.

    The file is read as plain TOML: validating an experiment loads the engine, which would delay the start screen.
    """
    try:
        tables = tomllib.loads((sample_folder(sample) / "experiment.toml").read_text(encoding="utf-8"))
    except (TuiAnnError, OSError):
        return ()
    training = tables["training"]
    batch = f" of {training['batch_size']}" if training["variant"] == "mini-batch" else ""
    eta = number(training["learning_rate"])
    return (
        f"network  {' → '.join(map(_layer_words, tables['network']['layers']))}",
        f"loss     {training['loss']}",
        f"descent  {training['variant']}{batch}, {training['optimizer']}, η {eta}",
        f"epochs   {count(training['epochs'])}",
    )


def _layer_words(layer: dict[str, Any]) -> str:
    if layer["type"] != "dense":
        raise ValueError(f"the start screen has no words for a layer of type {layer['type']}")
    return f"dense {layer['units']} {layer.get('activation', 'linear')}"


def _tilde(path: Path) -> str:
    """A path with ~ for the home folder."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
