"""Compare tui-ann with its peers: `python -m benchmarks --install`, then `python -m benchmarks`."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.environments import default_folder, install, missing
from benchmarks.growth import Cost, costs
from benchmarks.peers import PEERS, takes_part
from benchmarks.race import Result, race
from benchmarks.report import growth_table, machine, race_table, readme_table
from benchmarks.workloads import WORKLOADS

GROWTH = "growth"


def _names(allowed: Sequence[str]) -> "type[list[str]]":
    """A reader of comma-separated names."""

    def read(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in allowed]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}; choose from {', '.join(allowed)}")
        return names

    return read  # type: ignore[return-value]


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--peers", type=_names([*PEERS]), default=[*PEERS], help=f"of {', '.join(PEERS)}")
    works = [*WORKLOADS, GROWTH]
    parser.add_argument("--only", type=_names(works), default=works, help=f"of {', '.join(works)}")
    parser.add_argument("--install", action="store_true", help="install the missing peers, and exit")
    parser.add_argument("--folder", type=Path, default=default_folder(), help="folder of peers and data [%(default)s]")
    parser.add_argument("--turns", type=int, default=7, help="number of timings of each [%(default)s]")
    parser.add_argument("--seconds", type=float, default=1.0, help="approximate length of a turn [%(default)s]")
    parser.add_argument(
        "--patience", type=float, default=0.0, metavar="SECONDS", help="wait before each turn until the machine is idle"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measurement to this file")
    parser.add_argument("--markdown", action="store_true", help="end with the table of ratios in Markdown")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Measure what the arguments ask for, and print it."""
    chosen = _arguments(words)
    if chosen.install:
        for name in chosen.peers:
            if missing(PEERS[name], chosen.folder) and PEERS[name].packages:
                print(f"installing {PEERS[name].label} into {chosen.folder / name}", flush=True)
                install(PEERS[name], chosen.folder)
        return
    print(f"{machine()}\nRatios of throughput; above 1, tui-ann is faster.\n", flush=True)
    absent = {name: why for name in chosen.peers if (why := missing(PEERS[name], chosen.folder))}
    results: dict[str, list[Result]] = {}
    grown: list[Cost] = []
    for name in chosen.only:
        if name == GROWTH:
            grown = list(costs())
            print(growth_table(grown), "\n", flush=True)
            continue
        workload = WORKLOADS[name]
        wanted = [PEERS[peer] for peer in chosen.peers if takes_part(PEERS[peer], name, workload.kind)]
        here = [peer for peer in wanted if peer.name not in absent]
        results[name] = race(
            workload, here, chosen.folder, turns=chosen.turns, target=chosen.seconds, patience=chosen.patience
        )
        not_here = {peer.name: absent[peer.name] for peer in wanted if peer.name in absent}
        print(race_table(workload, results[name], not_here), "\n", flush=True)
    if chosen.markdown:
        print(readme_table(results, WORKLOADS))
    if chosen.json:
        measured = {name: [asdict(result) for result in found] for name, found in results.items()}
        report = {"machine": machine(), "results": measured, "growth": [asdict(cost) for cost in grown]}
        chosen.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
