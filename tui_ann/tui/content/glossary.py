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


class Glossary:
    """Terms by their topic, and a line for each choice of a setting.

    Args:
        tables: The parsed file: a table of terms, and `choices.<setting>.<word>`.
    """

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._choices: Mapping[str, Mapping[str, str]] = tables.get("choices", {})
        self.terms = {
            topic: Term(table["title"], table["text"].strip(), table.get("formula", ""))
            for topic, table in tables.get("terms", {}).items()
        }

    def term(self, topic: str) -> Term | None:
        """The term of a topic, such as `learning_rate`; `None` if there is none."""
        return self.terms.get(topic)

    def choice(self, setting: str, word: str) -> str:
        """The line next to a choice of a setting; empty if there is none."""
        return self._choices.get(setting, {}).get(word, "")

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
