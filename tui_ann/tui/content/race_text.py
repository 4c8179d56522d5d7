"""How a race stands, in a sentence."""

import math
from typing import TYPE_CHECKING

from tui_ann.text import count, counted, number

if TYPE_CHECKING:  # these load NumPy and the engine, which would delay the first screen
    from tui_ann.session.doctor.race import Race
    from tui_ann.session.run.snapshot import Snapshot


def result_in_words(race: "Race", open_run: "Snapshot | None", forked_run: "Snapshot | None") -> str:
    """How a race stands: `η 12 → 1: val loss 0.69 → 0.087 after 250 epochs`.

    Args:
        race: The race.
        open_run: The open run.
        forked_run: The run with one thing changed; `None` before its first snapshot.
    """
    title = race.remedy.title
    standing = race.standing(open_run, forked_run) if forked_run is not None else None
    if standing is None or forked_run is None:
        return f"{title}: trains from the same start."
    ends = forked_run.stop_reason is not None
    measure = standing.measure.replace("_", " ")
    mine, other = number(standing.open_run, 3), number(standing.forked_run, 3)
    at, other_at = count(standing.open_epochs), count(standing.forked_epochs)
    after = counted(standing.forked_epochs, "epoch") if ends else f"{other_at} of {count(forked_run.epochs)} epochs"
    if math.isinf(standing.forked_run):
        return f"{title}: diverged too." if math.isinf(standing.open_run) else f"{title}: diverged, this run did not."
    if math.isinf(standing.open_run):
        return f"{title}: {measure} {other} after {after}; this run diverged."
    if math.isnan(standing.open_run):
        return f"{title}: {measure} {other} after {after}; this run has not been trained."
    verdict = ", no better" if race.lost(open_run, forked_run) else ""
    if at == other_at:
        return f"{title}: {measure} {mine} → {other} after {after}{verdict}."
    return f"{title}: {measure} {mine} (epoch {at}) → {other} (epoch {other_at}){verdict}."
