"""Which of the compared runs is the best, in a sentence with its numbers."""

from tui_ann.session.compare.goals import Goal
from tui_ann.session.compare.quantities import VALIDATION
from tui_ann.session.compare.table import SHORT, TO_EPOCHS, ComparisonTable, TableRow, figure_text
from tui_ann.text import count, number

_MOST_NAMED = 2
"""Settings that name a run in a sentence at most."""


def run_in_words(table: ComparisonTable, row: TableRow) -> str:
    """A run by the settings in which it differs: "η 0.02"; by its letter if it differs in none."""
    texts = [
        f"{column.title} {text}"
        for column, text in zip(table.columns, row.texts, strict=True)
        if column.differs and text != "—"
    ]
    if not texts or len(texts) > _MOST_NAMED:
        return f"run {row.run.letter}"
    return ", ".join(texts)


def winner_in_words(table: ComparisonTable, goal: Goal | None) -> str:
    """The winner: "η 0.02 wins: val loss 0.00014, 5 × fewer epochs to 0.1 than η 0.005"; empty if there is none.

    The winner has the best value of the goal's quantity with the parameters that it kept.

    Args:
        table: The table.
        goal: The value to reach.
    """
    if goal is None or len(table.rows) < 2:
        return ""
    if not table.comparable:
        return "No winner: the runs do not have the same data and the same loss."
    part = "validation" if goal.name.startswith(VALIDATION) else "train"
    name = goal.name.removeprefix(VALIDATION)
    key = f"{part}:{name}"
    if key not in {column.key for column in table.columns}:
        return ""
    place = table.place(key)
    known = [row for row in table.rows if row.values[place] is not None]
    winners = [row for row in known if (row.run.letter, key) in table.best]
    if len(winners) != 1:
        sharing = len(winners) or len(known)
        return f"No winner: {sharing} runs share the best {_named(part, name)}." if sharing > 1 else ""
    winner = winners[0]
    said = f"{run_in_words(table, winner)} wins: {_named(part, name)} {figure_text(name, winner.values[place])}"
    return f"{said}{_epochs_in_words(table, winner, goal)}"


def _named(part: str, name: str) -> str:
    return f"{'val ' if part == 'validation' else ''}{SHORT.get(name, name)}"


def _epochs_in_words(table: ComparisonTable, winner: TableRow, goal: Goal) -> str:
    """How soon the winner reached the goal, next to the soonest of the others."""
    place, to = table.place(TO_EPOCHS), number(goal.value, 6)
    mine = winner.values[place]
    others = sorted(
        ((row.values[place], row) for row in table.rows if row is not winner and row.values[place] is not None),
        key=lambda found: (found[0], found[1].run.place),
    )
    if mine is None:
        return ""
    if not others:
        return f", the only one to reach {to} (epoch {count(mine)})"
    theirs, other = others[0]
    if mine == theirs:
        return f", as many epochs to {to} as {run_in_words(table, other)}"
    if mine < theirs:
        return f", {_times(theirs, mine)} fewer epochs to {to} than {run_in_words(table, other)}"
    return f", but {run_in_words(table, other)} needs {_times(mine, theirs)} fewer epochs to {to}"


def _times(more: int, fewer: int) -> str:
    return f"{number(more / fewer, 2)} ×"
