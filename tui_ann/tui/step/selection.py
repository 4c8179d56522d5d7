"""What the Step screen shows: one update, the selected part of it, and the selected number of that part."""

from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.tape import Phase
from tui_ann.session.run.run import Run
from tui_ann.session.step.alone import AloneRow
from tui_ann.session.step.stepper import Place
from tui_ann.session.workspace import Workspace
from tui_ann.text.symbols import Symbol
from tui_ann.tui.widgets.ledger import LedgerView
from tui_ann.tui.widgets.part_numbers import PartNumbers


class Selection:
    """The update on display, and the part and the number under the cursors.

    Args:
        ledger: Its cursor chooses the part.
        numbers: Its cursor chooses the number.
    """

    def __init__(self, ledger: LedgerView, numbers: PartNumbers) -> None:
        self._ledger, self._numbers = ledger, numbers
        self.place: Place | None = None
        """The position of the run; `None` if no update is shown."""
        self.example: int | AloneRow | None = None
        """Training example, counted from 0, or another row, that is shown alone; `None` for the whole batch."""
        self.decimals = 4
        """Maximum number of decimals."""
        self.practising = False
        """Whether the numbers to come are being asked for, so that nothing may show them."""
        self._alone: UpdateTrace | None = None

    def show(self, place: Place, alone: UpdateTrace | None = None) -> None:
        """Show an update.

        Args:
            place: The position of the run.
            alone: The same update with one example instead of the batch, if requested.
        """
        self.place, self._alone = place, alone

    def clear(self) -> None:
        """Show no update."""
        self.place = self._alone = self.example = None

    @property
    def trace(self) -> UpdateTrace | None:
        """The update on display: that of the run, or the same update with one example alone."""
        if self.place is None:
            return None
        return self.place.trace if self.example is None or self._alone is None else self._alone

    def run_of(self, workspace: Workspace) -> Run | None:
        """The run of the update on display; `None` if it is no longer the open one.

        Args:
            workspace: What is open.
        """
        run = workspace.run
        return run if run is not None and self.place is not None and self.place.trace.network is run.network else None

    @property
    def is_alone(self) -> bool:
        """Whether the numbers of one example alone are shown; they are not those of the run."""
        return self.place is not None and self.trace is not self.place.trace

    @property
    def at_start(self) -> bool:
        """Whether nothing of the update is done and the cursor is on its first part."""
        return self.place is not None and self.place.done == 0 and self.index == 0

    # The part.

    @property
    def index(self) -> int | None:
        """Index of the part under the cursor in the update; `None` if no update is shown."""
        return self._ledger.part if self.place is not None else None

    @property
    def part(self) -> Part | None:
        """The part under the cursor, with the numbers on display."""
        trace, index = self.trace, self.index
        return trace.parts[index] if trace is not None and index is not None else None

    @property
    def is_done(self) -> bool:
        """Whether the part under the cursor is done, so that its numbers may be shown."""
        return self.place is not None and self.index is not None and self.index < self.place.done

    @property
    def made_parts(self) -> int:
        """How many parts the run itself makes: none for one example alone, not all if the run diverges."""
        if self.place is None or self.trace is None:
            return 0
        if self.is_alone:
            return sum(part.phase is not Phase.UPDATE for part in self.trace.parts)
        return self.place.made_parts

    @property
    def is_made(self) -> bool:
        """Whether the part under the cursor is made by the run, not only computed for display."""
        return self.index is not None and self.index < self.made_parts

    # The number.

    @property
    def cell(self) -> tuple[int, ...]:
        """Index of the number under the cursor in the part's value, counted from 0; () for a single number."""
        return self._numbers.place

    @property
    def parameter(self) -> tuple[str, tuple[int, ...]] | None:
        """Name and index of the trainable number that the selected number belongs to; `None` if there is none."""
        trace, part = self.trace, self.part
        return None if trace is None or part is None else parameter_of(trace, part, self.cell)


def parameter_of(trace: UpdateTrace, part: Part, cell: tuple[int, ...]) -> tuple[str, tuple[int, ...]] | None:
    """The trainable number that a number of a part belongs to: its own, or the first weight of its neuron.

    Args:
        trace: The update.
        part: The part.
        cell: Index in its value, counted from 0.
    """
    own = str(part.symbol.value)
    if own in trace.gradients:
        return own, cell[: trace.gradients[own].ndim]
    weights = str(Symbol("W", part.symbol.number))
    if weights not in trace.gradients or not cell:
        return None
    return weights, (min(cell[-2 if len(cell) > 1 else 0], len(trace.gradients[weights]) - 1), 0)
