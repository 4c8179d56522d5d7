"""A run's history as arrays that grow, for pictures that are painted ten times a second."""

import numpy as np
from numpy.typing import NDArray

from tui_ann.engine.history import EpochRecord, History


class EpochColumns:
    """The epochs of a history as arrays; `follow` reads only the records that are new since the last time.

    A run of a hundred thousand epochs would otherwise be read whole for every frame.
    """

    def __init__(self) -> None:
        self._last: EpochRecord | None = None
        self._count = 0
        self._ends = np.empty(64)
        self._loss = np.empty(64)
        self._validation = np.empty(64)

    def follow(self, history: History, epochs: int) -> None:
        """Take what a history holds.

        Args:
            history: It may be growing while it is read.
            epochs: How many of its epochs to take; the later ones are not wanted yet.
        """
        records = history.epochs
        count = min(epochs, len(records))
        if self._count > count or (self._count and records[self._count - 1] is not self._last):
            self._count = 0  # another run, or one that was rewound
        self._reserve(count)
        for index in range(self._count, count):
            record = records[index]
            self._ends[index] = record.updates
            self._loss[index] = record.values.get("loss", np.nan)
            self._validation[index] = record.values.get("val_loss", np.nan)
        self._count = count
        self._last = records[count - 1] if count else None

    def _reserve(self, count: int) -> None:
        if count > len(self._ends):
            room = max(count, 2 * len(self._ends))
            self._ends, self._loss, self._validation = (
                np.concatenate((array[: self._count], np.empty(room - self._count)))
                for array in (self._ends, self._loss, self._validation)
            )

    @property
    def ends(self) -> NDArray[np.float64]:
        """Updates done at the end of each epoch, (epochs,)."""
        return self._ends[: self._count]

    @property
    def loss(self) -> NDArray[np.float64]:
        """Training loss of each epoch, (epochs,)."""
        return self._loss[: self._count]

    @property
    def validation(self) -> NDArray[np.float64]:
        """Validation loss of each epoch, nan where there is none, (epochs,)."""
        return self._validation[: self._count]
