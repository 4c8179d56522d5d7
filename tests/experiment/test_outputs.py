import os
import sys
from pathlib import Path

import pytest

from tui_ann.errors import SessionError
from tui_ann.experiment.outputs import check_output, create_output, create_output_folder, write_output
from tui_ann.session.session import Session
from tui_ann.session.source import find

needs_pipes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes")


def refused(action, *args, **options):
    with pytest.raises(SessionError) as caught:
        action(*args, **options)
    assert caught.value.remedy
    return caught.value.code


@pytest.mark.parametrize("write", [write_output, lambda path, text, **how: create_output(path, **how)])
def test_missing_folders_are_made(tmp_path: Path, write):
    path = tmp_path / "a" / "b" / "x.csv"
    write(path, "new")
    assert path.exists()


@pytest.mark.parametrize("write", [write_output, lambda path, text, **how: create_output(path, **how)])
def test_what_exists_is_replaced_only_if_asked(tmp_path: Path, write):
    path = tmp_path / "x.csv"
    path.write_text("mine", encoding="utf-8")
    assert refused(check_output, path) == refused(write, path, "new") == "file_in_use"
    assert path.read_text(encoding="utf-8") == "mine"
    check_output(path, force=True)
    write(path, "new", force=True)
    assert path.read_text(encoding="utf-8") != "mine"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.csv"]


def test_a_file_that_appears_after_the_check_is_kept(tmp_path: Path, monkeypatch):
    path = tmp_path / "x.csv"
    monkeypatch.setattr("tui_ann.experiment.outputs.check_output", lambda *_, **__: None)
    path.write_text("mine", encoding="utf-8")
    assert refused(write_output, path, b"new") == "file_in_use"
    monkeypatch.delattr(os, "link", raising=False)
    assert refused(write_output, path, "new") == "file_in_use"
    assert refused(create_output, path) == "file_in_use"
    assert path.read_text(encoding="utf-8") == "mine"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.csv"]


def test_without_hard_links_a_new_file_is_written_too(tmp_path: Path, monkeypatch):
    monkeypatch.delattr(os, "link", raising=False)
    write_output(tmp_path / "x.csv", "new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.csv"]
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == "new"


@needs_pipes
@pytest.mark.parametrize("force", [False, True])
def test_a_pipe_a_device_and_a_folder_are_left_alone(tmp_path: Path, force: bool):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path / "link", Path(os.devnull), tmp_path):
        for action in (check_output, create_output):
            assert refused(action, path, force=force) == "not_a_file"
        assert refused(write_output, path, "new", force=force) == "not_a_file"
    assert (tmp_path / "pipe").is_fifo()


def test_a_link_to_nothing_is_kept(tmp_path: Path):
    link = tmp_path / "link"
    try:
        link.symlink_to(tmp_path / "gone")
    except OSError:
        pytest.skip("no links here")
    assert refused(write_output, link, "new") == "file_in_use"


def test_what_is_read_is_never_replaced(tmp_path: Path):
    table, run = tmp_path / "x.csv", tmp_path / "run"
    run.mkdir()
    table.write_text("mine", encoding="utf-8")
    (run / "run.json").write_text("{}", encoding="utf-8")
    (tmp_path / "hard").hardlink_to(table)
    (tmp_path / "soft").symlink_to(table)
    for name in ("x.csv", "hard", "soft", "run/../x.csv", "run/run.json"):
        for force in (False, True):
            assert refused(check_output, tmp_path / name, force=force, inputs=[str(table), run]) == "is_input"
    for name in ("new.csv", "run/new.csv"):
        check_output(tmp_path / name, force=True, inputs=[table, run, "sample:iris", "-", "nothing"])


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 300, "y/" * 3000])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str):
    path = tmp_path / name
    for action in (check_output, create_output, create_output_folder):
        assert refused(action, path) == "no_such_name"
    assert refused(write_output, path, "new") == "no_such_name"
    assert refused(find, str(path)) == "no_such_file"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 300])
def test_a_run_is_not_saved_under_such_a_name(tmp_path: Path, name: str):
    session = Session()
    session.workspace.open("sample:xor")
    session.runs.prepare()
    assert refused(session.store.save, tmp_path / name) == "no_such_name"


def test_a_folder_that_only_a_kill_has_written_into_counts_as_empty(tmp_path: Path):
    (tmp_path / ".tui-ann-0123.tmp").write_text("a pa", encoding="utf-8")
    create_output_folder(tmp_path)
    (tmp_path / "mine.txt").touch()
    assert refused(create_output_folder, tmp_path) == "folder_in_use"
