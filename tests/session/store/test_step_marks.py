"""A run that is opened again is where it was left, between two parts of an update."""

from pathlib import Path

import pytest

from tui_ann.session.session import Session
from tui_ann.session.step.stepper import Grain
from tui_ann.session.store.step_marks import StepMark, StepMarks


def opened(source: str | Path | None) -> Session:
    session = Session(autosave=True)
    assert source is not None
    session.workspace.open(source)
    return session


def test_an_ended_run_is_left_where_one_was_looking_at_it() -> None:
    session = opened("sample:worked-example")
    session.stepper.to_the_end()
    session.stepper.go_to(7)
    session.stepper.go_to_part(5)
    folder = session.preserve()
    assert folder is not None
    session.close()
    again = opened(folder)
    assert again.left_at == StepMark(7, 5)
    place = again.stepper.return_to(again.left_at)
    assert (place.trace.update, place.done) == (7, 5)
    assert again.left_at is None  # it is live now
    again.stepper.to_the_end()
    again.preserve()
    assert opened(folder).left_at is None  # left at its end


def test_an_unfinished_run_is_recovered_where_it_was_left() -> None:
    session = opened("sample:worked-example")
    session.stepper.go_to(9)
    session.stepper.go_to(4)
    session.stepper.forward(Grain.PHASE)
    done = session.stepper.place().done
    session.preserve()
    session.close()
    again = Session(autosave=True)
    (left,) = again.store.recoverable()
    again.recover(left)
    place = again.stepper.place()
    assert (place.trace.update, place.done) == (4, done)
    assert len(again.stepper.farthest.losses) == 8


def test_a_run_that_was_not_stepped_has_no_mark() -> None:
    session = opened("sample:worked-example")
    session.runs.prepare()
    assert session.stepper.mark() is None
    session.stepper.go_to(3)
    assert session.stepper.mark() is None  # the next update has not begun
    session.stepper.forward(Grain.PART)
    assert session.stepper.mark() == StepMark(3, 1)
    session.stepper.forward(Grain.UPDATE)
    assert session.stepper.mark() is None
    session.stepper.back(Grain.PART)
    assert session.stepper.mark() is not None


@pytest.mark.parametrize("content", ["", "[1]", '{"a": 1, "b": [0, 1], "c": ["x", 2], "d": [3, 4]}'])
def test_a_damaged_file_is_no_mistake(tmp_path: Path, content: str) -> None:
    file = tmp_path / "marks.json"
    file.write_text(content, encoding="utf-8")
    marks = StepMarks(file)
    assert [marks.of(name) for name in "abc"] == [None] * 3
    marks.put("e", StepMark(1, 2))
    assert marks.of("e") == StepMark(1, 2)
    assert (marks.of("d") == StepMark(3, 4)) == ("d" in content)
    marks.put("e", None)
    assert marks.of("e") is None
