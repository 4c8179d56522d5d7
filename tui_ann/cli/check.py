"""`tui-ann check`: a check of the gradients."""

import math
from typing import Any

import click

from tui_ann.cli.failures import DONE, FAILED
from tui_ann.cli.opening import opened, prepared
from tui_ann.cli.options import (
    experiment_argument,
    json_option,
    read_options,
    reading_options,
    set_option,
    target_option,
)
from tui_ann.cli.terminal import Bar, figure, show, show_json, show_table

EXAMPLES = 32
"""Maximum training examples for the check."""


@click.command(short_help="Check the gradients of EXPERIMENT.")
@experiment_argument
@set_option
@target_option
@reading_options
@json_option
def check(experiment: str, sets: tuple[str, ...], targets: tuple[str, ...], as_json: bool, **reading: Any) -> int:
    """Check the gradients of EXPERIMENT: analytic against central differences.

    Shows the worst relative error of each parameter at its start values; exits with 1 if one is too large, or cannot be
    computed.
    """
    from tui_ann.engine.gradient_check import TOLERANCE, gradient_check

    with Bar("reading", quiet=as_json) as bar:
        session = opened(experiment, targets=targets, sets=sets, options=read_options(**reading), progress=bar.at)
        run = prepared(session, bar.at)
    dataset = run.dataset
    errors = gradient_check(run.network, dataset.X_train[:EXAMPLES], dataset.Y_train[:EXAMPLES])
    worst = max(errors.values(), key=lambda error: (error != error, error), default=0.0)
    right = worst <= TOLERANCE
    if as_json:
        show_json({"worst": worst, "parameters": errors})
    else:
        show_table(
            ("parameter", "worst relative error"), [(name, figure(e, 4)) for name, e in errors.items()], right=(1,)
        )
        show()
        if right:
            show(f"The gradients agree with central differences to {figure(worst, 4)}, at the start values.")
        elif math.isnan(worst):
            show("The gradients cannot be compared: the loss or a gradient is not finite at the start values.")
        else:
            show(f"The gradients are wrong: the worst relative error is {figure(worst, 4)}, at the start values.")
    return DONE if right else FAILED
