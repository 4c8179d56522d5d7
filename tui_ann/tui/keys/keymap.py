"""Key assignments: the default keys, and those of the user's `keymap.toml`.

A keymap is a TOML file with a table for each scope and a line for each action: `[data]`, then `target = "t"`.  Each
invalid line of the user's file gets an error message and the default keys; the other lines are used.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from textual.keys import KEY_NAME_REPLACEMENTS, Keys, _character_to_key, key_to_character

from tui_ann.tui.keys.modes import MODES

EVERYWHERE = ("app", "list")
"""Scopes with keys that work on every screen."""


@dataclass(frozen=True)
class UserKeymap:
    """The valid lines of the user's file, and the problems of the others."""

    keys: dict[str, str]
    """Action id → keys, for the valid lines."""
    problems: tuple[str, ...]
    """A sentence for each invalid line."""


@cache
def default_keys() -> dict[str, str]:
    """The default keys: action id → keys separated by commas."""
    text = (files("tui_ann.text") / "keymap.toml").read_text(encoding="utf-8")
    keys = {f"app.{mode.id}": mode.digit for mode in MODES}
    for scope, table in tomllib.loads(text).items():
        keys.update({f"{scope}.{name}": value for name, value in table.items()})
    return keys


def split_keys(keys: str) -> tuple[str, ...]:
    """The keys of a line in Textual's long names, such as `question_mark` for `?`."""
    names = [name.strip() for name in keys.split(",")]
    return tuple(_character_to_key(name) if len(name) == 1 else name for name in names if name)


_MODIFIERS = {"ctrl", "shift", "alt", "meta", "super", "hyper"}
_NAMED = {*KEY_NAME_REPLACEMENTS.values(), *(key.value.rpartition("+")[2] for key in Keys if "<" not in key.value)} - {
    ""
}


def is_key(name: str) -> bool:
    """Whether a terminal can send a key of this long name, such as `ctrl+g`, `f12` or `question_mark`."""
    *modifiers, base = name.split("+")
    if len(set(modifiers)) < len(modifiers) or not set(modifiers) <= _MODIFIERS:
        return False
    return len(base) == 1 or base in _NAMED or key_to_character(base) is not None


def read_keymap(path: Path) -> UserKeymap:
    """Read the user's keymap; empty if there is no file.

    Args:
        path: The file; it need not exist.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return UserKeymap({}, ())
    except (OSError, UnicodeDecodeError) as error:
        return UserKeymap({}, (f"{path} cannot be read: {error}.",))
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return UserKeymap({}, (f"{path} is not valid TOML: {error}.",))
    return check_keymap(tables, default_keys())


def check_keymap(tables: Mapping[str, object], defaults: Mapping[str, str]) -> UserKeymap:
    """Accept the lines that name a known action and a free key; describe the problems of the others.

    Args:
        tables: The parsed file.
        defaults: Every known action with its keys.
    """
    problems: list[str] = []
    wanted: dict[str, str] = {}
    for name, value in _lines(tables):
        if name not in defaults:
            problems.append(f"There is no action “{name}”; {_nearest(name, defaults)}.")
        elif not isinstance(value, str) or not split_keys(value):
            problems.append(f'The key of “{name}” must be a text such as "ctrl+g", not {value!r}.')
        elif unknown := [key for key in split_keys(value) if not is_key(key)]:
            problems.append(f"“{name}” cannot have the key “{unknown[0]}”: there is no such key.")
        else:
            wanted[name] = ",".join(split_keys(value))
    keys = dict(wanted)
    for name in wanted:
        other = _clash(name, {**defaults, **keys}, defaults)
        if other is not None:
            shared = sorted(set(split_keys(wanted[name])) & set(split_keys({**defaults, **keys}[other])))
            problems.append(f"“{name}” cannot have the key {shared[0]}: “{other}” has it already.")
            del keys[name]
    return UserKeymap(keys, tuple(problems))


def _lines(tables: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Every line of the file as action id and value; an id may also be written as one quoted key."""
    for scope, table in tables.items():
        if isinstance(table, Mapping):
            for name, value in table.items():
                yield f"{scope}.{name}", value
        else:
            yield scope, table


def _nearest(name: str, known: Collection[str]) -> str:
    """Suggest the ids most similar to an unknown one, or where to find them."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=2, cutoff=0.6)
    return f"did you mean {' or '.join(f'“{other}”' for other in near)}" if near else "the help lists all of them"


def _meet(first: str, second: str) -> bool:
    """Whether two scopes can be active at the same time."""
    in_front = {"dialog", "path", "palette", "course", "reveal", "lines", "study", "what_if", "breakpoints", "weights"}
    if first in in_front or second in in_front:
        return {first, second} <= in_front | {"list"}
    return first == second or first in EVERYWHERE or second in EVERYWHERE


def _clash(name: str, keys: Mapping[str, str], defaults: Mapping[str, str]) -> str | None:
    """Another action with a key of `name` that can be active at the same time, except for default pairs."""
    mine = set(split_keys(keys[name]))
    for other, value in keys.items():
        if other == name or not _meet(name.partition(".")[0], other.partition(".")[0]):
            continue
        shared = mine & set(split_keys(value))
        if shared - (set(split_keys(defaults[name])) & set(split_keys(defaults[other]))):
            return other
    return None
