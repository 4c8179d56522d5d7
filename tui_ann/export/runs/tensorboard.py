"""A run as a folder for TensorBoard: `train` and `validation`, with the tags that Keras gives them, and the weights.

Scalars have the steps of Keras, from 0; histograms are after so many epochs, 0 is the start.  Of a run of very many
epochs the scalars are those that its history kept.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from tensorboardX import SummaryWriter

from tui_ann.export.runs.source import ExportedRun, Files

_NAME = "events.out.tfevents.0000000000.tui-ann"
"""TensorBoard recognises a file by `tfevents`; the library would name it by the time and the computer."""
_FARTHEST = 9e19
"""Where the bars of its histograms end."""


def to_tensorboard(run: ExportedRun) -> Files:
    """The files of the folder, by their paths in it."""
    epochs = run.history.epochs
    names = run.history.names
    times = [np.append(0.0, epochs.field(name)) for name in ("epoch", "seconds")]

    def train(writer: SummaryWriter) -> None:
        for record in epochs:
            i = record.epoch - 1
            for name in names:
                if not name.startswith("val_"):
                    _scalar(writer, name, record.values.get(name, np.nan), i, record.seconds)
            _scalar(writer, "learning_rate", record.learning_rate, i, record.seconds)
            _scalar(writer, "gradient_norm", record.gradient_norm, i, record.seconds)
        last = {epochs.done: run.network.parameters}  # those that it kept, which may be of an earlier epoch
        for step, parameters in ({0: run.start} | dict(run.moments) | last).items():
            seconds = float(np.interp(step, times[0], times[1]))
            for name, values in parameters.items():
                shown = np.clip(np.asarray(values, np.float64).ravel(), -_FARTHEST, _FARTHEST)
                writer.add_histogram(name, shown, step, walltime=seconds)

    def validation(writer: SummaryWriter) -> None:
        for record in epochs:
            i = record.epoch - 1
            for name in names:
                if name.startswith("val_"):
                    value = record.values.get(name, np.nan)
                    _scalar(writer, name.removeprefix("val_"), value, i, record.seconds)

    files: Files = {f"train/{_NAME}": _events(train)}
    if any(name.startswith("val_") for name in names):
        files[f"validation/{_NAME}"] = _events(validation)
    return files


def _scalar(writer: SummaryWriter, name: str, value: float, step: int, seconds: float) -> None:
    if np.isfinite(value):
        writer.add_scalar(f"epoch_{name}", value, step, walltime=seconds)


def _events(write: Callable[[SummaryWriter], None]) -> bytes:
    """The content of one file of events."""
    with _folder() as folder:
        writer = SummaryWriter(str(folder))
        write(writer)
        writer.close()
        (file,) = folder.iterdir()
        return file.read_bytes()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tui-ann-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
