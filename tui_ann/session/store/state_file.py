"""An unfinished run as one file, from which it continues bit for bit.

The file is a safetensors file: the arrays are numbered, everything else is JSON in its header.  A file is written whole
or not at all, so that parts of two runs are never mixed.
"""

import dataclasses
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import safetensors.numpy

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.epoch_records import EpochRecords, EpochTable
from tui_ann.engine.history import Mark
from tui_ann.engine.kernel.choice import kernel_named
from tui_ann.engine.kernel.kernels import NUMPY
from tui_ann.engine.stopping import Status
from tui_ann.engine.tape import Array
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.engine.training_state import TrainingState
from tui_ann.engine.update_losses import UpdateLosses
from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import write_bytes
from tui_ann.experiment.files import dumps
from tui_ann.experiment.run_folder import STATE, RunFolder
from tui_ann.experiment.spec import Experiment
from tui_ann.experiment.together import read_present
from tui_ann.session.run.build import make_run
from tui_ann.session.run.run import Clock, Run
from tui_ann.session.store.state_check import check_state
from tui_ann.session.store.unfinished import FAULTS, SCHEMA, damaged, read_head

_ARRAY = "$array"
_STORED_AS = {"settings": "descent"}
"""Fields of the state that have another name in files."""


@dataclass(frozen=True, eq=False)
class StoredRun:
    """Everything needed to continue a run, except the experiment and its data."""

    start: dict[str, Array]
    """The initial parameters."""
    begun_with: TrainingSettings
    """The initial settings."""
    state: TrainingState
    """The state of the training."""
    epochs: EpochTable
    """The history's epochs."""
    marks: list[Mark]
    """The changes of settings during the run."""
    losses: UpdateLosses
    """The history's update losses."""
    kernel: str = NUMPY.name
    """What ran its updates; files of earlier versions name none."""

    @classmethod
    def of(cls, run: Run) -> "StoredRun":
        """A copy of the state of a run, between two updates."""
        state, history = run.trainer.state(), run.trainer.history
        return cls(
            dict(run.start),
            run.begun_with,
            state,
            history.epochs.table(),
            list(history.marks),
            dataclasses.replace(history.losses, values=history.losses.values.copy()),
            run.trainer.kernel.name,
        )

    def live(
        self,
        experiment: Experiment,
        dataset: Dataset,
        sha256: str | None,
        number: int,
        clock: Clock,
        *,
        resume: bool = False,
    ) -> Run:
        """A live run in the stored state.

        Without the kernel of the run, another one continues it, and the stored state is its first moment.

        Args:
            experiment: Its experiment.
            dataset: Its rows.
            sha256: The fingerprint of its data file.
            number: The run's number in its session.
            clock: Seconds, from any start.
            resume: Whether a run that was interrupted goes on.

        Raises:
            SessionError: The state does not fit the experiment.
            ExperimentError, EngineError: The experiment cannot run.
        """
        kernel, start, begun_with = kernel_named(self.kernel), self.start, self.begun_with
        run = make_run(
            experiment, dataset, sha256, number, start=start, begun_with=begun_with, clock=clock, kernel=kernel
        )
        self._put_into(run, resume=resume)
        if kernel is None:  # another kernel would not repeat what came before
            run.trainer.begin_here()
        return run

    def _put_into(self, run: Run, *, resume: bool) -> None:
        """Move a run from its start to the stored state."""
        history, state = run.trainer.history, self.state
        interrupted = state.stop_reason is not None and state.stop_reason.status is Status.INTERRUPTED
        if resume and interrupted:
            state = dataclasses.replace(state, stop_reason=None)
        try:
            epochs = EpochRecords.of(self.epochs)
            check_state(state, epochs, self.losses, run.trainer)
        except ValueError as error:
            raise SessionError(
                f"The unfinished run does not fit its experiment: {error}.",
                remedy="Discard it, and train the experiment again.",
                code="bad_recovery",
            ) from error
        history.marks.extend(self.marks)
        history.take_over_losses(self.losses)
        history.epochs = epochs
        run.trainer.restore(state)
        history.thin_when_full(state.best_epoch.epoch)
        run.trainer.remember()  # going back must not repeat updates that another computer made


def about_run(run: Run, text: str | None = None) -> dict[str, Any]:
    """What a stored run needs beside its state: the experiment, the fingerprint of the data, where it was forked.

    Args:
        run: The run.
        text: The text of its experiment, if it is known.
    """
    return {"experiment": text or dumps(run.experiment), "sha256": run.sha256, "forked": run.forked}


def write(path: Path, stored: StoredRun, about: Mapping[str, Any], *, durable: bool = True) -> None:
    """Write a stored run.

    Args:
        path: The file.
        stored: The run.
        about: Further JSON values, which `read_head` returns.
        durable: Whether to flush it to the disk; see `write_bytes`.

    Raises:
        SessionError: It cannot be written; the file is as it was.
    """
    write_bytes(path, state_content(stored, about), durable=durable)


def state_content(stored: StoredRun, about: Mapping[str, Any]) -> bytes:
    """The content of the file of a stored run; the arguments are those of `write`."""
    arrays: dict[str, Array] = {}

    def number(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            arrays[str(len(arrays))] = np.ascontiguousarray(value)
            return {_ARRAY: str(len(arrays) - 1)}
        if isinstance(value, np.generic):
            return value.item()
        raise NotImplementedError(f"a {type(value).__name__} cannot be stored")

    run = msgspec.to_builtins(stored, enc_hook=number)
    for name, stored_as in _STORED_AS.items():
        run["state"][stored_as] = run["state"].pop(name)
    # Python's JSON, unlike others, keeps NaN and infinity.
    head = {"schema": SCHEMA, "about": dict(about), "run": run, "checksum": _checksum(run, arrays)}
    return safetensors.numpy.save(arrays, metadata={"tui-ann": json.dumps(head)})


def read(path: Path) -> StoredRun:
    """Read a stored run.

    Raises:
        SessionError: The file is damaged, or was written by another version of the program.
    """
    head = read_head(path)
    try:
        run, arrays = head["run"], safetensors.numpy.load(path.read_bytes())
        # Files of earlier versions have none.
        if head.get("checksum", found := _checksum(run, arrays)) != found:
            raise ValueError("its numbers are not those that were written")

        def stored_array(kind: type, value: Any) -> Any:
            return value if kind is object else arrays[value[_ARRAY]]

        for name, stored_as in _STORED_AS.items():
            run["state"][name] = run["state"].pop(stored_as)
        stored = msgspec.convert(run, StoredRun, dec_hook=stored_array)
        marks = [dataclasses.replace(mark, changes=_settings(mark.changes)) for mark in stored.marks]
        return dataclasses.replace(stored, marks=marks)
    except (*FAULTS, msgspec.ValidationError) as error:
        raise damaged(path, error) from error


def stored_in(folder: RunFolder) -> StoredRun | None:
    """The stored run of a run folder; `None` if it has none, or one of another version.

    Args:
        folder: The run folder.
    """
    try:
        return read_present(folder.path, STATE, read)
    except SessionError:
        return None


def _checksum(run: Any, arrays: Mapping[str, Array]) -> int:
    """A number that changes with every bit of a state."""
    found = zlib.crc32(json.dumps(run, sort_keys=True).encode())
    for name in sorted(arrays):
        found = zlib.crc32(arrays[name].data, zlib.crc32(name.encode(), found))
    return found


def _settings(changes: Mapping[str, object]) -> dict[str, object]:
    """Changed settings, converted to the engine's types."""
    typed = msgspec.convert(dict(changes), TrainingSettings)
    return {name: getattr(typed, name) for name in changes}
