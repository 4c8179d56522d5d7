"""Files that are replaced as one, cut short after each step."""

import os
import stat
import sys

import pytest

from tui_ann.errors import SessionError
from tui_ann.experiment.together import (
    NEXT,
    create_together,
    finish,
    is_being_written,
    present,
    read_present,
    read_together,
    tidy,
    write_together,
)

OLD, NEW = {"a": b"old a", "b": b"old b"}, {"a": b"new a", "b": b"new b", "c": b"new c"}


class Cut(BaseException):
    """The program is killed here."""


def cut_short(monkeypatch, name, call, work, *args):
    """Do some work; the `call`-th call of a function of `os` is the last thing that happens."""
    real, calls = getattr(os, name), []

    def counted(*given, **settings):
        calls.append(given)
        if len(calls) == call:
            raise Cut
        return real(*given, **settings)

    with monkeypatch.context() as patch:
        patch.setattr(os, name, counted)
        with pytest.raises(Cut):
            work(*args)


def seen(folder, names="ab"):
    def read():
        return {name: read_present(folder, name, lambda path: path.read_bytes()) for name in names}

    return read_together(folder, "a", read)


@pytest.mark.parametrize(
    ("name", "call", "new"),
    [("rename", 1, False), ("replace", 1, True), ("replace", 2, True), ("replace", 3, True), ("rmdir", 1, True)],
)
def test_a_reader_finds_all_old_or_all_new_files_wherever_it_is_cut(tmp_path, monkeypatch, name, call, new):
    write_together(tmp_path, OLD)
    cut_short(monkeypatch, name, call, write_together, tmp_path, NEW)
    assert seen(tmp_path) == ({"a": b"new a", "b": b"new b"} if new else OLD)
    tidy(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == (NEW if new else OLD)


def test_the_next_writing_finishes_what_was_begun(tmp_path, monkeypatch):
    cut_short(monkeypatch, "replace", 2, write_together, tmp_path, NEW)
    assert present(tmp_path, "b") == tmp_path / NEXT / "b"
    write_together(tmp_path, {"a": b"newer a"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {**NEW, "a": b"newer a"}
    finish(tmp_path)  # nothing is left to do


def test_a_writing_between_two_files_is_noticed(tmp_path):
    write_together(tmp_path, OLD)
    turns: list[bytes] = []

    def read():
        first = (tmp_path / "a").read_bytes()
        if not turns:
            write_together(tmp_path, NEW)
        turns.append(first)
        return first, (tmp_path / "b").read_bytes()

    assert read_together(tmp_path, "a", read) == (b"new a", b"new b")
    assert turns == [b"old a", b"new a"]


def test_a_folder_is_made_whole_or_not_at_all(tmp_path, monkeypatch):
    cut_short(monkeypatch, "fsync", 2, create_together, tmp_path / "run", NEW)
    assert list(tmp_path.iterdir()) == []
    create_together(tmp_path / "run", NEW)
    with pytest.raises(FileExistsError):
        create_together(tmp_path / "run", OLD)
    assert seen(tmp_path / "run") == {"a": b"new a", "b": b"new b"}
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of Unix")
def test_the_permissions_of_a_file_stay(tmp_path):
    write_together(tmp_path, OLD)
    (tmp_path / "a").chmod(0o640)
    write_together(tmp_path, NEW)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_is_written(tmp_path):
    write_together(tmp_path, OLD)
    (tmp_path / "c").mkdir()
    with pytest.raises(SessionError, match="a folder has this name"):
        write_together(tmp_path, NEW)
    assert seen(tmp_path) == OLD
    assert not any(is_being_written(path.name) for path in tmp_path.iterdir())
