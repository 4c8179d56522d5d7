"""Trials listed one by one, `[{"training.learning_rate": 0.1}, …]`, so that any optimiser can drive a sweep."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tui_ann.errors import ExperimentError, Problem
from tui_ann.experiment.files import apply_sets
from tui_ann.experiment.spec import Experiment
from tui_ann.session.sweep.values import Variation, spelled
from tui_ann.text import count

MOST_POINTS = 100_000
"""Trials of one list."""
_MOST_PROBLEMS = 20


class Point(NamedTuple):
    """One choice of values that was listed."""

    changes: Mapping[str, str]
    """Its values by their keys, as `--set` takes them; another setting has the value of the experiment."""
    name: str = ""
    """What it is called."""


def read_points(text: str) -> list[Point]:
    """The points of a JSON list of objects, each with the values of settings by their keys.

    Args:
        text: The list.

    Raises:
        ExperimentError: It is no such list.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused("--points", f"is not JSON: {error}.") from error
    if not isinstance(found, list) or not found or not all(isinstance(point, dict) for point in found):
        raise _refused("--points", "is not a list of objects.")
    if len(found) > MOST_POINTS:
        raise _refused("--points", f"has {count(len(found))} trials; at most {count(MOST_POINTS)} are made.")
    return [Point({key: spelled(value) for key, value in point.items()}) for point in found]


def check_points(experiment: Experiment, points: Sequence[Point]) -> None:
    """Refuse points with values that no setting takes.

    Args:
        experiment: What every trial begins from.
        points: The points.

    Raises:
        ExperimentError: Some are refused; `problems` lists the first of them.
    """
    problems = list[Problem]()
    for number, point in enumerate(points, start=1):
        try:
            apply_sets(experiment, [f"{key}={value}" for key, value in point.changes.items()])
        except ExperimentError as error:
            where = f"trial {number} "
            problems += [
                Problem(where + each.where.removeprefix("--set "), each.message, each.remedy) for each in error.problems
            ]
        if len(problems) >= _MOST_PROBLEMS:
            break
    if problems:
        raise ExperimentError("These trials cannot be made:", problems, code="bad_set")


def points_as_settings(points: Sequence[Point]) -> tuple[Variation, ...]:
    """The settings that the points have, each with its values in order."""
    values: dict[str, dict[str, None]] = {}
    for point in points:
        for key, value in point.changes.items():
            values.setdefault(key, {})[value] = None
    return tuple(Variation(key, tuple(found), text=",".join(found)) for key, found in values.items())


def points_again(trials: Sequence[tuple[Mapping[str, Any], str]]) -> list[Point]:
    """The points of a sweep that was made before.

    Args:
        trials: The typed values and the name of each trial.
    """
    return [
        Point({key: "" if value == "" else spelled(value) for key, value in changes.items()}, name)
        for changes, name in trials
    ]


def _refused(where: str, message: str) -> ExperimentError:
    remedy = 'Write it like [{"training.learning_rate": 0.1}, {"training.learning_rate": 0.01}].'
    return ExperimentError("This sweep cannot be made:", [Problem(where, message, remedy)], code="bad_points")
