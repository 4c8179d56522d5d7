"""The labs by their names."""

from collections.abc import Mapping
from difflib import get_close_matches

from tui_ann.errors import SessionError
from tui_ann.session.labs.depths import (
    activation_arms,
    activation_choices,
    depth_arms,
    depth_choices,
    free_start,
    judge_activations,
    judge_depths,
)
from tui_ann.session.labs.lab import Lab
from tui_ann.session.labs.luck import drawn, judge_luck, no_choices, one_arm
from tui_ann.session.labs.rates import (
    judge_rates,
    judge_rules,
    rate_arms,
    rate_choices,
    rule_arms,
    rule_choices,
    to_the_end,
)
from tui_ann.session.labs.regularising import judge_techniques, overfitting, technique_arms, technique_choices
from tui_ann.session.labs.sizes import judge_sizes, size_arms, size_choices, with_test_rows
from tui_ann.session.labs.variants import judge_variants, plain_descent, variant_arms, variant_choices

_LABS = (
    Lab("learning-rate", ("final loss", "epochs", "seconds"), to_the_end, rate_choices, rate_arms, judge_rates),
    Lab(
        "variant",
        ("final loss", "updates", "seconds", "ms/epoch"),
        plain_descent,
        variant_choices,
        variant_arms,
        judge_variants,
    ),
    Lab("depth", ("final loss", "score", "µs/update"), free_start, depth_choices, depth_arms, judge_depths, repeats=3),
    Lab(
        "activation",
        ("‖∂W¹‖/‖∂Wᴸ‖", "final loss", "score"),
        free_start,
        activation_choices,
        activation_arms,
        judge_activations,
    ),
    Lab(
        "regularisation",
        ("loss", "held loss", "score", "epochs"),
        overfitting,
        technique_choices,
        technique_arms,
        judge_techniques,
        repeats=3,
    ),
    Lab(
        "data-size", ("loss", "score"), with_test_rows, size_choices, size_arms, judge_sizes, repeats=3, over_rows=True
    ),
    Lab("luck", ("loss", "held loss", "score"), drawn, no_choices, one_arm, judge_luck, repeats=10),
    Lab("optimiser", ("final loss", "score", "seconds"), to_the_end, rule_choices, rule_arms, judge_rules),
)

LABS: Mapping[str, Lab] = {lab.name: lab for lab in _LABS}
"""Every lab by its name, in the order of the lecture."""


def lab_of(name: str) -> Lab:
    """The lab with a name.

    Raises:
        SessionError: There is none.
    """
    if name not in LABS:
        near = [lab for lab in LABS if name and name in lab] or get_close_matches(name, LABS, n=1)
        meant = f"Did you mean {near[0]}?" if len(near) == 1 else f"One of {', '.join(LABS)}."
        raise SessionError(f"There is no lab {name}.", remedy=meant, code="no_lab")
    return LABS[name]
