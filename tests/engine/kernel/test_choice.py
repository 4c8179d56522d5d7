"""Which kernel runs: the environment, the installation, and the record of a run."""

from pathlib import Path

import pytest

from tui_ann.compiled import VARIABLE
from tui_ann.engine.kernel import choice
from tui_ann.engine.kernel import library as library_module
from tui_ann.engine.kernel.choice import kernel_named, new_runs_kernel
from tui_ann.engine.kernel.library import Library, library
from tui_ann.engine.kernel.opcode import Opcode
from tui_ann.errors import EngineError

needs_c = pytest.mark.skipif(library() is None, reason="this installation has no compiled kernel")


def test_numpy_can_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "numpy")
    assert new_runs_kernel().name == "numpy"
    assert kernel_named("c") is None
    assert kernel_named("numpy") is new_runs_kernel()


def test_without_a_library_runs_use_numpy_and_requiring_c_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "_c", lambda: None)
    monkeypatch.delenv(VARIABLE, raising=False)
    assert new_runs_kernel().name == "numpy"
    assert kernel_named("c") is None
    monkeypatch.setenv(VARIABLE, "c")
    with pytest.raises(EngineError, match="no compiled kernel"):
        new_runs_kernel()


def test_another_word_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "fortran")
    with pytest.raises(EngineError, match="fortran"):
        new_runs_kernel()


def test_a_kernel_of_a_later_version_is_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert kernel_named("c2") is None


@needs_c
def test_c_is_used_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert new_runs_kernel().name == "c"
    assert kernel_named("numpy") is not new_runs_kernel()


@needs_c
def test_the_library_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_module, "Opcode", list(Opcode)[:-1])
    with pytest.raises(OSError, match="another version"):
        Library(library_module.PATH)


def test_what_is_no_library_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "_tape.so").write_bytes(b"text")
    with pytest.raises(OSError, match=r"_tape\.so|%1"):
        Library(tmp_path / "_tape.so")
