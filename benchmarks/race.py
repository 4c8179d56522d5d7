"""The comparison: every peer does the same work in its own process; results are checked first, then timed in turn."""

import json
import os
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from benchmarks.agreement import DisagreementError, check
from benchmarks.environments import ROOT, python_of
from benchmarks.peers import OURS, Peer
from benchmarks.quiet import wait_for_quiet
from benchmarks.workloads import Workload, written

CHECKED_ROUNDS = 2
"""Epochs after which losses and weights are compared."""


@dataclass(frozen=True)
class Result:
    """The result of one peer in one workload."""

    peer: str
    setting: str = ""
    """Its setting, such as the number of threads."""
    seconds: tuple[float, ...] = ()
    """Seconds per epoch, prediction or load, one value per turn."""
    processor: tuple[float, ...] = ()
    """The same in processor time of all threads, which other processes hardly affect."""
    ratios: tuple[float, ...] = ()
    """Its seconds divided by tui-ann's, turn by turn: how many times faster tui-ann is."""
    deviation: float = 0.0
    """The difference of its losses and weights from tui-ann's, relative to the largest."""
    peak: int = 0
    """Peak resident memory of its process."""
    growth: int = 0
    """The same minus its memory before it read the data."""
    failure: str = ""
    """Why it has no times."""

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return statistics.median(self.ratios)


class Worker:
    """A peer running in its own process."""

    def __init__(self, peer: Peer, workload: Workload, data: Path, folder: Path) -> None:
        module = [str(python_of(peer, folder)), "-m", "benchmarks.worker", peer.module]
        arguments = [str(data), json.dumps(asdict(workload))]
        self._stderr = (data / f"{peer.name}.log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [*module, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            encoding="utf-8",
        )

    def ask(self, do: str, **details: Any) -> dict[str, Any]:
        """Send an order and wait for its result.

        Raises:
            RuntimeError: The process has ended; the message is its last line.
        """
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps({"do": do, **details}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._stderr.seek(0)
            raise RuntimeError((self._stderr.read().strip().splitlines() or ["no word of why"])[-1])
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._stderr.close()


class _Runner:
    """A worker with its measurements."""

    def __init__(self, peer: Peer, worker: Worker) -> None:
        self.peer, self.worker = peer, worker
        self.rounds, self.deviation = 1, 0.0
        self.setting = ""
        self.seconds: list[float] = []
        self.processor: list[float] = []

    def outcome(self, file: Path, rounds: int) -> dict[str, np.ndarray[Any, Any]]:
        """Its results after this number of rounds."""
        self.worker.ask("check", rounds=rounds, file=str(file))
        with np.load(file) as stored:
            return dict(stored)

    def warm_up(self, target: float) -> None:
        """Choose its setting and its rounds per turn of about `target` seconds."""
        self.setting = self.worker.ask("choose")["setting"]
        took = min(self.worker.ask("run", rounds=1)["seconds"] for _ in range(2))
        self.rounds = max(1, round(target / took))

    def take_turn(self) -> None:
        """Do the work again and record its time."""
        took = self.worker.ask("run", rounds=self.rounds)
        self.seconds.append(took["seconds"] / self.rounds)
        self.processor.append(took["processor"] / self.rounds)

    def result(self, ours: Sequence[float]) -> Result:
        ratios = tuple(theirs / own for theirs, own in zip(self.seconds, ours, strict=True))
        memory = self.worker.ask("memory")
        took = tuple(self.seconds), tuple(self.processor)
        return Result(self.peer.name, self.setting, *took, ratios, self.deviation, **memory)


def race(
    workload: Workload,
    peers: Sequence[Peer],
    folder: Path,
    *,
    turns: int = 7,
    target: float = 0.5,
    patience: float = 0.0,
) -> list[Result]:
    """Have tui-ann and its peers do the same work, in turn.

    Args:
        workload: The work.
        peers: The peers besides tui-ann; each must be installed.
        folder: The folder of environments and data.
        turns: Number of timings of each.
        target: Approximate seconds per turn.
        patience: Maximum seconds to wait before each turn until the machine is idle.

    Returns:
        tui-ann's result first; a peer that failed or disagreed has a reason instead of times.
    """
    data = written(workload, folder)
    checked = CHECKED_ROUNDS if workload.kind == "train" else 1
    runners, failed = [], []
    try:
        if patience:
            wait_for_quiet(patience)
        ours = _Runner(OURS, Worker(OURS, workload, data, folder))
        runners.append(ours)
        expected = ours.outcome(data / "tui-ann.npz", checked)
        ours.warm_up(target)
        for peer in peers:
            runner = _Runner(peer, Worker(peer, workload, data, folder))
            runners.append(runner)
            try:
                runner.deviation = check(
                    expected, runner.outcome(data / f"{peer.name}.npz", checked), workload.tolerance
                )
                runner.warm_up(target)
            except (DisagreementError, RuntimeError) as problem:
                failed.append(Result(peer.name, failure=str(problem)))
        well = [runner for runner in runners if runner.setting]
        for _ in range(turns):
            if patience:
                wait_for_quiet(patience)
            for runner in well:
                runner.take_turn()
        return [*(runner.result(ours.seconds) for runner in well), *failed]
    finally:
        for runner in runners:
            runner.worker.__exit__(None, None, None)
