"""Files of other programs that hold a network, by the endings of their names."""

from collections.abc import Mapping
from pathlib import Path

from tui_ann.errors import ModelError
from tui_ann.gate import allowed
from tui_ann.importing.read_model import ReadModel

KINDS: Mapping[str, str] = {
    ".py": "Python script",
    ".keras": "Keras file",
    ".h5": "Keras file",
    ".hdf5": "Keras file",
    ".onnx": "ONNX file",
}
"""What a file is, by the ending of its name."""
MOST_BYTES = 1_000_000_000
"""Larger files hold no network that can be looked into."""


def is_model_file(path: Path) -> bool:
    """Whether the ending of a name is that of a network of another program."""
    return path.suffix.lower() in KINDS


def read_model_file(path: Path) -> ReadModel:
    """Read the network in a file.

    Raises:
        ModelError: The file cannot be read, or has no network that can be held.
    """
    suffix = path.suffix.lower()
    if suffix == ".py":
        return read_code(_text(path), path.name)
    _check(path)
    if suffix == ".onnx":
        from tui_ann.importing.onnx_file import read_onnx

        return read_onnx(path)
    if suffix in KINDS:
        from tui_ann.importing.keras_file import read_keras_file

        return read_keras_file(path)
    raise ModelError(
        f"{path} is no network of another program.",
        remedy=f"Such files end in {', '.join(KINDS)}.",
        code="not_a_model",
    )


def read_code(text: str, label: str) -> ReadModel:
    """Read the network that a script makes with Keras or PyTorch; the script is never run.

    Args:
        text: The script.
        label: What messages call it.

    Raises:
        ModelError: It is not Python, or has no network that can be held.
    """
    from tui_ann.importing.keras_code import read_keras
    from tui_ann.importing.torch_code import is_torch, read_torch

    return read_torch(text, label) if is_torch(text) else read_keras(text, label)


def _check(path: Path) -> None:
    allowed(path)
    try:
        if not path.is_file():
            raise ModelError(f"There is no file {path}.", remedy="Check the path.", code="no_such_file")
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if size > MOST_BYTES:
        raise ModelError(
            f"{path} has {size:,} bytes; at most {MOST_BYTES:,} are read.",
            remedy="Name a smaller network.",
            code="too_large",
        )


def _unreadable(path: Path, error: Exception) -> ModelError:
    why = getattr(error, "strerror", None) or str(error)
    return ModelError(f"Cannot read {path}: {why}.", remedy="Check the path and its permissions.", code="cannot_read")


def _text(path: Path) -> str:
    from tui_ann.importing.python_source import MOST_BYTES as MOST_TEXT

    _check(path)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_TEXT * 4 + 1)
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ModelError(
            f"{path}, line {line}: this is not UTF-8.", remedy="Save the script as UTF-8.", code="not_text"
        ) from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
