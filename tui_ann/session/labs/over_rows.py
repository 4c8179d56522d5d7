"""The curves of a lab over the number of training rows: the score of each size of network, with its band."""

from dataclasses import dataclass

import numpy as np

from tui_ann.session.compare.bands import Band
from tui_ann.session.labs.comparing import figure_name
from tui_ann.session.labs.found import MEASURES, PREFIX, ArmFound
from tui_ann.session.labs.running import LabRun


@dataclass(frozen=True, eq=False)
class LabCurves:
    """A score over the training rows."""

    title: str
    """What is drawn: accuracy on the test rows."""
    bands: dict[str, Band]
    """For each group of arms the mean of its runs, with standard error and range, over its places."""


def over_rows(lab: LabRun) -> LabCurves | None:
    """The curves of a lab whose arms are sizes of the training part; `None` if it has no such arms, or no result.

    Args:
        lab: The lab.
    """
    facts = lab.plan.proposal.facts
    measure = PREFIX[facts.held_out] + facts.score
    groups: dict[str, list[ArmFound]] = {}
    for arm in lab.arms if lab.plan.lab.over_rows else ():
        if arm.place is not None and arm.spread(measure).n:
            groups.setdefault(arm.group, []).append(arm)
    if not groups:
        return None
    return LabCurves(figure_name(measure, facts), {name: _band(arms, measure) for name, arms in groups.items()})


def _band(arms: list[ArmFound], measure: str) -> Band:
    rows = []
    for arm in sorted(arms, key=lambda arm: arm.place or 0.0):
        values = np.array([MEASURES[measure](run) for run in arm.usable])
        values, spread = values[np.isfinite(values)], arm.spread(measure)
        error = spread.std / np.sqrt(spread.n) if spread.n > 1 else 0.0
        rows.append((arm.place or 0.0, spread.mean, error, values.min(), values.max()))
    return Band(*np.array(rows, dtype=np.float64).T)
