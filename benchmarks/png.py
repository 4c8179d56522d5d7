"""Reads the pixels of a PNG: 8 bits a channel, RGB or RGBA, not interlaced, as browsers write them."""

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pixels(content: bytes) -> NDArray[np.uint8]:
    """The pixels, (height, width, 3).

    Raises:
        ValueError: It is no such picture.
    """
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError("this is not a PNG")
    place, packed = 8, b""
    width = height = channels = 0
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        kind, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            if depth != 8 or colour not in (2, 6) or interlaced:
                raise ValueError("this kind of PNG is not read")
            channels = 3 if colour == 2 else 4
        elif kind == b"IDAT":
            packed += body
        place += length + 12
    raw = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * channels)
    lines = np.zeros((height + 1, width, channels), np.uint8)  # the first is that above the picture
    for y in range(height):
        line = raw[y, 1:].reshape(width, channels)
        lines[y + 1] = _unfiltered(int(raw[y, 0]), line, lines[y])
    return lines[1:, :, :3]


def colours(content: bytes) -> int:
    """How many different colours a picture has."""
    found = pixels(content).astype(np.uint32)
    return len(np.unique(found[..., 0] << 16 | found[..., 1] << 8 | found[..., 2]))


def _unfiltered(kind: int, line: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[Any]:
    """A line without the filter that it was packed with."""
    if kind == 0:
        return line
    if kind == 1:
        return np.cumsum(line, axis=0, dtype=np.uint8)
    if kind == 2:
        return line + above
    done = np.zeros((len(line) + 1, line.shape[1]), np.int64)
    for x, value in enumerate(line.astype(np.int64)):
        left, up = done[x], above[x].astype(np.int64)
        if kind == 3:
            guess = (left + up) // 2
        elif kind == 4:
            corner = above[x - 1].astype(np.int64) if x else np.zeros_like(up)
            a, b, c = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
            guess = np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))
        else:
            raise ValueError(f"there is no filter {kind}")
        done[x + 1] = (value + guess) & 255
    return done[1:].astype(np.uint8)
