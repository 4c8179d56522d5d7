"""The costs of an update's operations."""

from dataclasses import replace
from pathlib import Path

from benchmarks.operations import operation_costs, report
from benchmarks.workloads import read, written
from tests.benchmarks.test_benchmarks import TINY


def test_every_operation_of_an_update_has_its_cost(tmp_path: Path) -> None:
    uneven = replace(TINY, examples=44)  # its last batch is smaller
    work = read(uneven, written(uneven, tmp_path))
    costs = {cost.what.partition(" ")[0]: cost for cost in operation_costs(work, epochs=2)}
    assert {"z1", "a1", "z2", "dz2", "dW2", "da1", "dW1", "theta_new"} <= set(costs)
    assert min(cost.seconds for cost in costs.values()) > 0
    batch = uneven.batch_size  # the bias is a factor of the product, or is added
    assert costs["z1"].multiplications in (batch * 4 * 3, batch * 4 * 4)
    assert costs["da1"].multiplications == batch * 1 * 4
    assert not costs["a1"].multiplications
    last = report(work, epochs=2).splitlines()[-3:]
    assert [line.split("  ")[-1] for line in last] == ["all products", "all operations", "an update as users run it"]
