"""Arrays that do not fit into memory are in a file, with the same content."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tui_ann import large_arrays
from tui_ann.errors import DataError


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(large_arrays.LIMIT, "1M")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def test_small_arrays_are_in_memory_and_large_ones_in_a_file(little_memory: Path) -> None:
    small, large = large_arrays.zeros((1 << 15,)), large_arrays.zeros(((1 << 15) + 1,))
    assert not large_arrays.is_in_file(small)
    assert large_arrays.is_in_file(large)
    assert large_arrays.is_in_file(large[5:].reshape(4, -1).T)
    assert not large_arrays.is_in_file(large + 1)
    assert not large.any()


def test_a_file_goes_with_its_array(little_memory: Path) -> None:
    array = large_arrays.empty((300, 500), np.float32)
    array[:] = np.arange(500)
    np.testing.assert_array_equal(array[123], np.arange(500, dtype=np.float32))
    del array
    assert not list(little_memory.iterdir())


def test_pieces_cover_all_rows_and_fit(little_memory: Path) -> None:
    array = large_arrays.empty((5000, 100))
    found = list(large_arrays.pieces(array))
    assert np.concatenate([np.arange(piece.start, piece.stop) for piece in found]).tolist() == list(range(5000))
    assert all(large_arrays.fits(array[piece].nbytes) for piece in found)
    assert list(large_arrays.pieces(np.zeros((5, 2)))) == [slice(0, 5)]
    assert not list(large_arrays.pieces(np.zeros((0, 2))))


def test_a_full_disk_is_told_before_anything_is_written(little_memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(DataError, match=r"0\.008 GB.*neither memory nor room") as caught:
        large_arrays.empty((1000, 1000))
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(("text", "size"), [("800M", 800 << 20), ("4g", 4 << 30), ("12345", 12345), ("9k", 9 << 10)])
def test_a_limit_has_a_unit(monkeypatch: pytest.MonkeyPatch, text: str, size: int) -> None:
    monkeypatch.setenv(large_arrays.LIMIT, text)
    assert large_arrays.memory() == size


@pytest.mark.parametrize("text", ["", "M", "-1", "4GB", "1.5G", "٣"])
def test_another_limit_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(large_arrays.LIMIT, text)
    with pytest.raises(DataError, match="no size"):
        large_arrays.memory()


def test_the_available_memory_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(large_arrays.LIMIT, raising=False)
    assert large_arrays.memory() > 1 << 24
