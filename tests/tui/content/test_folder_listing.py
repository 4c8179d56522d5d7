from pathlib import Path

import pytest

from tui_ann.tui.content.folder_listing import FolderEntry, completed, entries, split_path


@pytest.fixture
def base(tmp_path):
    for name in ("zebra.csv", "apple.CSV", "notes.md", ".hidden.csv"):
        (tmp_path / name).write_text("x" * 10, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "run").mkdir()
    for name in ("experiment.toml", "run.json"):
        (tmp_path / "run" / name).write_text("", encoding="utf-8")
    return tmp_path


def names(text, base):
    return [entry.name for entry in entries(text, base)]


def test_folders_come_first_then_data_then_the_rest(base):
    assert names("", base) == ["..", "folder", "run", "apple.CSV", "zebra.csv", "notes.md"]


def test_what_begins_like_the_text_comes_before_what_holds_it(base):
    assert names("r", base) == ["run", "folder", "zebra.csv"]


def test_letter_case_does_not_matter(base):
    assert names("APP", base) == ["apple.CSV"]


def test_hidden_files_are_shown_when_asked_for(base):
    assert names(".h", base) == [".hidden.csv"]


def test_kinds_and_sizes(base):
    found = {entry.name: entry for entry in entries("", base)}
    assert found["run"] == FolderEntry("run", "run")
    assert found["zebra.csv"] == FolderEntry("zebra.csv", "file", 10)
    assert found["notes.md"].kind == "other"
    (base / "run" / "run.json").unlink()
    (experiment,) = entries("run", base)
    assert (experiment.kind, experiment.descends) == ("experiment", True), "nothing was trained in it"


def test_a_path_inside_a_folder(base):
    assert names("run/e", base) == ["experiment.toml"]


def test_a_folder_that_is_not_there(base):
    with pytest.raises(FileNotFoundError):
        entries("nowhere/x", base)


def test_home_is_understood(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert split_path("~/da", Path("/base")) == (tmp_path, "da")


@pytest.mark.parametrize(
    ("text", "entry", "result"),
    [
        ("", FolderEntry("data", "folder"), "data/"),
        ("da", FolderEntry("data.csv", "file"), "data.csv"),
        ("/tmp/da", FolderEntry("data.csv", "file"), "/tmp/data.csv"),
        ("", FolderEntry("..", "folder"), "../"),
        ("a/b/", FolderEntry("..", "folder"), "a/"),
        ("/tmp/", FolderEntry("..", "folder"), "/"),
        ("../", FolderEntry("..", "folder"), "../../"),
        ("a/", FolderEntry("..", "folder"), ""),
    ],
)
def test_the_path_is_completed(text, entry, result):
    assert completed(text, entry) == result
