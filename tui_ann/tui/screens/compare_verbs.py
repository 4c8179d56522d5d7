"""What can be done with the compared runs: show, keep, open, add, remove, fork, race, write."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tui_ann.engine.metrics import METRICS
from tui_ann.session.compare.comparison import ComparedRun
from tui_ann.session.compare.curves import update_at
from tui_ann.session.compare.found_runs import FoundRuns, holds_runs
from tui_ann.session.compare.goals import Goal, main_value
from tui_ann.session.compare.quantities import LOSS, VALIDATION
from tui_ann.session.compare.table_text import TABLE_FORMATS
from tui_ann.session.compare.weight_difference import weight_differences
from tui_ann.session.run.run import Run
from tui_ann.session.store.saved_run import SavedRun
from tui_ann.text import clean, count, counted, number
from tui_ann.tui.content.compare_text import quantity_title
from tui_ann.tui.dialogs.add_runs import AddRunsDialog
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.dialogs.fork import ForkAnswer, ForkDialog
from tui_ann.tui.dialogs.messages import ConfirmDialog
from tui_ann.tui.dialogs.weight_difference import WeightDifferenceDialog
from tui_ann.tui.screens.compare_panes import ComparePanes
from tui_ann.tui.services.output_file import ask_output, file_name
from tui_ann.tui.services.racing import Racer
from tui_ann.tui.services.screen_host import ScreenHost

_LIST, _FILES = "list", "files"


class CompareVerbs:
    """The actions on runs.

    Args:
        host: Returns the application.
        body: The panes.
        racer: Runs the races.
        changed: Called when the runs have changed, so that the board is worked out again.
        goal: Called with a goal that was set; `None` for the proposed one.
    """

    def __init__(
        self,
        host: Callable[[], ScreenHost],
        body: ComparePanes,
        racer: Racer,
        changed: Callable[[], object],
        goal: Callable[[Goal | None], object],
    ) -> None:
        self._host, self._body, self._racer = host, body, racer
        self._changed, self._set_goal = changed, goal

    def verbs(self) -> Mapping[str, Callable[[], object]]:
        """The actions by their names."""
        return {
            "show": self._show,
            "open": self._open,
            "add": self._ask_what_to_add,
            "keep": self._keep,
            "remove": self._ask_to_remove,
            "fork": self._ask_for_fork,
            "race": self._race,
            "weights": self._ask_whose_weights,
            "goal": self._ask_for_goal,
            "write": self._ask_for_format,
            "sort": self._body.sort,
        }

    @property
    def _run(self) -> ComparedRun | None:
        chosen = self._body.chosen
        return None if chosen is None else chosen.first.run

    @property
    def _runs(self) -> list[ComparedRun]:
        """The run under the cursor, or the repeats that are one there."""
        chosen = self._body.chosen
        return [] if chosen is None else [each.run for each in chosen.runs]

    def _show(self) -> None:
        """Draw the curve of the run, or leave it out."""
        if (first := self._run) is not None:
            for run in self._runs:
                self._host().session.comparison.hide(run, first.shown)
            self._changed()

    def _keep(self) -> None:
        """Keep the run when another takes its place, or no longer."""
        run, host = self._run, self._host()
        if run is None:
            return
        if run.pinned and not run.current:
            host.tell(f"{run.letter} would be gone: {host.key_of('compare.remove')} removes it.")
            return
        for each in self._runs:
            host.session.comparison.keep(each, not run.pinned)
        if not run.pinned:
            host.tell(f"{run.letter} stays here when another run takes its place.", passing=True)
        self._changed()

    async def _open(self) -> None:
        """Make the run the open one, on every screen; of several repeats the best one."""
        chosen, board, host = self._body.chosen, self._body.board, self._host()
        if chosen is None or board is None:
            return
        run = chosen.best(board.goal).run
        if run.current:
            await host.action_go("train")
            return
        self._racer.stop()
        host.session.comparison.keep_current()
        await host.opener.open_run(run.source)

    # Adding and removing.

    def _ask_what_to_add(self) -> None:
        here, saved = Path.cwd(), self._host().session.paths.runs
        base = saved if holds_runs(saved) and not holds_runs(here) else here
        self._host().push_screen(AddRunsDialog(base), self._add)

    async def _add(self, name: Path | None) -> None:
        if name is not None and not self._host().open_name:
            await self._host().opener.open_runs([name])
        elif name is not None:
            self.tell_of(self._host().session.comparison.open([name]))
            self._changed()

    def tell_of(self, found: FoundRuns) -> None:
        """Say what was added, and what was not and why."""
        host = self._host()
        added = f"{counted(len(found.runs), 'run')} added."
        if found.skipped:
            lines = [added] if found.runs else []
            host.tell("\n".join([*lines, *(clean(line) for line in found.skipped)]), "warning", 15)
        else:
            host.tell(added, passing=True)

    def _ask_to_remove(self) -> None:
        runs, host = self._runs, self._host()
        if not runs:
            return
        run, source = runs[0], runs[0].source
        if open_one := [each for each in runs if each.current]:
            self._remove(open_one, Choice(_LIST, ""))  # is refused with the reason
            return
        if len(runs) > 1:
            choices = [
                Choice(_LIST, f"Take {count(len(runs))} runs off the list", "their folders stay"),
                Choice(_FILES, "Delete their folders", "this cannot be undone"),
            ]
            title = f"Remove {run.letter} to {runs[-1].letter} · {clean(run.name, 30)}"
            host.push_screen(ChooseDialog(title, choices), lambda choice: self._remove(runs, choice))
            return
        if isinstance(source, SavedRun):
            choices = [
                Choice(_LIST, "Take it off the list", "its folder stays"),
                Choice(_FILES, "Delete its folder", f"{source.folder}: this cannot be undone"),
            ]
            title = f"Remove {run.letter} · {clean(run.name, 30)}"
            host.push_screen(ChooseDialog(title, choices), lambda choice: self._remove(runs, choice))
            return
        lost = isinstance(source, Run) and source.unsaved
        loses = " It is not saved and will be lost." if lost else ""
        question = f"{run.letter} · {clean(run.name, 30)} will be taken off the list.{loses}"
        host.push_screen(
            ConfirmDialog("Remove", question, "Remove it"),
            lambda sure: self._remove(runs, Choice(_LIST, "") if sure else None),
        )

    def _remove(self, runs: Sequence[ComparedRun], choice: Choice | None) -> None:
        if choice is not None:
            for run in runs:
                self._host().session.comparison.remove(run, files=choice.value == _FILES)
            self._changed()

    # Forks and races.

    def _ask_for_fork(self) -> None:
        group = self._body.chosen
        if group is None or self._body.board is None:
            return
        chosen = group.first
        cursor, along = self._body.chart.cursor, self._body.board.wish.along
        update = 0 if cursor is None else update_at(chosen.facts.history, along, cursor)
        dialog = ForkDialog(
            chosen.run.letter, chosen.run.source, min(update, chosen.facts.updates), chosen.facts.updates
        )
        self._host().push_screen(dialog, self._fork)

    async def _fork(self, answer: ForkAnswer | None) -> None:
        if answer is not None:
            if answer.pace is not None:
                self._racer.pace = answer.pace
            await self._racer.fork(answer.wish, race=answer.pace is not None)
            self._changed()

    async def _race(self) -> None:
        """Let every shown run that can go on race, or stop the race."""
        if self._racer.running:
            self._racer.stop()
            return
        board = self._body.board
        runs = [run.run.source for run in board.runs if run.run.shown and not run.facts.ended] if board else []
        live = [run for run in runs if isinstance(run, Run)]
        if not live:
            host = self._host()
            host.tell(f"No shown run can go on: {host.key_of('compare.fork')} forks one.", passing=True)
            return
        await self._racer.race(live)
        self._changed()

    # Words and numbers.

    def _ask_whose_weights(self) -> None:
        """Ask for the run whose weights are subtracted from those of the run under the cursor."""
        run, board, host = self._run, self._body.board, self._host()
        others = [other.run for other in board.runs if other.run is not run] if board is not None else []
        if run is None or not others:
            host.tell("There is no other run to compare the weights with.", passing=True)
        elif len(others) == 1:
            self._show_weights(run, others[0])
        else:
            choices = [Choice(other, f"{other.letter} · {clean(other.name, 30)}") for other in others]
            dialog = ChooseDialog(f"Weights of {run.letter} minus those of", choices)
            host.push_screen(dialog, lambda choice: self._show_weights(run, choice.value) if choice else None)

    def _show_weights(self, first: ComparedRun, second: ComparedRun) -> None:
        found = weight_differences(first.source, second.source)
        self._host().push_screen(WeightDifferenceDialog(f"{first.letter} − {second.letter}", found))

    def _ask_for_goal(self) -> None:
        """Ask which value is to be reached."""
        board = self._body.board
        if board is None or not board.runs:
            return
        quantity = board.wish.quantity
        histories = [run.facts.history for run in board.runs]
        known = quantity == LOSS or quantity.partition(" ")[0] in METRICS
        name = main_value(histories) if not known or quantity == LOSS else quantity
        if known and quantity != LOSS and all(VALIDATION + quantity in each.names for each in histories):
            name = VALIDATION + quantity
        now = board.goal if board.goal is not None and board.goal.name == name else None
        title = (
            f"{'Validation: ' if name.startswith(VALIDATION) else ''}{quantity_title(name.removeprefix(VALIDATION))}"
        )

        def fault(text: str) -> str | None:
            try:
                return None if not text.strip() or _value(text) is not None else "not a number"
            except ValueError:
                return "not a number"

        def use(text: str | None) -> None:
            if text is not None:
                self._set_goal(Goal(name, _value(text)) if text.strip() else None)

        help_ = "The table says when each run has reached it first. Nothing typed proposes a value."
        start = number(now.value, 6) if now is not None else ""
        self._host().push_screen(EntryDialog(title, start, help=help_, allowed="a number", fault=fault), use)

    def _ask_for_format(self) -> None:
        choices = [Choice(each, each.name, each.note) for each in TABLE_FORMATS]
        self._host().push_screen(ChooseDialog("Write the table as", choices), self._write)

    def _write(self, choice: Choice | None) -> None:
        board, host = self._body.board, self._host()
        if choice is None or board is None:
            return
        rows = self._body.rows
        proposed = f"{file_name(host.open_name)}-runs.{choice.value.suffix}"
        ask_output(host, proposed, lambda: choice.value.text(board.table, rows))


def _value(text: str) -> float:
    """A typed number.

    Raises:
        ValueError: It is none.
    """
    return float(text.strip().replace("−", "-").replace(",", ".").replace(" ", ""))
