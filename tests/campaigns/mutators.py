"""Damages files at random: bits and bytes of any file, lines of a text, values of JSON."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

TEXTS = [
    "nan", "inf", "-inf", "NaN", "1e999", "-1e999", "1e308", "-1e308", "1e-320", "-1", "0", "-0.0", "9" * 30,
    "99999999999", "2147483648", "9223372036854775808", "0.5", "true", "null", '""', '"x"', "[]", "{}", "[[[]]]",
    "'", '"', "\\", "\x1b[31m", "\u202e", "\ufeff", "\U0001d54f", "é", "\x00", "\ud800", "1_000", "\uff11\uff12", "0x10", "1,5",
    "<b>", "[red]", "$(x)", "..", "/", "C:\\",
]  # fmt: skip
"""What takes the place of a word or number of a text."""
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2, 3, 10**9, -(10**9), 2**31, 2**63, 2**64, 10**30, 0.5, -0.0, 1e308, -1e308, 1e-320,
    float("nan"), float("inf"), float("-inf"), "", "x", "nan", "é\x1b[31m\u202e", "x" * 100_000, [], [1], [None],
    [[]], ["a", "a"], {}, {"a": 1}, {"": None}, "interrupted", "completed", "number", "category", "binary",
    "regression", "multiclass", "standard", "error", "../../x", "\ud800",
]  # fmt: skip
"""What takes the place of a value of JSON."""

Mutate = Callable[[bytes, random.Random], bytes]


def bits(content: bytes, chance: random.Random) -> bytes:
    """Some bits flipped."""
    changed = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 8])):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def head_bits(content: bytes, chance: random.Random) -> bytes:
    """Some bits flipped near the beginning, where formats have their headers."""
    return bits(content[:200], chance) + content[200:]


def cut(content: bytes, chance: random.Random) -> bytes:
    """The end cut off, or nothing left."""
    return content[: chance.choice([0, 1, chance.randrange(len(content) + 1), max(len(content) - 1, 0)])]


def spliced(content: bytes, chance: random.Random) -> bytes:
    """Bytes removed, repeated or put in."""
    first, last = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    last = min(last, first + 200)
    piece = chance.choice([b"", content[first:last] * 2, bytes(last - first), chance.randbytes(8), b"\xff\xfe"])
    return content[:first] + piece + content[last:]


def numbers_overwritten(content: bytes, chance: random.Random) -> bytes:
    """Eight bytes replaced by a float or an integer that is hard to take."""
    at = chance.randrange(len(content) + 1)
    value = chance.choice([np.nan, np.inf, -np.inf, 1e308, 1e-320, -1.0])
    number = np.array(value).tobytes() if chance.random() < 0.5 else chance.choice([b"\xff" * 8, bytes(8), b"\x7f" * 4])
    return content[:at] + number + content[at + len(number) :]


def encoded(content: bytes, chance: random.Random) -> bytes:
    """A text in another encoding, or with a mark before it."""
    text = content.decode("utf-8", "replace")
    codec = chance.choice(["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp1252", "utf-7", "cp037"])
    return text.encode(codec, "replace")


def lines(content: bytes, chance: random.Random) -> bytes:
    """Lines swapped, repeated, removed, joined, moved, or ended otherwise."""
    found = content.split(b"\n")
    for _ in range(chance.randint(1, 3)):
        one, other = (chance.randrange(len(found)) for _ in range(2))
        match chance.randrange(6):
            case 0:
                found[one], found[other] = found[other], found[one]
            case 1:
                found.insert(one, found[other])
            case 2 if len(found) > 1:
                del found[one]
            case 3:
                found[one] += found[other]
            case 4:
                found[one] = found[one][: chance.randrange(len(found[one]) + 1)]
            case _:
                found[one] += chance.choice([b"\r", b"\x0b", b"\x1c", b",", b";", b" ", b"\t", b'"', b"\x00"])
    return chance.choice([b"\n", b"\n", b"\n", b"\r\n", b"\r", b"\n\n"]).join(found)


def words(content: bytes, chance: random.Random) -> bytes:
    """Words and numbers of a text replaced."""
    text = content.decode("utf-8", "surrogateescape")
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        starts = [i for i in range(len(text)) if text[i].isalnum() and (i == 0 or not text[i - 1].isalnum())]
        if not starts:
            return content
        first = chance.choice(starts)
        last = first
        while last < len(text) and (text[last].isalnum() or text[last] in "._+-"):
            last += 1
        text = text[:first] + chance.choice(TEXTS) + text[last:]
    return text.encode("utf-8", "surrogatepass" if chance.random() < 0.5 else "replace")


def cells(content: bytes, chance: random.Random) -> bytes:
    """Cells of a table with commas replaced, and columns swapped."""
    found = [line.split(b",") for line in content.split(b"\n")]
    for _ in range(chance.choice([1, 1, 2])):
        row = chance.choice(found)
        place = chance.randrange(len(row))
        if chance.random() < 0.1:
            other = chance.randrange(len(row))
            row[place], row[other] = row[other], row[place]
        else:
            row[place] = chance.choice(TEXTS).encode("utf-8", "surrogatepass")
    return b"\n".join(b",".join(row) for row in found)


def nested(content: bytes, chance: random.Random) -> bytes:
    """Very deep brackets somewhere."""
    at = chance.randrange(len(content) + 1)
    opened, closed = chance.choice([(b"[", b"]"), (b'{"a":', b"}"), (b"(", b")"), (b"-", b""), (b"[[a]\n", b"")])
    depth = chance.choice([300, 5_000, 100_000])
    return content[:at] + opened * depth + b"1" + closed * depth + content[at:]


def json_values(content: bytes, chance: random.Random) -> bytes:
    """Values of JSON replaced, keys removed, renamed or repeated, lists made longer or shorter."""
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):  # a mutation before this one nested it deeper than Python reads
        return bits(content, chance)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        tree = _changed(tree, chance)
    return json.dumps(tree).encode("utf-8", "surrogatepass")


def _changed(tree: Any, chance: random.Random) -> Any:
    places = list(_places(tree))
    if not places:
        return chance.choice(VALUES)
    owner, key = chance.choice(places)
    match chance.randrange(8):
        case 0:
            del owner[key]
        case 1 if isinstance(owner, dict):
            owner[chance.choice(["", "x", "schema", "é"])] = owner.pop(key)
        case 2 if isinstance(owner, list):
            owner.insert(key, owner[key])
        case 3 if isinstance(owner[key], int | float):
            owner[key] = chance.choice([-owner[key], owner[key] * 1000, owner[key] + 1, float(owner[key])])
        case 4:
            other, place = chance.choice(places)
            if not _holds(owner[key], other):
                other[place] = owner[key]
        case _:
            owner[key] = chance.choice(VALUES)
    return tree


def _holds(value: Any, owner: Any) -> bool:
    """Whether a tree would hold itself."""
    return value is owner or any(each is owner for each, _ in _places(value))


def _places(tree: Any) -> Any:
    if isinstance(tree, Mapping | list):
        for key in list(tree) if isinstance(tree, Mapping) else range(len(tree)):
            yield tree, key
            yield from _places(tree[key])


def arrays(content: bytes, chance: random.Random) -> bytes:
    """Arrays of a safetensors file removed, renamed, reshaped, of another type or with other values."""
    try:
        found = dict(safetensors.numpy.load(content))
        size = int.from_bytes(content[:8], "little")
        about = json.loads(content[8 : 8 + size]).get("__metadata__")
    except (safetensors.SafetensorError, ValueError):
        return bits(content, chance)
    if not found:
        return content
    for _ in range(chance.choice([1, 1, 2])):
        name = chance.choice(list(found))
        value = found[name]
        match chance.randrange(7):
            case 0 if len(found) > 1:
                del found[name]
            case 1:
                found[chance.choice(["x", "W9", "b1", "", "alpha1"])] = found.pop(name)
            case 2:
                found[name] = value.reshape(-1)[: chance.randrange(value.size + 1)]
            case 3:
                found[name] = value.reshape(-1, 1)
            case 4:
                kinds: Sequence[str] = ("f4", "f2", "i8", "u1", "bool")
                with np.errstate(all="ignore"):
                    found[name] = value.astype(chance.choice(kinds))
            case _:
                if value.size and value.dtype.kind == "f":
                    value = value.copy()
                    value.flat[chance.randrange(value.size)] = chance.choice([np.nan, np.inf, 1e308, -1e308, 1e-320])
                elif value.size:
                    value = value.copy()
                    value.flat[chance.randrange(value.size)] = chance.choice([0, 1, 100])
                found[name] = value
    return safetensors.numpy.save({name: np.ascontiguousarray(each) for name, each in found.items()}, metadata=about)


def state_head(content: bytes, chance: random.Random) -> bytes:
    """Values in the JSON of the header of a stored run replaced."""
    try:
        size = int.from_bytes(content[:8], "little")
        head = json.loads(content[8 : 8 + size])
        inner = head["__metadata__"]["tui-ann"]
    except (ValueError, KeyError, TypeError):
        return bits(content, chance)
    inner = json_values(inner.encode(), chance).decode("utf-8", "replace")
    head["__metadata__"]["tui-ann"] = _without_checksum(inner)
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[8 + size :]


def unchecked_arrays(content: bytes, chance: random.Random) -> bytes:
    """Arrays of a stored run changed, in a file of an earlier version, which has no checksum."""
    try:
        size = int.from_bytes(content[:8], "little")
        head = json.loads(content[8 : 8 + size])
        head["__metadata__"]["tui-ann"] = _without_checksum(head["__metadata__"]["tui-ann"])
    except (ValueError, KeyError, TypeError):
        return bits(content, chance)
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 8)
    return arrays(len(text).to_bytes(8, "little") + text + content[8 + size :], chance)


def _without_checksum(inner: str) -> str:
    try:
        tree = json.loads(inner)
    except ValueError:
        return inner
    if isinstance(tree, dict):
        tree.pop("checksum", None)
    return json.dumps(tree)


RAW: Sequence[Mutate] = (bits, head_bits, cut, spliced, numbers_overwritten)
TEXT: Sequence[Mutate] = (words, words, words, lines, lines, bits, cut, spliced, encoded, nested)
TABLE: Sequence[Mutate] = (cells, cells, cells, *TEXT)
JSON: Sequence[Mutate] = (json_values, json_values, json_values, json_values, json_values, *TEXT)
ARRAYS: Sequence[Mutate] = (arrays, arrays, arrays, *RAW)
STATE: Sequence[Mutate] = (state_head, state_head, state_head, unchecked_arrays, unchecked_arrays, *ARRAYS)
