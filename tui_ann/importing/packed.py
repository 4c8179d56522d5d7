"""Packed files of others: refused before they are unpacked if they would become far larger."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

from tui_ann.errors import ModelError

MOST_ENTRIES = 1000
MOST_UNPACKED = 1_000_000_000
"""Bytes that a file may unpack to."""
MOST_RATIO = 200
"""How much smaller than its content an entry may be; weights hardly shrink."""
SMALL = 1_000_000
"""Entries below this many bytes may be packed as well as they like."""


def check_packed(path: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive that would unpack to far more than it has, before anything is unpacked.

    Args:
        path: The archive.
        entries: What it says that it holds.

    Raises:
        ModelError: It holds too much.
    """
    total = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(1, entry.compress_size) for entry in entries
    )
    if swollen or total > MOST_UNPACKED or len(entries) > MOST_ENTRIES:
        raise ModelError(
            f"{path} would unpack to {total:,} bytes in {len(entries)} files; no network of this size packs so well.",
            remedy="Save the model again.",
            code="too_large",
        )
