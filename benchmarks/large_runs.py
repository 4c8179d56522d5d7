"""Predictions of very many rows against reading them, and opening a run of very many epochs against reading a table.

`python -m benchmarks.large_runs` measures processor time in turns, A B A B, and prints the ratio of the medians:

- `tui-ann predict` as CSV, JSON and table, without the reading, against reading the file;
- opening a run folder against NumPy's parser on its history.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np

from tui_ann.cli.predictions_output import csv_text, json_parts, show_predictions
from tui_ann.data.read.reader import read_table
from tui_ann.experiment.files import apply_sets
from tui_ann.session.run.predictions import Predictions
from tui_ann.session.session import Session

FEATURES = 8


@dataclass(frozen=True)
class Ratio:
    """Ours against a measure."""

    what: str
    seconds: float
    of_measure: float
    goal: float
    """Maximum ratio."""

    @property
    def ratio(self) -> float:
        """How many times the measure ours takes."""
        return self.seconds / self.of_measure


def table_file(path: Path, n: int) -> Path:
    """A CSV file of n rows with two classes."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, FEATURES)).round(4)
    labels = np.where(X[:, 0] + X[:, 1] * X[:, 2] > 0, "yes", "no")
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join([*(f"x{j + 1}" for j in range(FEATURES)), "y"]) + "\n")
        for row, label in zip(X.tolist(), labels.tolist(), strict=True):
            file.write(",".join(map(str, row)) + f",{label}\n")
    return path


def run_folder(folder: Path, epochs: int) -> Path:
    """A run folder with a history of so many epochs; the epochs themselves are made up."""
    session = Session(runs=folder)
    session.workspace.open("sample:xor")
    session.workspace.edit(apply_sets(session.workspace.experiment, ["training.epochs=1"]))
    path = session.train().folder
    history = path / "history.csv"
    head, row = history.read_text(encoding="utf-8").splitlines()
    names, values = head.split(","), row.split(",")
    counted = {names.index(name): int(values[names.index(name)]) for name in ("epoch", "updates", "examples")}

    def made_up(epoch: int) -> str:
        return ",".join(str(epoch * counted[i]) if i in counted else value for i, value in enumerate(values))

    history.write_text("\n".join([head, *map(made_up, range(1, epochs + 1)), ""]), encoding="utf-8")
    record = json.loads((path / "run.json").read_text(encoding="utf-8"))
    record |= {"epochs": epochs, "updates": epochs * record["updates"]}
    (path / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return path


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _ratio(what: str, ours: Callable[[], object], measure: Callable[[], object], goal: float, turns: int) -> Ratio:
    timed = [(_seconds(ours), _seconds(measure)) for _ in range(turns)]
    mine, other = map(statistics.median, zip(*timed, strict=True))
    return Ratio(what, mine, other, goal)


def ratios(folder: Path, rows: int, epochs: int, turns: int) -> Iterator[Ratio]:
    """Every ratio.

    Args:
        folder: Where the files are written.
        rows: Rows to predict.
        epochs: Epochs of the run.
        turns: How often each is measured.
    """
    path, small = table_file(folder / "table.csv", rows), table_file(folder / "small.csv", 1000)
    session = Session(runs=folder)
    session.workspace.open(small, target="y")
    session.runs.one_epoch()
    table = read_table(path)

    def shown(found: Predictions) -> None:
        with redirect_stdout(StringIO()):
            show_predictions(found, rows=True)

    forms: dict[str, Callable[[Predictions], object]] = {
        "CSV": csv_text,
        "JSON": lambda found: "".join(json_parts(found)),
        "table": shown,
    }
    for form, write in forms.items():

        def ours(write: Callable[[Predictions], object] = write) -> None:
            write(session.runs.predict(table))

        yield _ratio(f"predict {rows:,} rows, {form}", ours, lambda: read_table(path), 2.0, turns)
    run = run_folder(folder, epochs)
    history = run / "history.csv"
    yield _ratio(
        f"open {epochs:,} epochs",
        lambda: Session().workspace.open(run),
        lambda: np.loadtxt(history, delimiter=",", skiprows=1),
        2.5,
        turns,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_runs", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--epochs", type=int, default=400_000)
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        for each in ratios(Path(folder), given.rows, given.epochs, given.turns):
            print(
                f"{each.what:32} {each.ratio:5.2f} × ({each.seconds:.2f} against {each.of_measure:.2f} s)  "
                f"goal ≤ {each.goal} {'✓' if each.ratio <= each.goal else '✗'}",
                flush=True,
            )


if __name__ == "__main__":
    main()
