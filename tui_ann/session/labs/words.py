"""The words of labs, from `text/labs.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tui_ann.session.doctor.words import Shown


@dataclass(frozen=True)
class LabWords:
    """The words of one lab."""

    title: str
    """Its name."""
    shows: str
    """What it shows, a sentence."""
    section: str
    """The section of the lecture."""
    says: Mapping[str, str]
    """The sentences of its results by their ids."""

    def say(self, sentence: str, **values: float | str) -> str:
        """A sentence with its numbers.

        Args:
            sentence: Its id.
            values: Numbers and texts by name: `{loss}` a number, `{share:%}` a share, `{epochs:n}` a whole number.
        """
        shown = {name: value if isinstance(value, str) else Shown(value) for name, value in values.items()}
        return self.says[sentence].format_map(shown)


@cache
def lab_words() -> Mapping[str, LabWords]:
    """The words of every lab by its name, in order."""
    text = (files("tui_ann.text") / "labs.toml").read_text(encoding="utf-8")
    return {name: LabWords(**table) for name, table in tomllib.loads(text).items()}


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, or `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def are(words: Sequence[str]) -> str:
    """`is` for one, `are` for several."""
    return "is" if len(words) == 1 else "are"
