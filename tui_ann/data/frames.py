"""Sees whether a file packed with zstd is whole, without unpacking it.

A file that was cut off unpacks without an error as far as it goes, so rows would be lost in silence.  The format
(RFC 8878) says where each block ends, so walking from block to block shows whether the file ends where it should.
"""

import os
from pathlib import Path
from typing import BinaryIO

_MAGIC = b"\x28\xb5\x2f\xfd"
_CHECKSUM = 4
_SKIPPABLE = 0x184D2A50
_REPEATED_BYTE = 1


def is_whole(path: Path) -> bool:
    """Whether the file ends where its last frame does."""
    size = path.stat().st_size
    with path.open("rb") as file:
        while file.tell() < size:
            if not _pass_frame(file) or file.tell() > size:
                return False
    return True


def _pass_frame(file: BinaryIO) -> bool:
    """Go to the end of the frame that starts here; false if there is none, or the file ends in its headers."""
    magic = file.read(4)
    if int.from_bytes(magic, "little") & ~0xF == _SKIPPABLE:
        length = file.read(4)
        file.seek(int.from_bytes(length, "little"), os.SEEK_CUR)
        return len(length) == 4
    descriptor = file.read(1)
    if magic != _MAGIC or not descriptor:
        return False
    flags = descriptor[0]
    single_segment = flags >> 5 & 1
    window = 1 - single_segment
    dictionary = (0, 1, 2, 4)[flags & 3]
    content_size = (single_segment, 2, 4, 8)[flags >> 6]
    file.seek(window + dictionary + content_size, os.SEEK_CUR)
    last = False
    while not last:
        header = file.read(3)
        if len(header) < 3:
            return False
        number = int.from_bytes(header, "little")
        last, kind, taken = bool(number & 1), number >> 1 & 3, number >> 3
        file.seek(1 if kind == _REPEATED_BYTE else taken, os.SEEK_CUR)
    if flags >> 2 & 1:
        file.seek(_CHECKSUM, os.SEEK_CUR)
    return True
