"""Compiled libraries are beside their sources, and one that is not there is an error that callers expect."""

from pathlib import Path

import pytest

from tui_ann.compiled import VARIABLE, forced, library_path, load


def test_a_library_is_beside_its_source(tmp_path: Path) -> None:
    path = library_path(tmp_path / "tape.c")
    assert path.parent == tmp_path
    assert path.stem == "_tape"


@pytest.mark.parametrize("hold", [False, True])
def test_a_library_that_is_not_there_is_an_error(tmp_path: Path, hold: bool) -> None:
    with pytest.raises(OSError, match="none"):
        load(tmp_path / "none.so", hold=hold)


def test_nothing_is_forced_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert forced() == ""
    monkeypatch.setenv(VARIABLE, "numpy")
    assert forced() == "numpy"
