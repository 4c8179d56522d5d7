"""Runs one peer in its own process: reads commands from standard input, and answers in JSON lines.

Usage: python -m benchmarks.worker MODULE FOLDER WORKLOAD, where WORKLOAD has the fields of a workload in JSON.
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.memory import peak_bytes, resident_bytes
from benchmarks.peers import Contestant
from benchmarks.workloads import Workload, read


def timed(contestant: Contestant, rounds: int) -> dict[str, float]:
    """Wall time of this number of rounds, and processor time of all threads."""
    begun, begun_processor = time.perf_counter(), time.process_time()
    contestant.run(rounds)
    seconds, processor = time.perf_counter() - begun, time.process_time() - begun_processor
    return {"seconds": seconds, "processor": processor + getattr(contestant, "processor_elsewhere", 0.0)}


def fastest_setting(contestant: Contestant) -> str:
    """Select the fastest setting of a peer, ignoring the first run of each."""
    best = contestant.settings[0]
    if len(contestant.settings) > 1:
        took = {}
        for setting in contestant.settings:
            contestant.use(setting)
            took[setting] = min(timed(contestant, 1)["seconds"] for _ in range(4))
        best = min(took, key=lambda setting: took[setting])
    contestant.use(best)
    return best


def answer(contestant: Contestant, order: dict[str, Any], resident: int) -> dict[str, Any]:
    """Execute one command."""
    match order["do"]:
        case "choose":
            return {"setting": fastest_setting(contestant)}
        case "run":
            return timed(contestant, order["rounds"])
        case "check":
            contestant.run(order["rounds"])
            np.savez(order["file"], allow_pickle=False, **contestant.outcome())
            return {}
        case "memory":
            return {"peak": peak_bytes(), "growth": peak_bytes() - resident}
    raise ValueError(order)


def main(module: str, folder: str, fields: str) -> None:
    """Answer commands on standard input about one peer and one workload, in JSON lines.

    Args:
        module: Name of the peer's module in `benchmarks.peers`.
        folder: Where the data of the workload is.
        fields: The fields of the workload, in JSON.
    """
    # Some peers print; that output must not mix with the answers.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        prepare = importlib.import_module(f"benchmarks.peers.{module}").prepare
        resident = resident_bytes()
        contestant = prepare(read(Workload(**json.loads(fields)), Path(folder)))
        for line in sys.stdin:
            print(json.dumps(answer(contestant, json.loads(line), resident)), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
