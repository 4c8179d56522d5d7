"""The glossary of the program: `tui_ann/text/glossary.toml` and the pages in `tui_ann/text/help`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Term:
    """An explained term."""

    title: str
    """Its name."""
    text: str
    """Its meaning in a few sentences."""
    formula: str = ""
    """Its formula in the lecture's symbols, if it has one."""
    aliases: tuple[str, ...] = ()
    """Other words by which it is looked for."""


@dataclass(frozen=True)
class LegendEntry:
    """A sign in a picture of a screen."""

    sign: str
    """The sign."""
    text: str
    """What it means."""
    colour: str = ""
    """The variable of its colour, such as `data-train`; empty for that of text."""


@dataclass(frozen=True)
class ActivationFacts:
    """What there is to know about an activation function besides its formula."""

    range: str
    """The values it can have."""
    strengths: tuple[str, ...]
    """What speaks for it."""
    weakness: str
    """What speaks against it."""


class Glossary:
    """Terms by their topic, and a line for each choice of a setting.

    Args:
        tables: The parsed file: a table of terms, `choices.<setting>.<word>`, `activations.<name>` and
            `legend.<screen>`.
    """

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._choices: Mapping[str, Mapping[str, str]] = tables.get("choices", {})
        self._legends = {
            screen: tuple(LegendEntry(**entry) for entry in entries)
            for screen, entries in tables.get("legend", {}).items()
        }
        self._activations = {
            name: ActivationFacts(table["range"], tuple(table["strengths"]), table["weakness"])
            for name, table in tables.get("activations", {}).items()
        }
        self.terms = {
            topic: Term(
                table["title"], table["text"].strip(), table.get("formula", ""), tuple(table.get("aliases", ()))
            )
            for topic, table in tables.get("terms", {}).items()
        }

    def term(self, topic: str) -> Term | None:
        """The term of a topic, such as `learning_rate`; `None` if there is none."""
        return self.terms.get(topic)

    def choice(self, setting: str, word: str) -> str:
        """The line next to a choice of a setting; empty if there is none."""
        return self._choices.get(setting, {}).get(word, "")

    def activation(self, name: str) -> ActivationFacts:
        """Range, strengths and weakness of an activation function.

        Args:
            name: A name of `ACTIVATIONS`.

        Raises:
            KeyError: There is none of that name.
        """
        return self._activations[name]

    def legend(self, screen: str) -> tuple[LegendEntry, ...]:
        """The signs in the pictures of a screen; empty if there are none.

        Args:
            screen: Its id.
        """
        return self._legends.get(screen, ())

    def choices(self) -> Mapping[str, Mapping[str, str]]:
        """Every line by setting and choice."""
        return self._choices


@cache
def glossary() -> Glossary:
    """The glossary of the program."""
    return Glossary(tomllib.loads((files("tui_ann.text") / "glossary.toml").read_text(encoding="utf-8")))


def page(name: str) -> str:
    """A help page in Markdown; empty if there is none.

    Args:
        name: Its file name without the extension.
    """
    file = files("tui_ann.text") / "help" / f"{name}.md"
    return file.read_text(encoding="utf-8") if file.is_file() else ""
