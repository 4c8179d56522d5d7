"""The parts of a drawn network: its inks, the highlights, and the unit or edge under each cell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.network_layout import NetworkLayout

LEVELS = 5
"""Number of colour steps of an edge on each side of zero."""


class NetworkInk(IntEnum):
    """Ink of a cell: what it belongs to."""

    PLAIN = 0
    SYMBOL = 1
    DETAIL = 2
    LABEL = 3
    UNIT = 4
    POSITIVE_UNIT = 5
    NEGATIVE_UNIT = 6
    SELECTED = 7
    EDGE = 8
    FADED = 9
    LIT = 10
    POSITIVE = 11
    """First of `LEVELS` inks, weak to strong."""
    NEGATIVE = 11 + LEVELS
    """First of `LEVELS` inks, weak to strong."""


@dataclass(frozen=True)
class Lit:
    """Highlighted units and edges; the other units fade, and the other edges if some are highlighted."""

    layers: frozenset[int] = frozenset()
    """Layers with highlighted units, 0 for the inputs."""
    edges: int = 0
    """The layer with highlighted incoming edges; 0 for none."""
    backward: bool = False
    """Whether the arrow points backward, like errors, or forward, like signals."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """The picture, and the unit and edge under each cell."""

    cells: Cells
    units: NDArray[np.int32]
    """Unit under each cell as layer·2²⁰ + unit, −1 for none, (height, width)."""
    edges: NDArray[np.int64]
    """Edge under each cell as (layer·2²⁰ + to)·2²⁰ + from, −1 for none, (height, width)."""
    layout: NetworkLayout | None


def unit_code(layer: int, unit: int) -> int:
    """Return the code of a unit in `Drawing.units`."""
    return (layer << 20) + unit
