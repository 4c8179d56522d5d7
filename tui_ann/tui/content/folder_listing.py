"""What a folder offers to be opened, for a path that is being typed: no widgets, so that it can be tested alone."""

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tui_ann.text import short

SUFFIXES = (".csv", ".tsv", ".txt", ".dat", ".data", ".gz", ".zst", ".parquet", ".jsonl", ".ndjson", ".json", ".toml")
"""Endings of files that can be opened."""
MOST = 5_000
"""Entries of a folder that are looked at; more would keep the person waiting."""


@dataclass(frozen=True)
class FolderEntry:
    """One line of the list below the path."""

    name: str
    """As the folder has it."""
    kind: str
    """`folder`, `run`, `file`, or `other` for files that are not data."""
    size: int = 0
    """Bytes of a file."""

    @property
    def descends(self) -> bool:
        """Whether it leads to another folder."""
        return self.kind in ("folder", "run")


def file_size(size: int) -> str:
    """A size as people read it: `22 B`, `3.7 kB`.

    Args:
        size: Bytes.
    """
    text = short(size)
    return f"{text}B" if text[-1].isalpha() else f"{text} B"


def split_path(text: str, base: Path) -> tuple[Path, str]:
    """The folder that a half-typed path is in, and the beginning of the name within it.

    Args:
        text: What was typed; `~` and relative paths are understood.
        base: Folder that relative paths start from.
    """
    head, sep, tail = text.rpartition("/") if os.sep == "/" else text.replace("\\", "/").rpartition("/")
    return (base / Path(os.path.expanduser(head + sep))) if head or sep else base, tail


def entries(text: str, base: Path) -> list[FolderEntry]:
    """What fits a half-typed path: folders first, then data files, then other files.

    Names that begin with what was typed come before those that only contain it.

    Args:
        text: What was typed.
        base: Folder that relative paths start from.

    Raises:
        OSError: The folder cannot be read.
    """
    folder, start = split_path(text, base)
    wanted = start.casefold()
    found: list[tuple[tuple[int, int, str], FolderEntry]] = []
    with os.scandir(folder) as listing:
        for item in islice(listing, MOST):
            name = item.name
            if wanted not in name.casefold() or (name.startswith(".") and not start.startswith(".")):
                continue
            entry = _entry(item)
            rank = ("folder", "run", "file", "other").index(entry.kind)
            found.append(((not name.casefold().startswith(wanted), max(rank, 1), name.casefold()), entry))
    found.sort(key=lambda pair: pair[0])
    up = [FolderEntry("..", "folder")] if not start and folder.absolute().parent != folder.absolute() else []
    return up + [entry for _, entry in found]


def _entry(item: "os.DirEntry[str]") -> FolderEntry:
    try:
        if item.is_dir():
            run = os.path.isfile(os.path.join(item.path, "experiment.toml"))
            return FolderEntry(item.name, "run" if run else "folder")
        kind = "file" if item.name.casefold().endswith(SUFFIXES) else "other"
        return FolderEntry(item.name, kind, item.stat().st_size)
    except OSError:
        return FolderEntry(item.name, "other")


def completed(text: str, entry: FolderEntry) -> str:
    """The typed path with the entry put in for its last part.

    Args:
        text: What was typed.
        entry: What is taken.
    """
    head, sep, _ = text.rpartition("/")
    if entry.name == "..":
        parent, _, last = head.rpartition("/") if head else ("", "", "")
        if last and last not in ("..", "~"):
            return parent + "/" if parent or text.startswith("/") else ""
        return head + sep + "../"
    return head + sep + entry.name + ("/" if entry.descends else "")
