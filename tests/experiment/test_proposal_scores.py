"""What is proposed scores with scikit-learn's MLP and its defaults (see `golden/`): no more than two points below it.

`python -m tests.experiment.golden.compare` measures all tables with five seeds.
"""

from pathlib import Path

import pytest

from tests.experiment.golden.compare import STORED, accepted, best, score
from tests.experiment.golden.tables import SAMPLES, TABLES, written
from tui_ann.data.read.reader import read_table
from tui_ann.experiment.proposal import propose

SEEDS = range(2)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("name", [*SAMPLES, "rents", "sensors", "houses"])
def test_a_person_who_accepts_everything_gets_a_good_baseline(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_bytes(written(name, tmp_path).read_bytes())
    ends = [accepted(path, seed) for seed in SEEDS]
    assert {end["status"] for end in ends} <= {"completed", "early_stopped"}
    ours = sum(map(score, ends)) / len(ends)
    assert ours >= best(name, SEEDS) - 0.02


def test_a_score_is_stored_for_every_table() -> None:
    assert set(STORED) == {*SAMPLES, *TABLES}


@pytest.mark.parametrize("name", ["plants", "patients", "rents", "sensors", "houses", "visits"])
def test_the_target_of_an_ordinary_table_is_found(name: str, tmp_path: Path) -> None:
    path = written(name, tmp_path)
    table = read_table(path)
    proposed = propose(table, path).data
    meant = {"plants": "species", "patients": "diagnosis", "rents": "rent", "sensors": "state", "houses": "price"}
    assert proposed.target == meant.get(name, "visits")
    assert proposed.missing == ("median" if any(column.missing for column in table.columns) else "error")
