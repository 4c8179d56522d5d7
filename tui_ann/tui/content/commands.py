"""What the list of all keys offers: commands, things to open, and terms; and how a typed text finds them."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """Something to choose from the list."""

    name: str
    """What it does, in a word or two; plain text."""
    help: str
    """A sentence about it; plain text."""
    group: str
    """The heading above it."""
    run: Callable[[], Awaitable[object]]
    """Does it."""
    where: str = ""
    """Where its key works, such as `on Step`; empty for here."""
    key: str = ""
    """Its key, as displayed to the user."""
    aliases: tuple[str, ...] = ()
    """Other words that find it."""


def matching(commands: Sequence[Command], query: str) -> list[Command]:
    """The commands in which every word of a text occurs, the best first.

    A key or the begin of a name counts most, then the begin of a word, then a name, then everything else.

    Args:
        commands: The commands.
        query: The typed text; all commands match an empty one.
    """
    words = tuple(dict.fromkeys(query.casefold().split()))
    scored = []
    for command in commands:
        exact = bool(command.key) and query.strip() == command.key  # a sign such as $ occurs in no text
        score = 0 if exact else _score_of_all(command, words)
        if score is not None:
            scored.append((not exact, score, command))
    return [command for _, _, command in sorted(scored, key=lambda entry: entry[:2])]


def _score_of_all(command: Command, words: Iterable[str]) -> int | None:
    """How well words match; `None` as soon as one does not occur, since a pasted text has thousands."""
    total = 0
    for word in words:
        score = _score(command, word)
        if score is None:
            return None
        total += score
    return total


def _score(command: Command, word: str) -> int | None:
    """How well a word matches, 0 best; `None` if it does not occur."""
    name = command.name.casefold()
    if name.startswith(word):
        return 0
    if f" {word}" in " ".join(("", name, *command.aliases)).casefold():
        return 1
    if word in name:
        return 2
    if word in f"{command.where} {command.group}".casefold():
        return 3
    return 4 if word in command.help.casefold() else None
