"""Scripts decode a file as the program does, whatever the encoding of the training file was."""

import codecs
import csv
import io
from pathlib import Path

import pytest

from tests.export.runs.readers import run_scripts
from tui_ann.data.read.options import ReadOptions
from tui_ann.session.session import Session

TOWNS = ("Würzburg", "Köln", "Überlingen", "Bonn")
ROWS = [f"{i % 9 + 1};{TOWNS[i % 4]};{'ja' if (i % 9) + (i % 4) > 5 else 'nein'}" for i in range(60)]
TEXT = "\r\n".join(["Größe;Stadt;Käufer", *ROWS]) + "\r\n"
MIXED = TEXT.encode().replace("Köln".encode(), "Köln".encode("cp1252"))
FILES = {
    "utf-8": TEXT.encode("utf-8"),
    "with mark": TEXT.encode("utf-8-sig"),
    "cp1252": TEXT.encode("cp1252"),
    "utf-16": TEXT.encode("utf-16"),
    "utf-16-be with mark": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf-32": TEXT.encode("utf-32"),
    "mixed": MIXED,
}


def answers(session: Session, path: Path) -> list[str]:
    """The probabilities of the program, rounded, so that two names of a town differ, but not two sums."""
    found = session.runs.predict(path).probabilities
    assert found is not None
    return [f"{row[0]:.9f}" for row in found]


def printed(shown: str) -> list[str]:
    """Those that a script printed."""
    return [f"{float(row[2]):.9f}" for row in list(csv.reader(io.StringIO(shown)))[1:]]


@pytest.mark.parametrize("form", ["python", "numpy"])
@pytest.mark.parametrize("trained", ["utf-8", "with mark", "cp1252", "utf-16"])
def test_a_file_in_any_encoding_has_the_answers_of_the_program(trained: str, form: str, tmp_path: Path) -> None:
    paths = {name: tmp_path / f"{name}.csv" for name in FILES}
    for name, path in paths.items():
        path.write_bytes(FILES[name])
    session = Session(runs=tmp_path)
    session.workspace.open(paths[trained])
    session.runs.prepare()
    script = session.exporting.write(form, tmp_path / "script.py").paths[0]
    wanted = answers(session, paths[trained])
    for name, (shown, _) in run_scripts({name: (script, [str(path)]) for name, path in paths.items()}).items():
        assert answers(session, paths[name]) == wanted, name
        assert printed(shown) == wanted, name


def test_a_file_whose_encoding_was_named_is_read_in_it(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(TEXT.encode("cp850"))
    session = Session(runs=tmp_path)
    session.workspace.open(table, options=ReadOptions(encoding="cp850"))
    session.runs.prepare()
    script = session.exporting.write("numpy", tmp_path / "script.py").paths[0]
    ((shown, _),) = run_scripts({"own": (script, [str(table)])}).values()
    assert printed(shown) == answers(session, table)
