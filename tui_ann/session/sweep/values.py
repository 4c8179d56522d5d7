"""The values of a setting in a sweep: `KEY=1,2,3`, `KEY=4:64:x2`, `KEY=0:1:+0.25`, `KEY=0.001:1:log4`.

A value is written as for `--set`; commas within quotes and brackets do not separate.  `A:B` and `A:B:log` are ranges to
draw from at random, evenly or evenly in the logarithm; of whole numbers `A:B` is every one.
"""

import json
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_ann.errors import ExperimentError, Problem
from tui_ann.experiment.files import apply_sets
from tui_ann.experiment.keys import setting_of
from tui_ann.experiment.settings import Setting
from tui_ann.experiment.spec import Experiment
from tui_ann.text import count

MOST_VALUES = 100_000
"""Values of one setting."""

_RANGE = re.compile(r"([^:]+):([^:]+)(?::(.+))?")
_STEP = re.compile(r"(\+|x|\*|log|lin)(.*)")
_FORMS = "Write 4:64:x2, 0:1:+0.25 or 0.001:1:log4; to draw at random, 0.001:1:log or 0:1."
_OPEN, _CLOSE = "[{(", "]})"


@dataclass(frozen=True)
class Span:
    """A range of numbers to draw from."""

    low: float
    """The smallest."""
    high: float
    """The largest."""
    log: bool
    """Whether to draw evenly in the logarithm."""
    whole: bool
    """Whether only whole numbers are drawn."""

    def draw(self, rng: np.random.Generator) -> str:
        """One of its numbers, as text."""
        if self.log:
            value = math.exp(rng.uniform(math.log(self.low), math.log(self.high)))
        elif self.whole:
            return str(rng.integers(int(self.low), int(self.high), endpoint=True))
        else:
            value = rng.uniform(self.low, self.high)
        return _spelled(value, self.whole)


@dataclass(frozen=True)
class Variation:
    """A setting and the values that it takes."""

    key: str
    """The dotted key."""
    values: tuple[str, ...]
    """Its values as `--set` takes them; empty if they are drawn from a range."""
    span: Span | None = None
    """The range they are drawn from."""
    text: str = ""
    """The values as they were written."""

    @property
    def varies(self) -> bool:
        """Whether there is more than one value."""
        return self.span is not None or len(self.values) > 1


class _ValuesError(Exception):
    """Values that cannot be understood."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


def typed(text: str) -> Any:
    """A value as JSON has it; a text without quotes is a text."""
    try:
        found = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return found["value"] if len(found) == 1 else text


def spelled(value: Any) -> str:
    """A value of JSON as TOML, as `--set` takes it; a null is empty, which unsets a setting.

    Args:
        value: A number, a text, a truth value, a list, a table or null.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case list() | tuple():
            return f"[{', '.join(map(spelled, value))}]"
        case dict():
            return f"{{{', '.join(f'{name} = {spelled(inner)}' for name, inner in value.items())}}}"
        case int() | float():
            return repr(value)
    raise TypeError(f"{value!r} is not a value of JSON")


def variations(experiment: Experiment, texts: Sequence[str]) -> tuple[Experiment, list[Variation]]:
    """The experiment with every setting that has one value, and the settings that have several.

    Each value is checked by the declaration of its setting.

    Args:
        experiment: The experiment.
        texts: Each `KEY=VALUES`.

    Raises:
        ExperimentError: A key is not known, or a value is not allowed; `problems` lists all of them.
    """
    found, problems = list[Variation](), list[Problem]()
    for text in texts:
        try:
            found.append(_variation(experiment, text))
        except _ValuesError as error:
            problems.append(Problem(f"--set {text.partition('=')[0].strip()}", error.message, error.remedy))
        except ExperimentError as error:
            problems += error.problems
    fixed = [each for each in found if not each.varies]
    several = [each for each in found if each.varies]
    for each in fixed:
        try:
            experiment = apply_sets(experiment, [f"{each.key}={each.values[0]}"])
        except ExperimentError as error:
            problems += error.problems
    for each in several:
        problems += _refused(experiment, each)
    twice = [each.key for place, each in enumerate(found) if each.key in [other.key for other in found[:place]]]
    problems += [Problem(f"--set {key}", "is given twice.", "Give all values at once.") for key in twice]
    if problems:
        what = "A setting" if len(problems) == 1 else f"{len(problems)} settings"
        raise ExperimentError(f"{what} cannot be varied like that:", problems, code="bad_set")
    return experiment, several


def _refused(experiment: Experiment, variation: Variation) -> Iterator[Problem]:
    """Values that the setting does not take; the ends stand for the rest of a range."""
    span = variation.span
    values: Iterable[str] = (
        variation.values if span is None else {_spelled(e, span.whole) for e in (span.low, span.high)}
    )
    try:
        setting = setting_of(experiment, variation.key)
    except KeyError:
        setting = None
    if setting is not None and setting.kind in ("int", "float"):  # there may be very many
        values = [value for value in values if setting.fault(typed(value)) is not None]
    for value in values:
        try:
            apply_sets(experiment, [f"{variation.key}={value}"])
        except ExperimentError as error:
            for problem in error.problems:
                named = problem.message if value in problem.message else f"{value}: {problem.message}"
                yield Problem(problem.where, named, problem.remedy)


def _variation(experiment: Experiment, text: str) -> Variation:
    key, equals, written = text.partition("=")
    key, written = key.strip(), written.strip()
    if not equals or not key:
        raise _ValuesError("is not KEY=VALUES.", "Write it like training.learning_rate=0.01,0.1.")
    try:
        setting: Setting | None = setting_of(experiment, key)
    except KeyError:
        apply_sets(
            experiment, [f"{key}={written}"] if not separated(written)[1:] else [f"{key}={separated(written)[0]}"]
        )
        setting = None  # a layer, its type, or a section as a whole
    parts = separated(written)
    if setting is not None and setting.kind == "list" and not all(part.startswith("[") for part in parts):
        parts = [written]  # accuracy,f1 is one list, as for `train`
    if setting is None or setting.kind not in ("int", "float"):
        return Variation(key, tuple(dict.fromkeys(parts)), text=written)
    return _numbers(key, setting, parts, written)


def _numbers(key: str, setting: Setting, parts: Sequence[str], written: str) -> Variation:
    whole, values = setting.kind == "int", list[str]()
    for part in parts:
        match = _RANGE.fullmatch(part)
        if match is None:
            values.append(part)
            continue
        found = _range(match, whole)
        if isinstance(found, Span):
            if len(parts) > 1:
                raise _ValuesError(f"{part} is a range to draw from.", "Leave the other values out, or give it a step.")
            return Variation(key, (), found, written)
        values += found
    return Variation(key, tuple(dict.fromkeys(values)), text=written)


def _range(match: re.Match[str], whole: bool) -> Span | list[str]:
    """A range of numbers, or the numbers of a range with a step."""
    text = match[0]
    low, high = (_number(match[place], text) for place in (1, 2))
    if low >= high:
        raise _ValuesError(f"{text} is empty.", "Write the smaller number first.")
    if whole and not (low.is_integer() and high.is_integer()):
        raise _ValuesError(f"{text} has ends that are not whole numbers.", _FORMS)
    if match[3] is None:
        return _stepped(text, low, high, 1.0, whole) if whole else Span(low, high, log=False, whole=False)
    step = _STEP.fullmatch(match[3].strip())
    if step is None:
        raise _ValuesError(f"{text} has no step that is known.", _FORMS)
    kind, amount = step[1], step[2].strip()
    if kind in ("x", "*", "log") and low <= 0:
        raise _ValuesError(f"{text} begins at {low:g}.", "A range in factors begins above 0.")
    if kind == "log" and not amount:
        return Span(low, high, log=True, whole=whole)
    size = _number(amount, text)
    match kind:
        case "+":
            return _stepped(text, low, high, size, whole)
        case "x" | "*":
            return _multiplied(text, low, high, size, whole)
        case _:  # log and lin, the only other kinds that the pattern has
            if not size.is_integer() or not 2 <= size <= MOST_VALUES:
                raise _ValuesError(f"{text} names no number of values.", f"From 2 to {count(MOST_VALUES)}.")
            spaced = np.geomspace if kind == "log" else np.linspace
            return [_spelled(value, whole) for value in spaced(low, high, int(size)).tolist()]


def _stepped(text: str, low: float, high: float, step: float, whole: bool) -> list[str]:
    if step <= 0 or (whole and not step.is_integer()):
        raise _ValuesError(f"{text} has a step of {step:g}.", f"A {'whole ' if whole else ''}number above 0.")
    return _listed(text, (high - low) / step, lambda place: low + place * step, whole)


def _multiplied(text: str, low: float, high: float, factor: float, whole: bool) -> list[str]:
    if factor <= 1:
        raise _ValuesError(f"{text} has a factor of {factor:g}.", "A number above 1.")
    return _listed(text, math.log(high / low) / math.log(factor), lambda place: low * factor**place, whole)


def _listed(text: str, steps: float, value: Callable[[int], float], whole: bool) -> list[str]:
    last = math.floor(steps + 1e-9)
    if last >= MOST_VALUES:
        raise _ValuesError(f"{text} has {count(last + 1)} values.", f"At most {count(MOST_VALUES)}.")
    return [_spelled(value(place), whole) for place in range(last + 1)]


def _number(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _ValuesError(f"{text.strip()!r} in {where} is not a number.", _FORMS)
    return value


def _spelled(value: float, whole: bool) -> str:
    """A number as TOML, without the last digits of a sum of decimal fractions."""
    return str(round(value)) if whole else repr(float(f"{value:.12g}"))


def separated(text: str) -> list[str]:
    """The parts between commas that are not within quotes or brackets."""
    parts, depth, quote, start = list[str](), 0, "", 0
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
        elif character == "," and depth <= 0:
            parts.append(text[start:place].strip())
            start = place + 1
    return [*parts, text[start:].strip()]
