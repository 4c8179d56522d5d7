"""An exercise as a folder with a table, an experiment and start values: an experiment like any other."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import make_folder, write_text
from tui_ann.experiment.files import save
from tui_ann.experiment.run_folder import EXPERIMENT
from tui_ann.experiment.weights import save_weights
from tui_ann.session.exercise.fields import proposed
from tui_ann.session.exercise.reading import Exercise, read_exercise

DATA, WEIGHTS = "data.csv", "weights.safetensors"


def keep_exercise(fields: Mapping[str, str], exercises: Path) -> Path:
    """Write an exercise below a folder, in a folder named by its content; the same exercise is written once.

    Args:
        fields: Texts by name; a missing field takes what is proposed.
        exercises: The folder of the user's exercises.

    Returns:
        The folder of the exercise.

    Raises:
        ExperimentError: It cannot be read.
        SessionError: It cannot be written.
    """
    exercise = read_exercise(fields)
    content = repr(sorted((proposed(fields) | dict(fields)).items()))
    folder = exercises / hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    if not (folder / EXPERIMENT).exists():
        _write(exercise, folder)
    return folder


def write_exercise(fields: Mapping[str, str], folder: Path) -> Path:
    """Write an exercise into a new folder.

    Args:
        fields: Texts by name; a missing field takes what is proposed.
        folder: The folder; it may exist if it is empty.

    Raises:
        ExperimentError: It cannot be read.
        SessionError: The folder is not empty, or cannot be written.
    """
    exercise = read_exercise(fields)
    try:
        used = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise SessionError(f"Cannot read {folder}: {error.strerror}.", remedy="Choose another folder.") from error
    if used:
        raise SessionError(f"{folder} is not empty.", remedy="Name a new folder for --out.", code="folder_in_use")
    return _write(exercise, folder)


def _write(exercise: Exercise, folder: Path) -> Path:
    """Write the files; the experiment last, since it says that the folder is complete."""
    folder = folder.absolute()
    make_folder(folder)
    target = exercise.experiment.data.target
    names = [*exercise.experiment.data.features, *((target,) if isinstance(target, str) else target)]
    rows = [[*map(_cell, x), *y] for x, y in zip(exercise.X.tolist(), exercise.answers, strict=True)]
    write_text(folder / DATA, "\n".join(",".join(row) for row in [names, *rows]) + "\n")
    save_weights(folder / WEIGHTS, exercise.parameters)
    experiment = exercise.experiment
    data = msgspec.structs.replace(experiment.data, path=str(folder / DATA))
    network = msgspec.structs.replace(experiment.network, weights=str(folder / WEIGHTS))
    save(folder / EXPERIMENT, msgspec.structs.replace(experiment, data=data, network=network))
    return folder


def _cell(value: float) -> str:
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
