"""The physical lines of a file as text, with their numbers."""

import codecs
import contextlib
import io
from collections.abc import Iterator
from itertools import islice

from tui_ann.data.read.encoding import FALLBACK, Survey
from tui_ann.data.read.progress import LoadProgress
from tui_ann.data.read.source import SourceFile, Stream
from tui_ann.errors import DataError
from tui_ann.text import line_name

CHUNK = 1 << 18
"""Characters of a chunk: small enough that no call in C blocks other threads for long."""

_SAMPLE = 1 << 16
_SAMPLE_LINES = 12
_LARGEST_SAMPLE = 1 << 23


def _fall_back(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that do not fit the encoding as cp1252, or as Latin-1 if cp1252 does not have them."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    odd = error.object[error.start : error.end]
    try:
        return odd.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return odd.decode("latin-1"), error.end


codecs.register_error(FALLBACK, _fall_back)


class Lines:
    """A file's physical lines, each with its own ending, read in chunks."""

    def __init__(self, stream: Stream, survey: Survey) -> None:
        self._stream = stream
        self._survey = survey
        errors = "strict" if survey.strict else FALLBACK
        self._text = io.TextIOWrapper(stream.bytes, survey.codec, errors, newline="")
        self.number = 1
        """Number of the next line."""

    def skip(self, lines: int) -> None:
        """Skip this many lines."""
        with self._readable():
            self.number += sum(1 for _ in islice(self._text, lines))

    def chunks(self, watch: LoadProgress, size: int = CHUNK) -> Iterator[list[str]]:
        """Lists of lines, of about this many characters each; `number` is the first line of the current list."""
        while True:
            with self._readable():
                lines = self._text.readlines(size)
            if not lines:
                return
            if self.number == 1:  # files that were put together have a second mark before their first letter
                lines[0] = lines[0].lstrip("\ufeff")
            yield lines
            self.number += len(lines)
            watch.at(self._stream.share)

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        """Turn an error of an encoding that the user named into a message."""
        try:
            yield
        except (UnicodeDecodeError, UnicodeError) as error:
            raise DataError(
                f"The file is not in the encoding {self._survey.encoding}: "
                f"from line {line_name(self.number)} on, bytes do not fit it.",
                remedy="Do not set the encoding, or try cp1252.",
                code="wrong_encoding",
            ) from error


@contextlib.contextmanager
def open_lines(source: SourceFile, survey: Survey) -> Iterator[Lines]:
    """The lines of the file, from the first."""
    with source.open() as stream:
        yield Lines(stream, survey)


def sample(source: SourceFile, survey: Survey) -> list[str]:
    """The first lines of the file: 64 KB, or more if lines are long; the last is complete."""
    lines: list[str] = []
    taken = 0
    with open_lines(source, survey) as text:
        for chunk in text.chunks(LoadProgress(), 1 << 14):
            lines += chunk
            taken += sum(map(len, chunk))
            if taken >= _LARGEST_SAMPLE or (taken >= _SAMPLE and len(lines) >= _SAMPLE_LINES):
                break
    if any("\0" in line for line in lines):
        raise DataError(
            "The file has NUL characters: it is binary or damaged.",
            remedy="Export the table again as CSV text.",
            code="not_text",
        )
    return lines
