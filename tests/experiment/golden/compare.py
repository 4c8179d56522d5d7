"""Train what is proposed for each table of `tables.py`, by the command, and print its scores beside scikit-learn's.

python -m tests.experiment.golden.compare [TABLE …]
"""

import contextlib
import io
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.experiment.golden.tables import SAMPLES, TABLES, written
from tui_ann.cli.app import run

STORED: dict[str, dict[str, list[float]]] = json.loads(
    Path(__file__).with_name("scikit_learn.json").read_text(encoding="utf-8")
)


def accepted(path: Path, seed: int) -> dict[str, Any]:
    """How the run ended of one who accepts everything: the last line of `train --json`."""
    out, words = io.StringIO(), ["--set", f"data.split_seed={seed}", "--out", str(path.parent / f"{path.stem}-{seed}")]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as err:
        code = run(lambda path: 0, ["train", str(path), "--json", "--quiet", *words])
    assert code == 0, err.getvalue()
    end: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return end


def score(end: dict[str, Any]) -> float:
    """R² or accuracy of the test part."""
    test = end["metrics"]["test"]
    return float(test["r2"] if "r2" in test else test["accuracy"])


def best(name: str, seeds: range) -> float:
    """The mean score of scikit-learn, with numbers as they are or scaled, whichever is better."""
    return max(float(np.mean([scores[seed] for seed in seeds])) for scores in STORED[name].values())


def main(names: list[str]) -> None:
    """Compare the tables named, or all of them."""
    print(
        f"{'table':16}{'rows':>7}{'plain':>9}{'scaled':>8}{'ours':>8}{'ours-best':>11}{'epochs':>8}{'seconds':>9}  worst to best"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name in names or [*SAMPLES, *TABLES]:
            path = written(name, Path(folder))
            if name in SAMPLES:
                copy = Path(folder) / f"{name}.csv"
                copy.write_bytes(path.read_bytes())
                path = copy
            rows = path.read_bytes().count(b"\n") - 1
            began = time.perf_counter()
            ends = [accepted(path, seed) for seed in range(5)]
            seconds = (time.perf_counter() - began) / 5
            scores = sorted(map(score, ends))
            plain, scaled = (float(np.mean(STORED[name][kind])) for kind in ("plain", "scaled"))
            ours, epochs = float(np.mean(scores)), float(np.mean([end["epochs"] for end in ends]))
            gain = ours - max(plain, scaled)
            print(
                f"{name:16}{rows:7}{plain:9.3f}{scaled:8.3f}{ours:8.3f}{gain:+11.3f}{epochs:8.0f}{seconds:9.1f}"
                f"  {scores[0]:.3f} … {scores[-1]:.3f}{'  behind' if gain < -0.02 else ''}",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
