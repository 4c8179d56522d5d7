"""A finished run as the files of its folder: made where it was trained, written where its folder is."""

from collections.abc import Mapping
from pathlib import Path
from weakref import WeakKeyDictionary

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.experiment.atomic import make_folder, write_bytes
from tui_ann.experiment.history_file import history_content
from tui_ann.experiment.run_folder import (
    EXPERIMENT,
    FILES,
    HISTORY,
    PREPROCESSING,
    RUN,
    STATE,
    WEIGHTS,
    experiment_content,
    json_text,
    record_content,
)
from tui_ann.experiment.run_record import RunRecord
from tui_ann.experiment.weights import weights_content
from tui_ann.session.run.run import Run
from tui_ann.session.store.state_file import StoredRun, about_run, state_content
from tui_ann.session.store.storage import history_names

INITIAL, FINAL, BEST = WEIGHTS

_PREPROCESSING: WeakKeyDictionary[Dataset, str] = WeakKeyDictionary()
"""The text of `preprocessing.json` of each dataset in use."""


def run_files(run: Run, record: RunRecord) -> dict[str, bytes]:
    """The files of a run that is at its end, by their names, with the content that `storage.save` writes.

    Args:
        run: The run.
        record: Its record.
    """
    trainer, experiment = run.trainer, experiment_content(run.experiment)
    texts = {
        EXPERIMENT: experiment,
        PREPROCESSING: _preprocessing(run.dataset),
        RUN: record_content(record),
    }
    files = {name: text.encode("utf-8") for name, text in texts.items()}
    epochs = trainer.history.epochs
    files[HISTORY] = run.log.content(epochs) or history_content(epochs, history_names(run)).encode("utf-8")
    files[INITIAL] = weights_content(run.start)
    files[FINAL] = weights_content(run.network.copy_parameters())
    if trainer.best is not None:
        files[BEST] = weights_content(trainer.best)
    # A state names a file of initial weights where it was.
    about = about_run(run) if run.experiment.network.weights else about_run(run, experiment)
    files[STATE] = state_content(StoredRun.of(run), about)
    return files


def _preprocessing(dataset: Dataset) -> str:
    if (text := _PREPROCESSING.get(dataset)) is None:
        text = _PREPROCESSING[dataset] = json_text(dataset.preprocessing.to_json())
    return text


def write_run_files(path: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a run into its folder; those of an earlier part of the same run are replaced.

    The record is written last: a folder without it, or with that of an earlier part, is not complete.

    Raises:
        SessionError: They cannot be written.
    """
    make_folder(path)
    for name in sorted(files, key=lambda name: name == RUN):
        write_bytes(path / name, files[name], durable=False)
    for name in FILES:
        if name not in files:
            (path / name).unlink(missing_ok=True)
