"""Networks of other programs kept as experiments in the user's folder, so that they can be opened like one's own."""

import hashlib
from pathlib import Path

from tui_ann.errors import ModelError
from tui_ann.experiment.files import load
from tui_ann.experiment.run_folder import EXPERIMENT
from tui_ann.experiment.spec import Experiment
from tui_ann.importing.read_model import Remark
from tui_ann.session.imports.bringing import bring
from tui_ann.session.imports.reading import read_with_weights


def keep_imported(path: Path, folder: Path) -> tuple[Experiment, tuple[Remark, ...]]:
    """Write the network in a file as an experiment, in a folder named by the file's place and content.

    Args:
        path: The file.
        folder: The folder of all networks of other programs.

    Returns:
        The experiment, and what was not taken over.

    Raises:
        ModelError: There is no network that can be held.
        SessionError: It cannot be written.
    """
    read = read_with_weights(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"Cannot read {path}: {error.strerror}.", remedy="Check the path.") from error
    name = hashlib.sha256(str(path).encode("utf-8", "surrogatepass") + b"\0" + content).hexdigest()[:12]
    place = folder.absolute() / name / EXPERIMENT
    brought = bring(read, path.stem, place, base=path.parent)
    brought.write(place)
    return load(place), brought.remarks
