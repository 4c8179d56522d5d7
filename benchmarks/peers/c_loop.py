"""A plain loop in C for the logistic unit of a million features: the limit set by the machine's memory."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.peers import Contestant
from benchmarks.workloads import Array, Work

_SOURCE = Path(__file__).with_name("logistic_unit.c")
_FLAGS = ("-O3", "-march=native", "-ffast-math", "-shared", "-fPIC")


def missing() -> str | None:
    """Why it cannot run here."""
    return None if shutil.which("cc") else "no C compiler `cc`"


def _compiled(folder: Path) -> ctypes.CDLL:
    library = folder / "logistic_unit.so"
    command = ["cc", *_FLAGS, str(_SOURCE), "-o", str(library), "-lm"]
    if subprocess.run([*command, "-fopenmp"], capture_output=True, check=False).returncode:
        subprocess.run(command, check=True)
    return ctypes.CDLL(str(library))


class Training:
    settings: tuple[str, ...] = ("1 thread", f"{os.cpu_count()} threads")

    def __init__(self, work: Work) -> None:
        self._work, self._library = work, _compiled(work.folder)

    def use(self, setting: str) -> None:
        self._library.use_threads(int(setting.split()[0]))

    def run(self, rounds: int) -> None:
        work, workload = self._work, self._work.workload
        self._W, self._b, self._losses = work.start["W1"].copy(), work.start["b1"].copy(), np.zeros(rounds)
        pointers = [ctypes.c_void_p(array.ctypes.data) for array in (work.X, work.Y, self._W, self._b)]
        sizes = [ctypes.c_long(size) for size in (*work.X.shape, workload.batch_size, rounds)]
        eta, losses = ctypes.c_float(workload.learning_rate), ctypes.c_void_p(self._losses.ctypes.data)
        self._library.train(*pointers, *sizes, eta, losses)

    def outcome(self) -> Mapping[str, Array]:
        return {"losses": self._losses, "W1": self._W, "b1": self._b}


def prepare(work: Work) -> Contestant:
    return Training(work)
