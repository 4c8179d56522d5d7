"""Captions of the Step screen: the update, its examples, and the meaning of a part."""

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np

from tui_ann.data.prepare.dataset import Dataset
from tui_ann.data.read.table import Table
from tui_ann.engine.inspect.noise import ULPS, without_dust
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.stopping import Status
from tui_ann.engine.trainer import Trainer
from tui_ann.export.worked.nodes import Row, WordsNode, column, row
from tui_ann.export.worked.steps import Step
from tui_ann.session.step.stepper import Place
from tui_ann.session.store.paths import UserPaths
from tui_ann.text import cell_width, count, counted, line_name
from tui_ann.text.symbols import Symbol, spelled
from tui_ann.tui.draw.fitting import longest_of

_SHOWN = 8
"""Maximum number of examples listed by name."""


@cache
def _sentences() -> dict[str, str]:
    return dict(tomllib.loads((files("tui_ann.text") / "parts.toml").read_text(encoding="utf-8")))


def sentence(part: Part, *, told: bool = True) -> str:
    """A part and its purpose in one sentence.

    Args:
        part: The part.
        told: Whether its numbers are shown.
    """
    symbol = part.name
    kind, sentences = "state_new" if symbol.state else symbol.family, _sentences()
    text = sentences[kind].format(layer=symbol.number or "") if kind in sentences else f"{part.title}."
    if not told or np.isfinite(part.value).all():
        return text
    return f"{spelled(part.symbol)} is not finite: the numbers have grown beyond what a computer can hold."


def present(place: Place) -> str:
    """Which parameters the run has at a position, in words.

    Args:
        place: The position of the run.
    """
    return f"after update {count(place.made)}" if place.made else "before update 1"


def title(place: Place, width: int, *, alone: bool = False, from_here: bool = False) -> str:
    """Title of the update.

    Args:
        place: The position of the run.
        width: Maximum width of the title in cells.
        alone: Whether the numbers of a single example are shown; they are not those of the run.
        from_here: Whether they begin with the parameters of the position, not with those before its update.
    """
    trace = place.trace
    update, epoch = f"Update {count(trace.update)}", count(trace.epoch)
    of_epoch, all_of_it = count(trace.update_of_epoch), count(trace.updates_per_epoch)
    if alone or place.broken:
        when = present(place) if from_here else update[:1].lower() + update[1:]
        why, short = ("Alone, not made by the run", "Alone") if alone else ("Not made: it diverged", "Not made")
        reasons = [f"{why} · {when}", f"{short} · {when}", when[:1].upper() + when[1:] if from_here else short]
        return longest_of(reasons, width)
    forms = (
        f"{update} · epoch {epoch} ({of_epoch} of {all_of_it})",
        f"{update} · ep {epoch} ({of_epoch}/{all_of_it})",
        f"{update} · epoch {epoch}",
        f"{update} · ep {epoch}",
    )
    return next((form for form in forms if cell_width(form) <= width), update)


def position(trace: UpdateTrace, index: int, *, done: bool) -> str:
    """Which part of the update is shown.

    Args:
        trace: The update.
        index: The part.
        done: Whether it is computed.
    """
    part = trace.parts[index]
    missing = "" if done else ", not computed yet"
    return f"Part {index + 1} of {len(trace.parts)}, {spelled(part.name)}: {part.phase}{missing}."


def unmade(place: Place, trace: UpdateTrace) -> str:
    """Why a part is not made by the run, as a sentence.

    Args:
        place: The position of the run.
        trace: The update that is shown.
    """
    if trace is not place.trace:
        return "One example alone: the run does not take this step; it uses the whole batch."
    broken = spelled(place.trace.parts[place.made_parts - 1].symbol)
    return f"Not made: {broken} is not finite, and the run keeps the parameters from before this update."


def whose(place: Place, trace: UpdateTrace, dataset: Dataset | None, table: Table | None) -> str:
    """Whose numbers are shown: those of the batch, of one example, or of a row.

    Args:
        place: The position of the run.
        trace: The update that is shown.
        dataset: The prepared rows, if available.
        table: The table, if available.
    """
    if trace.row:
        return f"alone: {trace.row}"
    who = batch(trace, dataset, table)
    if trace is place.trace:
        return who
    return f"alone: {who}" if trace.examples[0] in place.trace.examples else f"alone, not of this batch: {who}"


def batch(trace: UpdateTrace, dataset: Dataset | None, table: Table | None) -> str:
    """The examples of the batch, with their lines in the file.

    Args:
        trace: The update.
        dataset: The prepared rows, if available.
        table: The table, if available.
    """
    examples = [int(example) for example in trace.examples]
    if len(examples) == 1:
        return example_name(examples[0], dataset, table)
    named = [count(example + 1) for example in examples[:_SHOWN]]
    rest = f" … {count(examples[-1] + 1)}" if len(examples) > _SHOWN else ""
    return f"{count(len(examples))} examples: {', '.join(named)}{rest}"


def example_name(example: int, dataset: Dataset | None, table: Table | None) -> str:
    """A training example with its line in the file, if the user has one: that of an exercise was written by us.

    Args:
        example: Its row in the training data, counted from 0.
        dataset: The prepared rows, if available.
        table: The table, if available.
    """
    text = f"example {count(example + 1)}"
    own = table is None or table.path is None or table.path.is_relative_to(UserPaths.of_user().exercises)
    if dataset is None or table is None or own or example >= len(dataset.rows.train):
        return text
    return f"{text} (line {line_name(table.lines[dataset.rows.train[example]])})"


def ending(trainer: Trainer) -> str:
    """Why the run ended and which weights it kept; empty if it has not ended.

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
    """How many updates a run has, and which numbers are valid, in words.

    Args:
        far: Number of updates made so far, including those after the current position.
        most: Maximum number of updates of the run; `far` if it has ended, `None` if unknown.
    """
    if far == most:
        return f"The run has {counted(far, 'update')}.", f"a number from 1 to {count(far)}"
    so_far = f"The run has {counted(far, 'update')} so far"
    missing = "Later updates are computed on the way."
    if most is None:
        return f"{so_far}. {missing}", "a number from 1"
    return f"{so_far}, and {count(most)} at most. {missing}", f"a number from 1 to {count(most)}"


def most_updates(trace: UpdateTrace, epochs: int) -> int:
    """The number of updates of a run that reaches its last epoch.

    Args:
        trace: An update of the run.
        epochs: Its number of epochs.
    """
    before = trace.update - trace.update_of_epoch
    return before + trace.updates_per_epoch * (epochs - trace.epoch + 1)


def given_steps(trace: UpdateTrace) -> list[Step]:
    """The parameters before an update, as steps."""
    return [Step(Symbol.parse(name), "", 0, trace.clean_before(name)) for name in trace.before]


def read_step(part: Part) -> Step:
    """The data x or y as a step: it is read, not computed."""
    what = "Inputs" if part.symbol == Symbol("x") else "Targets"
    columns = part.value.shape[1] if part.value.ndim == 2 else 1
    note = row(WordsNode("Each example is a column.")) if columns > 1 else ()
    return Step(part.symbol, f"{what} of the batch, from the data", 0, part.value, note=note)


def change(trace: UpdateTrace, part: Part) -> Row:
    """The change of a parameter as an equation; empty for other parts.

    Args:
        trace: The update.
        part: The part.
    """
    name = str(part.symbol.value)
    if not part.symbol.new or part.symbol.state or name not in trace.before:
        return ()
    before, after = trace.clean_before(name), part.clean
    size = np.maximum(np.abs(before), np.abs(after))
    difference = without_dust(after - before, ULPS * np.finfo(after.dtype).eps * size)
    return row(WordsNode(f"Δ{spelled(name)}"), "=", column(difference))
