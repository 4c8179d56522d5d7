"""Let scikit-learn's MLP with its defaults learn the tables of `tables.py`, and store its test scores beside this file.

scikit-learn is needed here only, never to run the tests.  In an environment with it and this package:

    python -m tests.experiment.golden.scikit_learn [TABLE …]

The rows are divided as the proposal divides them; those that it watches while it learns are learnt from here.  Numbers
come filled in and once as they are, once scaled (of a regression the target too); categories are one-hot.  The better
of the two counts.
"""

import json
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from tests.experiment.golden.tables import SAMPLES, TABLES, written
from tui_ann.data.prepare.roles import excluded
from tui_ann.data.prepare.split import split_rows
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.table import Column, Table
from tui_ann.experiment.proposal import propose

SCORES = Path(__file__).with_name("scikit_learn.json")
SEEDS = range(5)


def learner(regression: bool, numbers: list[int], categories: list[int], seed: int, scaled: bool):
    """scikit-learn's MLP with its defaults, behind what turns a table into numbers."""
    filled = SimpleImputer(strategy="median")
    prepared = make_column_transformer(
        (make_pipeline(filled, StandardScaler()) if scaled else filled, numbers),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), categories),
    )
    model = make_pipeline(prepared, (MLPRegressor if regression else MLPClassifier)(random_state=seed))
    return TransformedTargetRegressor(model, transformer=StandardScaler()) if regression and scaled else model


def cells(column: Column) -> np.ndarray:
    """A column as scikit-learn takes it; a missing category is a label of its own."""
    if column.is_number:
        return column.numbers.astype(object)
    return np.array([*column.labels, ""], dtype=object)[column.codes]


def scores(table: Table, path: Path) -> dict[str, list[float]]:
    """The test scores of each seed, R² or accuracy: `plain` with numbers as they are, `scaled` with scaled ones."""
    data = propose(table, path).data
    regression = data.task == "regression"
    left_out = {*excluded(table, str(data.target)), data.target}
    used = [column for column in table.columns if column.name not in left_out]
    numbers = [place for place, column in enumerate(used) if column.is_number]
    X = np.column_stack([cells(column) for column in used])
    y = table.column(str(data.target))
    answers = y.numbers if y.is_number else cells(y)
    codes = None if regression else np.unique(answers, return_inverse=True)[1]
    found: dict[str, list[float]] = {"plain": [], "scaled": []}
    for seed in SEEDS:
        split = split_rows(len(answers), codes, data.test_split, data.validation_split, data.split, seed)
        train = np.concatenate([split.train, split.validation])
        categories = [place for place in range(len(used)) if place not in numbers]
        for name, kept in found.items():
            model = learner(regression, numbers, categories, seed, name == "scaled").fit(X[train], answers[train])
            kept.append(round(float(model.score(X[split.test], answers[split.test])), 4))
    return found


def main(names: list[str]) -> None:
    """Learn the tables named, or all of them."""
    warnings.filterwarnings("ignore")
    kept = json.loads(SCORES.read_text(encoding="utf-8")) if SCORES.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        for name in names or [*SAMPLES, *TABLES]:
            path = written(name, Path(folder))
            kept[name] = scores(read_table(path), path)
            print(name, kept[name], flush=True)
            lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in kept.items())
            SCORES.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
