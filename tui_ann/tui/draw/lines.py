"""Pictures of one to three lines: the progress of the run, and its metrics."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from tui_ann.text import cell_width, clean, count, duration, fit, number, share, short
from tui_ann.text.symbols import run_sign
from tui_ann.tui.draw.cells import Cells

_SHORT = {"accuracy": "acc.", "precision": "prec."}
"""Shorter names of metrics, for narrow columns."""
_SHORTEST = {"recall": "rec.", "data loss": "d. loss"}
"""Still shorter names, for use one after the other while columns do not fit."""
_NARROW, _LEAST = 7, 5
"""Cells of a narrow column, and of one that gives way to the names of the rows."""
_NAME = 15
"""Cells of the name of a row that columns give way to: the longest name of a baseline."""


class LineInk(IntEnum):
    """Ink of a cell: what it belongs to."""

    PLAIN = 0
    LABEL = 1
    VALUE = 2
    DONE = 3
    LEFT = 4
    GOOD = 5
    BAD = 6
    WARN = 7


@dataclass(frozen=True)
class Progress:
    """The progress of a run."""

    status: str = "ready"
    """`ready`, `running`, `paused`, how it ended, or what is wrong with its result."""
    epoch: int = 0
    epochs: int = 0
    share: float = 0.0
    """Completed share of the current epoch, 0 to 1."""
    update: int = 0
    updates_per_second: float | None = None
    eta_seconds: float | None = None
    learning_rate: float | None = None
    speed: float | None = None
    """Speed limit in updates per second; None is full speed."""
    speed_chosen: bool = False
    """Whether to show that it runs at full speed."""
    paced: bool = False
    """Whether the speed limit is the pace of a new run, which nobody chose."""
    examples: int = 0
    """Examples per epoch if epochs are so slow that each has its own bar; otherwise 0."""
    diverged: bool = False
    """Whether it ended because an update diverged, within this epoch."""


def draw_progress(progress: Progress, width: int) -> Cells:
    """Draw the line; if it is too long, the last items are left out first, and the bar shrinks last.

    Args:
        progress: The progress of the run.
        width: Width in cells.
    """
    cells = Cells(width, 1)
    mark = run_sign(progress.status)
    ink = {"✗": LineInk.BAD, "!": LineInk.WARN}.get(mark, LineInk.GOOD)
    head = f"epoch {count(progress.epoch)}/{count(progress.epochs)}"
    if progress.diverged:  # the update that is counted ended the epoch before
        head = f"diverged in {head}"
    x = cells.write(0, 0, f"{mark} ", ink)
    x = cells.write(x, 0, clean(head, max(0, width - x)), LineInk.VALUE) + 1
    parts = _parts(progress)
    while parts and x + 10 + cell_width(" · ".join(parts)) > width:
        parts.pop()
    tail = " · ".join(parts)
    room = min(width - x - cell_width(tail) - 1, 60)
    if room >= 4:
        share = (progress.epoch + progress.share) / progress.epochs if progress.epochs else 0.0
        if progress.examples:
            share = progress.share
        halves = round(min(1.0, share) * room * 2)
        cells.write(x, 0, "━" * (halves // 2) + ("╸" if halves % 2 else ""), LineInk.DONE)
        cells.write(x + (halves + 1) // 2, 0, "─" * (room - (halves + 1) // 2), LineInk.LEFT)
        x += room + 1
    cells.write(x, 0, tail, LineInk.LABEL)
    return cells


def _parts(progress: Progress) -> list[str]:
    parts = [f"update {count(progress.update)}"]
    if progress.examples:
        met = round(progress.share * progress.examples)
        parts.insert(0, f"{short(met)} of {short(progress.examples)} examples")
    if progress.speed is not None:
        parts.append(f"{'played at' if progress.paced else 'max'} {short(progress.speed)}/s")
    elif progress.speed_chosen:
        parts.append("full speed")
    if progress.status == "running":
        parts += _going(progress)
    if progress.learning_rate is not None:
        parts.append(f"η {number(progress.learning_rate)}")
    return parts


def _going(progress: Progress) -> list[str]:
    """Speed and remaining time; for a run with a speed limit the speed is last, because it is known."""
    parts = []
    if progress.updates_per_second is not None and not progress.paced:
        pace = short(progress.updates_per_second)
        parts.append(f"{pace} update{'' if pace == '1' else 's'}/s")
    if progress.eta_seconds is not None:
        parts.append(f"ETA {duration(progress.eta_seconds)}")
    return parts if progress.speed is None else parts[::-1]


def draw_metrics(
    names: Sequence[str],
    rows: Sequence[tuple[str, Mapping[str, float]]],
    width: int,
    height: int,
    shares: Collection[str] = (),
) -> Cells:
    """Draw a small table: a column for each metric, a row for each part of the data; one line if there is no room.

    If the table is too wide, the columns give way first, down to three digits, then long names of rows, and then the
    last columns are left out.

    Args:
        names: The metrics in order, the loss first.
        rows: The label of each row, and its values by metric.
        width: Width in cells.
        height: Height in cells.
        shares: The metrics of which 1 is the best possible; they are not rounded up to it.
    """
    cells = Cells(width, height)
    if not rows or height < 1:
        return cells
    if height <= len(rows):
        _metrics_line(cells, names, rows, shares)
        return cells
    titles, columns, first = _laid_out(names, [label for label, _ in rows], width)
    x = first
    for name, title, wide in zip(names, titles, columns, strict=True):
        if x + wide > width:
            cells.write(min(x, width - 1), 0, "…", LineInk.LABEL)
            break
        cells.write(x, 0, fit(title, wide, "right"), LineInk.LABEL)
        for row, (label, values) in enumerate(rows, start=1):
            cells.write(0, row, clean(label, first - 1), LineInk.LABEL)
            shown = share if name in shares else number
            cells.write(x + 1, row, shown(values.get(name, float("nan")), width=wide - 1), LineInk.VALUE)
        x += wide
    return cells


def _laid_out(names: Sequence[str], labels: Sequence[str], width: int) -> tuple[list[str], list[int], int]:
    """Return the titles of the columns, their cells, and the cells before them."""
    longest = max(map(cell_width, labels))
    columns = [max(9, cell_width(name) + 2) for name in names]
    if longest + 1 + sum(columns) <= width:
        return list(names), columns, longest + 1
    titles = [_SHORT.get(name, name) for name in names]
    name = min(longest, _NAME, max(8, width // 3))
    for title, shorter in _SHORTEST.items():
        if 1 + name + sum(_least(titles, _LEAST)) > width:
            titles = [shorter if each == title else each for each in titles]
    most, columns = _least(titles, _NARROW), _least(titles, _LEAST)
    first = 1 + min(longest, max(width - 1 - sum(most), name))
    for _ in range(min(sum(most), max(0, width - first)) - sum(columns)):
        narrowest = min((wide, place) for place, wide in enumerate(columns) if wide < most[place])[1]
        columns[narrowest] += 1
    return titles, columns, first


def _least(titles: Sequence[str], cells: int) -> list[int]:
    return [max(cells, cell_width(title) + 1) for title in titles]


def _metrics_line(
    cells: Cells, names: Sequence[str], rows: Sequence[tuple[str, Mapping[str, float]]], shares: Collection[str]
) -> None:
    """Write the rows one after the other, as far as there is room."""
    x = 0
    for label, values in rows:
        for place, name in enumerate(names):
            text = f"{name} " if place else f"{label} {name} "
            shown = (share if name in shares else number)(values.get(name, float("nan")), 3)
            if x + cell_width(text) + len(shown) > cells.codes.shape[1]:
                return
            x = cells.write(cells.write(x, 0, text, LineInk.LABEL), 0, shown, LineInk.VALUE) + 2
