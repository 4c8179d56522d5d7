"""Parameters in safetensors files, with the names and shapes of the lecture: W is (neurons, inputs)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import write_bytes
from tui_ann.gate import allowed

Array = NDArray[np.floating[Any]]
Parameters = Mapping[str, Array]


def save_weights(path: Path, parameters: Parameters, *, durable: bool = True) -> None:
    """Write parameters, whole or not at all.

    Args:
        path: The file.
        parameters: Arrays by name.
        durable: Whether to flush them to disk; else a power failure (not a kill) may lose them.

    Raises:
        SessionError: They cannot be written; the file is unchanged.
    """
    write_bytes(path, weights_content(parameters), durable=durable)


def weights_content(parameters: Parameters) -> bytes:
    """The content of a file of parameters."""
    # Views into the flat vector of a network have gaps between their rows, which the format does not allow.
    solid = {name: np.ascontiguousarray(values) for name, values in parameters.items()}
    return safetensors.numpy.save(solid, metadata={"format": "np"})


def load_weights(path: Path) -> dict[str, Array]:
    """Read parameters.

    Returns:
        Arrays by name, in the order of their names.

    Raises:
        SessionError: There is no such file, it is damaged or of another kind, or its values are not parameters.
    """
    path = allowed(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise SessionError(f"There is no file {path}.", remedy="Check the path.", code="no_such_file") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SessionError(f"Cannot read {path}: {why}.", remedy="Check the path.", code="cannot_read") from error
    try:
        found = safetensors.numpy.load(content)
    except Exception as error:  # errors of safetensors, and KeyError or TypeError for types that NumPy lacks
        raise SessionError(
            f"{path} is not a safetensors file, or it is damaged: {error}.",
            remedy="Name a file of parameters such as final.safetensors in a run folder.",
            code="bad_weights",
        ) from error
    return {name: _checked(path, name, found[name]) for name in sorted(found)}


def weight_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """The shapes of the parameters in a file, by name, read from its header.

    Raises:
        SessionError: There is no such file, or it is damaged or of another kind.
    """
    path = allowed(path)
    if not path.is_file():
        raise SessionError(f"There is no file {path}.", remedy="Name another file.", code="no_such_file")
    try:
        with safetensors.safe_open(path, framework="np") as content:
            return {name: tuple(content.get_slice(name).get_shape()) for name in sorted(content.keys())}
    except (safetensors.SafetensorError, OSError, ValueError) as error:
        raise SessionError(
            f"{path} is not a safetensors file, or it is damaged: {error}.",
            remedy="Name a file of parameters such as final.safetensors in a run folder.",
            code="bad_weights",
        ) from error


def _checked(path: Path, name: str, values: NDArray[Any]) -> Array:
    if values.dtype.kind not in "fiu":
        raise SessionError(
            f"{path}: {name} has {values.dtype} values; parameters must be numbers.",
            remedy="Save it as float64 or float32.",
            code="bad_weights",
        )
    numbers: Array = values if values.dtype in (np.float32, np.float64) else values.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise SessionError(
            f"{path}: {name} has a value that is not finite.",
            remedy="Use the parameters of an epoch before the run diverged.",
            code="bad_weights",
        )
    return numbers
