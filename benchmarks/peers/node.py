"""A network of node and link objects in JavaScript, as TensorFlow Playground has it, run by V8."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import Contestant
from benchmarks.workloads import Array, Work

_SOURCE = Path(__file__).with_name("objects.js")


def missing() -> str | None:
    """Why it cannot run here."""
    return None if shutil.which("node") else "no JavaScript `node`"


class Training:
    settings: tuple[str, ...] = ("per-node objects",)

    def __init__(self, work: Work) -> None:
        workload, numbers = work.workload, range(1, len(work.workload.layers) + 1)
        self._node = subprocess.Popen(
            ["node", str(_SOURCE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._order(
            inputs=workload.inputs,
            layers=workload.layers,
            loss=workload.loss,
            eta=workload.learning_rate,
            X=work.X.tolist(),
            Y=work.Y.tolist(),
            W=[work.start[f"W{number}"].tolist() for number in numbers],
            b=[work.start[f"b{number}"].tolist() for number in numbers],
        )
        self._result: dict[str, Any] = {}

    def _order(self, **order: Any) -> None:
        assert self._node.stdin
        self._node.stdin.write(json.dumps(order) + "\n")
        self._node.stdin.flush()

    def use(self, setting: str) -> None:
        pass

    def run(self, rounds: int) -> None:
        assert self._node.stdout
        self._order(rounds=rounds)
        self._result = json.loads(self._node.stdout.readline())

    @property
    def processor_elsewhere(self) -> float:
        """Processor seconds of the last run in a process of its own."""
        used: float = self._result["processor"]
        return used

    def outcome(self) -> Mapping[str, Array]:
        found = {"losses": np.array(self._result["losses"])}
        for number, (W, b) in enumerate(zip(self._result["W"], self._result["b"], strict=True), start=1):
            found |= {f"W{number}": np.array(W), f"b{number}": np.array(b)}
        return found


def prepare(work: Work) -> Contestant:
    return Training(work)
