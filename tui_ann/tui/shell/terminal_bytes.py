"""Bytes from the terminal that are no text, such as a paste in another encoding: shown as �, never the end."""

import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from functools import partial


def take_any_bytes() -> None:
    """Let the terminal's input be decoded with � for what is not UTF-8; Textual would end the program at such a byte.

    A Windows console passes on characters, not bytes.
    """
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver

    def lenient(encoding: str) -> partial[IncrementalDecoder]:
        return partial(getincrementaldecoder(encoding), errors="replace")

    vars(linux_driver)["getincrementaldecoder"] = lenient
