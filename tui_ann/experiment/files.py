"""The experiment file: reading reports all mistakes at once, writing loses nothing.

A file may leave out what has a default; a new file has everything.  `data.path` and `network.weights` are relative to
the file if they are near it, so that a folder can be shared.
"""

import os
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from tui_ann.errors import ExperimentError, Problem
from tui_ann.experiment.atomic import write_text
from tui_ann.experiment.decode import FileFault, decode, encode, nearest
from tui_ann.experiment.positions import key_lines, line_of
from tui_ann.experiment.sets import PATH_KEYS, apply_sets
from tui_ann.experiment.settings import SETTINGS
from tui_ann.experiment.spec import Experiment
from tui_ann.experiment.toml_text import parsed
from tui_ann.gate import allowed

__all__ = ["apply_sets", "dumps", "load", "loads", "place_of", "save"]

MOST_BYTES = 1_000_000
"""Larger files are not experiment files, which are about a page long."""


def load(path: str | os.PathLike[str]) -> Experiment:
    """Read an experiment file.

    Args:
        path: The file.

    Returns:
        The experiment, with `data.path` and `network.weights` absolute; without a `name` it gets that of the file.

    Raises:
        ExperimentError: The file cannot be read or has mistakes; `problems` lists all of them.
    """
    path = Path(path)
    text = _text(path)
    return loads(text, label=path.name, folder=path.parent, name=path.stem)


def loads(text: str, *, label: str, folder: Path, name: str = "experiment") -> Experiment:
    """Read an experiment from the text of a file.

    Args:
        text: TOML.
        label: What messages call the file.
        folder: What the paths in it are relative to.
        name: The name of the experiment if the text has none.

    Raises:
        ExperimentError: The text has mistakes; `problems` lists all of them.
    """
    tree = parsed(text, label, example='name = "xor"')
    experiment, faults = decode({"name": name[:200] or "experiment", **tree})
    if experiment is None:
        lines = key_lines(text)
        faults += _other_misfits(tree, faults)
        problems = sorted(
            (_problem(label, fault, line_of(lines, fault.path)) for fault in faults),
            key=lambda found: found[0] or len(text),
        )
        raise _refusal(label, [problem for _, problem in problems])
    for key in PATH_KEYS:
        value = SETTINGS[key].get(experiment)
        if value:
            absolute = os.path.abspath(os.path.join(folder, os.path.expanduser(value)))
            experiment = SETTINGS[key].put(experiment, absolute)
    return experiment


def place_of(path: Path, key: str) -> str:
    """Where a file has a key, as messages name it: `xor.toml, line 3, data.path`; without the line if it has none.

    Args:
        path: An experiment file that can be read.
        key: A dotted key.
    """
    return _named_place(path.name, key, line_of(key_lines(_text(path)), tuple(key.split("."))))


def dumps(experiment: Experiment, *, folder: Path | None = None, comments: bool = False) -> str:
    """The experiment as the text of a file, with every default.

    Args:
        experiment: What to write.
        folder: Where the file will be: paths near it are relative to it; with `None` they are absolute.
        comments: Whether each key has a comment on what it does.
    """
    from tui_ann.experiment.writing import document

    return document(_portable(encode(experiment), folder), comments=comments)


def save(path: str | os.PathLike[str], experiment: Experiment, *, comments: bool = False) -> None:
    """Write an experiment file, whole or not at all.

    An existing file keeps its order, its comments and the defaults it leaves out.

    Raises:
        SessionError: It cannot be written; an existing file is unchanged.
    """
    from tui_ann.experiment.writing import merged

    path = Path(path)
    folder = Path(os.path.abspath(path)).parent
    text = _merged_text(path, folder, experiment, merged)
    write_text(path, dumps(experiment, folder=folder, comments=comments) if text is None else text)


def _merged_text(path: Path, folder: Path, experiment: Experiment, merged: Any) -> str | None:
    """The text of an existing file with the values of the experiment, if nothing is lost."""
    try:
        text = _text(path)
        old = loads(text, label=path.name, folder=folder, name=path.stem)
        new: str = merged(text, _portable(encode(experiment), folder), _portable(encode(old), folder))
        same = loads(new, label=path.name, folder=folder, name=path.stem) == experiment
    except Exception:  # tomlkit fails on rare layouts in many ways; a new file is always right
        return None
    return new if same else None


def _text(path: Path) -> str:
    allowed(path)
    try:
        if path.is_dir():
            raise ExperimentError(
                f"{path} is a folder.",
                [],
                remedy="Name an experiment file in it, such as experiment.toml.",
                code="not_a_file",
            )
        if path.stat().st_size > MOST_BYTES:
            raise _not_an_experiment(path, f"it has {path.stat().st_size:,} bytes")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ExperimentError(
            f"There is no file {path}.", [], remedy=_near_files(path) or "Check the path.", code="no_such_file"
        ) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ExperimentError(
            f"Cannot read {path}: {why}.", [], remedy="Check the path and its permissions.", code="cannot_read"
        ) from error
    if b"\0" in content:
        raise _not_an_experiment(path, "it is not text")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _not_an_experiment(path, f"line {line} is not UTF-8") from error


def _not_an_experiment(path: Path, why: str) -> ExperimentError:
    return ExperimentError(
        f"{path} is not an experiment file: {why}.",
        [],
        remedy="An experiment file is a TOML text (UTF-8); `tui-ann samples copy xor` writes an example.",
        code="not_an_experiment",
    )


def _near_files(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except OSError:
        return f"The folder {path.parent} does not exist either." if str(path.parent) not in (".", "") else ""
    close = nearest(path.name, names)
    return f"Did you mean {close}?" if close else ""


def _problem(label: str, fault: FileFault, line: int | None) -> tuple[int | None, Problem]:
    return line, Problem(_named_place(label, fault.key, line), fault.message, fault.remedy)


def _named_place(label: str, key: str, line: int | None) -> str:
    return f"{label}, line {line}, {key}" if line else f"{label}, {key}"


def _other_misfits(tree: Mapping[str, Any], faults: Sequence[FileFault]) -> list[FileFault]:
    """Inconsistencies in a file, besides its faulty values."""
    from tui_ann.experiment.checks import problems as misfits
    from tui_ann.experiment.checks import unrelated  # imports the engine, which a file without mistakes does not need

    rest = deepcopy(dict(tree))
    for fault in faults:
        table: Any = rest
        for part in fault.path[:-1]:
            table = table.get(part) if isinstance(table, dict) else None
        if isinstance(table, dict):
            table.pop(fault.path[-1], None)
    experiment, _ = decode({"name": "rest", **rest})
    found = [] if experiment is None else unrelated(misfits(experiment), [fault.key for fault in faults])
    return [FileFault(tuple(misfit.where.split(".")), misfit.message, misfit.remedy) for misfit in found]


def _refusal(label: str, problems: list[Problem]) -> ExperimentError:
    count = "a mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    return ExperimentError(f"{label} has {count}:", problems)


def _portable(tree: dict[str, Any], folder: Path | None) -> dict[str, Any]:
    """The tables with paths relative to a folder, if they are in it or at most two folders above."""
    for section, key in (path.split(".") for path in PATH_KEYS):
        value = tree[section][key]
        if folder is not None and value and os.path.isabs(value):
            try:
                relative = Path(os.path.relpath(value, folder))
            except ValueError:  # another drive of Windows
                continue
            # Every path is near the root folder; such a path would only look portable.
            if relative.parts.count("..") <= 2 and len(Path(os.path.commonpath([value, folder])).parts) > 1:
                tree[section][key] = relative.as_posix()
    return tree
