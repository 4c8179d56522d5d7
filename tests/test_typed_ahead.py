"""Keys pressed while the program loads: Enter stays Enter, nothing is echoed, and the terminal is as it was."""

import io
import os
import sys
from collections.abc import Iterator

import pytest

from tui_ann.typed_ahead import keys_kept

pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """The two ends of a terminal that is the standard input: the person's, and the program's."""
    person, program = pty.openpty()
    with open(program, closefd=True, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield person, program
    os.close(person)


def test_keys_arrive_at_once_as_they_were_pressed(ends: tuple[int, int]) -> None:
    person, program = ends
    before = termios.tcgetattr(program)
    with keys_kept():
        os.write(person, b"\x1b[B\r")
        assert os.read(program, 9) == b"\x1b[B\r"
    assert termios.tcgetattr(program) == before


def test_the_terminal_is_as_it_was_after_a_fault(ends: tuple[int, int]) -> None:
    before = termios.tcgetattr(ends[1])
    with pytest.raises(KeyboardInterrupt), keys_kept():
        raise KeyboardInterrupt
    assert termios.tcgetattr(ends[1]) == before


@pytest.mark.parametrize("stdin", [None, io.StringIO("1")])
def test_without_a_terminal_nothing_is_done(stdin: io.StringIO | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    with keys_kept():
        pass
