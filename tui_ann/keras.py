"""A callback of Keras that writes the training as a run folder: `model.fit(…, callbacks=[tui_ann.keras.Watch()])`."""

import os
from functools import partial
from pathlib import Path
from typing import Any

import keras

from tui_ann.session.watching.live_models import read_live_keras
from tui_ann.session.watching.recorder import Recorder


class Watch(keras.callbacks.Callback):  # type: ignore[misc]  # keras has no types
    """Writes the training of a Keras model as a run folder, which the application and Compare show while it grows.

    Args:
        folder: A new run folder; by default one in `runs`.
        name: The name of the run; by default that of the model.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None, *, name: str = "") -> None:
        super().__init__()
        self._folder, self._name = folder, name
        self._recorder: Recorder | None = None
        self._updates = 0

    @property
    def path(self) -> Path | None:
        """The run folder; `None` before training."""
        return None if self._recorder is None else self._recorder.path

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin the run folder."""
        self._updates = 0
        self._recorder = Recorder(
            None if self._folder is None else Path(self._folder),
            name=self._name or str(self.model.name),
            program="Keras",
            epochs=int((self.params or {}).get("epochs") or 0),
            network=partial(read_live_keras, self.model),
        )

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count the updates."""
        self._updates += 1

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write an epoch."""
        if self._recorder is not None:
            rate = getattr(self.model.optimizer, "learning_rate", float("nan"))
            values = {name: float(value) for name, value in (logs or {}).items()}
            self._recorder.epoch(epoch + 1, values, learning_rate=float(rate), updates=self._updates)

    def on_train_end(self, logs: Any = None) -> None:
        """Complete the run folder."""
        if self._recorder is not None:
            planned = int((self.params or {}).get("epochs") or 0)
            early = self.model.stop_training and self._recorder.rows < planned
            self._recorder.end("early_stopped" if early else "completed")
