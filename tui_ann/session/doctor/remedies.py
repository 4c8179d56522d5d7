"""Which remedies treat which finding, the most promising first."""

from collections.abc import Iterable, Mapping

from tui_ann.engine.diagnostics.finding import Severity
from tui_ann.experiment.checks import Change, problems
from tui_ann.session.doctor import treat_layers as layers
from tui_ann.session.doctor import treat_steps as steps
from tui_ann.session.doctor.remedy import Case, Remedy
from tui_ann.session.doctor.treatment import Make
from tui_ann.session.doctor.words import Shown, remedy_words
from tui_ann.text import clean

REMEDIES: Mapping[str, tuple[Make, ...]] = {
    "wrong_output": (layers.linear_output,),
    "twins": (layers.start,),
    "features_unscaled": (steps.scale_features,),
    "target_unscaled": (steps.scale_target,),
    "wrong_loss": (layers.suited_output,),
    "far_targets": (steps.huber,),
    "leaked_target": (steps.drop_feature,),
    "few_rows": (steps.more_training_rows, steps.early_stopping, steps.l2, layers.fewer_units),
    "exploding": (layers.start, layers.batch_normalization, steps.rate),
    "learning_rate_large": (steps.rate, steps.rate_of_weights, steps.adam, steps.scale_features),
    "diverged": (steps.rate, steps.rate_of_weights, steps.quarter, steps.scale_features, steps.scale_target),
    "dead": (layers.start, layers.leaky, steps.rate, steps.rate_of_weights, layers.batch_normalization),
    "dropout_strong": (layers.less_dropout, layers.more_units),
    "penalty_strong": (steps.weaker_penalty,),
    "vanishing": (layers.relu, layers.batch_normalization, layers.fewer_layers, layers.start),
    "few_updates": (steps.smaller_batch, steps.rate, steps.adam, steps.more_epochs),
    "learning_rate_small": (steps.rate, steps.rate_of_weights, steps.adam, steps.more_epochs),
    "saturated": (steps.scale_features, layers.start, steps.rate, layers.relu, layers.batch_normalization),
    "bad_start": (steps.scale_features, layers.start),
    "oscillation": (steps.quarter, steps.larger_batch, steps.adam),
    "imbalance": (steps.f1,),
    "learned_by_heart": (steps.early_stopping, steps.l2, layers.fewer_units),
    "overfitting": (steps.early_stopping, steps.l2, layers.dropout, layers.fewer_units),
    "plateau": (layers.hidden_layer, layers.bent, layers.more_units, steps.adam, steps.scale_features, layers.start),
    "few_epochs": (steps.more_epochs,),
    "dropout_explains": (),
}
"""The remedies of every finding; those that would change nothing are left out of a case."""

_FASTER = (steps.adam, steps.more_epochs, layers.more_units, steps.scale_features, layers.start)
OF_VARIANTS: Mapping[tuple[str, str], tuple[Make, ...]] = {
    ("plateau", "slow"): _FASTER,
    ("plateau", "steps"): _FASTER,
    ("dead", "shrunk"): (steps.weaker_penalty,),
    ("imbalance", "scarce"): (),
}
"""The remedies of a variant that needs others: more units learn no faster with the same steps, and a new start does
not help units that a penalty takes again.  Rows of a class come from the user alone."""

NOTES_WITH_REMEDIES = ("few_epochs", "imbalance")
"""A note needs no remedy, except that these have one that is harmless."""


OPPOSITES: Mapping[str, str] = {
    "l2": "weaker_penalty",
    "dropout": "less_dropout",
    "more_units": "fewer_units",
    "larger_batch": "smaller_batch",
    "hidden_layer": "fewer_layers",
}
"""Remedies that undo each other."""


def without_opposites(found: Iterable[tuple[Remedy, ...]]) -> list[tuple[Remedy, ...]]:
    """The remedies of several findings, without those that undo one of an earlier finding.

    Args:
        found: The remedies of each finding, the worst finding first.
    """
    both = {**OPPOSITES, **{after: before for before, after in OPPOSITES.items()}}
    kept: list[tuple[Remedy, ...]] = []
    undone: set[str] = set()
    for group in found:
        kept.append(tuple(remedy for remedy in group if remedy.id not in undone))
        undone |= {both[remedy.id] for remedy in kept[-1] if remedy.id in both}
    return kept


def remedies(case: Case) -> tuple[Remedy, ...]:
    """The remedies of a finding that change something and leave an experiment that can run."""
    found: list[Remedy] = []
    if case.finding.severity is Severity.NOTE and case.finding.id not in NOTES_WITH_REMEDIES:
        return ()
    finding = case.finding
    for make in OF_VARIANTS.get((finding.id, finding.variant), REMEDIES[finding.id]):
        treatment = make(case)
        if treatment is None:
            continue
        words = remedy_words()[make.__name__]
        names = {
            name: clean(value) if isinstance(value, str) else Shown(value) for name, value in treatment.numbers.items()
        }
        title = words.title.format_map(names)
        remedy = Remedy(make.__name__, title, words.why.format_map(names), Change(treatment.edits, title))
        after = remedy.apply(case.experiment)
        if after != case.experiment and not problems(after):
            found.append(remedy)
    return tuple(found)
