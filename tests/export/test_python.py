"""The script of an update runs with NumPy alone and reaches the trace's numbers on its own way."""

import ast
import contextlib
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export.cases import NAMES, case, described, everything, worked
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.layers import Dense
from tui_ann.errors import TuiAnnError
from tui_ann.export.worked import worked_solution


def run(script: str) -> tuple[dict[str, Any], str]:
    """The names that a script leaves behind, and what it prints."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(script, "script", "exec"), names)
    return names, printed.getvalue()


def assert_same(told: UpdateTrace, names: dict[str, Any], rtol: float = 1e-12) -> None:
    """Each part of the trace has its name in the script, and the same numbers."""
    for part in told.parts:
        name = str(part.symbol)
        if part.value.ndim == 3 or name not in names:
            assert part.value.ndim == 3 or not np.isfinite(told.value(part.symbol)).all(), name
            continue
        expected = told.value(part.symbol)
        size = np.abs(expected).max(initial=0) + 1e-3
        np.testing.assert_allclose(np.ravel(names[name]), expected.ravel(), rtol, rtol * size, err_msg=name)


@pytest.mark.parametrize("name", NAMES)
def test_every_update(name: str) -> None:
    network, told = described(name)
    names, _ = run(worked_solution(network, told, format="python"))
    assert_same(told, names)


def test_the_worked_example_prints_the_numbers_of_the_lecture(tmp_path: Path) -> None:
    script = tmp_path / "update.py"
    script.write_text(worked_solution(*worked(), format="python", name="worked-example"), encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-I", str(script)], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert result.stderr == ""
    for line in (
        "z1 = [1.  2.  1.5]",
        "a2 = [1.4]",
        "L = 0.08",
        "dW2 =\n[[0.4 0.8 0.6]]",
        "dW1 =\n[[0.16 0.32]\n [0.12 0.24]\n [0.08 0.16]]",
        "db1 = [0.16 0.12 0.08]",
        "W1_new =\n[[0.484 0.168]\n [0.288 0.776]\n [0.592 0.384]]",
        "b1_new = [0.084 0.088 0.092]",
        "W2_new =\n[[0.36 0.22 0.14]]",
        "b2_new = [0.06]",
    ):
        assert line + "\n" in result.stdout


def test_it_is_written_by_hand() -> None:
    script = worked_solution(*worked(), format="python")
    tree = ast.parse(script)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(node) for node in imports] == ["import numpy as np"]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.FunctionDef | ast.While)]
    for line in ("z1 = W1 @ x + b1", "da2 = a2 - y", "dW1 = np.outer(dz1, x)", "W1_new = W1 - eta * dW1"):
        assert line in script.splitlines()
    assert max(map(len, script.splitlines())) < 130


def test_saturated_outputs() -> None:
    network, told = case([Dense(2, l1=1e-3), Dense(3, "softmax")], "categorical_crossentropy", learning_rate=1e4)
    assert not np.isfinite(told.value("da2")).all()
    names, _ = run(worked_solution(network, told, format="python"))
    assert_same(told, names)


def test_a_float32_run_agrees_to_its_precision() -> None:
    network, told = everything(dtype="float32")
    script = worked_solution(network, told, format="python")
    assert "float32" in script
    assert_same(told, run(script)[0], rtol=1e-4)


def test_decimals() -> None:
    _, printed = run(worked_solution(*worked(), format="python", decimals=1))
    assert "b1_new = [0.1 0.1 0.1]\n" in printed


def test_a_large_update_is_refused_kindly() -> None:
    network, told = case([Dense(128, "relu"), Dense(10, "softmax")], "categorical_crossentropy", m=784)
    with pytest.raises(TuiAnnError, match="numbers") as refused:
        worked_solution(network, told, format="python")
    assert refused.value.code == "too_large_for_script"
    assert "json" in refused.value.remedy
