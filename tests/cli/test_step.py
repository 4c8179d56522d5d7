import json
import subprocess
import sys

import numpy as np


def test_worked_example_as_in_the_lecture(command):
    result = command("step", "sample:worked-example", "--format", "json")
    assert result.code == 0
    told = json.loads(result.out)
    assert told["x"] == [1.0, 2.0]
    assert told["learning_rate"] == 0.1
    first, second = told["layers"]
    np.testing.assert_allclose(first["dL_dW"], [[0.16, 0.32], [0.12, 0.24], [0.08, 0.16]], rtol=1e-14)
    np.testing.assert_allclose(first["W_new"], [[0.484, 0.168], [0.288, 0.776], [0.592, 0.384]], rtol=1e-14)
    np.testing.assert_allclose(first["b_new"], [0.084, 0.088, 0.092], rtol=1e-14)
    np.testing.assert_allclose(np.ravel(second["W_new"]), [0.36, 0.22, 0.14], rtol=1e-14)
    np.testing.assert_allclose(np.ravel(second["b_new"]), [0.06], rtol=1e-14)


def test_text_tells_every_part(command):
    out = command("step", "sample:worked-example").out
    for words in ("Update 1, worked out", "FORWARD", "LOSS", "z¹ = W¹ x + b¹", "∂L/∂W¹"):
        assert words in out


def test_one_example_alone(command):
    told = json.loads(command("step", "sample:xor", "--update", "3", "--example", "2", "--format", "json").out)
    assert (told["x"], told["y"]) == ([0.0, 1.0], [1.0])


def test_an_example_that_is_not_there(command):
    result = command("step", "sample:xor", "--example", "5")
    assert result.code == 2
    assert "There is no training example 5." in result.err


def test_an_update_after_the_end(command):
    result = command("step", "sample:worked-example", "--update", "99")
    assert result.code != 0
    assert "no moment after 98" in result.err


def test_the_script_runs_and_prints_the_next_start(command, tmp_path):
    script = tmp_path / "update.py"
    script.write_text(command("step", "sample:worked-example", "--format", "python").out)
    printed = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stdout
    assert "0.484" in printed
