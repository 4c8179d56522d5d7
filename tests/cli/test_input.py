"""Tables from standard input, pipes and archives; short forms of `--set`; several targets."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import zipfile

import pytest

from tui_ann.experiment.run_folder import RunFolder

needs_pipes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes")


@pytest.fixture
def cars(working_folder):
    rows = [f"{i % 9},{(i * 7) % 11},{i % 9 + 0.5 * ((i * 7) % 11)},{2.5 * (i % 9) + 1}" for i in range(60)]
    path = working_folder / "cars.csv"
    path.write_text("\n".join(["a,b,u,v", *rows, ""]), encoding="utf-8")
    return path


def piped(*words, content):
    found = subprocess.run([sys.executable, "-m", "tui_ann", *words], input=content, capture_output=True, check=False)
    return found.returncode, found.stdout.decode(), found.stderr.decode()


def test_standard_input_is_shown_trained_and_predicted(command, cars, working_folder):
    content = cars.read_bytes()
    code, out, _ = piped("data", "-", content=content)
    assert code == 0
    assert "standard input: 60 rows, 4 columns" in out
    code, _, err = piped("train", "-", "--target", "v", "--epochs", "2", "--out", "run", content=content)
    assert code == 0, err
    kept = RunFolder.open(working_folder / "run").experiment().data.path
    assert "spooled" in kept
    assert command("train", "run", "--out", "again", "--quiet").code == 0  # the copy is still there
    code, out, _ = piped("predict", "run", "-", "--json", content=content)
    assert (code, len(json.loads(out)["rows"])) == (0, 60)
    code, _, err = piped("data", "-", content=b"")
    assert (code, "empty" in err) == (2, True)


@needs_pipes
def test_a_pipe_is_read(command, cars, working_folder):
    pipe = working_folder / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(cars.read_bytes()))
    writer.start()
    result = command("data", "pipe", "--json")
    writer.join()
    assert json.loads(result.out)["rows"] == 60
    assert command("data", os.devnull).code == 2


def test_the_application_does_not_open_standard_input(command):
    result = command("-")
    assert (result.code, "tui-ann train -" in result.err) == (2, True)


def test_a_zip_archive_with_one_table_is_read(command, cars, working_folder):
    with zipfile.ZipFile("cars.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write("cars.csv")
        archive.writestr("__MACOSX/._cars.csv", b"\0")
        archive.writestr("readme.md", "about cars")
    found = json.loads(command("data", "cars.zip", "--json").out)
    assert (found["container"], found["rows"]) == ("zip", 60)
    assert command("train", "cars.zip", "--epochs", "2", "--out", "run", "--quiet").code == 0
    with zipfile.ZipFile("two tables.zip", "w") as archive:
        archive.write("cars.csv")
        archive.write("xor.csv")
    result = command("data", "two tables.zip")
    assert result.code == 2
    assert "This zip archive holds 2 tables:\n  cars.csv\n  xor.csv\nChoose one: --table NAME" in result.err
    assert json.loads(command("data", "two tables.zip", "--table", "xor.csv", "--json").out)["rows"] == 20
    assert command("data", "cars.csv", "--table", "cars.csv").code == 2
    (working_folder / "cut.zip").write_bytes((working_folder / "cars.zip").read_bytes()[:300])
    assert command("data", "cut.zip").code == 2


def test_a_workbook_says_how_to_convert_it(command, working_folder):
    with zipfile.ZipFile("book.xlsx", "w") as archive:
        archive.writestr("docProps/app.xml", "<a/>" * 3000)
        archive.writestr("xl/workbook.xml", "<a/>")
    result = command("data", "book.xlsx")
    assert result.code == 2
    assert "Excel workbook" in result.err
    assert "soffice --headless --convert-to csv" in result.err


def test_the_only_table_of_a_database_is_read(command, working_folder):
    with sqlite3.connect("one.db") as database:
        database.execute('create table "my ""table" (a real, kind text, y integer)')
        rows = [(i / 4, "uv"[i % 2], i if i % 7 else None) for i in range(30)]
        database.executemany('insert into "my ""table" values (?, ?, ?)', rows)
    found = json.loads(command("data", "one.db", "--json", "--values").out)
    assert (found["container"], found["rows"], found["columns"][2]["missing"]) == ("sqlite", 30, 5)
    assert found["columns"][0]["values"][:3] == [0, 0.25, 0.5]
    with sqlite3.connect("two.db") as database:
        database.execute("create table a (x)")
        database.execute("create table b (x)")
    result = command("data", "two.db")
    assert result.code == 2
    assert "This SQLite database holds 2 tables:\n  a\n  b\n" in result.err
    wrong = command("data", "two.db", "--table", "c")
    assert (wrong.code, "holds no table 'c'" in wrong.err) == (2, True)
    (working_folder / "bad.db").write_bytes(b"SQLite format 3\0" + b"x" * 500)
    assert command("data", "bad.db").code == 2


def test_a_database_with_a_name_that_is_not_utf8_is_refused_in_a_sentence(command, working_folder):
    path = working_folder / "odd.db"
    with sqlite3.connect(path) as database:
        database.execute("create table measured (width real, y real)")
        database.execute("insert into measured values (1, 2)")
    path.write_bytes(path.read_bytes().replace(b"width real", b"\xffidth real"))
    result = command("data", "odd.db")
    assert result.code == 2
    assert "cannot be read: a name in it is not UTF-8. Export the table as CSV" in result.err


def test_the_chosen_table_is_kept_by_the_run(command, working_folder):
    with sqlite3.connect("two.db") as database:
        database.execute("create table notes (x)")
        database.execute("create table points (a real, b real, y text)")
        rows = [(i / 40, (i * 7 % 40) / 40, "uv"[i % 40 > 19]) for i in range(40)]
        database.executemany("insert into points values (?, ?, ?)", rows)
    words = ("--table", "points", "--epochs", "2", "--quiet")
    assert command("train", "two.db", *words, "--out", "run").code == 0
    assert 'table = "points"' in (working_folder / "run" / "experiment.toml").read_text(encoding="utf-8")
    again = command("train", "run/experiment.toml", "--out", "again", "--quiet")
    assert again.code == 0, again.err
    final = [(working_folder / run / "final.safetensors").read_bytes() for run in ("run", "again")]
    assert final[0] == final[1]
    shown = command("predict", "run", "two.db", "--json")
    assert shown.code == 0, shown.err
    assert command("check", "two.db", "--table", "points").code == 0
    assert command("predict", "run", "two.db", "--table", "notes").code == 2


def test_several_targets(command, cars):
    result = command("train", "cars.csv", "--target", "u", "--target", "v", "--epochs", "2", "--out", "run", "--json")
    assert result.code == 0, result.err
    start = json.loads(result.out.splitlines()[0])
    assert (start["task"], start["outputs"], start["features"]) == ("regression", 2, 2)
    found = json.loads(command("data", "cars.csv", "--target", "u", "--target", "v", "--json").out)
    assert (found["target"], found["task"], found["proposal"]["units"]) == (["u", "v"], "regression", 2)
    shown = command("data", "cars.csv", "--target", "u", "--target", "v").out
    assert "target u, v · task regression" in shown
    assert "output 2 units linear" in shown
    assert command("data", "xor.csv", "--target", "a", "--target", "y").code == 2  # labels are no numbers


def test_each_of_several_targets_is_judged_in_its_own_unit(command, cars, working_folder):
    words = ("--target", "u", "--target", "v", "--epochs", "2", "--out", "run")
    result = command("train", "cars.csv", *words)
    assert result.code == 0, result.err
    lines = result.out.splitlines()
    epochs = lines[0].split()
    assert "mae" not in epochs
    assert "r2" in epochs
    begin = next(place for place, line in enumerate(lines) if line.split()[-2:] == ["r2", "mae"])
    labels = [line.split("  0.")[0].split("  -")[0].strip() for line in lines[begin + 2 : begin + 17]]
    record = json.loads((working_folder / "run" / "run.json").read_text(encoding="utf-8"))
    assert [label.split()[0] for label in labels if label] == [
        *(word for part in record["metrics"] for word in (part, "u", "v")),
        *("always", "u", "v", "linear", "u", "v"),
    ]
    assert {"mae u", "mae v", "r2"} < set(record["baseline"]["linear"]["metrics"]["test"])
    shown = command("predict", "run", "cars.csv").out
    assert [line.split()[0] for line in shown.splitlines()[-12:]] == ["all", "u", "v"] + [
        word for part in record["metrics"] for word in (part, "u", "v")
    ]


def test_short_forms_of_set(command, cars, working_folder):
    words = ["--task", "regression", "--ignore", "v", "--ignore", "b", "--epochs", "3", "--seed", "5"]
    result = command("train", "cars.csv", *words, "--validation", "0.25", "--out", "run", "--quiet")
    assert result.code == 0, result.err
    experiment = RunFolder.open(working_folder / "run").experiment()
    assert (experiment.data.target, experiment.data.ignore, experiment.data.task) == ("u", ("v", "b"), "regression")
    assert (experiment.data.validation_split, experiment.training.epochs) == (0.25, 3)
    assert (experiment.network.seed, experiment.data.split_seed, experiment.training.shuffle_seed) == (5, 5, 5)
    assert command("train", "xor.toml", "--epochs", "2", "--set", "training.epochs=4", "--out", "set").code == 0
    assert RunFolder.open(working_folder / "set").record().epochs == 4  # --set is more precise
    assert command("train", "cars.csv", "--ignore", "w").code == 2
    assert command("train", "cars.csv", "--epochs", "0").code == 2


def test_without_validation_rows_nothing_stops_early(command, cars, working_folder):
    assert command("train", "cars.csv", "--validation", "0", "--epochs", "2", "--out", "run", "--quiet").code == 0
    experiment = RunFolder.open(working_folder / "run").experiment()
    assert (experiment.data.validation_split, experiment.training.early_stopping) == (0.0, None)


def test_a_task_shapes_the_proposal(command, working_folder):
    rows = [f"{i % 7},{i % 4}" for i in range(80)]
    (working_folder / "grades.csv").write_text("\n".join(["x,grade", *rows, ""]), encoding="utf-8")
    words = ["train", "grades.csv", "--epochs", "2", "--quiet"]
    assert command(*words, "--out", "a").code == 0
    assert RunFolder.open(working_folder / "a").experiment().training.loss == "categorical_crossentropy"
    assert command(*words, "--task", "regression", "--out", "b").code == 0
    assert RunFolder.open(working_folder / "b").experiment().training.loss == "mean_squared_error"
