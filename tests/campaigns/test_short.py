"""A few cases of each campaign; `python -m tests.campaigns.NAME` tries thousands."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="campaigns limit the memory of their workers, as Unix can")

from tests.campaigns import edits, hostile, mutations, numerics, sources
from tests.campaigns.trying import Work, command, judged, tried_in
from tests.tui.pilots import wait_for_screens
from tui_ann.session.run import pace


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sources.make(tmp_path_factory.mktemp("good"), swept=False)


def failures(work: Work, numbers: range, folder: Path) -> list[str]:
    found = []
    for number in numbers:
        own = folder / str(number)
        own.mkdir()
        tried = tried_in(work, number, own)
        found += [f"{tried.kind}, {number}: {tried.failure}"] if tried.failure else []
    return found


def test_damaged_files(good, tmp_path, monkeypatch):
    one_of_each = {target.kind: target for target in mutations.targets() if "sweep" not in target.kind}
    monkeypatch.setattr(mutations, "TARGETS", list(one_of_each.values()))
    work = partial(mutations.tried, good, None)
    assert failures(work, range(len(one_of_each)), tmp_path) == []


def test_answers_of_single_precision_may_differ_where_terms_cancel():
    wanted, got = ("line,y\n1,0.5\n2,1.594e-6\n3,-0.25\n", "line,y\n1,0.5\n2,1.595e-6\n3,-0.25\n")
    assert numerics.differ(wanted, got, single=True) == ""
    assert numerics.differ(wanted, got, single=False)
    assert numerics.differ(wanted, got.replace("0.25", "0.26"), single=True)


def test_answers_may_differ_where_the_program_overflows():
    infinite, other, finite = ("line,y\n1,inf\n", "line,y\n1,nan\n", "line,y\n1,3e-239\n")
    assert numerics.differ(infinite, other, single=False) == numerics.differ(infinite, finite, single=True) == ""
    assert numerics.differ(infinite, finite, single=False)
    assert numerics.differ(finite, infinite, single=True)


def test_numbers_at_the_ends(tmp_path):
    assert failures(partial(numerics.tried, None, False), range(5), tmp_path) == []


def test_hostile_text(tmp_path):
    assert failures(partial(hostile.tried, None), range(1, 7), tmp_path) == []


def test_edits_of_the_network_on_every_screen(tmp_path, monkeypatch):
    monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path))
    wait_for_screens(monkeypatch.setattr)
    monkeypatch.setattr(pace, "PLAYING", 0.0)
    assert asyncio.run(edits.play(3, turns=2)) == ""


def _broken(*_: object) -> None:
    raise KeyError(1)


def test_a_campaign_sees_what_goes_wrong(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command("data", "no.csv", seconds=None).refusal == ""
    assert "ZeroDivisionError" in judged(lambda: str(1 / 0), None)
    monkeypatch.setattr("tui_ann.data.read.reader.find", _broken)
    refusal = command("data", "no.csv", seconds=None).refusal
    assert "KeyError" in refusal
    assert "tui_ann/data/read/reader.py" in refusal


def test_a_kept_file_that_was_not_damaged_is_read(good, tmp_path, monkeypatch):
    monkeypatch.setenv("TUI_ANN_HOME", str(tmp_path / "home"))
    for words in (
        ["runs", str(good)],
        ["predict", str(good / "classes"), str(good / "table.csv")],
        ["check", str(good / "numbers.toml")],
    ):
        assert command(*words, seconds=None).code == 0
