"""Blocks of whole lines of a file, split into the chunks in which the lines of any file are read."""

import codecs
import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from tui_ann.data.read.lines import CHUNK
from tui_ann.data.read.source import Stream

BLOCK = 1 << 19
"""Bytes of a block: many cells for each call of NumPy, and all its arrays fit into the cache of a processor."""
LONGEST_LINE = 1 << 22
"""Maximum bytes of a line."""


class LineBlock(NamedTuple):
    """Whole lines."""

    text: bytes
    """Each line with its line feed, except perhaps the last of the file."""
    chunks: tuple[int, ...]
    """Where each chunk of the block ends."""

    def lines(self, codec: str) -> Iterator[list[str]]:
        """The lines of each chunk.

        Raises:
            UnicodeDecodeError: The text is not in this encoding.
        """
        start = 0
        for end in self.chunks:
            lines = self.text[start:end].decode(codec).split("\n")
            last = lines.pop()
            yield [line + "\n" for line in lines] + ([last] if last else [])
            start = end


class UnfitError(Exception):
    """The file is not one for the fast reader."""


def line_blocks(
    stream: Stream, skip: int, codec: str, digest: "hashlib._Hash", *, marked: bool = False
) -> Iterator[LineBlock]:
    """The lines of a stream after the first `skip`.

    Args:
        stream: The bytes, from the start.
        skip: Lines to leave out.
        codec: The encoding.
        digest: Gets all bytes.
        marked: Whether a byte order mark is not part of the first line.

    Raises:
        UnfitError: A line is too long, or is not in the encoding.
    """
    rest = b""
    for more in stream.blocks(BLOCK):
        digest.update(more)
        rest += more.removeprefix(codecs.BOM_UTF8) if marked else more
        marked = False
        while skip and (end := rest.find(b"\n") + 1):
            skip, rest = skip - 1, rest[end:]
        if skip:
            continue
        chunks = _chunks(rest, codec)
        if chunks:
            yield LineBlock(rest[: chunks[-1]], chunks)
            rest = rest[chunks[-1] :]
        if len(rest) > LONGEST_LINE:
            raise UnfitError
    if rest and not skip:
        yield LineBlock(rest, (len(rest),))


def _chunks(text: bytes, codec: str) -> tuple[int, ...]:
    """Where the chunks of a text end; its rest, which is shorter than a chunk, is not one."""
    ends = []
    start = 0
    while (end := _chunk(text, start, codec)) > start:
        ends.append(end)
        start = end
    return tuple(ends)


def _chunk(text: bytes, start: int, codec: str) -> int:
    """The end of the chunk that starts here: the first line end after `CHUNK` characters; `start` if there is none."""
    end, characters = start, 0
    while characters <= CHUNK:
        line_feed = text.find(b"\n", end + CHUNK - characters)
        if line_feed < 0:
            return start
        more = text[end : line_feed + 1]
        try:
            characters += len(more) if more.isascii() else len(more.decode(codec))
        except UnicodeDecodeError as error:
            raise UnfitError from error
        end = line_feed + 1
    return end
