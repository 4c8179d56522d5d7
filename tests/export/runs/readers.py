"""Runs what was exported where its readers are: in one process of its own for many files, as their imports are slow."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export.runs.cases import Runs

INSTALL = "pip install 'tui-ann[test-readers]', or run .ci/readers for PyTorch and Keras"

_RUN = """
import contextlib, io, json, os, runpy, sys, traceback
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
for line in sys.stdin:
    script, words, wanted = json.loads(line)
    out, err, found = io.StringIO(), io.StringIO(), None
    sys.argv = [script, *words]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            names = runpy.run_path(script, run_name="__main__")
            found = eval(wanted, names)
        failure = ""
    except Exception:
        failure = traceback.format_exc()
    print(json.dumps([out.getvalue(), err.getvalue(), found, failure]), flush=True)
"""


def needs(*modules: str) -> None:
    """Skip the test where a reader is missing, and say how to install it."""
    if lacking := [module for module in modules if find_spec(module) is None]:
        pytest.skip(f"no {' and no '.join(lacking)}: {INSTALL}")


def run_scripts(
    scripts: Mapping[str, tuple[Path, list[str]]], wanted: str = "None", *options: str
) -> dict[str, tuple[str, Any]]:
    """Run scripts one after the other in one process.

    Args:
        scripts: The path and the arguments of each by name.
        wanted: An expression of what else to return, in the names of the script.
        options: Options of Python.

    Returns:
        What each printed, and the value of the expression.
    """
    lines = "".join(json.dumps([str(path), words, wanted]) + "\n" for path, words in scripts.values())
    process = subprocess.run(
        [sys.executable, *options, "-X", "utf8", "-c", _RUN],
        input=lines,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    answers = [json.loads(line) for line in process.stdout.splitlines()]
    assert len(answers) == len(scripts), process.stderr[-2000:]
    failures = [f"{name}: {answer[3]}" for name, answer in zip(scripts, answers, strict=True) if answer[3]]
    assert not failures, "\n".join(failures)
    return {name: (answer[0], answer[2]) for name, answer in zip(scripts, answers, strict=True)}


def check_table(runs: Runs, name: str, shown: str) -> None:
    """Compare the table that a script printed for the run's own file with the predictions of the program."""
    tolerance = runs.tolerance(name)
    found = runs.session(name).runs.predict(runs.table(name))
    head, *rows = csv.reader(io.StringIO(shown))
    assert len(rows) == len(found), name
    if not found.classes:
        want = np.array(found.predicted, float).reshape(len(rows), -1)
        got = np.array([row[1:] for row in rows], float)
        assert head[1:] == list(found.targets)
    else:
        assert [row[1] for row in rows] == found.predicted, name
        if found.probabilities is None:
            return
        order = [head[2:].index(label) for label in found.classes]
        want, got = found.probabilities, np.array([row[2:] for row in rows], float)[:, order]
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance, err_msg=name)


def in_folders(runs: Runs, form: str, names: Iterable[str], folder: Path) -> dict[str, tuple[Path, list[str]]]:
    """The scripts of runs, each with the run's own data file as its argument."""
    from tests.export.runs.cases import written

    scripts = {}
    for place, name in enumerate(names):
        own = folder / str(place)
        own.mkdir()
        scripts[name] = (written(runs.files(name, form), own), [str(runs.table(name))])
    return scripts
