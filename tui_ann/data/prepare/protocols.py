"""What has to be decided before a table becomes arrays: the `[data]` section of an experiment, as data code sees it.

The section itself is declared once, with limits and help, by the experiment.  The data package must not import the
experiment, so it names here only what it reads; `experiment.DataSpec` fits this protocol by its attributes alone.
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
        """Columns to learn from; `*` stands for all that suit and are neither target nor ignored."""

    @property
    def ignore(self) -> Sequence[str]:
        """Columns that `*` must not bring in."""

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
        """Share of the rows kept for the final judgement, 0 ≤ share < 1."""

    @property
    def validation_split(self) -> float:
        """Share of the rows left after the test part that training does not learn from, 0 ≤ share < 1."""

    @property
    def split(self) -> str:
        """`ordered`, `shuffled` or `stratified`."""

    @property
    def split_seed(self) -> int:
        """Seed of the shuffled and stratified splits."""
