"""The line of each key of a TOML file.

The parser of the standard library has no positions, and a message about `training.learning_rate` should name its line.
This module reads the lines again for headers and `key =`.  For keys inside an inline table it gives the line of the
table.
"""

import re
import tomllib

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=(.*)$", re.DOTALL)
_MULTILINE = re.compile(r'"""|\'\'\'')

Path = tuple[str, ...]


def key_lines(text: str) -> dict[Path, int]:
    """The line (the first is 1) of every table and key that can be found, by its path.

    The first table of an array is 1: `("network", "layers", "1", "units")`.
    """
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    closing = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if closing:
            closing = "" if line.count(closing) % 2 else closing
            continue
        header = _HEADER.match(line)
        if header:
            table = _resolved(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[table] = counts.get(table, 0) + 1
                lines.setdefault(table, number)
                table = (*table, str(counts[table]))
            lines.setdefault(table, number)
            continue
        key = _KEY.match(line)
        if key:
            path = (*table, *_parts(key[1]))
            for length in range(len(table) + 1, len(path) + 1):
                lines.setdefault(path[:length], number)
            opened = _MULTILINE.search(key[2])
            if opened and key[2].count(opened[0]) % 2:
                closing = opened[0]
    return lines


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """The line of a key, or of the nearest table around it that has one."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def _parts(dotted: str) -> Path:
    """The parts of a dotted key, without quotes."""
    return tuple(
        part if part[0] not in "\"'" else str(tomllib.loads(f"v = {part}")["v"]) for part in re.findall(_PART, dotted)
    )


def _resolved(parts: Path, counts: dict[Path, int]) -> Path:
    """The path of a header, with the number of the last table after each array in it."""
    path: Path = ()
    for index, part in enumerate(parts):
        path = (*path, part)
        if path in counts and index < len(parts) - 1:
            path = (*path, str(counts[path]))
    return path
