import json
from pathlib import Path

import pytest

from tui_ann.session.store.paths import UserPaths


@pytest.fixture
def three(command, working_folder):
    for name, words in (("a", ()), ("b", ("--set", "data.test_split=0.2"))):
        assert command("train", "xor.toml", "--out", f"runs/{name}", "--quiet", *words).code == 0
    (working_folder / "runs" / "notes").mkdir()
    return working_folder / "runs"


def test_runs_are_listed_with_their_results(command, three):
    result = command("runs")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].split() == ["run", "status", "epochs", "rows", "loss", "metric", "target", "ended"]
    assert [line.split()[0] for line in lines[2:]] == ["runs/a", "runs/b"]
    assert [line.split()[3] for line in lines[2:]] == ["train", "test"]
    assert all(" accuracy " in line for line in lines[2:])


def test_a_loss_with_penalties_is_listed_without_and_says_so(command, three):
    assert command("train", "xor.toml", "--out", "runs/l2", "--quiet", "--set", "training.l2=0.1").code == 0
    header, _, *lines = command("runs").out.splitlines()
    assert "   data loss   " in header
    record = json.loads((three / "l2" / "run.json").read_text(encoding="utf-8"))
    listed = float(next(line for line in lines if line.startswith("runs/l2")).split()[4])
    assert listed == pytest.approx(record["metrics"]["train"]["loss"] - record["penalty"], rel=1e-2)
    found = json.loads(command("runs", str(three), "--json").out)["runs"]
    assert [run["penalty"] for run in found] == [None, None, record["penalty"]]


def test_what_is_wrong_with_an_experiment_is_listed(command, three):
    path = three / "a" / "experiment.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("schema = 1", "schema = 99"), encoding="utf-8")
    assert "line 1, schema: found 99. Allowed: 1." in command("runs").out


def test_sweeps_and_labs_are_named_below(command, three):
    for name, files in (("s", ["sweep.json"]), ("l", ["sweep.json", "lab.json"])):
        (three / name).mkdir()
        for file in files:
            (three / name / file).write_text("{}", encoding="utf-8")
    lines = command("runs", "runs").out.splitlines()
    assert f"a lab: tui-ann runs {Path('runs') / 'l'}" in lines
    assert f"a sweep: tui-ann runs {Path('runs') / 's'}" in lines


def test_a_narrow_terminal_shows_whole_paths(command, three, monkeypatch):
    path = "runs/" + "a-name-that-is-quite-long-" * 3
    (three / "a").rename(path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    shown = command("runs").out
    assert path in shown
    assert "accuracy" in shown
    assert "ended" not in shown
    monkeypatch.setenv("COLUMNS", "200")
    assert "ended" in command("runs").out


def test_what_is_wrong_with_a_result_is_listed(command, three):
    record = json.loads((three / "a" / "run.json").read_text(encoding="utf-8"))
    record["verdict"] = {"trouble": "dead", "text": "the network gives the same answer for every row"}
    (three / "a" / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert "completed, dead" in command("runs").out


def test_as_json_everything_is_there(command, three):
    found = json.loads(command("runs", str(three), "--json").out)["runs"]
    assert [run["name"] for run in found] == ["xor", "xor"]
    assert found[0]["status"] == "completed"
    assert found[1]["metrics"] == json.loads((three / "b" / "run.json").read_text(encoding="utf-8"))["metrics"]
    one = json.loads(command("runs", "runs/a", "--json").out)["runs"]
    assert [run["folder"] for run in one] == ["runs/a"] or len(one) == 1


def test_a_damaged_run_does_not_hide_the_others(command, three):
    (three / "a" / "run.json").write_text("{", encoding="utf-8")
    result = command("runs")
    assert (result.code, "damaged" in result.out) == (0, True)
    *table, sentence = result.out.splitlines()
    assert not any("truncated" in row for row in table)
    assert sentence.endswith("run.json is damaged: Input data was truncated.")
    found = json.loads(command("runs", "--json").out)["runs"]
    assert sum(run["error"] is None for run in found) == 1


def test_without_runs(command, working_folder):
    result = command("runs")
    assert (result.code, result.out) == (0, "")
    assert "There are no runs" in result.err
    assert command("runs", "elsewhere").code == 2


def test_without_runs_here_those_of_the_application_are_named(command, three, working_folder, tmp_path):
    saved = UserPaths.of_user().runs
    assert command("train", "xor.toml", "--out", str(saved / "mine"), "--quiet").code == 0
    (tmp_path / "empty").mkdir()
    result = command("runs", str(tmp_path / "empty"))
    assert (result.code, result.out) == (0, "")
    assert f"tui-ann runs {saved}" in " ".join(result.err.split())


def test_runs_beside_and_in_runs_are_listed_by_their_paths(command, three, working_folder):
    for out in ("mine", "lab/deep", "lab/runs/c", "lab/a/b/c"):
        assert command("train", "xor.toml", "--out", out, "--quiet").code == 0

    def listed(*words):
        result = command("runs", *words)
        return sorted(line.split()[0] for line in result.out.splitlines()[2:])

    assert listed() == ["mine", "runs/a", "runs/b"]
    assert listed("runs") == ["runs/a", "runs/b"]
    assert listed("lab") == ["lab/deep", "lab/runs/c"]
    assert listed("mine") == ["mine"]
