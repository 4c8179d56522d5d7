"""A run as the files of its folder: made where it is trained, written where its folder is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from weakref import WeakKeyDictionary

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.evaluation import value_names
from tui_ann.engine.tape import Array
from tui_ann.experiment.atomic import encoded, make_folder
from tui_ann.experiment.history_file import PENALTY, history_content
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
from tui_ann.experiment.together import write_together
from tui_ann.experiment.weights import weights_content
from tui_ann.session.run.run import Run
from tui_ann.session.store.state_file import StoredRun, about_run, state_content

INITIAL, FINAL, BEST = WEIGHTS

_PREPROCESSING: WeakKeyDictionary[Dataset, str] = WeakKeyDictionary()
"""The text of `preprocessing.json` of each dataset in use."""


@dataclass(frozen=True, eq=False)
class KeptState:
    """What is written of a run as one: its record, its parameters, and what it goes on from.

    It has copies, so that another thread can write it while the run trains.
    """

    record: RunRecord
    """The record at this moment."""
    final: Mapping[str, Array]
    """The parameters by name."""
    best: Mapping[str, Array] | None
    """Those of the best epoch, if there is one."""
    stored: StoredRun
    """What the run goes on from."""
    about: Mapping[str, Any]
    """What the stored run needs beside its state."""

    @classmethod
    def of(cls, run: Run, record: RunRecord, text: str | None = None) -> Self:
        """The state of a run now; only for its owner.

        Args:
            run: The run.
            record: Its record now.
            text: The text of its experiment, if it is known.
        """
        best = run.trainer.best
        best = None if best is None else {name: values.copy() for name, values in best.items()}
        return cls(record, run.network.copy_parameters(), best, StoredRun.of(run), about_run(run, text))

    def files(self) -> dict[str, bytes]:
        """Its files by name."""
        files = {
            FINAL: weights_content(self.final),
            STATE: state_content(self.stored, self.about),
            RUN: encoded(Path(RUN), record_content(self.record)),
        }
        if self.best is not None:
            files[BEST] = weights_content(self.best)
        return files


def run_files(run: Run, record: RunRecord) -> dict[str, bytes | Path]:
    """The files of a run by their names, all of one moment; a long history is a file of its log.

    Args:
        run: The run.
        record: Its record.
    """
    experiment = experiment_content(run.experiment)
    # A state names a file of initial weights where it was.
    state = KeptState.of(run, record, None if run.experiment.network.weights else experiment)
    return {EXPERIMENT: encoded(Path(EXPERIMENT), experiment), **first_files(run), **state.files()}


def first_files(run: Run) -> dict[str, bytes | Path]:
    """The files of a run beside its experiment and its state: preprocessing, initial parameters, history so far."""
    epochs = run.trainer.history.epochs
    return {
        PREPROCESSING: encoded(Path(PREPROCESSING), _preprocessing(run.dataset)),
        INITIAL: weights_content(run.start),
        HISTORY: run.log.file(epochs) or history_content(epochs, history_names(run)).encode(),
    }


def history_names(run: Run) -> Sequence[str]:
    """The values of an epoch, for a history without epochs; with `penalty` if the run has one."""
    names = value_names(run.experiment.training.metrics, validated=len(run.dataset.X_validation) > 0)
    return [*names, PENALTY] if run.network.penalties.active else names


def _preprocessing(dataset: Dataset) -> str:
    if (text := _PREPROCESSING.get(dataset)) is None:
        text = _PREPROCESSING[dataset] = json_text(dataset.preprocessing.to_json())
    return text


def write_run_files(path: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a run into its folder as one; those of an earlier part of the same run are replaced.

    Raises:
        SessionError: They cannot be written.
    """
    make_folder(path)
    write_together(path, files, durable=False)
    for name in FILES:
        if name not in files:
            (path / name).unlink(missing_ok=True)
