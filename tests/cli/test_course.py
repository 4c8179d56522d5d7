"""`tui-ann course`: the numbers of the course beside the program's own."""

import json

import pytest

from tui_ann.session.course import pages as course_pages
from tui_ann.session.course.pages import Check, find_page, pages


def test_one_page_from_outside(program):
    result = program("course", "worked-update")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "One hidden layer, one update"
    assert any(line.split() == ["b²", "0.06", "0.06", "✓"] for line in (text.replace("new ", "") for text in lines))
    assert "[0.484  0.168]" in result.out
    assert lines[-1] == "tui-ann step sample:worked-example --update 1"
    assert "✗" not in result.out


def test_all_pages(command):
    result = command("course")
    assert result.code == 0
    rows = result.out.splitlines()[2:]
    assert [row.split()[1] for row in rows] == [page.id for page in pages()]
    assert all(row.startswith("✓") for row in rows)


def test_json(command):
    result = command("course", "rate-diverges", "--json")
    assert result.code == 0
    (page,) = json.loads(result.out)["pages"]
    assert (page["experiment"], page["set"]) == ("sample:worked-example", ["training.learning_rate=0.5"])
    last = page["lines"][-1]
    assert (last["expected"], last["computed"], last["holds"]) == (9, 9, True)
    assert page["holds"] is True


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_number_that_differs_fails(command, monkeypatch, words):
    page = find_page("worked-forward")
    wrong = Check("trace a2", "1.5", "a²")
    monkeypatch.setattr(
        course_pages, "find_page", lambda name, book=None: page.__class__(**{**vars(page), "checks": (wrong,)})
    )
    result = command("course", "worked-forward", *words)
    assert result.code == 1
    assert ("✗" if not words else '"holds": false') in result.out


def test_a_page_that_is_not_there(command):
    result = command("course", "nothing")
    assert result.code == 2
    assert result.err.startswith("Error: There is no page “nothing”. The pages are linear-forward, ")


def test_a_page_shows_what_is_given_and_how_many_lines_are_settings(command):
    out = command("course", "worked-forward").out
    assert ["W²", "[0.4", "0.3", "0.2]"] in [line.split() for line in out.splitlines()]
    assert "all 10 agree, 4 of them settings." in command("course", "keras-linear").out
