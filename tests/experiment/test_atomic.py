import errno
import os
import stat
import sys
import time
from contextlib import nullcontext

import pytest

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import make_folder, write_bytes, write_text


def leftovers(folder):
    return [entry.name for entry in folder.iterdir() if entry.name.startswith(".tui-ann")]


def test_new_content_takes_the_place_of_the_old(tmp_path):
    path = tmp_path / "x"
    write_text(path, "old")
    write_text(path, "new ∂")
    assert path.read_text(encoding="utf-8") == "new ∂"
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "you have no permission to write there"),
        (errno.EROFS, "is read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace", "fdopen"])
def test_what_fails_leaves_the_old_content_and_says_why(tmp_path, monkeypatch, number, words, step):
    path = tmp_path / "x"
    path.write_text("old", encoding="utf-8")

    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(SessionError) as caught:
        write_text(path, "new")
    monkeypatch.undo()
    assert words in caught.value.message
    assert "unchanged" in caught.value.message
    assert caught.value.remedy
    assert path.read_text(encoding="utf-8") == "old"
    assert leftovers(tmp_path) == []


def test_a_full_disk_has_its_own_code(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SessionError) as caught:
        write_text(tmp_path / "x", "new")
    assert caught.value.code == "disk_full"


@pytest.mark.parametrize(("refusals", "whole"), [(2, "new"), (1000, "old")])
def test_a_file_that_is_open_elsewhere_is_replaced_later_on_windows(tmp_path, monkeypatch, refusals, whole):
    path = tmp_path / "x"
    path.write_text("old", encoding="utf-8")
    tries, replace = iter(range(refusals)), os.replace
    pauses: list[float] = []

    def refuse(source, target):
        if next(tries, None) is not None:
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(time, "sleep", pauses.append)
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SessionError, match="you have no permission to write") if whole == "old" else nullcontext():
        write_text(path, "new")
    assert path.read_text(encoding="utf-8") == whole
    assert leftovers(tmp_path) == []
    assert 0 < sum(pauses) < 1


def test_names_that_cannot_be_written_say_why(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SessionError, match="no does not exist"):
        write_text(tmp_path / "no" / "x", "new")
    with pytest.raises(SessionError, match="file has the name of the folder"):
        write_text(tmp_path / "file" / "x", "new")
    with pytest.raises(SessionError, match="a folder has this name"):
        write_text(tmp_path, "new")
    with pytest.raises(SessionError, match="name is too long"):
        write_text(tmp_path / ("x" * 300), "new")
    with pytest.raises(SessionError):
        make_folder(tmp_path / "file" / "x")
    with pytest.raises(SessionError, match="something else has this name"):
        make_folder(tmp_path / "file")


@pytest.mark.skipif(os.name == "nt", reason="links and permissions of Unix")
def test_links_and_permissions_stay(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    write_bytes(link, b"new", durable=False)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.parametrize("write", [lambda path: write_text(path, "new"), lambda path: write_bytes(path, b"new")])
def test_a_folder_that_does_not_exist_is_named(tmp_path, write):
    with pytest.raises(SessionError) as caught:
        write(tmp_path / "gone" / "x.csv")
    assert caught.value.message.endswith(f"x.csv: the folder {tmp_path / 'gone'} does not exist.")


def test_a_folder_that_takes_nothing_is_not_called_missing(tmp_path, monkeypatch):
    def refuse(path, *_):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(SessionError) as caught:
        make_folder(tmp_path / "run")
    assert caught.value.message.endswith(f"run: the folder {tmp_path} is not writable.")
