"""Files that do not fit into memory are trained on as they would be in memory, bit for bit."""

import importlib.util
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tui_ann import large_arrays
from tui_ann.data.prepare.dataset import build_dataset
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Table
from tui_ann.errors import EngineError
from tui_ann.experiment.files import apply_sets
from tui_ann.experiment.proposal import propose
from tui_ann.session.run.build import make_run
from tui_ann.session.run.run import Run
from tui_ann.session.session import Session

LIMIT = "2M"
SETS = (
    *("training.variant=mini-batch", "training.batch_size=100", "training.epochs=1", "training.optimizer=adam"),
    *("data.split=shuffled", "data.split_seed=3", "data.scaling=standard"),
)


@pytest.fixture(scope="module")
def large_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 12,000 rows with 60 columns of numbers, one of words and one to predict: 6 MB."""
    path = tmp_path_factory.mktemp("large") / "large.csv"
    rng = np.random.default_rng(0)
    values = rng.standard_normal((12_000, 60))
    names = ",".join([*(f"x{j}" for j in range(60)), "colour", "y"])
    form = ",".join(["%.6g"] * 60)
    rows = [
        f"{form % tuple(row)},{colour},{row[0] + row[1]:.5f}"
        for row, colour in zip(values.tolist(), rng.choice(["red", "green", "blue"], 12_000), strict=True)
    ]
    path.write_text("\n".join([names, *rows, ""]), encoding="utf-8")
    return path


def trained(session: Session, path: Path) -> tuple[str, dict[str, bytes], bool]:
    """The history without times, the parameters, and whether the rows were in a file."""
    session.workspace.open(path, target="y")
    session.workspace.edit(apply_sets(session.workspace.experiment, SETS))
    outcome = session.train()
    lines = (outcome.folder / "history.csv").read_text(encoding="utf-8").splitlines()
    run = session.workspace.run
    assert run is not None
    in_file = large_arrays.is_in_file(run.dataset.X_train)
    parameters = {name: value.tobytes() for name, value in run.network.copy_parameters().items()}
    names = lines[0].split(",")
    kept = [place for place, name in enumerate(names) if name not in ("seconds", "time")]
    return "\n".join(",".join(line.split(",")[place] for place in kept) for line in lines), parameters, in_file


def test_losses_and_weights_are_those_of_rows_in_memory(
    make_session: Callable[..., Session], large_csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory = trained(make_session(), large_csv)
    monkeypatch.setenv(large_arrays.LIMIT, LIMIT)
    in_file = trained(make_session(), large_csv)
    assert (in_memory[2], in_file[2]) == (False, True)
    assert in_file[:2] == in_memory[:2]


@pytest.mark.skipif(importlib.util.find_spec("duckdb") is None, reason="pip install 'tui-ann[data]'")
def test_a_parquet_file_is_read_like_the_csv_file(
    make_session: Callable[..., Session], large_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    path = tmp_path / "large.parquet"
    duckdb.sql(f"COPY (SELECT * FROM '{large_csv}') TO '{path}'")
    in_memory = trained(make_session(), path)
    monkeypatch.setenv(large_arrays.LIMIT, LIMIT)
    in_file = trained(make_session(), path)
    assert (in_memory[2], in_file[2]) == (False, True)
    assert in_file[:2] == in_memory[:2]


def test_memory_does_not_hold_the_cells(large_csv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = 12_000 * 61 * 8
    peaks = {}
    for limit in ("1G", LIMIT):
        monkeypatch.setenv(large_arrays.LIMIT, limit)
        tracemalloc.start()
        try:
            table = read_table(large_csv)
            tracemalloc.reset_peak()  # blocks of the file, however long it is
            for _ in begun(large_csv, table).trainer.run():
                pass
            peaks[limit] = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    # Those of the table and of X; the inputs of the network are few enough to be copied for the updates.
    assert peaks["1G"] - peaks[LIMIT] > 1.8 * cells


def begun(path: Path, table: Table, *sets: str) -> Run:
    """A run on a file, at its start."""
    experiment = apply_sets(propose(table, path, "y"), (*SETS, *sets))
    return make_run(experiment, build_dataset(table, experiment.data), None, 1)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("training.variant=batch", "neither do the .* examples of a batch"),
        ("training.batch_size=5000", "neither do the 5.000 examples of a batch"),
        ("data.noise=0.1", "noise is added to all of them at once"),
    ],
)
def test_a_setting_that_needs_all_rows_is_refused(
    large_csv: Path, monkeypatch: pytest.MonkeyPatch, setting: str, message: str
) -> None:
    monkeypatch.setenv(large_arrays.LIMIT, LIMIT)
    with pytest.raises(EngineError, match=message) as caught:
        begun(large_csv, read_table(large_csv), setting)
    assert caught.value.code == "too_large"


def test_a_run_cannot_be_changed_to_need_all_rows(large_csv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(large_arrays.LIMIT, LIMIT)
    run = begun(large_csv, read_table(large_csv))
    with pytest.raises(EngineError, match="of a batch"):
        run.trainer.change(variant="batch")
    assert run.trainer.settings.variant == "mini-batch"
