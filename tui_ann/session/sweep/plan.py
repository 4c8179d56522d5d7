"""What a sweep does: which settings vary, how they are searched, how often each trial is repeated, what is compared."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tui_ann.engine.metrics import METRICS
from tui_ann.engine.stopping import higher_is_better
from tui_ann.errors import ExperimentError, Problem, SessionError
from tui_ann.experiment.files import apply_sets
from tui_ann.experiment.keys import LAYERS, put
from tui_ann.experiment.run_folder import safe_name
from tui_ann.experiment.settings import STORED_AS
from tui_ann.experiment.spec import Experiment
from tui_ann.session.run.judging import deciding_metric, metric_names
from tui_ann.session.sweep.points import Point, check_points, points_again, points_as_settings
from tui_ann.session.sweep.record import Search, SweepRecord, SweepTrial
from tui_ann.session.sweep.values import Variation, variations
from tui_ann.text import count, counted

MOST_RUNS = 100_000
"""Runs of one sweep."""
USUAL_TRIALS = 27
"""Trials of a random search, unless another number is named."""
FACTOR = 3
"""Successive halving keeps one of so many trials, and gives it so many times the epochs."""

_EPOCHS = "training.epochs"
_READING = {f"data.{name}" for name in ("path", "delimiter", "decimal", "encoding", "header", "skip_lines")}
_LOSSES = ("training.loss", "data.target_scaling")
"""Settings that decide what a loss measures: losses of trials that differ in them cannot be ranked."""
_MANY = 2**62
"""Of a larger grid each setting is drawn by itself."""


class Trial(NamedTuple):
    """One choice of values."""

    number: int
    """Its number, from 1."""
    changes: Mapping[str, str]
    """The value of each varied setting by its key, as `--set` takes it."""
    name: str = ""
    """What it is called; empty for a trial that has only its number."""


class PlannedRun(NamedTuple):
    """One run of a trial."""

    trial: Trial
    """The trial."""
    repeat: int
    """Which repetition, from 1; each has its own seeds."""
    fold: int | None
    """The fold that validates, from 1; `None` without cross-validation."""


class Rung(NamedTuple):
    """A stage of the search: so many trials are trained so far."""

    trials: int
    """How many trials."""
    epochs: int
    """To how many epochs."""


@dataclass(frozen=True)
class SweepPlan:
    """A sweep before it begins.  Make one by `planned`, which checks it."""

    experiment: Experiment
    """What every trial begins from."""
    settings: tuple[Variation, ...]
    """The settings that vary."""
    search: Search = "grid"
    """How values are chosen."""
    trials: int = 1
    """How many choices."""
    seed: int = 0
    """The seed of a random choice."""
    repeats: int = 1
    """Runs of each trial (of each of its folds), each with its own seeds."""
    folds: int | None = None
    """Folds of cross-validation; `None` for none."""
    metric: str = "val_loss"
    """What trials are compared by, measured with the weights that a run keeps; a loss without its penalties."""
    points: tuple[Point, ...] = ()
    """The choices, if they were listed one by one."""

    @property
    def runs_of_trial(self) -> int:
        """Runs of one trial."""
        return self.repeats * (self.folds or 1)

    @property
    def runs(self) -> int:
        """Runs in all."""
        return self.trials * self.runs_of_trial

    @property
    def varies(self) -> bool:
        """Whether there is anything to compare: settings, listed trials, or several runs."""
        return bool(self.settings or self.points) or self.runs > 1

    @property
    def higher_is_better(self) -> bool:
        """Whether larger values of the metric are better."""
        return higher_is_better(self.metric)

    @property
    def rungs(self) -> list[Rung]:
        """The stages of the search; a search without halving has one."""
        epochs = self.experiment.training.epochs
        rungs = [Rung(self.trials, epochs)]
        if self.search != "halving":
            return rungs
        sizes = [self.trials]
        while math.ceil(sizes[-1] / FACTOR) >= 2 and epochs // FACTOR ** len(sizes) >= 1:
            sizes.append(math.ceil(sizes[-1] / FACTOR))
        last = len(sizes) - 1
        return [Rung(size, max(1, epochs // FACTOR ** (last - place))) for place, size in enumerate(sizes)]

    @property
    def needs_table(self) -> bool:
        """Whether trials differ in how their rows are prepared."""
        # The type and the units of the output layer decide whether two classes get one column or two.
        output = f"network.layers.{len(self.experiment.network.layers)}"
        whole = (output, LAYERS)
        rows = ("data.", f"{output}.units", f"{output}.type")
        keys = [each.key for each in self.settings if each.key not in STORED_AS.values()]
        return self.folds is not None or any(key in whole or key.startswith(rows) for key in keys)

    def choices(self) -> list[Trial]:
        """The trials, in order; the same for the same plan."""
        if self.points:
            return [Trial(number, point.changes, point.name) for number, point in enumerate(self.points, start=1)]
        size = _size(self.settings)
        if size == self.trials:
            chosen: Iterator[Sequence[str]] | Sequence[Sequence[str]]
            chosen = itertools.product(*(each.values for each in self.settings))
        elif size is not None and size < _MANY:
            places = np.random.default_rng(self.seed).choice(size, self.trials, replace=False)
            chosen = [_point(self.settings, int(place)) for place in places]
        else:
            rng = np.random.default_rng(self.seed)
            chosen = [[_drawn(each, rng) for each in self.settings] for _ in range(self.trials)]
        keys = [each.key for each in self.settings]
        return [Trial(number, dict(zip(keys, point, strict=True))) for number, point in enumerate(chosen, start=1)]

    def runs_of(self, trial: Trial) -> list[PlannedRun]:
        """The runs of a trial."""
        folds: list[int | None] = [None] if self.folds is None else [*range(1, self.folds + 1)]
        return [PlannedRun(trial, repeat, fold) for repeat in range(1, self.repeats + 1) for fold in folds]

    def experiment_of(self, run: PlannedRun, epochs: int | None = None) -> Experiment:
        """The experiment of a run: its values, its seeds, its fold.

        Args:
            run: The run.
            epochs: How far it is trained; by default to its end.

        Raises:
            ExperimentError: Its values do not go together.
        """
        experiment = apply_sets(self.experiment, [f"{key}={value}" for key, value in run.trial.changes.items()])
        later = run.repeat - 1
        seeds = {
            "network.seed": experiment.network.seed + later,
            "training.shuffle_seed": experiment.training.shuffle_seed + later,
        }
        if run.fold is not None:
            seeds |= {"data.split_seed": experiment.data.split_seed + later, "data.fold": run.fold}
        for key, value in seeds.items():
            experiment = put(experiment, key, value)
        return experiment if epochs is None else put(experiment, _EPOCHS, epochs)

    def folder_of(self, run: PlannedRun) -> str:
        """The name of the folder of a run; names sort in the order of the runs."""
        number = f"{run.trial.number:0{len(str(self.trials))}d}"
        parts = [f"{number}-{safe_name(run.trial.name)}" if run.trial.name else f"trial-{number}"]
        if self.repeats > 1:
            parts.append(f"repeat-{run.repeat:0{len(str(self.repeats))}d}")
        if run.fold is not None:
            parts.append(f"fold-{run.fold:0{len(str(self.folds))}d}")
        return "-".join(parts)


def planned(
    experiment: Experiment,
    sets: Sequence[str],
    *,
    search: Search = "grid",
    trials: int | None = None,
    seed: int = 0,
    repeats: int = 1,
    folds: int | None = None,
    metric: str | None = None,
    points: Sequence[Point] = (),
) -> SweepPlan:
    """A checked plan.

    Args:
        experiment: What every trial begins from.
        sets: Each `KEY=VALUES`; see `values`.
        search: How values are chosen.
        trials: How many choices; by default all of a grid, or 27.
        seed: The seed of a random choice.
        repeats: Runs of each trial, each with its own seeds.
        folds: Folds of cross-validation.
        metric: What trials are compared by; by default the validation loss, or the loss where nothing validates.
        points: The trials one by one, instead of a search.

    Raises:
        ExperimentError: A value or an option is not possible.
        SessionError: There are too many runs.
    """
    experiment, several = variations(experiment, sets)
    if points:
        if several:
            raise _refused(f"--set {several[0].key}", "--points lists all values.", "Give one value.")
        check_points(experiment, points)
        several, search, trials = list(points_as_settings(points)), "points", len(points)
    for each in several:
        if each.key in _READING:
            raise _refused(f"--set {each.key}", "every trial reads the same table.", "Give one value.")
    if folds is not None:
        _refuse_folds(several)
        experiment = apply_sets(experiment, [f"data.folds={folds}", "data.fold=1"])
    size = len(points) if points else _size(several)
    if size is None and search == "grid":
        span = next(each for each in several if each.span is not None)
        raise _refused(
            f"--set {span.key}",
            f"{span.text} is a range to draw from.",
            "Give it a step (:x2, :+0.1, :log5), or draw at random: --search random.",
        )
    if search == "grid" and trials is not None and trials != size:
        raise _refused(
            "--trials", f"a grid has all {count(size or 1)} trials.", "Leave it out, or draw some: --search random."
        )
    if search == "halving" and any(each.key == _EPOCHS for each in several):
        raise _refused(f"--set {_EPOCHS}", "halving chooses the epochs.", "Give their largest number.")
    if search in ("random", "halving") and trials is None:
        trials = USUAL_TRIALS
    wanted = size if trials is None else trials if size is None else min(trials, size)
    metric = metric or ("val_loss" if _validated(experiment, several) else "loss")
    plan = SweepPlan(
        experiment, tuple(several), search, wanted or 1, seed, repeats, folds, _known(metric, experiment), tuple(points)
    )
    if plan.runs > MOST_RUNS:
        raise SessionError(
            f"This sweep has {counted(plan.runs, 'run')}; at most {count(MOST_RUNS)} are made.",
            remedy="Give fewer values, or draw some of them: --search random --trials 100.",
            code="too_many_runs",
        )
    return plan


def varying_losses(trials: Sequence[Trial | SweepTrial]) -> list[str]:
    """The settings in which trials differ and that decide what their losses measure."""
    return [key for key in _LOSSES if len({str(trial.changes.get(key)) for trial in trials}) > 1]


def rankable(plan: SweepPlan, task: str, targets: int) -> SweepPlan:
    """A plan whose trials can be ranked: by a metric that all share if what the loss measures varies.

    Args:
        plan: A plan that compares by the loss because nobody named a metric.
        task: The task of the data.
        targets: How many columns are predicted.
    """
    if not varying_losses(plan.choices()):
        return plan
    return replace(plan, metric=plan.metric.replace("loss", deciding_metric(task, targets)))


def plan_again(experiment: Experiment, record: SweepRecord) -> SweepPlan:
    """The plan of a sweep that was made before.

    Args:
        experiment: What every trial began from.
        record: Its record.
    """
    listed = record.search == "points"
    return planned(
        experiment,
        [] if listed else [f"{key}={text}" for key, text in record.settings.items()],
        points=points_again([(trial.changes, trial.name) for trial in record.trials]) if listed else (),
        search=record.search,
        trials=len(record.trials) if record.search in ("random", "halving") else None,
        seed=record.seed,
        repeats=record.repeats,
        folds=record.folds,
        metric=record.metric,
    )


def _refuse_folds(several: Sequence[Variation]) -> None:
    for key in ("data.folds", "data.fold", "data.validation_split"):
        if any(each.key == key for each in several):
            raise _refused(f"--set {key}", "--folds chooses the rows that validate.", "Leave one of them out.")


def _validated(experiment: Experiment, several: Sequence[Variation]) -> bool:
    return experiment.data.validated or any(each.key in ("data.folds", "data.validation_split") for each in several)


def _known(metric: str, experiment: Experiment) -> str:
    """The metric, if the runs measure it."""
    bare = metric.removeprefix("val_")
    if bare != "loss" and bare not in METRICS:
        raise _refused(
            "--metric",
            f"there is no {metric}.",
            f"One of loss, {', '.join(METRICS)}, with val_ for the validation rows.",
        )
    if metric != bare and not _validated(experiment, ()):
        raise _refused("--metric", f"{metric} needs rows to validate on.", "Add --validation 0.2, or --folds 5.")
    return metric


def refuse_unmeasured(plan: SweepPlan, task: str) -> None:
    """Refuse a metric that the runs do not measure.

    Args:
        plan: The plan.
        task: The task of the data.

    Raises:
        ExperimentError: The metric is not measured.
    """
    bare = plan.metric.removeprefix("val_")
    if bare == "loss" or bare in metric_names(task, plan.experiment.training.metrics):
        return
    if task not in METRICS[bare].tasks:
        known = ", ".join(["loss", *(name for name, metric in METRICS.items() if task in metric.tasks)])
        raise _refused("--metric", f"{bare} cannot evaluate a {task} task.", f"One of {known}.")
    names = ",".join((*plan.experiment.training.metrics, bare))
    raise _refused("--metric", f"{bare} is not measured.", f"Add --set training.metrics={names}.")


def _refused(where: str, message: str, remedy: str) -> ExperimentError:
    return ExperimentError("This sweep cannot be made:", [Problem(where, message, remedy)], code="bad_sweep")


def _size(several: Sequence[Variation]) -> int | None:
    """Points of the grid; `None` if a setting is drawn from a range."""
    if any(each.span is not None for each in several):
        return None
    return math.prod(len(each.values) for each in several)


def _point(several: Sequence[Variation], place: int) -> list[str]:
    """A point of the grid by its place; the last setting changes fastest."""
    point = []
    for each in reversed(several):
        place, at = divmod(place, len(each.values))
        point.append(each.values[at])
    return point[::-1]


def _drawn(variation: Variation, rng: np.random.Generator) -> str:
    if variation.span is not None:
        return variation.span.draw(rng)
    return variation.values[int(rng.integers(len(variation.values)))]
