"""The measurements as tables, ratios first."""

import os
import platform
import statistics
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.growth import Cost
from benchmarks.peers import OURS, PEERS
from benchmarks.race import Result
from benchmarks.workloads import Workload

MEGABYTE = 1e6


def machine() -> str:
    """The machine in words."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{date.today()}, {name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _row(result: Result, goal: float | None) -> list[str]:
    label = PEERS[result.peer].label if result.peer in PEERS else result.peer
    if result.failure:
        return ["–", "", "", "", label, "", "", "", result.failure]
    ratio = "" if result.peer == OURS.name else f"{result.ratio:.2f} ×"
    spread = f"{min(result.ratios):.2f}–{max(result.ratios):.2f}" if ratio else ""
    reached = "" if goal is None else "yes" if result.ratio >= goal else "no"
    return [
        ratio,
        spread,
        "" if goal is None else f"≥ {goal:g}",
        reached,
        label,
        _milliseconds(result.seconds),
        _milliseconds(result.processor),
        f"{result.peak / MEGABYTE:.0f} MB",
        result.setting,
    ]


def _milliseconds(seconds: Sequence[float]) -> str:
    return f"{1000 * statistics.median(seconds):,.4g} ms"


_HEADS = ["tui-ann is", "spread", "goal", "there", "peer", "a round", "of processors", "peak memory", "run with"]


def race_table(workload: Workload, results: Sequence[Result], absent: dict[str, str]) -> str:
    """The results of one workload; missing peers are named."""
    rows = [_row(result, workload.goals.get(result.peer)) for result in results]
    rows += [["–", "", "", "", PEERS[name].label, "", "", "", f"missing: {why}"] for name, why in absent.items()]
    what = {"train": f"an epoch of {workload.updates_per_round:,} updates", "predict": "all rows", "load": "the file"}
    farthest = max((result.deviation for result in results), default=0.0)
    heading = f"{workload.name}  {workload.title}\n    a round is {what[workload.kind]}"
    if len(results) > 1:
        heading += f"; results agree to {farthest:.1g}"
    return f"{heading}\n{table(_HEADS, rows)}"


def growth_table(costs: Sequence[Cost]) -> str:
    """How the time of an update grows with its multiplications."""
    rows = []
    for cost, before in zip(costs, [None, *costs[:-1]], strict=True):
        growth = ["", ""]
        if before is not None and before.what == cost.what:
            growth = [
                f"{cost.multiplications / before.multiplications:.2f} ×",
                f"{cost.seconds / before.seconds:.2f} ×",
            ]
        what = cost.what if before is None or before.what != cost.what else ""
        rows.append([what, f"{cost.size:,}", f"{cost.multiplications:,}", f"{1e6 * cost.seconds:.4g} µs", *growth])
    heads = ["what grows", "size", "multiplications", "time", "more work", "more time"]
    return f"Cost grows as the work grows: the time column may not grow faster than the work\n{table(heads, rows)}"


def readme_table(all_results: dict[str, list[Result]], workloads: dict[str, Workload]) -> str:
    """The ratios as a Markdown table: a line for each workload, a column for each peer."""
    peers = [
        name for name in PEERS if any(result.peer == name for results in all_results.values() for result in results)
    ]
    lines = ["| | " + " | ".join(PEERS[name].label for name in peers) + " |", "|---" * (len(peers) + 1) + "|"]
    for name, results in all_results.items():
        found = {result.peer: f"{result.ratio:.1f} ×" for result in results if result.seconds}
        cells = [found.get(peer, "") for peer in peers]
        lines.append(f"| {workloads[name].title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as needed, numbers right-aligned."""
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    lines = []
    for row in (heads, *rows):
        cells = [
            f"{cell:>{width}}" if cell[:1].isdigit() or cell[:1] == "≥" else f"{cell:<{width}}"
            for cell, width in zip(row, widths, strict=True)
        ]
        lines.append(("    " + "  ".join(cells)).rstrip())
    return "\n".join(lines)
