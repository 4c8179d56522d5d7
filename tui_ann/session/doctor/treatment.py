"""What a treatment is: the edits and the words of one remedy, made for a case."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from tui_ann.experiment.keys import LAYERS
from tui_ann.experiment.spec import LayerSpec
from tui_ann.session.doctor.remedy import Case


class Treatment(NamedTuple):
    """An edit with the numbers and names of its words."""

    edits: tuple[tuple[str, Any], ...]
    numbers: Mapping[str, float | str] = {}


Make = Callable[[Case], Treatment | None]


def layer_edits(before: Sequence[LayerSpec], after: Sequence[LayerSpec]) -> tuple[tuple[str, Any], ...]:
    """The edits that make other layers: only what changes, unless layers are added or removed.

    Args:
        before: The layers.
        after: What they are to be.
    """
    if [type(layer) for layer in before] != [type(layer) for layer in after]:
        return ((LAYERS, tuple(after)),)
    return tuple(
        (f"{LAYERS}.{place}.{name}", getattr(new, name))
        for place, (old, new) in enumerate(zip(before, after, strict=True), start=1)
        for name in new.__struct_fields__
        if getattr(new, name) != getattr(old, name)
    )


def rounded(value: float, digits: int = 2) -> float:
    """A positive number with this many significant digits, rounded down, so that a limit stays a limit."""
    exponent = math.floor(math.log10(value)) - digits + 1
    return float(f"{math.floor(value / 10.0**exponent + 1e-9)}e{exponent}")
