"""Gathers the evidence of one run: what never changes is measured once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.prepare.extremes import far_rows
from tui_ann.engine.diagnostics.data_facts import DataFacts, data_facts
from tui_ann.engine.diagnostics.evidence import Evidence, NowFacts, StartFacts
from tui_ann.engine.diagnostics.history_facts import history_facts
from tui_ann.engine.diagnostics.measuring import MOST_PARAMETERS, now_facts, relative_change, start_facts
from tui_ann.engine.history import History
from tui_ann.engine.network import Network
from tui_ann.engine.schedule import pieces
from tui_ann.engine.stopping import StopReason
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer
from tui_ann.engine.training_settings import TrainingSettings
from tui_ann.experiment.spec import DenseSpec, DropoutSpec, Experiment
from tui_ann.session.run.build import make_network
from tui_ann.session.run.results import restored_epoch
from tui_ann.session.run.run import copy_of

_USABLE = ("date", "many_labels")
"""Reasons of columns that may say something new: names of rows and free text would only be learned by heart."""


@dataclass(frozen=True, eq=False)
class Look:
    """A moment of a run, copied, so that it can be measured in any thread."""

    network: Network | None
    """A copy of the network; `None` if it is too large to be looked at."""
    history: History
    """The history, read only up to `epochs`."""
    epochs: int
    """Epochs completed."""
    update: int
    """Updates made."""
    settings: TrainingSettings
    """The settings at that moment."""
    reason: StopReason | None
    """Why it ended, if it did."""
    change: float
    """The largest ‖ΔW‖/‖W‖ of the last update; NaN if not known, as where its weights were not kept."""
    kept_epoch: int = 0
    """The best epoch, if the run has ended with its parameters; else 0."""


def look(trainer: Trainer) -> Look:
    """Copy a moment of a run; only for its owner."""
    network, kept_epoch = trainer.network, restored_epoch(trainer)
    change = math.nan
    if trainer.update and not kept_epoch and network.n_parameters <= MOST_PARAMETERS:
        change = relative_change(network.parameters, trainer.last_change())
    history = trainer.history
    copied = copy_of(network) if network.n_parameters <= MOST_PARAMETERS else None
    settings, reason = trainer.settings, trainer.stop_reason
    return Look(copied, history, trainer.epoch, trainer.update, settings, reason, change, kept_epoch)


class Patient:
    """An experiment with its rows and its start.

    Args:
        experiment: The experiment.
        dataset: Its rows.
        first: The parameters at the start.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset, first: Mapping[str, Array]) -> None:
        self.experiment = experiment
        self.dataset = dataset
        self._first = first
        self._measured: tuple[int, int, NowFacts] | None = None

    @property
    def classes(self) -> int:
        """Classes of the target; 0 for regression."""
        return 0 if self.dataset.task == "regression" else max(2, len(self.dataset.classes))

    @property
    def columns(self) -> tuple[str, ...]:
        """The column of the table that each input comes from."""
        return tuple(feature.column for feature in self.dataset.preprocessing.columns for _ in feature.names)

    @property
    def missed(self) -> dict[str, str]:
        """Columns that `*` left out and that can be inputs, with the reason (a key of `roles.REASONS`)."""
        return {name: reason for name, reason in self.dataset.left_out.items() if reason in _USABLE}

    @cached_property
    def data(self) -> DataFacts:
        """What the rows say."""
        dataset = self.dataset
        output = self.experiment.network.layers[-1]
        return data_facts(
            self.experiment.training.loss,
            output.activation if isinstance(output, DenseSpec) else "linear",
            dataset.X_train,
            dataset.Y_train,
            dataset.X_validation,
            dataset.Y_validation,
            dataset.Y_test,
            classes=self.classes,
            features_scaled=dataset.preprocessing.scaling != "none",
            target_scaled=dataset.preprocessing.target_scaling != "none",
            far=None if self.classes else far_rows(dataset.Y_train),
        )

    @cached_property
    def start(self) -> StartFacts:
        """What the network says at its start."""
        dataset, parameters = self.dataset, sum(values.size for values in self._first.values())
        if parameters > MOST_PARAMETERS:
            return StartFacts(parameters=parameters)
        batch_size = self.experiment.training.examples_per_update(len(dataset.X_train))
        network = make_network(self.experiment, len(dataset.feature_names), self._first)
        return start_facts(network, dataset.X_train, dataset.Y_train, batch_size)

    def untrained(self) -> Evidence:
        """What is known before any training."""
        return self._evidence(self.experiment.training, History(), 0, NowFacts(), None)

    def examined(self, seen: Look) -> Evidence:
        """Everything, measured on a copied moment; a moment is measured once."""
        if seen.network is None:
            self._measured = (seen.update, seen.kept_epoch, NowFacts(relative_change=seen.change))
        elif self._measured is None or self._measured[0] != seen.update or seen.reason is not None:
            dataset = self.dataset
            now = now_facts(
                seen.network,
                dataset.X_train,
                dataset.Y_train,
                dataset.X_validation,
                dataset.Y_validation,
                dataset.X_test,
                dataset.Y_test,
                classes=self.classes,
                change=seen.change,
            )
            self._measured = (seen.update, seen.kept_epoch, now)
        now = self._measured[2]
        return self._evidence(seen.settings, seen.history, seen.epochs, now, seen.reason, seen.kept_epoch)

    def glanced(
        self,
        settings: TrainingSettings,
        history: History,
        epochs: int,
        reason: StopReason | None = None,
        kept_epoch: int = 0,
    ) -> Evidence:
        """What the history says now, with what was last measured: cheap enough for every epoch."""
        measured = self._measured
        known = measured is not None and kept_epoch in (0, measured[1])  # else it is not of the parameters kept
        now = measured[2] if measured is not None and known else NowFacts()
        return self._evidence(settings, history, epochs, now, reason, kept_epoch)

    def _evidence(
        self,
        settings: TrainingSettings,
        history: History,
        epochs: int,
        now: NowFacts,
        reason: StopReason | None,
        kept_epoch: int = 0,
    ) -> Evidence:
        rows = len(self.dataset.X_train)
        rates = [layer.rate for layer in self.experiment.network.layers if isinstance(layer, DropoutSpec)]
        return Evidence(
            settings=settings,
            data=self.data,
            start=self.start,
            now=now,
            history=history_facts(history, epochs, kept_epoch),
            updates_per_epoch=pieces(rows, settings.examples_per_update(rows)),
            weights_given=bool(self.experiment.network.weights),
            dropout=max(rates, default=0.0),
            status=None if reason is None else reason.status,
            kept_best=kept_epoch > 0,
        )
