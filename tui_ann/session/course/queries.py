"""Queries for the numbers of an experiment, in words: `trace dW1`, `setting training.loss`, `end status`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from tui_ann.data.read.reader import read_table
from tui_ann.data.samples import sample_folder
from tui_ann.engine.activations import ACTIVATIONS
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.metrics import class_codes, compute
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.errors import SessionError
from tui_ann.experiment.keys import get
from tui_ann.experiment.proposal import propose
from tui_ann.experiment.spec import DenseSpec, Experiment
from tui_ann.session.run.run import Run
from tui_ann.session.session import Session
from tui_ann.text.entry import parse_entry

Value = Array | str
"""Numbers, or a word."""


@dataclass(frozen=True, eq=False)
class TracedPart:
    """A part of an update, with the update."""

    network: Network
    """The network that was traced."""
    trace: UpdateTrace
    """The update."""
    part: Part
    """The part."""


KINDS = (
    *("given", "trace", "largest", "setting", "count", "answers", "classes"),
    *("trained", "end", "proposal", "g", "slope", "listed"),
)
"""The first words of the queries."""


class CourseQueries:
    """Answers queries about one experiment, which it opens in a separate session.

    Args:
        experiment: The experiment.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._session = Session()
        self._session.workspace.adopt(experiment)

    def value(self, what: str, predicted: str = "", actual: str = "") -> Value:
        """The answer to a query.

        Args:
            what: `given SYMBOL` before the first update, `eta` too ·
                `trace SYMBOL [UPDATE]` · `largest SYMBOL` · `setting KEY` · `count parameters, features, rows,
                batch or updates` (of an epoch) · `answers` and `classes` of the network at its start ·
                `trained PARAMETER` · `end status or updates` · `proposal SAMPLE units, activation or loss` ·
                `g ACTIVATION Z [ALPHA]` · `slope ACTIVATION Z [ALPHA]` · `listed METRIC or classes`.
            predicted: For `listed`: predictions, one example a row.
            actual: For `listed`: their targets.

        Raises:
            SessionError: The query is not known.
        """
        kind, *words = what.split()
        if kind == "listed":
            return _listed(words[0], predicted, actual)
        ask: dict[str, Callable[..., Value]] = {
            "given": self._given,
            "trace": self._traced,
            "largest": lambda symbol: np.array(self._traced(symbol).max()),
            "setting": lambda key: _as_value(get(self._session.workspace.experiment, key)),
            "count": self._counted,
            "answers": self._answers,
            "classes": lambda: class_codes(self._answers()).astype(float),
            "trained": lambda name: self._trained.network.parameters[name].copy(),
            "end": self._end,
            "proposal": _proposed,
            "g": _g,
            "slope": _slope,
        }
        if kind not in ask:
            raise SessionError(
                f"The query “{what}” is not known.", remedy="Ask for a trace or a setting.", code="unknown"
            )
        return ask[kind](*words)

    def traced(self, symbol: str, update: str = "1") -> TracedPart:
        """A number of an update, with all that it is computed from."""
        taken = self._session.stepper.trace_of(int(update))
        return TracedPart(self._session.runs.prepare().network, taken, taken.part(symbol))

    def _traced(self, symbol: str, update: str = "1") -> Array:
        return self._session.stepper.trace_of(int(update)).value(symbol)

    def _given(self, symbol: str) -> Array:
        taken = self._session.stepper.trace_of(1)
        if symbol == "eta":
            return np.array(taken.learning_rate)
        return taken.before[symbol] if symbol in taken.before else taken.value(symbol)

    def _counted(self, name: str) -> Array:
        run = self._session.runs.prepare()
        rows, features = run.dataset.X_train.shape
        trainer = run.trainer
        counted = {
            "parameters": run.network.n_parameters,
            "features": features,
            "rows": rows,
            "batch": trainer.settings.examples_per_update(rows),
            "updates": trainer.updates_per_epoch,
        }
        return np.array(float(counted[name]))

    def _answers(self) -> Array:
        run = self._session.runs.prepare()
        return run.network.predict(run.dataset.X_train)

    @cached_property
    def _trained(self) -> Run:
        """The finished run, in another session, so that this one still answers queries about the start."""
        session = Session()
        session.workspace.adopt(self._session.workspace.experiment)
        run = session.runs.prepare()
        return run.advance(epochs=run.trainer.settings.epochs)

    def _end(self, name: str) -> Value:
        trainer = self._trained.trainer
        if name == "updates":
            return np.array(float(trainer.update))
        return str(trainer.stop_reason.status) if trainer.stop_reason else "not ended"


def _as_value(setting: object) -> Value:
    """A setting: a number, or words."""
    if isinstance(setting, int | float):
        return np.array(float(setting))
    return ", ".join(map(str, setting)) if isinstance(setting, tuple) else str(setting)


def _proposed(sample: str, name: str) -> Value:
    """What the program proposes for the table of a sample."""
    path: Path = sample_folder(sample) / "data.csv"
    experiment = propose(read_table(path), path)
    last = experiment.network.layers[-1]
    assert isinstance(last, DenseSpec)
    return _as_value({"units": last.units, "activation": last.activation, "loss": experiment.training.loss}[name])


def _g(activation: str, z: str, alpha: str | None = None) -> Array:
    return ACTIVATIONS[activation].g(np.array([float(z)]), None if alpha is None else float(alpha))


def _slope(activation: str, z: str, alpha: str | None = None) -> Array:
    return ACTIVATIONS[activation].g_prime(np.array([float(z)]), None if alpha is None else float(alpha))


def _listed(metric: str, predicted: str, actual: str) -> Array:
    """A metric of the predictions printed in the lecture, or their classes."""
    answers = np.array(parse_entry(predicted).rows)
    if metric == "classes":
        return class_codes(answers).astype(float)
    return np.array(compute((metric,), np.array(parse_entry(actual).rows), answers)[metric])
