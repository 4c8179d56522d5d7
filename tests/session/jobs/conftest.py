from collections.abc import Iterable

import numpy as np
import pytest

from tests.session.conftest import network
from tui_ann.experiment.spec import Experiment
from tui_ann.session.jobs.carrier import Carrier, JobDone
from tui_ann.session.jobs.examples import Examples, ReadyExamples, TableExamples
from tui_ann.session.jobs.job import MAIN, Job, JobResult
from tui_ann.session.run.prepared import Prepared, read_table_of


@pytest.fixture
def rows(experiment: Experiment) -> dict[str, Examples]:
    """The rows of the small experiment, prepared, and its table."""
    table, dataset = Prepared().make(experiment)
    return {MAIN: ReadyExamples(dataset, table.report.sha256), "table": TableExamples(read_table_of(experiment))}


def seeded(experiment: Experiment, count: int, **settings) -> list[Job]:
    """Jobs that differ in their seeds."""
    return [Job(str(seed), network(experiment, seed=seed), **settings) for seed in range(count)]


def results(carrier: Carrier, jobs: Iterable[Job]) -> dict[str, JobResult]:
    return {event.key: event.result for event in carrier.run(jobs) if isinstance(event, JobDone)}


def assert_equal(one: JobResult, other: JobResult) -> None:
    """Everything but the seconds is the same, bit for bit."""
    assert one.parameters.keys() == other.parameters.keys()
    for name, values in one.parameters.items():
        assert values.tobytes() == np.asarray(other.parameters[name]).tobytes()
    a, b = one.record, other.record
    assert (a.status, a.epochs, a.updates, a.metrics, a.baseline) == (
        b.status,
        b.epochs,
        b.updates,
        b.metrics,
        b.baseline,
    )
    assert np.array_equal(np.delete(one.epochs.rows, 6, axis=1), np.delete(other.epochs.rows, 6, axis=1))
