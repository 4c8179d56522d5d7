"""The Step screen in words: which update it is, who is in it, and what a part is and why."""

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.read.table import Table
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.stopping import Status
from tui_ann.engine.trainer import Trainer
from tui_ann.export.worked.nodes import Row, WordsNode, column, row
from tui_ann.export.worked.steps import Step
from tui_ann.session.step.stepper import Place
from tui_ann.text import cell_width, count, counted
from tui_ann.text.symbols import Symbol, spelled

_SHOWN = 8
"""Examples named one by one."""


@cache
def _sentences() -> dict[str, str]:
    return dict(tomllib.loads((files("tui_ann.text") / "parts.toml").read_text(encoding="utf-8")))


def sentence(part: Part, *, told: bool = True) -> str:
    """What a part is and why, in one sentence.

    Args:
        part: The part.
        told: Whether its numbers may be seen.
    """
    symbol = part.name
    kind, sentences = "state_new" if symbol.state else symbol.family, _sentences()
    text = sentences[kind].format(layer=symbol.number or "") if kind in sentences else f"{part.title}."
    if not told or np.isfinite(part.value).all():
        return text
    return f"{spelled(part.symbol)} is not finite: the numbers have grown beyond what a computer can hold."


def title(place: Place, width: int, *, alone: bool = False) -> str:
    """Which update is in hand.

    Args:
        place: Where the run stands.
        width: Cells to fit in.
        alone: Whether one example's numbers are shown, which are not those of the run.
    """
    trace = place.trace
    update, epoch = f"Update {count(trace.update)}", count(trace.epoch)
    of_epoch, all_of_it = count(trace.update_of_epoch), count(trace.updates_per_epoch)
    if alone or place.broken:
        why = "alone, not made by the run" if alone else "not made: it diverged"
        short = "not the run's" if alone else "not made"
        forms = (f"{update} · {why}", f"{update} · {short}")
        return next((form for form in forms if cell_width(form) <= width), update)
    forms = (f"{update} · epoch {epoch} ({of_epoch} of {all_of_it})", f"{update} · ep {epoch} ({of_epoch}/{all_of_it})")
    return next((form for form in forms if cell_width(form) <= width), update)


def unmade(place: Place, trace: UpdateTrace) -> str:
    """Why a part beyond those is none of the run's, in a sentence.

    Args:
        place: Where the run stands.
        trace: The update that is shown.
    """
    if trace is not place.trace:
        return "One example alone: the run does not take this step; its own is made with the whole batch."
    broken = spelled(place.trace.parts[place.made_parts - 1].symbol)
    return f"Not made: {broken} is not finite, and the run ends with the parameters from before this update."


def batch(trace: UpdateTrace, dataset: Dataset | None, table: Table | None) -> str:
    """Who is in the batch: training examples with their place in the file.

    Args:
        trace: The update.
        dataset: The prepared rows, if they are at hand.
        table: The table, if it is at hand.
    """
    examples = [int(example) for example in trace.examples]
    if len(examples) == 1:
        return example_name(examples[0], dataset, table)
    named = [count(example + 1) for example in examples[:_SHOWN]]
    rest = f" … {count(examples[-1] + 1)}" if len(examples) > _SHOWN else ""
    return f"{count(len(examples))} examples: {', '.join(named)}{rest}"


def example_name(example: int, dataset: Dataset | None, table: Table | None) -> str:
    """A training example with the line of the file it stands on.

    Args:
        example: Its row in the training data, counted from 0.
        dataset: The prepared rows, if they are at hand.
        table: The table, if it is at hand.
    """
    text = f"example {count(example + 1)}"
    if dataset is None or table is None or example >= len(dataset.rows.train):
        return text
    return f"{text} (line {count(int(table.lines[dataset.rows.train[example]]))})"


def ending(trainer: Trainer) -> str:
    """Why the run ended with the update in hand, and which weights it kept; empty while it has not.

    Args:
        trainer: The trainer of the run.
    """
    reason, early, best = trainer.stop_reason, trainer.settings.early_stopping, trainer.best_epoch
    if reason is None:
        return ""
    restored = early is not None and early.restore_best_weights and best is not None and best != trainer.epoch
    if not restored or reason.status is Status.DIVERGED:
        return f"The run ends here: {reason.text}."
    return f"The run kept the weights of epoch {count(best or 0)}; this is its last update: {reason.cause}."


def extent(far: int, most: int | None) -> tuple[str, str]:
    """How many updates a run has, and which number one may ask for, in words.

    Args:
        far: Updates that it has made, or had made before one looked back.
        most: Updates at its end at the latest; `far` where it had ended, None where that is not known.
    """
    if far == most:
        return f"The run has {counted(far, 'update')}.", f"a number from 1 to {count(far)}"
    so_far = f"The run has {counted(far, 'update')} so far"
    missing = "Going further than that makes the updates between."
    if most is None:
        return f"{so_far}. {missing}", "a number from 1"
    return f"{so_far}, and {count(most)} at most. {missing}", f"a number from 1 to {count(most)}"


def most_updates(trace: UpdateTrace, epochs: int) -> int:
    """How many updates a run has at most, if it goes on to its last epoch.

    Args:
        trace: An update of it.
        epochs: Its epochs.
    """
    before = trace.update - trace.update_of_epoch
    return before + trace.updates_per_epoch * (epochs - trace.epoch + 1)


def given_steps(trace: UpdateTrace) -> list[Step]:
    """What an update begins with: its parameters."""
    return [Step(Symbol.parse(name), "", 0, values) for name, values in trace.before.items()]


def read_step(part: Part) -> Step:
    """X or y as a step: nothing is worked out, it is read from the data."""
    what = "Inputs" if part.symbol == Symbol("x") else "Targets"
    columns = part.value.shape[1] if part.value.ndim == 2 else 1
    note = row(WordsNode("Each example is a column.")) if columns > 1 else ()
    return Step(part.symbol, f"{what} of the batch, from the data", 0, part.value, note=note)


def change(trace: UpdateTrace, part: Part) -> Row:
    """What an update adds to a parameter, as an equation; nothing for other parts.

    Args:
        trace: The update.
        part: The part.
    """
    name = str(part.symbol.value)
    if not part.symbol.new or part.symbol.state or name not in trace.before:
        return ()
    difference = trace.after[name] - trace.before[name]
    return row(WordsNode(f"Δ{spelled(name)}"), "=", column(difference))
