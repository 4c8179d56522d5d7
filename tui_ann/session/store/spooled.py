"""Keeps what came by standard input or a pipe, so that what is trained on it can be trained and opened again."""

import os
from pathlib import Path

from tui_ann.data.read.source import fingerprint
from tui_ann.data.read.streams import at_hand, is_stream
from tui_ann.experiment.atomic import make_folder, write_bytes


def at_rest(source: str, folder: Path) -> str:
    """The source, or for a stream the path of a copy that stays.

    Args:
        source: What a user named.
        folder: Where copies are; the same content has one copy.

    Raises:
        DataError: The stream cannot be read, or is a terminal.
        SessionError: The copy cannot be written.
    """
    if not is_stream(source):
        return source
    make_folder(folder)
    with at_hand(source) as path:
        copy = folder / f"{path.stem}-{fingerprint(path)[:12]}.csv"
        if not os.path.exists(copy):
            write_bytes(copy, path.read_bytes())
    return str(copy)
