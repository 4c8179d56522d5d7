"""What must be true of a run folder at any moment."""

import json
from pathlib import Path

import numpy as np

from tui_ann.experiment.files import apply_sets
from tui_ann.experiment.run_folder import STATE, RunFolder, is_run_folder
from tui_ann.experiment.together import NEXT, is_being_written
from tui_ann.experiment.weights import load_weights
from tui_ann.session.session import Session
from tui_ann.session.store import state_file
from tui_ann.session.store.run_list import runs_in
from tui_ann.session.store.saved_run import SavedRun

LOST = 1.0
"""Seconds of training that a kill may cost."""


def fault_of(path: Path, *, told: int = 0) -> str:
    """What is wrong with a run folder; empty if nothing is.

    Args:
        path: The folder.
        told: Epochs that the command has told of.
    """
    folder = RunFolder.open(path)
    saved = SavedRun.load(path)
    record, epochs = saved.record, saved.history.epochs
    numbers = [round(number) for number in epochs.field("epoch").tolist()]
    if numbers != list(range(1, len(numbers) + 1)):
        return f"the history has the epochs {numbers[:3]} … {numbers[-3:]} of {len(numbers)}"
    if len(numbers) < max(told, record.epochs):
        return f"the history has {len(numbers)} epochs, of {told} that were told and {record.epochs} in the record"
    if not folder.has_weights("final"):
        return f"the record is of update {record.updates}, and there are no parameters" if record.updates else ""
    stored = state_file.read(folder.at(STATE))
    if stored.state.update != record.updates:
        return f"the state is of update {stored.state.update}, the record of {record.updates}"
    if not np.array_equal(stored.state.theta, saved.network.theta):
        return "the parameters are not those of the state"
    if stored.state.best is not None:
        best = saved.network.parameters.views(*stored.state.best)
        kept = folder.weights("best")
        if any(not np.array_equal(values, kept[name]) for name, values in best.items()):
            return "best is not that of the state"
    if record.best_epoch != stored.state.best_epoch.epoch:
        return f"the record has the best epoch {record.best_epoch}, the state {stored.state.best_epoch.epoch}"
    return ""


def lost_seconds(path: Path) -> float:
    """Seconds of training from the last state to the last epoch of the history."""
    saved = SavedRun.load(path)
    epochs = saved.history.epochs
    return max(0.0, epochs[-1].seconds - saved.record.seconds) if epochs else 0.0


def is_mixed(path: Path) -> bool:
    """Whether a reader that knows nothing of `.next` finds files of two moments under their names."""
    state = path / STATE
    if not state.exists():
        return (path / "final.safetensors").exists()
    update = state_file.read(state).state.update
    return bool(json.loads((path / "run.json").read_text("utf-8"))["updates"] != update)


def parts_seen(folder: Path) -> str:
    """What is in a folder of runs and is no whole run; what is being written is hidden and does not count."""
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if entry.is_dir() and not is_being_written(entry.name) and not is_run_folder(entry):
            return f"{entry.name} is no run: it has {sorted(each.name for each in entry.iterdir())}"
    troubles = [run.trouble for run in runs_in(folder) if run.trouble] if folder.is_dir() else []
    return troubles[0] if troubles else ""


def resumed_parameters(path: Path, epochs: int) -> bytes:
    """The parameters of the run in a folder, resumed and trained to some epochs; the folder is written."""
    Session().resume(path, epochs=epochs)
    if (path / NEXT).exists():
        raise AssertionError("a resumed run left files that had not taken their places")
    return b"".join(values.tobytes() for values in load_weights(path / "final.safetensors").values())


def undisturbed_parameters(source: Path, folder: Path, epochs: int) -> bytes:
    """The same of a run that was not disturbed, trained in a new folder."""
    session = Session()
    session.workspace.open(source)
    session.workspace.edit(apply_sets(session.workspace.experiment, [f"training.epochs={epochs}"]))
    session.train(folder)
    return b"".join(values.tobytes() for values in load_weights(folder / "final.safetensors").values())
