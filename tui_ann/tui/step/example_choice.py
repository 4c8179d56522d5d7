"""Asks whether to show the numbers of the batch, or of one example alone."""

from tui_ann.engine.tape import Phase
from tui_ann.experiment.spec import Experiment
from tui_ann.session.step.alone import AloneRow
from tui_ann.text import clean, count
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.captions import example_name, present
from tui_ann.tui.step.jumps import is_number
from tui_ann.tui.step.selection import Selection
from tui_ann.tui.step.walk import Walk
from tui_ann.tui.widgets.ledger import LedgerView

_BATCH, _OTHER = -1, -2


class ExampleChoice:
    """Chooses the example of a selection.

    Args:
        host: The application.
        selection: The current selection.
        walk: Computes the update with the example alone.
    """

    def __init__(self, host: ScreenHost, selection: Selection, walk: Walk) -> None:
        self._host, self._selection, self._walk = host, selection, walk
        self._followed: AloneRow | None = None
        self._kept: tuple[AloneRow, Experiment] | None = None
        """The row of Predict on display, and the experiment that it belongs to."""
        self._row = ""
        """The row on display; empty for the batch and its examples."""

    def ask(self) -> None:
        """Ask for the batch, an example of it, or another example."""
        selection, session = self._selection, self._host.session
        if selection.place is None:
            return
        members = [int(example) for example in selection.place.trace.examples]
        whole = "The batch" if len(members) > 1 else "The example of the update"
        choices = [Choice(_BATCH, whole, "as in the run")]
        alone = members if len(members) > 1 else []
        choices += [
            Choice(member, example_name(member, session.workspace.dataset, session.workspace.table), "alone")
            for member in alone
        ]
        choices.append(Choice(_OTHER, "Another example …", "any training example, alone"))
        if isinstance(selection.example, AloneRow):
            choices.insert(-1, Choice(selection.example, clean(selection.example.name, 40), "alone, from Predict"))
        current = _BATCH if selection.example is None else selection.example
        help = "One example alone: the same update from the same parameters, as if it were the whole batch."
        if isinstance(selection.example, AloneRow):
            help += f" The row of Predict begins with the parameters {present(selection.place)}."
        self._host.push_screen(ChooseDialog("Show numbers of", choices, current, help), self._chosen)

    def _chosen(self, choice: Choice | None) -> None:
        if choice is None:
            return
        if choice.value == _OTHER:
            self._ask_number()
        else:
            self.show(None if choice.value == _BATCH else choice.value)

    def _ask_number(self) -> None:
        run = self._host.session.workspace.run
        most = len(run.dataset.X_train) if run is not None else 1
        self._host.push_screen(
            EntryDialog(
                "Training example", "1", allowed=f"a number from 1 to {count(most)}",
                fault=lambda text: None if is_number(text, most) else f"there is no example “{clean(text, 20)}”",
            ),
            lambda answer: self.show(int(answer) - 1) if answer is not None else None,
        )  # fmt: skip

    def follow(self) -> None:
        """Show the row that Predict has sent, once: all of its update but the change of the parameters."""
        row = self._host.choices.row
        if row is not None and row is not self._followed:
            self._kept = row, self._host.session.workspace.experiment
            self._followed = row
            self._take(row)

    def keep(self) -> None:
        """Show the row of Predict again after everything was read anew, if the experiment is still the same."""
        if self._kept is None or self._kept[0] is not self._host.choices.row:
            self._kept = None
        elif self._kept[1] == self._host.session.workspace.experiment:
            self._take(self._kept[0])

    def arrive(self, ledger: LedgerView) -> None:
        """Put the cursor on the ŷ of a row that was not on display before.

        Args:
            ledger: The parts on display.
        """
        trace, before = self._selection.trace, self._row
        self._row = trace.row if trace is not None else ""
        if trace is not None and self._row not in ("", before):
            forward = [place for place, part in enumerate(trace.parts) if part.phase is Phase.FORWARD]
            ledger.cursor = ledger.line_of[forward[-1]]

    def _take(self, row: AloneRow) -> None:
        self._selection.example = row
        self._walk.take(self._host.session.stepper.up_to_the_change)

    def show(self, example: int | AloneRow | None) -> None:
        """Show the numbers of one example alone.

        Args:
            example: Its row in the training data, counted from 0, or another row; `None` for the whole batch.
        """
        self._selection.example = example
        if not isinstance(example, AloneRow):
            self._kept = None
        self._walk.stay()
