"""The text of an experiment file from plain tables: a new text, or changes of an existing one."""

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.items import AoT, Item, Table

from tui_ann.experiment.decode import Tree
from tui_ann.experiment.settings import LAYER_SETTINGS, SETTINGS


def document(tree: Tree, *, comments: bool = False) -> str:
    """The tables as a TOML text in the order of the specs.

    Args:
        tree: The result of `encode`.
        comments: Whether each key has a comment on what it does.
    """
    if not comments and (plain := _plain_text(tree)) is not None:
        return plain
    text = tomlkit.document()
    _fill(text, tree, "", comments)
    return tomlkit.dumps(text)


def _plain_text(tree: Tree) -> str | None:
    """The same text as that of tomlkit without comments, ten times as fast; `None` if a value needs more care.

    Thousands of runs of a sweep are written.
    """
    lines = list[str]()
    try:
        _write_table(lines, tree, "")
    except _CareError:
        return None
    return "\n".join(lines) + "\n"


class _CareError(Exception):
    """A value that is left to tomlkit."""


def _write_table(lines: list[str], tree: Tree, prefix: str) -> None:
    inner = False
    for name, value in tree.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            lines += [*([""] if lines else []), f"[{path}]"]
            _write_table(lines, value, f"{path}.")
            inner = True
        elif path == "network.layers":
            for layer in value:
                lines += ["", f"[[{path}]]", *(f"{key} = {_literal(item)}" for key, item in layer.items())]
            inner = True
        elif inner:
            raise _CareError
        else:
            lines.append(f"{name} = {_literal(value)}")


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str) and value.isprintable() and not {'"', "\\"} & set(value):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    raise _CareError


def _fill(table: Any, tree: Tree, prefix: str, comments: bool) -> None:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            inner = tomlkit.table()
            _fill(inner, value, f"{prefix}{name}.", comments)
            table.add(name, inner)
        elif f"{prefix}{name}" == "network.layers":
            table.add(name, _layers(value, comments))
        else:
            setting = SETTINGS[f"{prefix}{name}"]
            table.add(name, _item(value, setting.help if comments else ""))


def _layers(layers: list[Tree], comments: bool = False) -> AoT:
    tables = tomlkit.aot()
    for layer in layers:
        table = tomlkit.table()
        for name, value in layer.items():
            setting = LAYER_SETTINGS[layer["type"]].get(name)
            table.add(name, _item(value, setting.help if comments and setting else ""))
        tables.append(table)
    return tables


def _item(value: Any, comment: str = "") -> Item:
    item: Item = tomlkit.item(value)
    if comment:
        item.comment(comment)
    return item


def merged(text: str, tree: Tree, implied: Tree) -> str:
    """A text with the values of other tables; its comments, its order and the defaults it leaves out stay.

    Args:
        text: An experiment file without mistakes.
        tree: The result of `encode` for the experiment to write, with the paths for the file.
        implied: The same for the experiment that the text has now, defaults included.
    """
    found = tomlkit.parse(text)
    same_answer = all(
        tree[section][name] == implied[section][name] for section, name in (("data", "task"), ("training", "loss"))
    )
    if not same_answer:  # the default metrics depend on these two
        implied = {**implied, "training": {**implied["training"], "metrics": None}}
    _merge(found, tree, implied, "")
    training: Any = found.get("training")
    if training is not None and "early_stopping" in training and "early_stopping" not in tree["training"]:
        del training["early_stopping"]
    return tomlkit.dumps(found)


def _merge(table: Any, tree: Tree, implied: Tree, prefix: str) -> None:
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if name not in table and value == implied.get(name):
            continue
        if isinstance(value, Mapping):
            if name not in table:
                table[name] = tomlkit.table()
            _merge(table[name], value, implied.get(name, {}), f"{key}.")
        elif key == "network.layers":
            _merge_layers(table, value)
        elif name in table:
            _put(table, name, value)
        else:
            table[name] = _item(value)
    for name in [name for name in table if f"{prefix}{name}" in SETTINGS and name not in tree]:
        if SETTINGS[f"{prefix}{name}"].optional and not isinstance(table[name], Table):
            del table[name]


def _merge_layers(network: Any, layers: list[Tree]) -> None:
    found = network["layers"]
    same_types = [layer.get("type") for layer in found] == [layer["type"] for layer in layers]
    if not same_types:
        network["layers"] = _layers(layers)
        return
    for table, layer in zip(found, layers, strict=True):
        settings = LAYER_SETTINGS[layer["type"]]
        for name in [name for name in table if name not in layer]:
            del table[name]
        for name, value in layer.items():
            if name in table:
                _put(table, name, value)
            elif value != settings[name].default:
                table[name] = _item(value)


def _put(table: Any, name: str, value: Any) -> None:
    """Change a value that differs, and keep its comment."""
    old = table[name]
    if _plain(old) == value and isinstance(_plain(old), bool) == isinstance(value, bool):
        return
    new = _item(value)
    if isinstance(old, Item):
        new.trivia.comment_ws, new.trivia.comment = old.trivia.comment_ws, old.trivia.comment
    table[name] = new


def _plain(value: Any) -> Any:
    plain = value.unwrap() if isinstance(value, Item) else value
    return list(plain) if isinstance(plain, tuple) else plain
