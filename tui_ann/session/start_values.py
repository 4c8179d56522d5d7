"""Initial weights and biases that are typed or pasted."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import make_folder
from tui_ann.experiment.weights import save_weights
from tui_ann.session.changes import TYPED
from tui_ann.text.entry import EntryError, NumberEntry, parse_entry
from tui_ann.text.rounding import in_full
from tui_ann.text.symbols import spelled

_ULPS = 4
"""A number that is no further from the old one, in units of its last binary digit, is the old one as it is shown."""


def text_to_type(value: np.floating) -> str:
    """A number as a text to edit: short where only the rounding of its last digits is left out, else in full.

    Args:
        value: The number; `read_weights` reads the text back as the same number.
    """
    short = float(f"{value:.{np.finfo(value.dtype).precision - 1}g}")
    return in_full(short if _is_same(value.dtype.type(short), value) else float(value))


def _is_same(typed: npt.ArrayLike, old: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    with np.errstate(invalid="ignore", over="ignore"):
        same: npt.NDArray[np.bool_] = np.abs(np.subtract(typed, old)) <= _ULPS * np.spacing(np.abs(old))
    return same


def read_weights(
    text: str, parameters: Mapping[str, Array], name: str, index: tuple[int, ...] = ()
) -> dict[str, Array]:
    """The parameters with a number or a whole table replaced by what was typed.

    A number that was left as `text_to_type` shows it stays exactly what it is.

    Args:
        text: A number, fraction or expression for one place, or a table: rows on lines of their own or after ;.
        parameters: All current parameters.
        name: The parameter.
        index: The index of the number, counted from 0; () for the whole table.

    Returns:
        New arrays by name; parameters that were not typed are unchanged.

    Raises:
        EntryError: It cannot be read as numbers.
        SessionError: It has another shape.
    """
    table = np.array(parameters[name])
    entry = _read(text, _rows_of(table), one=bool(index))
    numbers = np.array(entry.rows, table.dtype)
    if index and entry.shape == (1, 1):
        new = np.array(table)
        new[index] = numbers[0, 0]
    elif entry.shape == _rows_of(table) or (table.ndim == 1 and entry.shape == (1, len(table))):
        new = numbers.reshape(table.shape)
    else:
        raise _misfit(entry, table, name)
    table = np.where(_is_same(new, table), table, new)
    if not np.isfinite(table).all():
        raise SessionError(
            f"{spelled(name)} would hold a number that is too large.",
            remedy=f"Type numbers that {table.dtype} can hold.",
            code="bad_weights",
        )
    return {**parameters, name: table}


def _rows_of(table: Array) -> tuple[int, int]:
    """Rows and columns of a typed table: biases form a column."""
    return (len(table), 1) if table.ndim == 1 else (table.shape[0], table.shape[1])


def _read(text: str, shape: tuple[int, int], *, one: bool) -> NumberEntry:
    """What was typed, as one number if possible, else as a table."""
    refused = None
    if one:
        try:
            entry = parse_entry(text, (1, 1))
            if entry.shape == (1, 1):
                return entry
        except EntryError as error:
            refused = error
    try:
        return parse_entry(text, shape)
    except EntryError:
        if refused is not None and not set(";\n\t") & set(text.strip()):
            raise refused from None
        raise


def _misfit(entry: NumberEntry, table: Array, name: str) -> SessionError:
    wanted, found = _rows_of(table), entry.shape
    if found == wanted[::-1]:
        remedy = "Rows and columns are swapped: give each neuron a row."
    elif table.ndim == 1:
        remedy = "Give one number for each neuron."
    else:
        remedy = "Give a row for each neuron, with a number for each of its inputs."
    return SessionError(
        f"{spelled(name)} is {wanted[0]} × {wanted[1]}, what was typed is {found[0]} × {found[1]}.",
        remedy=remedy,
        code="bad_shape",
    )


def keep(folder: Path, parameters: Mapping[str, Array]) -> Path:
    """Write initial parameters into a file named by its content, so that no other file ever replaces it.

    Raises:
        SessionError: It cannot be written.
    """
    digest = hashlib.sha256()
    for name in sorted(parameters):
        digest.update(f"{name} {parameters[name].shape} {parameters[name].dtype}".encode())
        digest.update(np.ascontiguousarray(parameters[name]).tobytes())
    path = folder / f"{digest.hexdigest()[:16]}.safetensors"
    if not path.exists():
        make_folder(folder)
        save_weights(path, parameters)
    return path


def change_in_words(before: Mapping[str, Array], after: Mapping[str, Array], name: str) -> str:
    """What was typed, for the list of changes: `W¹₁₂ 0.2 → 0.3333`, or `W¹ typed`."""
    places = np.argwhere(before[name] != after[name])
    if len(places) != 1:
        return f"{spelled(name)}{TYPED}"
    index = tuple(int(i) for i in places[0])
    symbol = spelled(name, index=[place + 1 for place in index])
    return f"{symbol} {_short(before[name][index])} → {_short(after[name][index])}"


def _short(value: float) -> str:
    return f"{float(value):.4g}".replace("-", "−")
