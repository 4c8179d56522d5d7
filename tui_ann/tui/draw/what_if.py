"""An update next to the same update with other settings: losses, gradients, new parameters."""

from __future__ import annotations

import numpy as np

from tui_ann.engine.arrays import norm
from tui_ann.engine.tape import Array
from tui_ann.session.step.what_if import Imagined
from tui_ann.text import cell_width, number
from tui_ann.text.rounding import shown
from tui_ann.text.symbols import spelled
from tui_ann.tui.draw.prose import Line, columns, line

MOST_ENTRIES = 24
"""Maximum number of weights and biases below each other to compare one by one."""
_BLOCK_WIDTH = 58
"""Cells for each block of weights and biases side by side."""
_GAP = 3
_TELLING = 1e-3
"""Ratios below this factor or above its inverse are not shown: one of the numbers is negligible."""


def compared(real: Imagined, seen: Imagined, decimals: int, width: int = 80) -> list[Line]:
    """Return the lines that compare both updates.

    Args:
        real: The update of the run.
        seen: The same update with other settings.
        decimals: Maximum number of decimals.
        width: Cells of a line; with more, more weights and biases stand side by side.
    """
    blocks = max(1, width // _BLOCK_WIDTH)
    return [*_overall(real, seen, decimals), line(), *_entries(real, seen, decimals, blocks)]


def _overall(real: Imagined, seen: Imagined, decimals: int) -> list[Line]:
    """Losses and gradient norms."""
    rows = [["", "as it is", "what if", ""]]
    losses = [
        _numbers("L of the batch", real.trace.loss, seen.trace.loss, decimals),
        _numbers("L after the update", real.loss_after, seen.loss_after, decimals),
    ]
    # Different losses are different measures, so their ratio has no meaning.
    other = real.network.loss != seen.network.loss
    rows += [[*row[:3], "another loss" if other else row[3]] for row in losses]
    falls = [side.loss_after - side.trace.loss for side in (real, seen)]
    rows.append([*_numbers("change of L", falls[0], falls[1], decimals)[:3], ""])
    for name in real.trace.gradients:
        norms = [_norm(side.trace.gradients.get(name)) for side in (real, seen)]
        rows.append(_numbers(f"‖∂L/∂{spelled(name)}‖", norms[0], norms[1], decimals))
    return columns(rows, ("muted", ">", "strong>", "accent"), indent=0)


def _entries(real: Imagined, seen: Imagined, decimals: int, blocks: int) -> list[Line]:
    """Weights and biases one by one; if there are many, those that differ most."""
    names = [name for name in real.trace.gradients if name in seen.trace.gradients]
    places = [(name, index) for name in names for index in np.ndindex(real.trace.gradients[name].shape)]
    title = "One by one"
    most = MOST_ENTRIES * blocks
    if len(places) > most:
        title = f"{most} of {len(places)} one by one, those that differ most"
        places = _most_different(real, seen, names, most)
    rows = [["", "w", "∂L/∂w", "what if", "new w", "what if", ""]]
    for name, index in places:
        slopes = [float(side.trace.gradients[name][index]) for side in (real, seen)]
        after = [float(side.trace.after[name][index]) for side in (real, seen)]
        before = float(real.trace.before[name][index])
        symbol = spelled(name, index=[place + 1 for place in index])
        numbers = [shown(value, decimals) for value in (before, *slopes, *after)]
        rows.append([symbol, *numbers, "" if after[0] == after[1] else "≠"])
    table = columns(rows, ("accent", "muted>", ">", "strong>", ">", "strong>", "accent"), indent=0)
    return [line(title, "title"), *_side_by_side(table[0], table[1:])]


def _side_by_side(heading: Line, rows: list[Line]) -> list[Line]:
    """Put the rows of a table below each other, and those that are too many beside them."""
    blocks = [[heading, *rows[start : start + MOST_ENTRIES]] for start in range(0, len(rows), MOST_ENTRIES)]
    widest = max(sum(cell_width(text) for text, _ in each) for each in (heading, *rows))
    made: list[Line] = []
    for index in range(len(blocks[0])):
        whole: list[tuple[str, str]] = []
        for place, block in enumerate(blocks):
            if index < len(block):
                taken = sum(cell_width(text) for text, _ in whole)
                whole += [(" " * (place * (widest + _GAP) - taken), ""), *block[index]]
        made.append(tuple(whole))
    return made


def _most_different(real: Imagined, seen: Imagined, names: list[str], most: int) -> list[tuple[str, tuple[int, ...]]]:
    """The entries with the largest difference between their new values, largest first."""
    apart = [np.abs(np.nan_to_num(real.trace.after[name] - seen.trace.after[name])) for name in names]
    starts = np.cumsum([0, *(part.size for part in apart)])
    order = np.argsort(-np.concatenate([part.ravel() for part in apart]), kind="stable")[:most]
    found = []
    for flat in order:
        which = int(np.searchsorted(starts, flat, side="right")) - 1
        index = np.unravel_index(int(flat - starts[which]), apart[which].shape)
        found.append((names[which], tuple(int(i) for i in index)))
    return found


def _numbers(label: str, real: float, seen: float, decimals: int) -> list[str]:
    return [label, shown(real, decimals), shown(seen, decimals), _ratio(real, seen)]


def _ratio(real: float, seen: float) -> str:
    """The ratio of the other number to the real one, if it is meaningful; empty if they are equal."""
    if real == seen or not real or not np.isfinite(seen / real):
        return "≠" if real != seen else ""
    return f"× {number(seen / real, 3)}" if _TELLING < abs(seen / real) < 1 / _TELLING else "≠"


def _norm(gradient: Array | None) -> float:
    return float("nan") if gradient is None else norm(gradient)
