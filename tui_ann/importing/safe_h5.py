"""HDF5 files of others, read with care: no links to other files, and nothing larger than a small network."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np

from tui_ann.errors import ModelError
from tui_ann.gate import allowed
from tui_ann.importing.h5_heaps import has_endless_heap

MOST_NUMBERS = 2**28
"""Numbers of all arrays together."""
MOST_TEXT = 20_000_000
"""Characters of a configuration."""


def h5py_module(what: str) -> Any:
    """The module h5py.

    Args:
        what: What needs it, as the start of a sentence.

    Raises:
        ModelError: It is not installed.
    """
    try:
        import h5py
    except ImportError as error:
        raise ModelError(
            f"{what} needs the package h5py.", remedy="Install it: pip install 'tui-ann[keras]'", code="needs_package"
        ) from error
    return h5py


def _has_endless_heap(source: Path | BytesIO) -> bool:
    if isinstance(source, BytesIO):
        return has_endless_heap(source.getvalue())
    with allowed(source).open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        return has_endless_heap(content)


class SafeH5:
    """A file of HDF5, open for reading.

    Args:
        label: What messages call it.
        source: The file, or its content.
    """

    def __init__(self, label: str, source: Path | BytesIO) -> None:
        self._label = label
        self._h5py = h5py_module(label)
        self._numbers = 0
        try:
            if _has_endless_heap(source):
                raise ValueError("its texts are not as they were written")
            self._file = self._h5py.File(allowed(source) if isinstance(source, Path) else source, "r")
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"{label} is not an HDF5 file, or it is damaged: {error}.",
                remedy="Save the model again, as .keras.",
                code="damaged",
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @contextmanager
    def _guarded(self, path: str) -> Iterator[None]:
        try:
            yield
        except (KeyError, OSError, ValueError, RuntimeError, TypeError) as error:
            raise ModelError(
                f"{self._label} is damaged: {path} cannot be read.",
                remedy="Save the model again, as .keras.",
                code="damaged",
            ) from error

    def names(self, path: str) -> Sequence[str]:
        """The names in a group, in their order; none if there is no such group."""
        with self._guarded(path):
            group = self._found(path)
            return list(group) if isinstance(group, self._h5py.Group) else []

    def numbers(self, path: str) -> Any:
        """An array.

        Raises:
            ModelError: It is not there, is stored elsewhere, or is too large.
        """
        with self._guarded(path):
            found = self._found(path)
            if not isinstance(found, self._h5py.Dataset) or found.external or found.is_virtual:
                raise KeyError(path)
            if found.dtype.kind not in "fiu":
                raise TypeError(found.dtype)
            self._numbers += int(found.size)
            if self._numbers > MOST_NUMBERS:
                raise ModelError(
                    f"{self._label} has more than {MOST_NUMBERS:,} numbers.",
                    remedy="Name a smaller network.",
                    code="too_large",
                )
            return np.asarray(found[()])

    def text(self, name: str) -> str:
        """An attribute of the file that is a text; empty if there is none."""
        with self._guarded(name):
            value = self._file.attrs.get(name, "")
            text = value.decode() if isinstance(value, bytes) else str(value)
            return text if len(text) <= MOST_TEXT else ""

    def arrays(self, path: str, depth: int = 6) -> Sequence[str]:
        """The paths of all arrays in a group and the groups in it.

        Args:
            path: The group.
            depth: How many groups in groups are looked into.
        """
        found: list[str] = []
        for name in self.names(path) if depth else ():
            inner = f"{path}/{name}"
            with self._guarded(inner):
                is_array = isinstance(self._found(inner), self._h5py.Dataset)
            found += [inner] if is_array else self.arrays(inner, depth - 1)
        return found

    def _found(self, path: str) -> Any:
        """What is at a path; `None` if it is not there, or only by a link to somewhere else."""
        found: Any = self._file
        for name in path.split("/"):
            if not isinstance(found, self._h5py.Group):
                return None
            if not isinstance(found.get(name, getlink=True), self._h5py.HardLink):
                return None
            found = found[name]
        return found


def json_of(text: str | bytes, label: str) -> Any:
    """A configuration in JSON.

    Raises:
        ModelError: It is damaged.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(
            f"{label}: its configuration is damaged.", remedy="Save the model again.", code="damaged"
        ) from error
