"""Which of the compared runs is the best, in a sentence with its numbers."""

from tui_ann.session.compare.columns import BEFORE_FORK, TO_EPOCHS
from tui_ann.session.compare.goals import Goal
from tui_ann.session.compare.quantities import VALIDATION
from tui_ann.session.compare.table import ComparisonTable, TableRow
from tui_ann.text import count, number

NO_WINNER = "No winner"
"""How the sentence begins if none is the best."""
_MOST_NAMED = 2
"""Settings that name a run in a sentence at most."""


def run_in_words(table: ComparisonTable, row: TableRow) -> str:
    """A run by the settings in which it differs: "η 0.02"; by its letter if it differs in none."""
    texts = [
        f"{column.title} {text}"
        for column, text in zip(table.columns, row.texts, strict=True)
        if column.differs and text not in ("—", "…")
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
    shown = [row for row in table.rows if row.run.shown]
    if goal is None or len(shown) < 2:
        return ""
    if table.unlike:
        return f"{NO_WINNER}: {table.unlike}."
    part = "validation" if goal.name.startswith(VALIDATION) else "train"
    name = goal.name.removeprefix(VALIDATION)
    key = f"{part}:{name}"
    if key not in {column.key for column in table.columns}:
        return ""
    place = table.place(key)
    known = [row for row in shown if row.values[place] is not None]
    winners = [row for row in known if (row.run.letter, key) in table.best]
    if len(winners) != 1:
        sharing = len(winners) or len(known)
        return f"{NO_WINNER}: {sharing} runs share the best {table.columns[place].title}." if sharing > 1 else ""
    winner = winners[0]
    figure = f"{table.columns[place].title} {winner.texts[place]}"
    if unclear := [row for row in known if row is not winner and _overlap(row, winner, place)]:
        others = f"{run_in_words(table, unclear[0])} is" if len(unclear) == 1 else f"{count(len(unclear))} others are"
        return f"{run_in_words(table, winner)} is best: {figure}, but {others} not told apart from it"
    return f"{run_in_words(table, winner)} wins: {figure}{_epochs_in_words(table, winner, goal)}"


def _overlap(one: TableRow, other: TableRow, place: int) -> bool:
    """Whether the intervals mean ± standard deviation of two rows overlap; not known of single runs."""
    spread, others = one.spreads[place], other.spreads[place]
    if spread is None or others is None:
        return False
    return bool(abs(one.values[place] - other.values[place]) <= spread + others)


def _epochs_in_words(table: ComparisonTable, winner: TableRow, goal: Goal) -> str:
    """How soon the winner reached the goal, next to the soonest of the others."""
    place, to = table.place(TO_EPOCHS), number(goal.value, 6)
    mine = winner.values[place]
    others = sorted(
        (
            (row.values[place], row)
            for row in table.rows
            if row.run.shown and row is not winner and row.values[place] is not None
        ),
        key=lambda found: (found[0], found[1].run.place),
    )
    if winner.texts[place] == BEFORE_FORK:
        return f", which reached {to} before its fork"
    if mine is None:
        return ""
    if not others and any(row.texts[place] == BEFORE_FORK for row in table.rows if row.run.shown):
        return f", {to} in epoch {count(mine)}"
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
