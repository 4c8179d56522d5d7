"""The words of findings and remedies, from `text/doctor.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tui_ann.engine.diagnostics.finding import RunFinding
from tui_ann.text import count, in_prose, number

DIGITS = 3
"""Significant digits of a number in a sentence."""


@dataclass(frozen=True)
class FindingWords:
    """The words of one rule."""

    title: str
    """Its name."""
    why: str
    """Why it is so, and why it matters."""
    judged: str
    """How it is judged, with its thresholds."""
    section: str
    """The section of the lecture."""
    passed: str
    """A few words for a run without it."""
    says: str = ""
    """The sentence with its numbers."""
    variants: Mapping[str, str] | None = None
    """That sentence for each variant that has its own."""
    also: str = ""
    """What is said after it of other layers, if their number `others` is not 0."""
    brief: str = ""
    """The sentence in a few words, for a narrow line; empty if it is short."""
    briefs: Mapping[str, str] | None = None
    """Those words for each variant that has its own."""
    whys: Mapping[str, str] | None = None
    """The reason for each variant that has its own."""
    left_out: str = ""
    """What is said after `why` of columns left out that may be missed; empty if they do not matter."""

    def reason(self, finding: RunFinding) -> str:
        """Why it is so, and why it matters."""
        return (self.whys or {}).get(finding.variant, self.why)

    def sentence(self, finding: RunFinding, **texts: str) -> str:
        """What was found, with its numbers.

        Args:
            finding: The finding.
            texts: Names to insert instead of a number, such as that of a column.
        """
        said = _filled((self.variants or {}).get(finding.variant, self.says), finding, texts)
        return f"{said} {_filled(self.also, finding, texts)}" if self.also and finding.numbers.get("others") else said

    def in_brief(self, finding: RunFinding, **texts: str) -> str:
        """The same in a few words.

        Args:
            finding: The finding.
            texts: Names to insert instead of a number.
        """
        brief = (self.briefs or {}).get(finding.variant, self.brief)
        return _filled(brief, finding, texts) if brief else self.sentence(finding, **texts)


def _filled(template: str, finding: RunFinding, texts: Mapping[str, str]) -> str:
    elsewhere = tuple(layer for layer in finding.layers if layer != finding.numbers.get("layer"))
    layers = {"layers": layers_in_words(finding.layers), "elsewhere": layers_in_words(elsewhere)}
    return template.format_map({**layers, **wrapped(finding.numbers), **texts})


@dataclass(frozen=True)
class RemedyWords:
    """The words of one remedy."""

    title: str
    """What it does."""
    why: str
    """Why that helps."""


class Shown(float):
    """A number in a sentence: `{x}` in the program's format, `{x:%}` as a share, `{x:n}` as a whole number.

    `{x:is|are}` is the word that goes with it: the first after one, the second after any other number.
    """

    def __format__(self, spec: str) -> str:
        match spec:
            case "":
                return in_prose(self, DIGITS)
            case "%":
                return _percent(self)
            case "n":
                return count(round(self)) if self == self else "–"
        one, bar, many = spec.partition("|")
        if bar:
            return one if round(self) == 1 else many
        raise ValueError(f"a number in a sentence has no format {spec!r}")


def _percent(value: float) -> str:
    if value != value:
        return "–"
    if 0.999 <= value < 1:  # never rounded up to all
        return f"{number(int(value * 1e4) / 100, 4)} %"
    return f"{number(100 * value, 2)} %"


def wrapped(numbers: Mapping[str, float]) -> dict[str, Shown]:
    """Numbers by name, ready for a sentence."""
    return {name: Shown(value) for name, value in numbers.items()}


def layers_in_words(layers: tuple[int, ...]) -> str:
    """`layer 2`, or `layers 1, 2 and 3`."""
    if len(layers) == 1:
        return f"layer {layers[0]}"
    return f"layers {', '.join(map(str, layers[:-1]))} and {layers[-1]}" if layers else ""


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads((files("tui_ann.text") / "doctor.toml").read_text(encoding="utf-8"))


@cache
def finding_words() -> Mapping[str, FindingWords]:
    """The words of every rule by its id."""
    return {name: FindingWords(**table) for name, table in _tables()["findings"].items()}


@cache
def remedy_words() -> Mapping[str, RemedyWords]:
    """The words of every remedy by its id."""
    return {name: RemedyWords(**table) for name, table in _tables()["remedies"].items()}
