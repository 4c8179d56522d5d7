"""A check of HDF5's global heaps, where texts of any length are: the library reads a damaged one for ever.

The layout is in the HDF5 File Format Specification, version 3, section III.E: a collection is the signature `GCOL`,
version 1, three zeros and its size in bytes, then objects.  An object has its index (2 bytes), a count of references
(2), four zeros and its size (8); then its bytes, up to a multiple of 8.  Index 0 is the free space, whose size includes
its header: with a smaller one the library never gets to the end.
"""

import struct
from mmap import mmap

_SIGNATURE = b"GCOL\1\0\0\0"
_SIZE = struct.Struct("<Q")
_OBJECT = struct.Struct("<HHIQ")


def has_endless_heap(content: bytes | mmap) -> bool:
    """Whether the library would not get to the end of a global heap.

    Args:
        content: A whole HDF5 file.
    """
    at = content.find(_SIGNATURE)
    while at >= 0:
        if _is_endless(content, at):
            return True
        at = content.find(_SIGNATURE, at + 1)
    return False


def _is_endless(content: bytes | mmap, start: int) -> bool:
    at = start + len(_SIGNATURE) + _SIZE.size
    if at > len(content):
        return False
    (size,) = _SIZE.unpack(content[at - _SIZE.size : at])
    end = min(start + size, len(content))
    while at + _OBJECT.size <= end:
        index, _, _, held = _OBJECT.unpack(content[at : at + _OBJECT.size])
        if not index and held < _OBJECT.size:
            return True
        at += _OBJECT.size + -(-held // 8) * 8 if index else held
    return False
