"""Where the time of an update goes: each operation of the tape, and what is left for everything else.

`python -m benchmarks.operations --only W3,W5` makes the updates of a workload one operation at a time with NumPy, and
prints the time of each, its share of an update as users run it, and of a product the multiplications per second.
NumPy's BLAS makes the products, as it does in scikit-learn: no trainer that uses it can be faster than they are.
"""

import argparse
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.environments import default_folder
from benchmarks.peers.ours import Training, trainer_of
from benchmarks.report import machine, table
from benchmarks.worker import timed
from benchmarks.workloads import WORKLOADS, Work, read, written
from tui_ann.engine.tape import Call, Operation, run_calls
from tui_ann.session.run.threads import suited_threads

PRODUCTS = ("dot", "matmul", "threaded_product", "threaded_gradient")
"""Names of the calls that multiply matrices; their first two arguments are the factors."""
TURNS = 5


@dataclass(frozen=True)
class OperationCost:
    """The cost of one operation, in the median of the updates."""

    what: str
    """Its symbol and expression."""
    seconds: float
    multiplications: int
    """Of its products; 0 if it has none."""


def multiplications(calls: Sequence[Call]) -> int:
    """Multiplications of the products among some calls."""
    total = 0
    for function, args in calls:
        if getattr(function, "__name__", "") in PRODUCTS:
            owner = getattr(function, "__self__", None)
            left, right = (owner, args[0]) if hasattr(owner, "shape") else args[:2]
            total += left.size * (right.shape[1] if right.ndim > 1 else 1)
    return total


def operation_costs(work: Work, epochs: int) -> list[OperationCost]:
    """The cost of each operation of an update, in order.

    Args:
        work: A training.
        epochs: How many epochs are made.
    """
    trainer = trainer_of(work, epochs)
    seconds: dict[int, list[float]] = defaultdict(list)
    first: Sequence[Operation] = ()  # the last batch of an epoch may be smaller
    with suited_threads(trainer.network.largest_matrix, trainer.network.examples_at_once(work.workload.batch_size)):
        while not trainer.finished:
            operations = trainer.tape().operations
            first = first or operations
            for index, operation in enumerate(operations):
                begun = perf_counter()
                run_calls(operation.calls)
                seconds[index].append(perf_counter() - begun)
            trainer.end_update()
    return [
        OperationCost(
            f"{operation.symbol} = {operation.expression}",
            statistics.median(seconds[index]),
            multiplications(operation.calls),
        )
        for index, operation in enumerate(first)
        if operation.calls
    ]


def report(work: Work, epochs: int) -> str:
    """The costs as a table, the total and the products alone at its end."""
    costs = operation_costs(work, epochs)
    training = Training(work)
    training.run(1)
    took = statistics.median(timed(training, epochs)["seconds"] / epochs for _ in range(TURNS))
    update = took / work.workload.updates_per_round
    products = [cost for cost in costs if cost.multiplications]
    rows = [_row(cost.what, cost.seconds, update, cost.multiplications) for cost in costs]
    rows.append(
        _row(
            "all products",
            sum(cost.seconds for cost in products),
            update,
            sum(cost.multiplications for cost in products),
        )
    )
    rows.append(_row("all operations", sum(cost.seconds for cost in costs), update))
    rows.append(_row("an update as users run it", update, update))
    return table(["time", "share", "multiplications", "per second", "operation"], rows)


def _row(what: str, seconds: float, update: float, multiplied: int = 0) -> list[str]:
    per_second = f"{multiplied / seconds / 1e9:.1f} billion" if multiplied else ""
    return [
        f"{1e6 * seconds:,.1f} µs",
        f"{100 * seconds / update:.1f} %",
        f"{multiplied:,}" if multiplied else "",
        per_second,
        what,
    ]


def main(words: Sequence[str] | None = None) -> None:
    """Print the costs of the workloads that the arguments name."""
    trainings = [name for name, workload in WORKLOADS.items() if workload.kind == "train"]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.operations", description=__doc__)
    parser.add_argument("--only", default="W3,W5", help=f"of {', '.join(trainings)} [%(default)s]")
    parser.add_argument("--folder", type=Path, default=default_folder(), help="folder of the data [%(default)s]")
    parser.add_argument("--epochs", type=int, default=5, help="epochs of each [%(default)s]")
    given = parser.parse_args(words)
    print(machine())
    for name in given.only.split(","):
        workload = WORKLOADS[name]
        print(f"\n{name}  {workload.title}")
        print(report(read(workload, written(workload, given.folder)), given.epochs), flush=True)


if __name__ == "__main__":
    main()
