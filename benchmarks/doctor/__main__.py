"""Print how many planted faults the doctor names and mends, and how often it warns of healthy runs."""

import argparse
from collections import Counter
from collections.abc import Sequence

from benchmarks.doctor.alarms import Watched, all_watched
from benchmarks.doctor.planting import cases
from benchmarks.doctor.suite import CaseResult, results
from tui_ann.data.samples import SAMPLES

SEED = 101
"""A seed that no threshold was tried with."""


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.doctor", description=__doc__)
    parser.add_argument("--part", choices=("suite", "alarms", "all"), default="all", help="[%(default)s]")
    parser.add_argument("--seed", type=int, default=SEED, help="the seed of the suite [%(default)s]")
    parser.add_argument("--seeds", type=int, default=30, help="seeds of each healthy sample [%(default)s]")
    parser.add_argument("--first", type=int, default=SEED, help="the first of these seeds [%(default)s]")
    parser.add_argument("--only", default="", metavar="TEXT", help="only cases and samples with this in their name")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Measure what the arguments ask for, and print it."""
    chosen = _arguments(words)
    if chosen.part != "alarms":
        _suite(chosen.only, chosen.seed)
    if chosen.part != "suite":
        _alarms(chosen.only, range(chosen.first, chosen.first + chosen.seeds))


def _suite(only: str, seed: int) -> None:
    wanted = [case for case in cases() if only in case.name]
    print(f"{'case':<38} {'planted':<20} {'named first':<20} {'remedy':<32} healthy   broken   mended", flush=True)
    found = []
    for result in results(wanted, seed):
        found.append(result)
        print(_row(result), flush=True)
    named, mended = sum(each.named for each in found), sum(each.is_mended for each in found)
    print(f"\n{named} of {len(found)} named first, {mended} mended by the first remedy (seed {seed})\n", flush=True)


def _row(result: CaseResult) -> str:
    named, mended = "·✓"[result.named], "·✓"[result.is_mended]
    losses = f"{result.healthy:>8.3g} {result.broken:>8.3g} {result.mended:>8.3g} {mended}"
    rest = f"  also {', '.join(result.others)}" if result.others else ""
    first = f"{named} {result.first or 'nothing'}"
    return f"{result.case.name:<38} {result.case.fault:<20} {first:<20} {result.remedy[:31]:<32}{losses}{rest}"


def _alarms(only: str, seeds: range) -> None:
    samples = [sample.name for sample in SAMPLES if only in sample.name]
    print(f"{'sample':<18} {'epochs':>7} {'warned':>7}   findings (epochs), notes in brackets", flush=True)
    epochs = warned = 0
    for sample in samples:
        runs = list(all_watched([sample], seeds))
        epochs += sum(run.epochs for run in runs)
        warned += sum(run.warned for run in runs)
        print(_summary(sample, runs), flush=True)
        for run in runs:
            for name, proof in run.proof.items():
                print(f"    seed {run.seed}: {name} in {run.findings[name]} epochs, last {proof}", flush=True)
    print(f"\n{warned} of {epochs} epochs carry a warning: {warned / max(epochs, 1):.2%}", flush=True)


def _summary(sample: str, runs: list[Watched]) -> str:
    findings = sum((run.findings for run in runs), Counter[str]())
    notes = sum((run.notes for run in runs), Counter[str]())
    told = [f"{name} {count}" for name, count in findings.most_common()]
    told += [f"({name} {count})" for name, count in notes.most_common()]
    counted = f"{sum(run.epochs for run in runs):>7} {sum(run.warned for run in runs):>7}"
    return f"{sample:<18} {counted}   {', '.join(told) or 'none'}"


if __name__ == "__main__":
    main()
