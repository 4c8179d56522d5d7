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


def test_one_example_alone_is_told_as_a_part_of_the_run(command):
    told = command("step", "sample:breast-cancer", "--update", "5", "--example", "3").out
    assert "Update 5, example 3 alone, worked out" in told
    assert "update 5 of 41" in told


def test_an_example_that_is_not_there(command):
    result = command("step", "sample:xor", "--example", "5")
    assert result.code == 2
    assert "There is no training example 5." in result.err


def test_an_update_after_the_end(command):
    for update in ("21", "99"):
        result = command("step", "sample:worked-example", "--update", update)
        assert result.code != 0
        assert f"The run has 20 updates; there is no update {update}." in result.err
        assert "Choose a number from 1 to 20." in result.err


def test_the_update_in_which_a_run_diverges_is_its_last(command):
    diverging = ("step", "sample:worked-example", "--set", "training.learning_rate=0.5", "--update")
    assert command(*diverging, "10").code == 0
    assert "The run diverged in update 10; there is no update 11." in command(*diverging, "11").err


def test_the_script_runs_and_prints_the_next_start(command, tmp_path):
    script = tmp_path / "update.py"
    script.write_text(command("step", "sample:worked-example", "--format", "python").out, encoding="utf-8")
    printed = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout
    assert "0.484" in printed
