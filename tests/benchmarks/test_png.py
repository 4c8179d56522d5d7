import struct
import zlib

import numpy as np
import pytest

from benchmarks.png import colours, pixels


def png(lines: bytes, width: int, height: int, kind: int = 2) -> bytes:
    """A PNG of lines that have their filters in front."""

    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(lines)) + part(b"IEND", b"")


def filtered(picture: np.ndarray, kind: int) -> bytes:
    """The lines of a picture, (height, width, 3), packed with one filter, as the standard states it."""
    height, width, channels = picture.shape
    padded = np.zeros((height + 1, width + 1, channels), int)
    padded[1:, 1:] = picture
    a, b, c = padded[1:, :-1], padded[:-1, 1:], padded[:-1, :-1]
    p = a + b - c
    nearest = np.where(
        (abs(p - a) <= abs(p - b)) & (abs(p - a) <= abs(p - c)), a, np.where(abs(p - b) <= abs(p - c), b, c)
    )
    guess = {0: 0 * a, 1: a, 2: b, 3: (a + b) // 2, 4: nearest}[kind]
    lines = ((picture.astype(int) - guess) % 256).astype(np.uint8)
    return b"".join(bytes([kind]) + line.tobytes() for line in lines)


@pytest.mark.parametrize("kind", range(5))
def test_every_filter_is_undone(kind):
    picture = np.random.default_rng(kind).integers(0, 256, (7, 9, 3), dtype=np.uint8)
    assert np.array_equal(pixels(png(filtered(picture, kind), 9, 7)), picture)


def test_colours_are_counted():
    picture = np.array([[[1, 2, 3], [1, 2, 3]], [[0, 0, 0], [3, 2, 1]]], np.uint8)
    assert colours(png(filtered(picture, 0), 2, 2)) == 3


def test_what_is_no_png_is_refused():
    with pytest.raises(ValueError, match="not a PNG"):
        pixels(b"GIF8")
