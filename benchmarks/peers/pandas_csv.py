"""`pandas.read_csv` with its default settings."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from benchmarks.peers import Contestant
from benchmarks.workloads import Array, Work


class Loading:
    settings: tuple[str, ...] = ("default settings",)

    def __init__(self, work: Work) -> None:
        self._path = work.folder / "table.csv"

    def use(self, setting: str) -> None:
        pass

    def run(self, rounds: int) -> None:
        for _ in range(rounds):
            self._frame: Any = None  # free its memory before the next one is allocated
            self._frame = pd.read_csv(self._path)

    def outcome(self) -> Mapping[str, Array]:
        numbers = self._frame.select_dtypes("number")
        return {"first and last": numbers.iloc[[0, -1]].to_numpy().T}


def prepare(work: Work) -> Contestant:
    return Loading(work)
