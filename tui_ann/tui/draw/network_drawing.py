"""What a drawn network consists of: its inks, what is highlighted, and which unit or edge is where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tui_ann.tui.draw.cells import Cells
from tui_ann.tui.draw.network_layout import NetworkLayout

LEVELS = 5
"""Steps of strength an edge's colour has on each side of zero."""


class NetworkInk(IntEnum):
    """What a cell of the picture is."""

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
    """What is highlighted; everything else fades."""

    layers: frozenset[int] = frozenset()
    """Layers whose units are highlighted, 0 for the inputs."""
    edges: int = 0
    """The layer whose incoming edges are highlighted; 0 for none."""
    backward: bool = False
    """Whether the arrow points backward, as errors go, or forward, as signals go."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """The picture, and which unit and edge is where."""

    cells: Cells
    units: NDArray[np.int32]
    """Unit under each cell as layer·2²⁰ + unit, −1 where none is, (height, width)."""
    edges: NDArray[np.int64]
    """Edge under each cell as (layer·2²⁰ + to)·2²⁰ + from, −1 where none is, (height, width)."""
    layout: NetworkLayout | None


def unit_code(layer: int, unit: int) -> int:
    """Return the code of a unit in `Drawing.units`."""
    return (layer << 20) + unit
