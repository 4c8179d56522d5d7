"""What Compare calls what it draws, and what it says where there is nothing to compare."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tui_ann.engine.losses import LOSSES
from tui_ann.engine.metrics import METRICS
from tui_ann.session.compare.board import Board, BoardGroup
from tui_ann.session.compare.comparison import ComparedRun
from tui_ann.session.compare.quantities import BATCH_LOSS, GRADIENT_NORM, LOSS, AlongAxis, parameter_of
from tui_ann.session.compare.winner import NO_WINNER, run_in_words
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.text import count, counted, number
from tui_ann.text.symbols import parameter_symbol

_MOST_LETTERS = 6
"""Letters that are listed one by one at most."""
ALONG = {
    AlongAxis.EPOCHS: "epochs",
    AlongAxis.UPDATES: "updates",
    AlongAxis.EXAMPLES: "examples",
    AlongAxis.SECONDS: "seconds",
}
"""The horizontal axes in their order."""


def quantity_title(quantity: str) -> str:
    """The name of something that can be drawn.

    Args:
        quantity: One of `quantities_of`.
    """
    if parameter := parameter_of(quantity):
        return f"‖∂L/∂{parameter_symbol(parameter)}‖ at the end of the epoch"
    known = {LOSS: "Loss", BATCH_LOSS: "Loss of each update", GRADIENT_NORM: "Gradient norm ‖∂L/∂θ‖"}
    if quantity in known:
        return known[quantity]
    metric = METRICS.get(quantity.partition(" ")[0])
    rest = quantity.partition(" ")[2]
    return f"{metric.label if metric else quantity}{f' of {rest}' if rest else ''}"


def chart_title(board: Board, *, log: bool) -> str:
    """The title of the chart: what is drawn and how."""
    wish = board.wish
    parts = [quantity_title(wish.quantity)]
    losses = {run.run.source.experiment.training.loss for run in board.runs if run.run.settings_known}
    if wish.quantity in (LOSS, BATCH_LOSS) and len(losses) == 1:
        title = LOSSES[losses.pop()].title
        parts.append(title if title.startswith("Huber") else title[0].lower() + title[1:])
    penalised = any(run.facts.penalty for run in board.runs)
    parts += ["with penalties"] if penalised and wish.quantity in (LOSS, BATCH_LOSS) else []
    parts += ["log"] if log else []
    parts += ["solid train, dotted val"] if any(run.validated for run in board.runs) else []
    parts += ["mean ± SE, bars min–max"] if any(group.bands for group in board.groups) else []
    parts += [f"smoothed, β {number(wish.smoothing)}"] if wish.smoothing else []
    return " · ".join(parts)


def chart_sentence(board: Board, add: str, fork: str) -> str:
    """What the chart shows: the winner, or what can be done with a single run.

    Args:
        board: The board.
        add: The key that adds runs.
        fork: The key that forks one.
    """
    if not board.runs:
        return f"There is no run yet: {add} adds saved ones."
    if len(board.runs) == 1:
        epochs = counted(board.runs[0].facts.epochs, "epoch")
        return f"One run, {epochs}: {fork} forks it with one setting changed, {add} adds saved ones."
    others = [run.run.letter for run in board.runs if run.run.other_data and run.run.shown]
    if others:
        said = _listed(others) if len(others) <= _MOST_LETTERS else count(len(others))
        return f"{NO_WINNER}: {said} {'was' if len(others) == 1 else 'were'} trained on other data."
    hidden = sum(not run.run.shown for run in board.runs)
    return board.winner or f"{counted(len(board.runs), 'run')}{f', {count(hidden)} hidden' if hidden else ''}."


def run_sentence(board: Board, group: BoardGroup) -> str:
    """What there is to say of one run: how it differs, how far it is, on what data; or which runs are one."""
    run = group.first
    row = next(row for row in board.table.rows if row.run is run.run)
    words = run_in_words(board.table, row)
    named = len(board.groups) > 1 and words != f"run {run.run.letter}"
    parts = [f"{run.run.letter} · {words}" if named else run.run.letter]
    if len(group.runs) > 1:
        letters = [each.run.letter for each in group.runs]
        said = _listed(letters) if len(letters) < _MOST_LETTERS else f"{letters[0]} to {letters[-1]}"
        return " · ".join([*parts, f"mean ± standard deviation of {count(len(letters))} runs, {said}"])
    parts.append(f"{run.facts.status.replace('_', ' ')} after {counted(run.facts.updates, 'update')}")
    if run.run.current:
        parts.append("the open run")
    if run.run.pinned:
        parts.append("kept")
    if run.run.other_data:
        parts.append("other data")
    return " · ".join(parts)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def named(runs: Iterable[ComparedRun], words: Mapping[Path, str]) -> str:
    """The words of a lab on runs, each with their letters: `A, B too small · C good`.

    Args:
        runs: The compared runs.
        words: A word on some runs by their folders.
    """
    letters: dict[str, list[str]] = {}
    for run in runs:
        if isinstance(run.source, SavedRun) and (word := words.get(run.source.folder)):
            letters.setdefault(word, []).append(run.letter)
    return " · ".join(f"{', '.join(each)} {word}" for word, each in letters.items())
