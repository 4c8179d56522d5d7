"""What a Keras script that `tui-ann export` wrote says besides Keras: its seeds, batches, start values and parts."""

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tui_ann.errors import ModelError
from tui_ann.experiment.weights import Array
from tui_ann.gate import allowed
from tui_ann.importing.packed import check_packed
from tui_ann.importing.read_model import ReadModel
from tui_ann.importing.values import Made, is_number

_FIRST_LINE = "# A Keras 3 script that repeats a training run of tui-ann"
_OWN = ("callback Masks", "callback Tolerance", "steps_per_epoch of fit", "validation_data is not read")
"""Parts of remarks on what these scripts have to repeat a run."""
START_FILE = ".npz"
"""The ending of the file of arrays beside a large script."""


def is_exported(text: str) -> bool:
    """Whether a script was written by `tui-ann export`."""
    return text.startswith(_FIRST_LINE)


def as_exported(read: ReadModel, names: Mapping[str, Any]) -> ReadModel:
    """The network of such a script, with everything that the script says.

    Args:
        read: What it says in Keras' words.
        names: The values of its names.
    """
    rows, validation = _rows(names.get("x_train")), _rows(names.get("x_val"))
    training = {**read.training, **_batches(names, rows)}
    training.pop("shuffle", None)
    if training.get("variant") != "batch":
        training["shuffle"] = "SHUFFLE_SEED" in names
    if training.get("variant") != "mini-batch":
        training.pop("batch_size", None)
    for name, key in (("SHUFFLE_SEED", "shuffle_seed"), ("NOISE", "noise")):
        if is_number(value := names.get(name)):
            training[key] = value
    for call in names.get("callbacks", ()):
        training["tolerance"] = call.args[0]
    seed = names.get("SEED")
    start = names.get("start")
    weights = _arrays(start) if isinstance(start, dict) else {}
    return replace(
        read,
        network={**read.network, **({"seed": seed} if isinstance(seed, int) else {})},
        training=training,
        data={**read.data, **said_of_rows(names), **share_of(rows, validation)},
        weights=weights,
        weights_file="" if weights else START_FILE,
        remarks=tuple(remark for remark in read.remarks if not any(part in remark.text for part in _OWN)),
    )


def _batches(names: Mapping[str, Any], rows: int | None) -> dict[str, Any]:
    size = names.get("BATCH_SIZE")
    if not isinstance(size, int) or size < 1:
        return {}
    if size == 1:
        return {"variant": "stochastic"}
    whole = size == rows and "SHUFFLE_SEED" not in names
    return {"variant": "batch"} if whole else {"variant": "mini-batch", "batch_size": size}


def share_of(rows: int | None, validation: int | None) -> dict[str, float]:
    """The share of the rows that validate, as short as it can be written; nothing if the rows are not known.

    Args:
        rows: Training rows.
        validation: Validation rows.
    """
    if rows is None:
        return {}
    if not validation:
        return {"validation_split": 0.0}
    whole = rows + validation
    shares = (round(validation / whole, digits) for digits in range(1, 8))
    return {
        "validation_split": next((s for s in shares if 0 < s < 1 and int(whole * (1 - s)) == rows), validation / whole)
    }


def _rows(value: Any) -> int | None:
    """The rows of an array that is written out."""
    if isinstance(value, Made) and value.name == "array" and value.args and isinstance(value.args[0], list):
        return len(value.args[0])
    return None


def _arrays(start: Mapping[Any, Any]) -> dict[str, Array]:
    found: dict[str, Array] = {}
    for name, value in start.items():
        if isinstance(value, Made) and value.name == "array" and value.args:
            try:
                found[str(name)] = np.array(value.args[0], np.float64)
            except (TypeError, ValueError):
                return {}
    return found


def said_of_rows(names: Mapping[str, Any]) -> dict[str, Any]:
    """What the names of an exported script say about the rows that its network takes.

    Args:
        names: The values of its names; those of another script say nothing.
    """
    columns, targets = names.get("COLUMNS"), names.get("TARGETS")
    if not isinstance(columns, list) or not isinstance(targets, list):
        return {}
    named = [name for name in targets if isinstance(name, str)]
    return {"scaling": _scaling(columns), "target": named[0] if len(named) == 1 else tuple(named)}


def _scaling(columns: Any) -> str:
    scaled = isinstance(columns, list) and any(
        isinstance(column, dict) and (column.get("offset", 0) != 0 or column.get("scale", 1) != 1) for column in columns
    )
    return "standard" if scaled else "none"


def with_start_file(read: ReadModel, path: Path) -> ReadModel:
    """The network with the start values of the file of arrays beside its script.

    Args:
        read: The network.
        path: The file.

    Raises:
        ModelError: It is damaged, or would unpack to too much.
    """
    path = allowed(path)
    try:
        with zipfile.ZipFile(path) as archive:
            check_packed(path, archive.infolist())
        with np.load(path, allow_pickle=False) as arrays:
            wanted = [name for name in arrays.files if not name.startswith(("x_", "y_"))]
            weights = {name: np.asarray(arrays[name], np.float64) for name in wanted}
            rows, validation = len(arrays["x_train"]), len(arrays["x_val"]) if "x_val" in arrays.files else 0
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, NotImplementedError) as error:
        raise ModelError(
            f"{path} is damaged, or is not the file of arrays of the script.", remedy="Export the run again."
        ) from error
    training = dict(read.training)
    if training.get("batch_size") == rows and not training.get("shuffle"):
        training["variant"] = "batch"
    return replace(read, weights=weights, training=training, data={**read.data, **share_of(rows, validation)})
