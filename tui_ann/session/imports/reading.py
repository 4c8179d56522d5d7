"""The network in a file, with the weights that lie beside it."""

from pathlib import Path

from tui_ann.importing.exported_script import START_FILE, with_start_file
from tui_ann.importing.model_file import read_model_file
from tui_ann.importing.read_model import ReadModel


def read_with_weights(path: Path) -> ReadModel:
    """Read a network; a script of PyTorch takes its weights from the safetensors file that it names, or beside it.

    Raises:
        ModelError: It cannot be read, or holds no network that can be held.
    """
    read = read_model_file(path)
    if read.weights or path.suffix.lower() != ".py":
        return read
    if read.weights_file == START_FILE:
        beside = path.with_suffix(START_FILE)
        return with_start_file(read, beside) if beside.is_file() else read
    named = [path.parent / read.weights_file] if read.weights_file else []
    for file in [*named, path.with_suffix(".safetensors")]:
        if file.is_file():
            from tui_ann.importing.torch_weights import with_torch_weights

            return with_torch_weights(read, file)
    return read
