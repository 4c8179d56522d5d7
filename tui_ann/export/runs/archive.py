"""Zip archives that are the same whenever they are written."""

import io
import zipfile
from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time that each file says it is from: the first that a zip archive can hold."""


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of files by their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
