"""C files are compiled without a warning, and give the answers of the program."""

import ctypes
import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.export.runs.cases import HOSTILE, NETWORKS, SAMPLE_NAMES, Runs, written
from tests.export.runs.raw_rows import expected
from tui_ann.data.prepare.features import CategoryFeature
from tui_ann.export.runs.c import comment, string
from tui_ann.session.session import Session

COMPILER = shutil.which("cc")
needs_compiler = pytest.mark.skipif(COMPILER is None, reason="no C compiler: install cc")


def compiled(path: Path, *options: str) -> Path:
    """A library of a C file, or a program."""
    out = path.with_suffix(".out")
    strict = ("-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror")
    subprocess.run([str(COMPILER), *strict, *options, str(path), "-lm", "-o", str(out)], check=True)
    return out


@needs_compiler
@pytest.mark.parametrize("name", [*NETWORKS, *SAMPLE_NAMES, "hostile"])
def test_answers_as_the_program(name: str, runs: Runs, tmp_path: Path) -> None:
    run, want = runs.run(name, "c"), expected(runs, name)
    library = ctypes.CDLL(str(compiled(written(runs.files(name, "c"), tmp_path), "-shared", "-fPIC")))
    library.label.restype = ctypes.c_char_p
    kinds = [
        ctypes.c_char_p if isinstance(feature, CategoryFeature) else ctypes.c_double
        for feature in run.preprocessing.columns
    ]
    members = [(f"c{place}", kind) for place, kind in enumerate(kinds, 1)]
    row_type = type("Row", (ctypes.Structure,), {"_fields_": members})
    for cells, answer, values in zip(zip(*want.columns, strict=True), want.answers, want.values, strict=True):
        row = row_type(*(cell.encode() if isinstance(cell, str) else cell for cell in cells))
        got = (ctypes.c_double * (run.network.outputs + 1))()
        code = library.predict(ctypes.byref(row), got)
        tolerance = runs.tolerance(name)
        np.testing.assert_allclose(list(got)[: len(values)], values, rtol=tolerance, atol=tolerance)
        if run.preprocessing.classes:
            assert library.label(code).decode() == answer


@needs_compiler
def test_as_a_program_of_its_own(runs: Runs, tmp_path: Path) -> None:
    program = compiled(written(runs.files("rule sgd", "c"), tmp_path), "-DWITH_MAIN")
    want = expected(runs, "rule sgd")
    cells = [str(column[0]) for column in want.columns]
    shown = subprocess.run([str(program), *cells], capture_output=True, encoding="utf-8", check=True).stdout
    assert shown.splitlines()[0] == f"kind = {want.answers[0]}"
    assert subprocess.run([str(program)], capture_output=True).returncode == 2


@needs_compiler
def test_a_cell_in_another_unit_is_no_number(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(
        "length,y\n" + "".join(f"{i % 7 + 1} cm,{i % 7}\n" for i in range(30)), encoding="utf-8"
    )
    session = Session(runs=tmp_path)
    session.workspace.open(tmp_path / "rows.csv")
    session.runs.prepare()
    program = compiled(session.exporting.write("c", tmp_path / "net.c").paths[0], "-DWITH_MAIN")

    def answer(cell: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(program), cell], capture_output=True, encoding="utf-8", check=False)

    assert answer("3 cm").stdout == answer("3").stdout != ""
    for cell in ("3 mm", "3x", "3,5"):
        refused = answer(cell)
        assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", f"Not a number: {cell}\n")
    for cell in ("inf", "abc"):
        assert answer(cell).stderr == f"No number, so taken as missing: {cell}\nA cell is missing.\n"
    assert answer("").stderr == "A cell is missing.\n"


@needs_compiler
def test_labels_that_no_training_row_has_are_named(runs: Runs, tmp_path: Path) -> None:
    program = compiled(written(runs.files("one layer", "c"), tmp_path), "-DWITH_MAIN")

    def said(colour: str, fresh: str) -> list[str]:
        cells = ["5", "100", colour, fresh, "19723"]
        shown = subprocess.run([str(program), *cells], capture_output=True, encoding="utf-8", check=True)
        assert shown.stdout
        return shown.stderr.splitlines()

    assert said("red", "YES") == said("", "") == []
    assert said("pink", "no") == ["Column 3, colour: no training row has the label pink"]
    assert said("Red", "maybe") == [
        "Column 3, colour: no training row has the label Red",
        "Column 4, fresh: no training row has the label maybe; answered as no",
    ]


@needs_compiler
def test_a_missing_cell_without_a_fill(runs: Runs, tmp_path: Path) -> None:
    library = ctypes.CDLL(str(compiled(written(runs.files("iris", "c"), tmp_path), "-shared", "-fPIC")))
    row = (ctypes.c_double * 4)(1.0, math.nan, 1.0, 1.0)
    assert library.predict(row, (ctypes.c_double * 4)()) == -1


@pytest.mark.parametrize("text", HOSTILE)
def test_text_in_a_comment_or_a_string(text: str) -> None:
    assert "*/" not in comment(text)
    assert "\n" not in comment(text)
    assert set(string(text)) <= set(map(chr, range(32, 127)))
    assert '"' not in string(text)[1:-1]
