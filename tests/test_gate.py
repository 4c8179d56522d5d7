"""The one gate: nothing outside the folder is read or written, however its path is spelt, and nobody goes past it."""

import ast
import os
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.source_tree import modules
from tui_ann import gate
from tui_ann.data.read.reader import read_table
from tui_ann.data.read.source import fingerprint
from tui_ann.data.read.streams import at_hand
from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import make_folder, write_bytes, write_text
from tui_ann.experiment.files import load
from tui_ann.experiment.outputs import check_output, create_output, create_output_folder, write_output
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.experiment.weights import load_weights, save_weights, weight_shapes
from tui_ann.importing.model_file import read_model_file
from tui_ann.session.session import Session
from tui_ann.session.source import find
from tui_ann.session.store.unfinished import read_head
from tui_ann.tui.content.folder_listing import entries

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a permission there")

READERS = {
    "find": find,
    "table": read_table,
    "fingerprint": fingerprint,
    "experiment": load,
    "weights": load_weights,
    "shapes": weight_shapes,
    "run": RunFolder.open,
    "model": read_model_file,
    "unfinished": read_head,
    "listing": lambda path: entries(f"{path}/", Path("/")),
}
WRITERS = {
    "bytes": lambda path: write_bytes(path, b""),
    "text": lambda path: write_text(path, ""),
    "weights": lambda path: save_weights(path, {"W1": np.ones(1)}),
    "folder": make_folder,
    "check": check_output,
    "output": lambda path: write_output(path, ""),
    "forced": lambda path: write_output(path, "", force=True),
    "empty": create_output,
    "new folder": create_output_folder,
}


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder beside the one that may be used."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
    monkeypatch.setenv(gate.ROOT, str(inside))
    monkeypatch.chdir(inside)
    return outside


@pytest.mark.parametrize(
    "suffix", [".csv", ".toml", ".safetensors", ".parquet", ".sqlite", ".py", ".keras", ".h5", ".onnx", ""]
)
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_no_reader_opens_a_file_outside(outside, read, suffix):
    for name in ("there", "missing"):
        path = outside / f"{name}{suffix}"
        if name == "there":
            path.write_text("a,b\n1,2\n", encoding="utf-8")
        with pytest.raises(gate.OutsideError, match=r"outside .*inside, which this program may use"):
            read(path)


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_no_writer_writes_outside(outside, write):
    with pytest.raises(gate.OutsideError, match="which this program may use"):
        write(outside / "x")
    assert not list(outside.iterdir())


@links
def test_links_are_followed_before_the_gate_asks(outside):
    (outside / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    sqlite3.connect(outside / "t.db").close()
    Path("file.csv").symlink_to(outside / "t.csv")
    Path("way").symlink_to(outside)
    Path("again").symlink_to("way")
    Path("new.txt").symlink_to(outside / "new.txt")
    for path in ("file.csv", "way/t.csv", "again/t.csv", "way/../way/t.csv", "way/t.db"):
        with pytest.raises(gate.OutsideError):
            read_table(Path(path))
    for path in ("new.txt", "way/new.txt", "again/a/b.txt"):
        with pytest.raises(gate.OutsideError):
            write_output(Path(path), "x", force=True)
    assert not (outside / "new.txt").exists()
    assert [entry.name for entry in entries("", Path.cwd())] == []


@links
def test_a_run_with_a_link_in_it_is_not_read_through_it(outside):
    session = Session(runs=Path.cwd() / "runs")
    session.workspace.open("sample:xor")
    session.runs.one_epoch()
    path = session.store.save(Path.cwd() / "run")
    secret = outside / "final.safetensors"
    (path / "final.safetensors").rename(secret)
    (path / "final.safetensors").symlink_to(secret)
    with pytest.raises(gate.OutsideError):
        Session().workspace.open(path)


def test_the_folder_itself_and_the_samples_may_be_used(outside):
    write_output(Path("a.csv"), "a,b\n1,2\n2,3\n")
    assert read_table(Path("a.csv")).n_rows == 2
    assert read_table(Path("../inside/a.csv")).n_rows == 2
    session = Session()
    session.workspace.open("sample:iris")
    assert session.workspace.table.n_rows == 150
    with pytest.raises(gate.OutsideError):
        write_output(find("sample:iris").path.parent / "x.csv", "")


def test_without_a_root_every_folder_may_be_used(tmp_path, monkeypatch):
    monkeypatch.delenv(gate.ROOT, raising=False)
    assert gate.allowed(tmp_path / "x", writing=True) == tmp_path / "x"


def test_a_stream_is_no_file_of_the_folder(outside):
    with pytest.raises(SessionError, match=r"files in .*inside only"), at_hand("-"):
        pass


def test_an_outside_path_is_a_folder_that_cannot_be_read(outside):
    with pytest.raises(PermissionError) as error:
        gate.allowed(outside)
    assert error.value.strerror == f"it is outside {Path.cwd()}, which this program may use"


_PARTS = st.one_of(
    st.sampled_from(
        [
            "..",
            ".",
            "~",
            "",
            "way",
            "inside",
            "outside",
            "insidé",
            "inside2",
            "a b",
            "%2e%2e",
            "..\\..",
            "\uff0e\uff0e",
            "..\u200b",
            "\\\\host\\share",
            "C:",
            "-",
            "con",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)


@given(st.lists(_PARTS, max_size=7), st.sampled_from(["", "/", "~/", "//"]))
@example(["way", "..", "outside", "x"], "")
@example(["a\0b"], "")
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_gate_lets_through_is_in_the_folder(outside, parts, start):
    """Every spelling: what is let through leads into the folder once the system has resolved it."""
    inside = Path.cwd()
    if sys.platform != "win32" and not (inside / "way").is_symlink():
        (inside / "way").symlink_to(outside)
    text = start + "/".join(parts)
    before = sorted(outside.iterdir())
    with suppress(gate.OutsideError, OSError, ValueError):
        path = gate.allowed(os.path.expanduser(text), writing=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        assert path.resolve().is_relative_to(inside.resolve())
    assert sorted(outside.iterdir()) == before


UNREPORTED = {"safe_open", "connect", "File", "load_file", "save_file", "memmap", "mkfifo", "mknod", "as_argument"}
"""Calls that open a path without Python's knowledge, so that `confinement` cannot see them."""
IN_MEMORY = {
    ("tui_ann.export.runs.keras_file", "File"): "into a buffer",
    ("tui_ann.data.read.duck", "connect"): "a database in memory; the paths it reads are `as_argument`s",
    ("tui_ann.data.read.parquet", "as_argument"): "asks the gate itself",
}
"""Those of them that open no path."""


class _Past(ast.NodeVisitor):
    """Finds the calls in a module that do not name their path through the gate.

    Args:
        name: The module.
    """

    def __init__(self, name: str) -> None:
        self.name, self.found = name, list[str]()
        self._checked: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        before, self._checked = self._checked, set(self._checked)
        self.generic_visit(node)
        self._checked = before

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        self._checked = self._checked | names if _asks(node.value) else self._checked - names

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in UNREPORTED and ast.unparse(node.func) != "onnx.load":
            return
        first = node.args[0] if node.args else None
        through = first is None or _asks(first) or (isinstance(first, ast.Name) and first.id in self._checked)
        if not through and (self.name, called) not in IN_MEMORY:
            self.found.append(f"{self.name}, line {node.lineno}: {ast.unparse(node)}")


def test_what_python_does_not_report_names_its_path_through_the_gate():
    past = []
    for name, tree in modules().items():
        finder = _Past(name)
        finder.visit(tree)
        past += finder.found
    assert not past, "name these paths with gate.allowed"


def test_a_call_past_the_gate_is_found():
    tree = ast.parse(
        "def f(path):\n    safe_open(path)\n    path = allowed(path)\n    safe_open(path)\ndef g(path):\n    safe_open(path)"
    )
    finder = _Past("m")
    finder.visit(tree)
    assert [found.partition(":")[0] for found in finder.found] == ["m, line 2", "m, line 6"]


def _asks(node: ast.AST) -> bool:
    """Whether an expression asks the gate."""
    return any(isinstance(each, ast.Call) and getattr(each.func, "id", "") == "allowed" for each in ast.walk(node))


READ_ONLY_VERBS = {
    "train": lambda session: session.runs.prepare().owner.resume(),
    "one update": lambda session: session.runs.prepare().owner.one_update(),
    "one epoch": lambda session: session.runs.prepare().owner.one_epoch(),
    "train here": lambda session: session.runs.prepare().owner.train_here(),
    "edit": lambda session: session.runs.new_start(),
    "another run": lambda session: session.runs.start_another(session.workspace.experiment),
    "save": lambda session: session.store.save(Path.cwd() / "new"),
    "export": lambda session: session.exporting.write("numpy", Path.cwd() / "x.py"),
    "write": lambda session: write_text(Path.cwd() / "x", ""),
    "folder": lambda session: make_folder(Path.cwd() / "x"),
    "type weights": lambda session: session.runs.type_weights("1", "b1", (0,)),
}


@pytest.mark.parametrize("verb", READ_ONLY_VERBS.values(), ids=READ_ONLY_VERBS)
def test_read_only_refuses_what_changes_anything(tmp_path, monkeypatch, verb):
    monkeypatch.chdir(tmp_path)
    session = Session(runs=tmp_path / "runs")
    session.workspace.open("sample:xor")
    if "save" in str(verb.__code__.co_names):
        session.runs.one_epoch()
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setenv(gate.READ_ONLY, "1")
    with pytest.raises(gate.ReadOnlyError, match="Started with --read-only"):
        verb(session)
    assert sorted(tmp_path.rglob("*")) == before


def test_read_only_shows_a_saved_run(tmp_path, monkeypatch):
    session = Session(runs=tmp_path / "runs")
    session.workspace.open("sample:xor")
    session.runs.one_epoch()
    path = session.store.save(tmp_path / "run")
    monkeypatch.setenv(gate.READ_ONLY, "1")
    session = Session()
    session.workspace.open(path)
    assert session.runs.snapshot().epoch == 1
    assert session.runs.evaluate()
