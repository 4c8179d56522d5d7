"""Detects the encoding of a file, and whether it is text, from all its bytes.

Everything here counts bytes in blocks, with calls that run in C, so that even gigabytes are fast.
"""

import codecs
import hashlib
from dataclasses import dataclass, field
from itertools import islice

from tui_ann.data.read.progress import LoadProgress
from tui_ann.data.read.source import HEAD, SourceFile, fingerprint
from tui_ann.errors import DataError
from tui_ann.text import count, line_name

BLOCK = 1 << 20
"""Bytes per block."""
FALLBACK = "tui_ann_fallback"
"""Name of the error handler that reads bytes that do not fit the encoding as cp1252."""

_LONGEST_LINE = 16 << 20
_LONGEST_ONLY_LINE = 1 << 20
_MOST_LINES_KEPT = 20
# For each line in another encoding, this many lines must fit before two encodings are assumed.
_MIXED_SHARE = 20
_FEW_CONTROLS, _MOST_CONTROLS = 5, 0.01
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\v\x1a\x1b")
_PLAIN = b"0123456789.,;|+-eE \t\r\n"


@dataclass
class Survey:
    """What the bytes of a file show before cells are read."""

    encoding: str = "utf-8"
    """The encoding to report."""
    codec: str = "utf-8"
    """The codec to decode with; bytes that do not fit use the error handler `FALLBACK` unless it is strict."""
    strict: bool = False
    """Whether the user named the encoding, so that a byte that does not fit is an error."""
    sha256: str = ""
    """Fingerprint of the file."""
    lines: int = 0
    """Number of line ends."""
    mixed_lines: list[int] = field(default_factory=list)
    """The first physical lines that are not in the encoding."""
    mixed: int = 0
    """How many lines are not in the encoding."""


def survey(
    source: SourceFile, head: bytes, encoding: str | None, watch: LoadProgress, *, blocks: int | None = None
) -> Survey:
    """Check every byte once.

    Args:
        source: The file.
        head: Its first bytes, uncompressed.
        encoding: The encoding given by the user, or None.
        watch: Gets the progress.
        blocks: Read at most this many blocks, and take no fingerprint.

    Raises:
        DataError: There are NUL or many control bytes (`not_text`), or a line that no table has (`line_too_long`).
    """
    found = Survey()
    wide = encoding or _unicode_by_sight(head)
    if wide is not None:
        found.encoding = found.codec = _named(wide, head)
        found.strict = encoding is not None
    digest = hashlib.sha256() if source.container is None and blocks is None else None
    text = _EightBit(found) if wide is None or not wide.replace("_", "-").startswith(("utf-16", "utf-32")) else None
    with source.open() as stream:
        for block in islice(stream.blocks(BLOCK), blocks):
            if digest is not None:
                digest.update(block)
            if text is not None:
                text.look(block)
            watch.at(stream.share)
    if text is not None:
        text.end()
        if wide is None:
            _settle(found, text, head)
    if digest is not None:
        found.sha256 = digest.hexdigest()
    elif blocks is None:
        found.sha256 = fingerprint(source.path)
    return found


class _EightBit:
    """Counts over the lines of a file with one-byte letters and line ends."""

    def __init__(self, found: Survey) -> None:
        self.found = found
        self.utf8_lines = 0
        """Lines with letters beyond ASCII that are valid UTF-8."""
        self._rest = b""
        self._line = 1
        self._length = 0
        self._seen = 0
        self._look_for_letters = not found.strict

    def look(self, block: bytes) -> None:
        """Count one block."""
        others = block.translate(None, _PLAIN)
        if others:
            self._refuse_binary(block, others)
        self._seen += len(block)
        lines = block.count(b"\n") or block.count(b"\r")
        last_end = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self._length = len(block) - last_end - 1 if lines else self._length + len(block)
        if self._length > _LONGEST_LINE:
            raise self._too_long(self._length)
        self.found.lines += lines
        if self._look_for_letters and not (block.isascii() and not self._rest):
            cut = block.rfind(b"\n") + 1
            self._letters(self._rest + block[:cut])
            self._rest = block[cut:] if cut else self._rest + block
        self._line += lines

    def end(self) -> None:
        """Count the rest."""
        if self._rest:
            self._letters(self._rest)
        if self._seen > _LONGEST_ONLY_LINE and self.found.lines + bool(self._length) <= 1:
            self.found.lines = 0
            raise self._too_long(self._seen)

    def _refuse_binary(self, block: bytes, others: bytes) -> None:
        place = block.find(b"\0")
        if place >= 0:
            line = 1 + self.found.lines + block.count(b"\n", 0, place)
            raise DataError(
                f"Line {line_name(line)} has a NUL byte (0x00): the file is binary or damaged.",
                remedy="Export the table again as CSV text.",
                code="not_text",
            )
        controls = len(others) - len(others.translate(None, _CONTROLS))
        if controls > _FEW_CONTROLS and controls > _MOST_CONTROLS * len(block):
            raise DataError(
                "The file has many control characters: it is binary, not text.",
                remedy="Export the table again as CSV text.",
                code="not_text",
            )

    def _letters(self, text: bytes) -> None:
        """Count lines that are valid and invalid UTF-8; the text ends with a line end."""
        if text.isascii():
            return
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            for number, line in enumerate(text.split(b"\n"), self._line):
                if not line.isascii():
                    self._letters_of_line(number, line)
        else:
            self.utf8_lines += max(1, text.count(b"\n"))

    def _letters_of_line(self, number: int, line: bytes) -> None:
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            self.found.mixed += 1
            if len(self.found.mixed_lines) < _MOST_LINES_KEPT:
                self.found.mixed_lines.append(number)
        else:
            self.utf8_lines += 1

    def _too_long(self, length: int) -> DataError:
        return DataError(
            f"Line {line_name(self.found.lines + 1)} is {count(length >> 20)} MB long; that is too long for a row.",
            remedy="A table needs line breaks between its rows; export it again as CSV.",
            code="line_too_long",
        )


def _settle(found: Survey, text: _EightBit, head: bytes) -> None:
    """Name the encoding, after all lines were checked."""
    if head.startswith(codecs.BOM_UTF8):
        found.encoding = found.codec = "utf-8-sig"
    elif found.mixed > _MIXED_SHARE * text.utf8_lines:
        found.encoding = found.codec = "cp1252"
        found.mixed, found.mixed_lines = 0, []


def _named(encoding: str, head: bytes) -> str:
    """The name to report, which includes a byte order mark."""
    if encoding == "utf-8" and head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return encoding


def _unicode_by_sight(head: bytes) -> str | None:
    """UTF-16 or UTF-32, by the byte order mark or the zero bytes of ASCII letters."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    pairs = min(len(head), HEAD) // 2
    if pairs >= 4:
        even, odd = head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
        if odd > 0.4 * pairs and even < 0.05 * pairs:
            return "utf-16-le"
        if even > 0.4 * pairs and odd < 0.05 * pairs:
            return "utf-16-be"
    return None
