"""The result of a run: the figures of the parameters it kept, part by part, with simple baselines next to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.engine.losses import LOSSES
from tui_ann.engine.network import Network
from tui_ann.engine.stopping import Status
from tui_ann.engine.trainer import Trainer
from tui_ann.experiment.run_record import Baseline
from tui_ann.session.run import linear_model
from tui_ann.session.run.baseline_names import CONSTANT, LINEAR, always_in_words, table_name
from tui_ann.session.run.judging import PARTS, by_target, evaluate, judge, metric_names, parts_of
from tui_ann.session.run.linear_model import LinearModel
from tui_ann.session.run.threads import suited_threads
from tui_ann.text import count

BEST = ", the best"
"""The end of the words for the parameters of the best epoch."""

MAIN = ("accuracy", "r2")
"""The metric that stands for a run in a list, the first that it has."""

_CLEARLY = 0.005
"""By how much the accuracy or R² of a baseline must be larger for it to be called better."""

Figures = Mapping[str, Mapping[str, float | None]]
"""For each part the loss, then each metric; `None` or NaN where it is not defined."""


class Headline(NamedTuple):
    """What a list says of a run."""

    part: str
    """The part of the data it is about; empty if there are no figures."""
    loss: float | None
    """The loss with penalties."""
    metric: str
    """The name of the metric; empty if there is none."""
    value: float
    """The metric."""


@dataclass(frozen=True, eq=False)
class Results:
    """The figures of a run at its end."""

    metrics: Figures
    """For `train`, `validation` and `test`: the loss with penalties, then each metric, of the parameters kept."""
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    """Simple predictors, measured on the same parts; empty if they are not known."""
    kept: str = ""
    """Which parameters these are: `epoch 37, the best`; empty if not known."""
    penalty: float | None = None
    """What `loss` in `metrics` has of L1 and L2 penalties, a baseline's nothing; `None` if nothing, or not known."""

    @property
    def titles(self) -> list[str]:
        """What each of the `names` is in the table: a loss without the penalties is the data loss."""
        return ["data loss" if name == "loss" and self.penalty else name for name in self.names]

    @property
    def names(self) -> list[str]:
        """The loss and the metrics, in order; with several targets each is named once."""
        return list(dict.fromkeys(name.partition(" ")[0] for values in self.metrics.values() for name in values))

    @property
    def unseen(self) -> str:
        """The part that says most about new rows: the test part, else the validation part, else the training part."""
        return next((part for part in reversed(PARTS) if part in self.metrics), PARTS[0])

    @property
    def headline(self) -> Headline:
        """The data loss and the main metric of the part that says most about new rows."""
        values = self._without_penalty(self.metrics.get(self.unseen, {}))
        for name in MAIN:
            if (value := values.get(name)) is not None:
                return Headline(self.unseen, values.get("loss"), name, value)
        return Headline(self.unseen if values else "", values.get("loss"), "", float("nan"))

    @property
    def better(self) -> tuple[Baseline, str] | None:
        """The best baseline that beats the network clearly, and the metric it does so by; `None` if none does.

        Compared are the main metrics for the part that says most about new rows.
        """
        ahead = self._ahead
        return ahead[:2] if ahead is not None and ahead[2] > _CLEARLY else None

    @property
    def as_good(self) -> tuple[Baseline, str] | None:
        """The best baseline that is ahead of the network, but not clearly; `None` if none is."""
        ahead = self._ahead
        return ahead[:2] if ahead is not None and ahead[2] <= _CLEARLY else None

    @property
    def _ahead(self) -> tuple[Baseline, str, float] | None:
        """The best baseline with a larger main metric than the network, the metric, and by how much it is larger."""
        part, _, metric, mine = self.headline
        scores = [(each.metrics.get(part, {}).get(metric), each) for each in self.baselines.values()]
        best = max(((score, each) for score, each in scores if score is not None), key=itemgetter(0), default=None)
        return (best[1], metric, best[0] - mine) if best is not None and best[0] > mine else None

    def rows(self) -> list[tuple[str, str, Mapping[str, float | None]]]:
        """The table of the result: for each row who answered (empty for the network), the part, and the figures.

        The network on every part, then each baseline on the part that says most about new rows.  Every loss is without
        penalties, so that they can be compared.  With several targets, a row for each follows, named by the target
        after two blanks.
        """
        mine = [("", part, self._without_penalty(values)) for part, values in self.metrics.items()]
        others = [
            (table_name(key, each), self.unseen, each.metrics.get(self.unseen, {}))
            for key, each in self.baselines.items()
        ]
        return [
            (f"  {target}" if target else who, part, figures)
            for who, part, values in (*mine, *others)
            for target, figures in by_target(values).items()
        ]

    def _without_penalty(self, values: Mapping[str, float | None]) -> Mapping[str, float | None]:
        loss = values.get("loss")
        return values if loss is None or not self.penalty else {**values, "loss": loss - self.penalty}


def restored_epoch(trainer: Trainer) -> int:
    """The best epoch, if a run has ended with its parameters and not with those of its last update; else 0."""
    reason, early = trainer.stop_reason, trainer.settings.early_stopping
    if reason is None or not reason.kept:
        return 0
    if reason.status is Status.DIVERGED and (early is None or not early.restore_best_weights):
        return 0  # it kept the parameters before the update that diverged
    return trainer.best_epoch or 0


def kept_in_words(trainer: Trainer) -> str:
    """Which parameters a run has now: those of the best epoch, of the last epoch, or of an update within an epoch."""
    reason = trainer.stop_reason
    if restored := restored_epoch(trainer):
        return f"epoch {restored}{BEST}"
    if reason is not None and reason.status is Status.DIVERGED:  # within an epoch, of which nothing is kept
        return f"update {trainer.update}"
    return f"update {trainer.update}" if trainer.position or not trainer.epoch else f"epoch {trainer.epoch}, the last"


def results_of(network: Network, dataset: Dataset, metrics: Iterable[str], kept: str = "") -> Results:
    """Measure a network and the baselines.

    Args:
        network: The network; only read.
        dataset: The parts.
        metrics: Names of metrics to add to those that are always computed.
        kept: Which parameters the network has, in words.
    """
    wanted = tuple(metrics)
    found = baselines(dataset, network.loss, wanted)
    return Results(evaluate(network, dataset, wanted), found, kept, network.penalties.value() or None)


class MeasuredMoment(NamedTuple):
    """A moment of a run."""

    update: int
    """Updates made."""
    kept: str
    """Which parameters the network has, in words."""


class Measured:
    """Remembers the results of the last moment that was measured, from any thread.

    Args:
        dataset: The parts.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._last: tuple[MeasuredMoment, Results] | None = None

    def known(self, moment: MeasuredMoment) -> Results | None:
        """The results of a moment, if it was the last to be measured."""
        last = self._last
        return last[1] if last is not None and last[0] == moment else None

    def of(self, moment: MeasuredMoment, network: Network, metrics: Iterable[str]) -> Results:
        """The results of a moment, measured if they are not known yet.

        Args:
            moment: The moment.
            network: The network with its parameters.
            metrics: Names of metrics to add to those that are always computed.
        """
        results = self.known(moment)
        if results is None:
            results = results_of(network, self._dataset, metrics, moment.kept)
            self._last = moment, results
        return results


_FITTED: WeakKeyDictionary[Dataset, dict[tuple[str, tuple[str, ...]], dict[str, Baseline]]] = WeakKeyDictionary()
"""The baselines of each dataset in use, by loss and metrics: fitting them takes as long as a small training."""


def baselines(dataset: Dataset, loss: str, metrics: Iterable[str]) -> dict[str, Baseline]:
    """A constant answer and a linear model, fitted once to the training rows.

    Args:
        dataset: The parts.
        loss: The loss of the network.
        metrics: Names of metrics to add to those that are always computed.
    """
    fitted, key = _FITTED.setdefault(dataset, {}), (loss, tuple(metrics))
    if key not in fitted:
        fitted[key] = _fitted(dataset, *key)
    return dict(fitted[key])


def constant_answer(dataset: Dataset, loss: str) -> LinearModel:
    """The simplest predictor: the mean of the training targets, or the shares of their classes, for every row.

    Args:
        dataset: The parts.
        loss: The loss of the network.
    """
    return linear_model.constant(dataset.Y_train, dataset.X_train.shape[1], _suited_activation(dataset, loss))


def _suited_activation(dataset: Dataset, loss: str) -> str:
    if dataset.task == "regression":
        return "linear"
    return LOSSES[loss].joined_activation or ("sigmoid" if dataset.Y_train.shape[1] == 1 else "softmax")


def _fitted(dataset: Dataset, loss: str, metrics: tuple[str, ...]) -> dict[str, Baseline]:
    X, Y = dataset.X_train, dataset.Y_train
    activation = _suited_activation(dataset, loss)
    names = metric_names(dataset.task, metrics)
    with suited_threads(X.shape[1] * Y.shape[1], 1):
        always = constant_answer(dataset, loss)
        linear = linear_model.fit(X, Y, activation)
        return {
            CONSTANT: Baseline(always_in_words(dataset, always), _measured(always, dataset, loss, names)),
            LINEAR: Baseline(
                "a linear model",
                _measured(linear, dataset, loss, names),
                "" if linear.rows == len(X) else f"fitted to {count(linear.rows)} of {count(len(X))} training rows",
            ),
        }


def _measured(
    model: LinearModel, dataset: Dataset, loss: str, names: Iterable[str]
) -> dict[str, dict[str, float | None]]:
    names, joined = list(names), LOSSES[loss].joined_activation
    found: dict[str, dict[str, float | None]] = {}
    for part, X, Y in parts_of(dataset):
        z = model.z(X)
        y_hat = model.y_hat(z)
        outputs = y_hat if joined is None else z
        with np.errstate(all="ignore"):
            # A cross-entropy of a regression has no net inputs of its own here.
            fits = joined in (None, model.activation)
            value = float(LOSSES[loss].per_example(Y, outputs).mean()) if fits else float("nan")
        found[part] = {"loss": value, **judge(dataset.preprocessing, names, Y, y_hat)}
    return found
