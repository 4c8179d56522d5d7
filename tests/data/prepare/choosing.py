"""Choices about a table, without an experiment around them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Choices:
    """The `[data]` section with plain defaults: nothing scaled, nothing split off."""

    target: str | Sequence[str] = "y"
    task: str = "auto"
    features: Sequence[str] = ("*",)
    ignore: Sequence[str] = ()
    classes: Sequence[object] = ()
    scaling: str = "none"
    target_scaling: str = "none"
    missing: str = "error"
    test_split: float = 0.0
    validation_split: float = 0.0
    folds: int | None = None
    fold: int | None = None
    split: str = "ordered"
    split_seed: int = 0
