"""The compiled reader is used where it is installed, wanted, and of this version."""

import ctypes
from pathlib import Path

import pytest

from tui_ann.compiled import VARIABLE
from tui_ann.data.read import scan_library as module
from tui_ann.data.read.scan_library import PATH, ScanLibrary, scan_library

needs_c = pytest.mark.skipif(scan_library() is None, reason="this installation has no compiled reader")


def test_numpy_can_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "numpy")
    assert scan_library() is None


@needs_c
@pytest.mark.parametrize(("name", "other"), [("ScanBlock", ctypes.c_int64), ("_REVISION", -1)])
def test_the_library_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, other: object) -> None:
    monkeypatch.setattr(module, name, other)
    with pytest.raises(OSError, match="another version"):
        ScanLibrary(PATH)


def test_what_is_no_library_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "_scan.so").write_bytes(b"text")
    with pytest.raises(OSError, match=r"_scan\.so|%1"):
        ScanLibrary(tmp_path / "_scan.so")
