"""Scripts are run by their own readers on the run's own data file, and print the predictions of the program."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.export.runs.cases import NETWORKS, SAMPLE_NAMES, Runs, written
from tests.export.runs.readers import check_table, in_folders, needs, run_scripts
from tui_ann.errors import SessionError
from tui_ann.session.session import Session

NAMES = [*NETWORKS, *SAMPLE_NAMES, "hostile"]


def test_python_without_any_library(runs: Runs, tmp_path: Path) -> None:
    scripts = in_folders(runs, "python", NAMES, tmp_path)
    for name, (shown, _) in run_scripts(scripts, "None", "-I", "-S").items():
        check_table(runs, name, shown)


def test_numpy(runs: Runs, tmp_path: Path) -> None:
    scripts = in_folders(runs, "numpy", NAMES, tmp_path)
    for name, (shown, _) in run_scripts(scripts).items():
        check_table(runs, name, shown)


def test_pytorch(runs: Runs, tmp_path: Path) -> None:
    needs("torch")
    scripts = in_folders(runs, "pytorch", NAMES, tmp_path)
    for name, (shown, training) in run_scripts(scripts, "model.training").items():
        assert training is False
        check_table(runs, name, shown)


def test_scikit_learn_where_it_can_hold_the_network(runs: Runs, tmp_path: Path) -> None:
    needs("sklearn")
    held, refused = [], {}
    for name in NAMES:
        try:
            runs.files(name, "sklearn")
        except SessionError as error:
            refused[name] = error.message
        else:
            held.append(name)
    assert set(SAMPLE_NAMES) <= set(held)
    assert refused["everything"] == "scikit-learn cannot hold this run: it has no batch normalisation."
    assert "no activation leaky relu" in refused["hidden leaky_relu"]
    assert "different activations" in refused["hidden relu"]
    for name, (shown, _) in run_scripts(in_folders(runs, "sklearn", held, tmp_path)).items():
        check_table(runs, name, shown)


def test_a_pipeline_of_scikit_learn_takes_raw_rows(runs: Runs, tmp_path: Path) -> None:
    needs("sklearn")
    scripts = in_folders(runs, "sklearn", ["one layer"], tmp_path)
    with runs.table("one layer").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:20]
    ((_, labels),) = run_scripts(scripts, f"pipeline.predict({rows!r}).tolist()").values()
    assert labels == runs.session("one layer").runs.predict(runs.table("one layer")).predicted[:20]


@pytest.mark.parametrize("form", ["python", "numpy"])
def test_rows_that_cannot_be_used_are_named(form: str, runs: Runs, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b,c\n0,1,x\n,1,x\n1,many,x\n1,1,x\n", encoding="utf-8")
    script = written(runs.files("xor", form), tmp_path)
    names = [feature.column for feature in runs.run("xor").preprocessing.columns]
    path.write_text(path.read_text("utf-8").replace("a,b,c", ",".join([*names, "more"])), encoding="utf-8")
    ((shown, found),) = run_scripts(
        {form: (script, [str(path)])}, f"predict({dict(zip(names, ('0', 1.0), strict=True))!r})"
    ).values()
    rows = list(csv.reader(io.StringIO(shown)))[1:]
    assert [row[0] for row in rows] == ["2", "5"]
    assert found == rows[0][1]


MODULES = {"python": [], "numpy": [], "sklearn": ["sklearn"], "pytorch": ["torch", "safetensors"]}


@pytest.fixture(params=MODULES)
def script(request: pytest.FixtureRequest, runs: Runs, tmp_path: Path) -> Path:
    """A script of each format that reads a file."""
    needs(*MODULES[request.param])
    return written(runs.files("one layer", request.param), tmp_path)


def called(script: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Call a script as a user does."""
    return subprocess.run(
        [sys.executable, str(script), *words], capture_output=True, encoding="utf-8", check=False, cwd=script.parent
    )


def test_a_script_says_how_it_is_used(script: Path) -> None:
    usage = f"Usage: python {script} FILE.csv\nPrints an answer for each row of FILE.csv.\n"
    for words in (["-h"], ["--help"]):
        shown = called(script, *words)
        assert (shown.returncode, shown.stdout, shown.stderr) == (0, usage, "")
    for wrong in ([], ["a.csv", "b.csv"]):
        shown = called(script, *wrong)
        assert (shown.returncode, shown.stdout, shown.stderr) == (2, "", usage)


def test_a_file_that_is_not_there_gets_one_sentence(script: Path) -> None:
    shown = called(script, "nothing.csv")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr == "nothing.csv cannot be read: No such file or directory.\n"


@pytest.mark.parametrize("rows", ["", "\n\n", "a,b\n"])
def test_a_file_without_rows_gets_one_sentence(rows: str, script: Path) -> None:
    (script.parent / "empty.csv").write_text(rows, encoding="utf-8")
    shown = called(script, "empty.csv")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr == "empty.csv has no rows.\n"


def test_a_file_without_a_needed_column_is_refused_with_one_sentence(script: Path, runs: Runs) -> None:
    rows = runs.table("one layer").read_text("utf-8").splitlines()
    (script.parent / "less.csv").write_text("\n".join(row.partition(",")[2] for row in rows), encoding="utf-8")
    shown = called(script, "less.csv")
    assert (shown.returncode, shown.stdout) == (2, "")
    first, *others = rows[0].split(",")
    there = ", ".join(map(repr, others))
    wanted = f"less.csv has no column {first!r}, which the network needs. Its columns are {there}.\n"
    assert shown.stderr == wanted


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGPIPE and no EPIPE")
def test_a_reader_may_leave(script: Path, runs: Runs) -> None:
    words = [sys.executable, str(script), str(runs.table("one layer"))]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert (process.communicate()[1], process.returncode) == (b"", 0)


@pytest.mark.parametrize("form", ["python", "numpy"])
def test_words_in_numbers_and_unknown_labels_are_named(form: str, runs: Runs, tmp_path: Path) -> None:
    script = written(runs.files("one layer", form), tmp_path)
    lines = ["size,weight,colour,fresh,picked", "5,100,red,yes,2024-01-01", "5,unknown,red,no,2024-01-01"]
    lines += ["5,,pink,no,soon", "5,n/a,pink,maybe,2024-01-01", "x1,100,grey,no,2024-01-01"]
    (tmp_path / "new.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    shown = called(script, "new.csv")
    assert [row[0] for row in csv.reader(io.StringIO(shown.stdout))][1:] == ["2", "3", "4", "5", "6"]
    assert shown.stderr.splitlines() == [
        "Line 3, column 'weight': 'unknown' is no number and is taken as missing.",
        "Line 4, column 'picked': 'soon' is no date and is taken as missing.",
        "Line 6, column 'size': 'x1' is no number and is taken as missing.",
        "Column 'colour': 3 rows have a label that no training row has: 'pink', 'grey'.",
        "Column 'fresh': 1 row has a label that no training row has: 'maybe'. Such a row is answered as 'no'.",
    ]


def test_files_without_a_header_and_with_names_twice(tmp_path: Path) -> None:
    rows = [f"{i % 5},{i % 3},{'yes' if i % 5 > i % 3 else 'no'}" for i in range(40)]
    for place, header in enumerate(([], ["x,x,y"], ["x,,y"])):
        folder = tmp_path / str(place)
        folder.mkdir()
        (folder / "rows.csv").write_text("\n".join([*header, *rows]) + "\n", encoding="utf-8")
        session = Session(runs=folder)
        session.workspace.open(folder / "rows.csv")
        session.runs.prepare()
        path = session.exporting.write("python", folder / "rows.py").paths[0]
        ((shown, _),) = run_scripts({"rows": (path, [str(folder / "rows.csv")])}).values()
        found = session.runs.predict(folder / "rows.csv")
        assert [row[1] for row in csv.reader(io.StringIO(shown))][1:] == found.predicted


def test_a_file_as_people_write_it(tmp_path: Path, runs: Runs) -> None:
    """Decimal commas, thousands, units, words for a missing value, capital letters in a boolean."""
    script = written(runs.files("everything", "python"), tmp_path)
    row = {"size": " 5,25 ", "weight": "1 020 kg", "colour": "red", "fresh": "YES", "picked": "2024-03-04"}
    plain = {"size": 5.25, "weight": 1020.0, "colour": "red", "fresh": "yes", "picked": "2024-03-04"}
    gap = {**plain, "weight": "n/a"}
    text = script.read_text("utf-8").replace("DECIMAL = '.'", "DECIMAL = ','").replace("'unit': None", "'unit': 'kg'")
    script.write_text(text, encoding="utf-8")
    yes, true, no = ({**plain, "fresh": word} for word in ("1", "True", "0"))
    wanted = f"[prepare(row) for row in {[row, plain, gap, yes, true, no]!r}]"
    ((_, found),) = run_scripts({"rows": (script, [str(runs.table("everything"))])}, wanted).values()
    assert found[0] == found[1] == found[3] == found[4]
    assert found[0] != found[2]
    assert found[0] != found[5]


def trained(folder: Path, missing: str, lines: list[str]) -> Session:
    """A session with a run on a table of a length in cm, a size, and two classes."""
    table = folder / "rows.csv"
    table.write_text("\n".join(["length,size,y", *lines]) + "\n", encoding="utf-8")
    session = Session(runs=folder)
    session.workspace.open(table)
    experiment = session.workspace.experiment
    session.workspace.edit(replace(experiment, data=replace(experiment.data, missing=missing)))
    session.runs.prepare()
    return session


ROWS = [f"{i % 9 + 1}.5 cm,{i % 4}.5,{'yes' if i % 9 > 4 else 'no'}" for i in range(40)]
ODD_SIZES = ["65,50", "1.234,5", "65.5 EUR", "$65", "5 cm", "v2", "abc", "1e400", "inf", "1_000", "1.2.3", "0x10", "5%"]
SIZES = ["1,234.5", "1 234", ".5", "5.", "1e3", "-5", "\u22125", " 7 "]
ODD_LENGTHS = ["5 mm", "$5", "5cm5", "5 cm 5", "1,5 cm", "long"]
LENGTHS = ["5", "5cm", "-5 cm", "1,250.5 cm"]


@pytest.mark.parametrize("form", ["python", "numpy"])
@pytest.mark.parametrize("missing", ["drop", "median"])
def test_odd_cells_are_read_as_the_program_reads_them(missing: str, form: str, tmp_path: Path) -> None:
    session = trained(tmp_path, missing, ROWS)
    script = session.exporting.write(form, tmp_path / "script.py").paths[0]
    odd = [f'5 cm,"{cell}"' for cell in ODD_SIZES] + [f'"{cell}",1.5' for cell in ODD_LENGTHS]
    right = [f'5 cm,"{cell}"' for cell in SIZES] + [f'"{cell}",1.5' for cell in LENGTHS]
    wanted, files = {}, {}
    for place, line in enumerate([*odd, *right]):
        path = tmp_path / f"new{place}.csv"
        text = "\n".join(["length,size,y", *(row.rpartition(",")[0] + "," for row in ROWS[:20]), f"{line},", ""])
        path.write_text(text, encoding="utf-8")
        found = session.runs.predict(path)
        wanted[line] = (found.lines.tolist(), found.predicted, found.probabilities)
        files[line] = (script, [str(path)])
    for line, (shown, _) in run_scripts(files).items():
        rows = list(csv.reader(io.StringIO(shown)))[1:]
        lines, predicted, probabilities = wanted[line]
        assert ([int(row[0]) for row in rows], [row[1] for row in rows]) == (lines, predicted), line
        assert [[float(cell) for cell in row[2:]] for row in rows] == pytest.approx(probabilities, abs=1e-12), line
        assert (22 in lines) == (line in right or missing == "median"), line


@pytest.mark.parametrize("cells", [["5 mm"] * 20, ["5 mm"] * 5 + ["5 cm"] * 5, ["1,5", "1,25", "2", "3"]])
def test_no_typical_value_takes_the_place_of_many_cells(cells: list[str], tmp_path: Path) -> None:
    """The program refuses such a file, or reads its decimal commas."""
    session = trained(tmp_path, "median", ROWS)
    script = session.exporting.write("python", tmp_path / "script.py").paths[0]
    new = tmp_path / "new.csv"
    new.write_text("length,size,y\n" + "".join(f'"{cell}",1.5,\n' for cell in cells), encoding="utf-8")
    shown = called(script, str(new))
    lines = [str(line) for line, cell in enumerate(cells, 2) if cell in ("5 cm", "2", "3")]
    assert [row[0] for row in csv.reader(io.StringIO(shown.stdout))][1:] == lines
    assert shown.stderr.count("column 'length' is no number") == len(cells) - len(lines)


@pytest.mark.parametrize("missing", ["drop", "median"])
def test_a_number_is_read_as_the_program_reads_it(missing: str, tmp_path: Path) -> None:
    """A comma in the wrong place and another unit make no other number; a typical value takes the place of few cells."""
    session = trained(tmp_path, missing, ROWS)
    script = session.exporting.write("python", tmp_path / "script.py").paths[0]
    new = tmp_path / "new.csv"
    new.write_text(
        'length,size,y\n5 cm,1.5,\n5 mm,1.5,\n5 cm,"1,5",\n5 cm,v2,\n5,"1,250.5",\n5 cm,1.5\ncm 5,1.5,\n',
        encoding="utf-8",
    )
    filled = {"drop": [], "median": ["3", "4", "5"]}[missing]
    ((shown, _),) = run_scripts({"rows": (script, [str(new)])}).values()
    assert [row[0] for row in csv.reader(io.StringIO(shown))][1:] == sorted(["2", *filled, "6", "8"])
    process = subprocess.run([sys.executable, str(script), str(new)], capture_output=True, encoding="utf-8", check=True)
    lines = process.stderr.splitlines()
    assert [line.split(" is ")[0] for line in lines if "left out" in line] == [
        "Line 7",
        *(["Line 3", "Line 4", "Line 5"] if missing == "drop" else []),
    ]
    assert [line for line in lines if "taken as missing" in line] == [
        f"Line {line}, column {column!r}: {cell!r} is no number and is taken as missing."
        for line, column, cell in (("3", "length", "5 mm"), ("4", "size", "1,5"), ("5", "size", "v2"))
        if line in filled
    ]
    assert "it has 2 cells, not 3" in process.stderr


@pytest.mark.parametrize("missing", ["drop", "median"])
def test_a_cell_in_another_unit_among_few_rows_is_missing_here_and_there(missing: str, tmp_path: Path) -> None:
    session = trained(tmp_path, missing, ROWS)
    script = session.exporting.write("python", tmp_path / "script.py").paths[0]
    new = tmp_path / "new.csv"
    new.write_text("length,size\n5 cm,1.5\n50 mm,1.5\n9.5,1.5\n1.5 cm,1.5\n", encoding="utf-8")
    found = session.runs.predict(new)
    assert found.lines.tolist() == ([2, 4, 5] if missing == "drop" else [2, 3, 4, 5])
    assert found.probabilities is not None
    shown = called(script, str(new))
    rows = list(csv.reader(io.StringIO(shown.stdout)))[1:]
    assert [int(row[0]) for row in rows] == found.lines.tolist()
    assert [[float(cell) for cell in row[2:]] for row in rows] == pytest.approx(found.probabilities, abs=1e-12)
    assert "Line 3" in shown.stderr
    assert "'50 mm'" in shown.stderr
    assert any("line 3 column 'length' ('50 mm')" in note for note in found.notes)
