"""The Python interface for notebooks and scripts: `tui_ann.open` and `tui_ann.watch`.

It calls the session, as the commands and the application do.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tui_ann.engine.history import History
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.tape import Array
from tui_ann.experiment.files import apply_sets
from tui_ann.experiment.run_folder import json_text
from tui_ann.experiment.spec import Experiment
from tui_ann.session.headless import Report
from tui_ann.session.run.predictions import Predictions
from tui_ann.session.session import Session
from tui_ann.session.watching.live_models import read_live
from tui_ann.session.watching.recorder import Recorder, ended_quietly

Path_ = str | os.PathLike[str]


def open(source: Path_, *, target: str | Sequence[str] | None = None) -> "Notebook":
    """Open a data file, an experiment, a run folder, a network of another program, or `sample:NAME`.

    Args:
        source: What to open.
        target: The column to predict, or several; by default that of the experiment, or the proposed one.

    Raises:
        TuiAnnError: It cannot be opened; the message says why, and what to do.
    """
    session = Session()
    session.workspace.open(source, target=target)
    return Notebook(session)


class Notebook:
    """An open experiment with its run.

    Args:
        session: The session that holds it.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        """Everything else that the program can do."""

    @property
    def experiment(self) -> Experiment:
        """The experiment: data, network and training, as frozen values."""
        return self.session.workspace.experiment

    @property
    def parameters(self) -> dict[str, Array]:
        """Copies of the weights and biases by name: `W1` (neurons, inputs), `b1` and so on."""
        return dict(self._network().copy_parameters())

    @property
    def history(self) -> History:
        """The epochs so far; `history.epochs[-1].values` has the loss and the metrics of the last one.

        Of a run of more than about 30,000 epochs it has some of them; see `record_thinning`.
        """
        opened = self.session.runs.opened
        return opened.history if opened is not None else self.session.runs.prepare().history

    def set(self, **changes: Any) -> Self:
        """Change settings, by their dotted keys with two underscores for each dot: `set(training__epochs=20)`.

        Args:
            changes: The settings; one without a section is of the training, such as `learning_rate=0.1`.

        Raises:
            ExperimentError: A setting or its value is not possible.
        """
        keys = {
            (name if "__" in name else f"training__{name}").replace("__", "."): value for name, value in changes.items()
        }
        sets = [f"{key}={json_text(value).strip()}" for key, value in keys.items()]
        self.session.workspace.edit(apply_sets(self.experiment, sets))
        return self

    def fit(self, epochs: int | None = None, *, out: Path_ | None = None, **changes: Any) -> Self:
        """Train to the end of the run.

        Args:
            epochs: How many epochs to train from here; by default to the end as the experiment has it.
            out: A new run folder to write the run into, which `tui_ann.open` and the application open.
            changes: Settings to change before, as in `set`.

        Raises:
            TuiAnnError: The experiment cannot run.
        """
        if changes:
            self.set(**changes)
        if epochs is not None:
            run = self.session.workspace.fresh_run()
            self.set(epochs=epochs + (run.trainer.epoch if run is not None else 0))
        if out is not None:
            self.session.train(out, Report())
            return self
        self.session.runs.prepare().owner.train_here()
        return self

    def evaluate(self) -> dict[str, dict[str, float]]:
        """Loss, penalties included as in Keras, and metrics of the parts `train`, `validation` and `test`."""
        return self.session.runs.evaluate()

    def predict(self, data: Path_ | None = None, threshold: float = 0.5) -> Predictions:
        """Predict the rows of a file; before `fit`, with the start values.

        Args:
            data: The file; by default the table of the experiment.
            threshold: The second of two classes is predicted from this probability on.

        Returns:
            `predicted` has a label or a number for each row, in the units of the target; `probabilities`, `metrics`.

        Raises:
            DataError: The file cannot be read, or lacks a column.
        """
        return self.session.runs.predict(data or self.experiment.data.path, threshold)

    def trace(self, update: int = 1, example: int | None = None) -> UpdateTrace:
        """Every number of one update: forward pass, loss, factors of the chain rule, gradients, change.

        Args:
            update: Which update; the first is 1.
            example: Only this example of its batch, counted from 0.

        Raises:
            EngineError: The run ends earlier.
        """
        return self.session.stepper.trace_of(update, example)

    def export(self, to: str, out: Path_ | None = None, *, force: bool = False) -> tuple[Path, ...]:
        """Write the run for another program.

        Args:
            to: A format of `tui-ann export`, such as `keras`, `onnx` or `python`.
            out: The file; by default one with the name of the experiment.
            force: Whether files that exist are replaced.

        Returns:
            The files that were written, the one to use first.

        Raises:
            SessionError: There is no such format, it cannot hold this run, or a file exists.
        """
        path = None if out is None else Path(out)
        return self.session.exporting.write(to, path, force=force).paths

    def save(self, out: Path_) -> Path:
        """Save the experiment and its run into a run folder."""
        self.session.runs.prepare()
        return self.session.store.save(out)

    def _network(self) -> Any:
        opened = self.session.runs.opened
        return (opened or self.session.runs.prepare()).copy_network()


def watch(
    folder: Path_ | None = None, *, model: Any = None, name: str = "", epochs: int = 0, program: str = ""
) -> "Watched":
    """Write a training of another program as a run folder, which the application and Compare show while it grows.

    Args:
        folder: A new run folder; by default one in `runs`.
        model: The network: a Keras model or a `torch.nn.Sequential`.  Its weights are written too, so that it can be
            looked into; without it, Compare shows the curves.
        name: The name of the run.
        epochs: How many steps it will have, if that is known.
        program: What trains it; by default what made the model.

    Raises:
        SessionError: The folder cannot be written, or contains a run.
    """
    network, found = read_live(model) if model is not None else (None, "another program")
    path = None if folder is None else Path(folder)
    return Watched(Recorder(path, name=name, epochs=epochs, network=network, program=program or found))


class Watched:
    """A training of another program; call it after each epoch or update, and use it in `with`.

    Args:
        recorder: Writes the run folder.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    @property
    def path(self) -> Path:
        """The run folder."""
        return self._recorder.path

    @property
    def not_shown(self) -> str:
        """Why the network cannot be shown; empty if it can."""
        return self._recorder.held

    def __call__(
        self,
        step: int,
        loss: float,
        metrics: Mapping[str, float] | None = None,
        *,
        learning_rate: float = float("nan"),
        examples: int = 0,
        **values: float,
    ) -> None:
        """Write a step.

        Args:
            step: Its number, larger than the one before: epochs or updates.
            loss: The training loss.
            metrics: Other values by name, such as `accuracy`; those of validation begin with `val_`.
            learning_rate: η.
            examples: Examples used so far.
            values: More such values, as `val_loss=0.2`.

        Raises:
            ValueError: The number is not larger.
            SessionError: The folder cannot be written.
        """
        row = {"loss": loss, **(metrics or {}), **values}
        self._recorder.epoch(step, row, learning_rate=learning_rate, examples=examples)

    def close(self, status: str = "completed", reason: str = "") -> None:
        """Say that the training has ended.

        Args:
            status: `completed`, `early_stopped`, `diverged` or `interrupted`.
            reason: Why, in one sentence without capital letter and full stop.
        """
        self._recorder.end(status, reason)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            ended_quietly(self._recorder, f"{kind.__name__} ended the training")
