import itertools
import os
from pathlib import Path

import pytest

from tui_ann.session.store.recents import Recents, RunNote


@pytest.fixture
def recents(tmp_path: Path) -> Recents:
    ticks = itertools.count(1000.0)
    return Recents(tmp_path / "state" / "recents.json", limit=3, clock=lambda: next(ticks))


def files(folder: Path, *names: str) -> list[str]:
    for name in names:
        (folder / name).write_text("x", encoding="utf-8")
    return [str(folder / name) for name in names]


def test_the_newest_comes_first_and_nothing_twice(recents: Recents, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a.csv", "b.toml")
    recents.add("data", a, "a")
    recents.add("experiment", b, "b")
    recents.add("data", a, "a")
    found = recents.entries()
    assert [(entry.source, entry.opened) for entry in found] == [(a, 1002.0), (b, 1001.0)]


def test_the_list_stays_short(recents: Recents, tmp_path: Path) -> None:
    names = files(tmp_path, *"abcde")
    for name in names:
        recents.add("data", name, name)
    assert [entry.source for entry in recents.entries()] == names[:1:-1]


def test_what_has_vanished_is_left_out_for_good(recents: Recents, tmp_path: Path) -> None:
    a, b = files(tmp_path, "a", "b")
    recents.add("data", a, "a")
    recents.add("data", b, "b")
    recents.add("sample", "sample:xor", "xor")
    Path(a).unlink()
    assert [entry.source for entry in recents.entries()] == ["sample:xor", b]
    files(tmp_path, "a")
    assert len(recents.entries()) == 2


def test_an_entry_can_be_removed(recents: Recents, tmp_path: Path) -> None:
    (a,) = files(tmp_path, "a")
    recents.add("data", a, "a")
    recents.remove(a)
    assert recents.entries() == ()
    assert Path(a).exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"[1, null, {}]", b"\xff\xfe", b"[" * 100_000,
     b'[{"kind": "virus", "source": "/", "name": "x", "opened": 1}]',
     b'[{"kind": "data", "source": "/a\\u0000b", "name": "x", "opened": 1}]',
     b'[{"kind": "data", "source": "/", "name": "x", "opened": NaN}]'],
)  # fmt: skip
def test_a_damaged_list_is_empty_and_can_be_written_again(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "recents.json"
    file.write_bytes(content)
    recents = Recents(file)
    assert recents.entries() == ()
    recents.add("sample", "sample:xor", "xor")
    assert len(recents.entries()) == 1


def test_a_good_entry_survives_a_damaged_neighbour(tmp_path: Path) -> None:
    file = tmp_path / "recents.json"
    file.write_text('[7, {"kind": "sample", "source": "sample:xor", "name": "xor", "opened": 1}]', encoding="utf-8")
    assert [entry.name for entry in Recents(file).entries()] == ["xor"]


def test_a_list_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands where the folder should be", encoding="utf-8")
    Recents(tmp_path / "state" / "recents.json").add("sample", "sample:xor", "xor")


def test_a_file_name_that_is_not_unicode(recents: Recents, tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv")
    Path(name).write_text("x", encoding="utf-8")
    recents.add("data", name, "odd")
    assert recents.entries()[0].source == name


def test_a_file_and_its_run_are_one_line_that_says_what_it_came_to(recents: Recents, tmp_path: Path) -> None:
    data, run = files(tmp_path, "a.csv", "run")
    recents.add("data", data, "a")
    recents.add("run", run, "a", RunNote("0.012 · 2→1", "▇▁", data))
    (entry,) = recents.entries()
    assert (entry.kind, entry.source, entry.note, entry.curve) == ("run", run, "0.012 · 2→1", "▇▁")
    recents.add("run", run, "a")  # it is opened again: what it says stays
    recents.add("data", data, "a")
    (entry,) = recents.entries()
    assert (entry.source, entry.note) == (run, "0.012 · 2→1")
    Path(run).unlink()
    recents.add("data", data, "a")
    (entry,) = recents.entries()
    assert (entry.kind, entry.source, entry.note) == ("data", data, "")
