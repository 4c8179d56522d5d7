"""The content of `lab.json`: what a lab was, and what came of it."""

from pathlib import Path
from typing import Any

import msgspec

from tui_ann.session.labs.comparing import PARTS
from tui_ann.session.labs.found import PREFIX, ArmFound
from tui_ann.session.labs.lab import Judged, Lab, LabFacts
from tui_ann.session.store.run_list import LAB

SCHEMA = 1
"""The version of the format that is written and read."""


class ArmRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One arm of a lab."""

    name: str
    """What it is called."""
    changes: dict[str, Any]
    """Its values by their keys."""
    group: str = ""
    """The curve it belongs to; empty if all arms are one."""
    place: float | None = None
    """Its place on the horizontal axis: η, hidden layers, training rows; null if there is none."""
    word: str = ""
    """A word on it: too small, good, diverges, best, not told apart …"""
    n: int = 0
    """Runs with a result."""
    mean: dict[str, float | None] = {}
    """The mean of each measure over its runs; null if there is none."""
    std: dict[str, float | None] = {}
    """The standard deviation (n − 1) of each measure; null for fewer than two runs."""
    folders: list[str] = []
    """The folders of its runs that have ended."""
    reason: str = ""
    """Why its first run without a result ended."""


class LabRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The content of `lab.json`."""

    schema: int = SCHEMA
    """Version of this format."""
    lab: str
    """The name of the lab."""
    title: str
    """Its title."""
    experiment: str
    """The name of the experiment; what every arm begins from is in `base.toml`."""
    choices: dict[str, str]
    """What was chosen, by key, as it was written."""
    status: str
    """`completed`, `interrupted`, or `running`."""
    part: str
    """The rows on which arms are compared: test, validation or training."""
    measures: list[str]
    """The measures of its table."""
    arms: list[ArmRecord]
    """Its arms, in order."""
    sentences: list[str] = []
    """What the result says; empty before the end."""


def read_lab(folder: Path) -> LabRecord | None:
    """What a lab was; `None` if the folder has none, or one that cannot be read.

    Args:
        folder: That of the lab.
    """
    try:
        record = msgspec.json.decode((folder / LAB).read_bytes(), type=LabRecord)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return record if record.schema == SCHEMA else None


def measures_of(lab: Lab, facts: LabFacts) -> list[str]:
    """The measures of a lab's table: `score` and `held loss` are those of the part on which arms are compared."""
    prefix = PREFIX[facts.held_out]
    known = {"score": prefix + facts.score, "held loss": f"{prefix}loss"}
    return list(dict.fromkeys(known.get(name, name) for name in lab.columns))


def arm_record(arm: ArmFound, changes: dict[str, Any], judged: Judged, measures: list[str]) -> ArmRecord:
    """An arm with its figures."""
    spreads = {name: arm.spread(name) for name in measures}
    return ArmRecord(
        name=arm.name,
        changes=changes,
        group=arm.group,
        place=arm.place,
        word=judged.words.get(arm.name, ""),
        n=len(arm.usable),
        mean={name: _finite(spread.mean) for name, spread in spreads.items()},
        std={name: _finite(spread.std) for name, spread in spreads.items()},
        folders=[run.run.folder for run in arm.runs],
        reason=arm.reason,
    )


def part_in_words(facts: LabFacts) -> str:
    """The rows on which arms are compared."""
    return PARTS[facts.held_out]


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None
