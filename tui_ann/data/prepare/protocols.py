"""What the data package reads from the `[data]` section of an experiment.

The section is declared in the experiment package, which the data package must not import.  `experiment.DataSpec` has
the attributes of this protocol.
"""

from collections.abc import Sequence
from typing import Protocol


class DataChoices(Protocol):
    """The choices that turn a table into a dataset, named as the keys of `[data]`."""

    @property
    def target(self) -> str | Sequence[str]:
        """The column to predict, or several number columns (regression with several outputs)."""

    @property
    def task(self) -> str:
        """`auto`, `regression`, `binary` or `multiclass`."""

    @property
    def features(self) -> Sequence[str]:
        """Feature columns; `*` means all suitable columns that are not target or ignored."""

    @property
    def ignore(self) -> Sequence[str]:
        """Columns that are not used."""

    @property
    def classes(self) -> Sequence[object]:
        """Order of the class labels; empty for sorted."""

    @property
    def scaling(self) -> str:
        """`none`, `standard` or `minmax`, of number features."""

    @property
    def target_scaling(self) -> str:
        """`none`, `standard` or `minmax`, of regression targets."""

    @property
    def missing(self) -> str:
        """`error`, `drop`, `mean`, `median` or `most_frequent`."""

    @property
    def test_split(self) -> float:
        """Share of the rows used only for the final test, 0 ≤ share < 1."""

    @property
    def validation_split(self) -> float:
        """Share of the other rows used for validation, 0 ≤ share < 1."""

    @property
    def folds(self) -> int | None:
        """Number of folds for cross-validation instead of a validation share; `None` for none."""

    @property
    def fold(self) -> int | None:
        """The fold that validates, from 1; `None` is the first."""

    @property
    def split(self) -> str:
        """`ordered`, `shuffled` or `stratified`."""

    @property
    def split_seed(self) -> int:
        """Seed of the shuffled and stratified splits."""
