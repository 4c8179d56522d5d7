"""What the Start screen lists: unfinished runs, examples, recent files, pages of the course."""

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tui_ann.data.samples import SAMPLES, Sample, sample_folder
from tui_ann.errors import TuiAnnError
from tui_ann.session.course.pages import Page, pages
from tui_ann.session.store.recents import Recent
from tui_ann.session.store.unfinished import Recoverable
from tui_ann.text import count, counted, number

MOST_RECENTS = 6
"""Maximum number of recent entries in the list."""
FIRST = "spirals"
"""The sample that stands first: a run worth seeing."""
PREFIX = "sample:"
"""The prefix of a sample as a source."""


@dataclass(frozen=True)
class StartEntry:
    """One entry of the list."""

    kind: str
    """`heading`, `unfinished`, `ended`, `sample`, `recent`, `file`, `exercise`, `drawing`, `exam` or `page`."""
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
    curve: str = ""
    """The loss of its last run as a few bars."""

    @property
    def sample(self) -> str:
        """The sample that it shows, if it is one."""
        return self.source.removeprefix(PREFIX) if self.source.startswith(PREFIX) else ""


def start_entries(unfinished: Iterable[Recoverable], recents: Iterable[Recent], now: float) -> Iterator[StartEntry]:
    """The entries of the list, in order.

    Args:
        unfinished: Unfinished runs that can be continued.
        recents: Recently opened, newest first.
        now: Seconds since 1970.
    """
    runs, recents = list(unfinished), list(recents)
    notes = {recent.source: recent.note for recent in recents if recent.kind == "run"}
    yield from _runs("unfinished", "Unfinished", [run for run in runs if not run.ended], notes, now)
    yield from _runs("ended", "Ended, but not saved yet", [run for run in runs if run.ended], notes, now)
    listed = {run.folder for run in runs} | {run.source for run in runs}
    own = [recent for recent in recents if recent.source not in listed and (recent.kind != "sample" or recent.note)]
    own = own[:MOST_RECENTS]
    if own:
        yield StartEntry("heading", "Recent")
    names = Counter(recent.name for recent in own)
    for recent in own:
        yield _recent(recent, now, alone=names[recent.name] == 1)
    yield StartEntry("heading", "A run worth seeing")
    yield from (_sample(sample) for sample in SAMPLES if sample.name == FIRST)
    yield StartEntry("heading", "Your own")
    yield StartEntry("file", "Open a file …", "CSV, Parquet, JSON lines, an experiment or a run folder")
    yield StartEntry("exercise", "New exercise …", "sizes, weights and an example from a sheet, worked out on Step")
    yield StartEntry("drawing", "Draw your own data …", "an empty plane: add points of two classes, and it trains")
    yield StartEntry("exam", "Exam …", "ten questions over the course; the score is kept")
    yield StartEntry("heading", "Examples, in the order of the course")
    yield from (_sample(sample) for sample in SAMPLES if sample.name != FIRST)
    yield StartEntry("heading", "The course, page by page: expected and computed numbers")
    for page in pages():
        yield StartEntry("page", page.title, page.about, details=page.remarks, page=page)


def _sample(sample: Sample) -> StartEntry:
    data = f"data     {counted(sample.rows, 'row')}, {counted(sample.columns, 'column')}"
    return StartEntry("sample", sample.title, sample.shows, f"{PREFIX}{sample.name}", (data,))


def _recent(recent: Recent, now: float, *, alone: bool) -> StartEntry:
    """What was opened, what its run came to, and when; its file or folder tells it apart from others of its name."""
    where = recent.origin or recent.source
    path = where if where.startswith(PREFIX) else _tilde(Path(where))
    when = ago(now - recent.opened)
    # The sizes of a network are last: they are cut first where there is no room.
    note = f"{when} · {recent.note}" if recent.note else f"{recent.kind} · {when}"
    saved = (f"run      {_tilde(Path(recent.source))}",) if recent.kind == "run" else ()
    name = recent.name if alone or recent.kind == "sample" else Path(recent.source).name
    return StartEntry("recent", name, note, recent.source, (f"from     {path}", *saved), curve=recent.curve)


def ago(seconds: float) -> str:
    """How long ago something was, in few words.

    Args:
        seconds: The seconds since then.
    """
    for unit, name in ((86400, "day"), (3600, "h"), (60, "min")):
        n = int(seconds // unit)
        if n >= 1:
            return f"{n} {name}{'s' if name == 'day' and n > 1 else ''} ago"
    return "just now"


def _runs(
    kind: str, heading: str, runs: list[Recoverable], notes: Mapping[str, str], now: float
) -> Iterator[StartEntry]:
    """Unfinished runs: how far each is, when it was left, what it came to, and its loss as a curve."""
    if runs:
        yield StartEntry("heading", heading)
    for run in runs:
        when, epoch = ago(now - run.saved.timestamp()), f"epoch {count(run.epoch)}/{count(run.epochs)}"
        came_to = notes.get(run.folder, "")
        # What the epoch met in training is not the loss of the weights that it ended with, which `tui-ann runs` lists.
        if not came_to and math.isfinite(run.loss):
            epoch = f"loss {number(run.loss, 3)} in {epoch}"
        note = " · ".join(filter(None, (when, epoch, came_to)))
        yield StartEntry(kind, run.name, note, details=(_tilde(Path(run.data)),), left=run, curve=run.curve)


def entry_details(entry: StartEntry) -> tuple[str, ...]:
    """The detail lines of an entry; for an example they include its network and training, read from its file.

    Args:
        entry: The entry.
    """
    return (*entry.details, *_recipe(entry.sample)) if entry.kind == "sample" else entry.details


def opens_on_step(entry: StartEntry) -> bool:
    """Whether an example is one to follow by hand: its start values are given."""
    return entry.kind == "sample" and bool(_tables(entry.sample).get("network", {}).get("weights"))


@cache
def _tables(sample: str) -> dict[str, Any]:
    """The experiment of an example as plain tables; empty if its files are missing.

    Validating an experiment loads the engine, which would delay the start screen.
    """
    try:
        return tomllib.loads((sample_folder(sample) / "experiment.toml").read_text(encoding="utf-8"))
    except (TuiAnnError, OSError):
        return {}


def _recipe(sample: str) -> tuple[str, ...]:
    """Network and training of an example, one line each; empty if its files are missing."""
    tables = _tables(sample)
    if not tables:
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
        inside = path.relative_to(Path.home())
        return f"~/{inside}" if inside.parts else "your home folder"
    except (ValueError, RuntimeError):
        return str(path)
