"""How a race stands, in a sentence."""

import math
from typing import TYPE_CHECKING

from tui_ann.text import count, number

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
    measure = standing.measure.replace("_", " ")
    mine, other = _value(standing.open_run), _value(standing.forked_run)
    at, other_at = count(standing.open_epochs), count(standing.forked_epochs)
    if math.isnan(standing.open_run):
        text = f"{title}: {measure} {other} after {_epochs(other_at)}; this run has none yet."
    elif at == other_at:
        text = f"{title}: {measure} {mine} → {other} after {_epochs(at)}."
    else:
        text = f"{title}: {measure} {mine} (epoch {at}) → {other} (epoch {other_at})."
    if forked_run.stop_reason is None:
        text = f"{text[:-1]}, of {count(forked_run.epochs)}." if at == other_at else text
    return text


def _value(value: float) -> str:
    return "diverged" if math.isinf(value) else number(value, 3)


def _epochs(shown: str) -> str:
    return f"{shown} epoch{'' if shown == '1' else 's'}"
