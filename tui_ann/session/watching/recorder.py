"""Writes a training of another program as a run folder: its history row by row, and its network if it can be held."""

import math
import platform
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import tui_ann
from tui_ann.data.prepare.features import NumberFeature
from tui_ann.data.prepare.preprocessing import Preprocessing
from tui_ann.data.prepare.targets import Target
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.errors import ModelError, SessionError
from tui_ann.experiment.run_folder import (
    PREPROCESSING,
    RUN,
    WEIGHTS,
    RunFolder,
    json_text,
    new_folder,
    record_content,
)
from tui_ann.experiment.run_record import RunRecord
from tui_ann.experiment.spec import DataSpec, DenseSpec, Experiment, NetworkSpec
from tui_ann.experiment.weights import weights_content
from tui_ann.importing.keras_words import METRICS, plain
from tui_ann.importing.read_model import ReadModel
from tui_ann.session.imports.bringing import merged

ReadNetwork = Callable[[], ReadModel]
"""Reads the network as it is now."""
INITIAL, FINAL, _ = WEIGHTS
PERIOD = 1.0
"""Seconds between two writings of the weights."""
_SHARE = 0.03
"""Of the time that the weights may take."""
_NAME = re.compile(r"[^\w .:()²-]+")


@dataclass(frozen=True)
class WatchedEpoch:
    """A row of the history; see `history_file.EpochRow`."""

    epoch: int
    values: Mapping[str, float]
    learning_rate: float
    examples: int
    updates: int
    seconds: float
    penalty: float = 0.0
    gradient_norm: float = math.nan


class Recorder:
    """One training of another program.

    Args:
        folder: Its run folder, which must not contain a run; by default a new one in `runs`.
        name: The name of the run.
        program: What trains it: `Keras`, `PyTorch`.
        epochs: How many epochs it will have; 0 if that is not known.
        network: Reads its network; without it, only the history is written.
        clock: Seconds, from any start.

    Raises:
        SessionError: The folder cannot be written, or contains a run.
    """

    def __init__(
        self,
        folder: Path | None,
        *,
        name: str = "",
        program: str = "another program",
        epochs: int = 0,
        network: ReadNetwork | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._program, self._network, self._clock = program, network, clock
        self.held = ""
        """Why the network is not written; empty if it is."""
        read = self._read()
        name = name or (folder.name if folder is not None else "watched")
        path = (folder or new_folder(Path("runs"), name, datetime.now())).absolute()
        self._experiment = _experiment(read, path, name, epochs)
        self._begun = clock()
        self._next = 0.0
        self._last = 0
        self._names: tuple[str, ...] | None = None
        self._rows = self._updates = 0
        files = {PREPROCESSING: json_text(_preprocessing(read).to_json()).encode()}
        if read is not None:
            files[INITIAL] = weights_content(read.weights)
        self._folder = RunFolder.create(path, self._experiment, self._record("interrupted", self._going_on), files)

    @property
    def path(self) -> Path:
        """The run folder."""
        return self._folder.path

    @property
    def rows(self) -> int:
        """Rows of the history so far."""
        return self._rows

    @property
    def _going_on(self) -> str:
        return f"{self._program} trains it; what it writes is shown as it comes"

    def _read(self) -> ReadModel | None:
        if self._network is None:
            self.held = "no network was given"
            return None
        try:
            return self._network()
        except ModelError as error:
            self.held, self._network = error.message, None
            return None

    def epoch(
        self,
        epoch: int,
        values: Mapping[str, float],
        *,
        learning_rate: float = math.nan,
        examples: int = 0,
        updates: int = 0,
    ) -> None:
        """Write an epoch, and the weights if it is time.

        Args:
            epoch: Its number, larger than that of the epoch before.
            values: `loss`, and other values by name; those of validation begin with `val_`.
            learning_rate: η.
            examples: Examples used so far.
            updates: Updates made so far.

        Raises:
            ValueError: There is no loss, or the number is not larger; or it counts back.
            SessionError: It cannot be written.
        """
        if "loss" not in values:
            raise ValueError("a row of the history needs a loss")
        if epoch <= self._last:
            raise ValueError(f"step {epoch} comes after step {self._last}; steps must grow")
        if examples < 0 or (updates and updates < self._updates):
            raise ValueError(
                f"step {epoch} has {examples} examples and {updates} updates; they are counted from the start"
            )
        seconds = round(self._clock() - self._begun, 6)
        row = WatchedEpoch(epoch, self._row(values), learning_rate, examples, updates or epoch, seconds)
        self._folder.append(row)
        self._last, self._rows = epoch, self._rows + 1
        self._updates = row.updates
        if self._clock() >= self._next:
            begun = self._clock()
            self._write("interrupted", self._going_on, durable=False)
            ended = self._clock()
            self._next = max(begun + PERIOD, ended + (ended - begun) / _SHARE)

    def _row(self, values: Mapping[str, float]) -> dict[str, float]:
        """The values under the names of the first row: `loss` first, unknown ones as they are called."""
        known = {_name(name): float(value) for name, value in values.items()}
        if self._names is None:
            training = [name for name in known if not name.startswith("val_") and name != "loss"]
            validation = [name for name in known if name.startswith("val_") and name != "val_loss"]
            self._names = ("loss", *training, *(["val_loss"] if "val_loss" in known else []), *validation)
        return {name: known.get(name, math.nan) for name in self._names}

    def _write(self, status: str, reason: str, *, durable: bool) -> None:
        """Write the record and the weights, as one."""
        read = self._read() if self._network is not None else None
        files = {RUN: record_content(self._record(status, reason)).encode()}
        if read is not None:
            files[FINAL] = weights_content(read.weights)
        self._folder.write(files, durable=durable)

    def end(self, status: str = "completed", reason: str = "") -> None:
        """Write how it ended; the folder is complete then.

        Args:
            status: `completed`, `early_stopped`, `diverged` or `interrupted`.
            reason: Why, in one sentence without capital letter and full stop.
        """
        self._write(status, reason or f"{self._program} has ended its training", durable=True)
        self._folder.close()

    def _record(self, status: str, reason: str) -> RunRecord:
        return RunRecord(
            status=status,
            stop_reason=reason,
            epochs=self._rows,
            updates=self._updates,
            seconds=self._clock() - self._begun,
            watched=self._program,
            versions={"tui-ann": tui_ann.__version__, "python": platform.python_version()},
            kernel="",
        )


def _name(name: str) -> str:
    """The name of a value as the history has it: `val_mean_absolute_error` is `val_mae`."""
    prefix = "val_" if name.startswith("val_") else ""
    bare = name.removeprefix("val_")
    return prefix + METRICS.get(plain(bare), _NAME.sub("_", bare)[:60] or "value")


def _experiment(read: ReadModel | None, path: Path, name: str, epochs: int) -> Experiment:
    """The experiment of the folder; its table is not known, so its place is empty."""
    layers = read.layers if read is not None else (DenseSpec(units=1),)
    task, outputs = _task(read)
    targets = tuple(f"y{place}" for place in range(1, outputs + 1)) if task == "regression" and outputs > 1 else "y"
    data = DataSpec(path=str(path / "data.csv"), target=targets, scaling="none", task=task)  # type: ignore[arg-type]
    training = TrainingSettings(loss="mean_squared_error", metrics=())
    made = Experiment(name=name[:200], data=data, network=NetworkSpec(layers=layers), training=training)
    made = merged(read, made) if read is not None else made
    if epochs:
        from msgspec.structs import replace

        made = replace(made, training=replace(made.training, epochs=epochs))
    return made


def _task(read: ReadModel | None) -> tuple[str, int]:
    output = read.layers[-1] if read is not None else None
    units = output.units if isinstance(output, DenseSpec) else 1
    loss = str(read.training.get("loss")) if read is not None else ""
    if loss.endswith("crossentropy"):
        return ("binary" if units <= 2 else "multiclass"), units
    return "regression", units


def _preprocessing(read: ReadModel | None) -> Preprocessing:
    """Features and targets with made-up names: the other program does not say what they are called."""
    task, outputs = _task(read)
    names = [f"x{place}" for place in range(1, (read.inputs if read is not None and read.inputs else 1) + 1)]
    features = tuple(NumberFeature(name, "number", 0.0, 0.0, 1.0) for name in names)
    if task == "regression":
        columns = ("y",) if outputs == 1 else tuple(f"y{place}" for place in range(1, outputs + 1))
        target = Target(columns, task, offset=(0.0,) * outputs, scale=(1.0,) * outputs)
    else:
        classes = tuple(f"class {place}" for place in range(1, max(outputs, 2) + 1))
        target = Target(("y",), task, classes, "category", one_hot=outputs > 1)
    return Preprocessing(features, target, "none", "none", "error")


def ended_quietly(recorder: Recorder, reason: str) -> None:
    """End a training that did not end by itself, where an error of its own would hide the first one."""
    with suppress(SessionError):
        recorder.end("interrupted", reason)
