"""Step: one update of the run taken apart: its ledger, the formula of one part with all numbers, forwards and back."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.engine.trace import Part, UpdateTrace
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.solution import steps_of
from tui_ann.export.worked.steps import Step
from tui_ann.session.snapshot import Snapshot
from tui_ann.session.stepper import Grain, Place
from tui_ann.text import clean, count
from tui_ann.tui.actions import bindings
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.errands import Errands, Stepped
from tui_ann.tui.plan import Plan
from tui_ann.tui.screens.base import AnnScreen
from tui_ann.tui.widgets.formula import FormulaView
from tui_ann.tui.widgets.ledger import Ledger, everything
from tui_ann.tui.widgets.panes import Pane, Panes
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import RowList

MOST_DECIMALS = 15
"""More digits than that are noise of the last bits."""
_PATIENCE = 0.25
"""Seconds after which it is said what takes so long."""


class StepScreen(AnnScreen):
    """The update in hand.  Where the run stands is known to the session; this asks for steps and shows what came of it.

    What dialogs and modes build on: `place`, `trace`, `part`, `cell`, `parameter` tell what is looked at; `step` has
    something done at the run and shows where it stands then; `told` says which numbers may be seen.
    """

    MODE = "step"
    CSS_PATH = "step.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("step")]
    AUTO_FOCUS = "Ledger"

    def __init__(self) -> None:
        super().__init__()
        self.place: Place | None = None
        """Where the run stands; None while nothing is taken apart."""
        self.example: int | None = None
        """The training example, counted from 0, whose numbers are shown alone; None for the whole batch."""
        self.decimals = 4
        """Decimals shown at most."""
        self.told: Callable[[int], bool] = everything
        """Whether the numbers of a part may be seen once it is done, by its index."""
        self._plan: Plan | None = None
        self._alone: UpdateTrace | None = None
        self._reading: Reading | None = None
        self._errands: Errands | None = None
        self._doing = ""

    def compose_body(self) -> Iterable[Widget]:
        """The panes."""
        yield Panes(
            Pane(Ledger(), title="Update", id="ledger-pane", beside="formula-pane"),
            Pane(FormulaView(), title="Formula", id="formula-pane", beside="ledger-pane"),
        )

    # What is looked at.

    @property
    def trace(self) -> UpdateTrace | None:
        """The update whose numbers are shown: the one in hand, or that with one example alone."""
        if self.place is None:
            return None
        return self.place.trace if self.example is None or self._alone is None else self._alone

    @property
    def part_index(self) -> int | None:
        """Index of the part under the cursor of the ledger."""
        return self.query_one(Ledger).part if self.place is not None else None

    @property
    def part(self) -> Part | None:
        """The part under the cursor of the ledger, with the numbers that are shown."""
        trace, index = self.trace, self.part_index
        return trace.parts[index] if trace is not None and index is not None else None

    @property
    def cell(self) -> tuple[int, ...]:
        """Place of the chosen number in the part's value, counted from 0; () in a single number."""
        part = self.part
        return (0,) * part.value.ndim if part is not None else ()

    @property
    def parameter(self) -> tuple[str, tuple[int, ...]] | None:
        """The trainable number that the chosen cell belongs to, by name and place; None where there is none."""
        trace, part = self.trace, self.part
        if trace is None or part is None:
            return None
        return parameter_of(trace, part, self.cell)

    # Following the session.

    def show_session(self) -> None:
        """Take the network's shape, and ask where the run stands."""
        self._plan = self.host.plan()
        self.place = self._alone = self._reading = None
        self._ask()
        self.show_place()

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Ask where the run stands, if it has moved."""
        if self._errands is not None and self._errands.busy:
            return
        if self.place is None or (snapshot is not None and snapshot.update != self.place.made):
            self._ask()

    def _ask(self) -> None:
        host, session = self.host, self.session
        held = host.runner.running or host.bench.preparing or (session.run is None and session.kept is not None)
        if self._plan is not None and not self._plan.problems and not held:
            self.step(session.place)

    def step(self, verb: Callable[[], Place], doing: str = "") -> None:
        """Have something done at the run, after all that was asked for before, and show where it stands then.

        A run that goes on is paused first.

        Args:
            verb: What to do; called in a thread, returns where the run stands then.
            doing: What it does, in case it takes long.
        """
        if self._plan is None or self._plan.problems:
            return
        self.host.runner.pause()
        if self._errands is None:
            self._errands = Errands(self.host, self.post_message)
        example, session = self.example, self.session
        self._doing = doing
        self.set_timer(_PATIENCE, self.refresh_status)

        def errand() -> Stepped:
            place = verb()
            return Stepped(place, None if example is None else session.example_alone(example))

        self._errands.add(errand)

    def on_stepped(self, event: Stepped) -> None:
        """Show where the run stands."""
        event.stop()
        self.place, self._alone = event.place, event.alone
        self.show_place()

    def show_place(self) -> None:
        """Show what is in hand, anew."""
        ledger, formula = self.query_one(Ledger), self.query_one(FormulaView)
        place, trace = self.place, self.trace
        if place is None or trace is None:
            ledger.set_data((), 0, self.decimals)
            formula.set_words(("",))
            return
        ledger.set_data(trace.parts, place.done, self.decimals, self.told)
        self._show_part()
        self.refresh_status()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Look at another part."""
        event.stop()
        self._show_part()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Go to the part that was chosen."""
        event.stop()
        index = self.part_index
        if index is not None:
            self.step(lambda: self.session.go_to_part(index + 1))

    def _show_part(self) -> None:
        index, part = self.part_index, self.part
        if self.place is None or index is None or part is None:
            return
        told = index < self.place.done and self.told(index)
        self.query_one(FormulaView).set_data(self._steps(part), self.decimals, told=told, cell=self.cell)

    def _steps(self, part: Part) -> list[Step]:
        trace, run = self.trace, self.session.run
        if trace is None or run is None or part.symbol in ("x", "y"):
            return []
        if self._reading is None or self._reading.trace is not trace:
            self._reading = Reading(run.network, trace)
        return steps_of(self._reading, part)

    def status(self) -> tuple[Content, str]:
        """The part in hand in a sentence, or why there is none."""
        if self._errands is not None and self._errands.busy and self._doing:
            return plain(f"{self._doing} …"), "note"
        return plain(""), ""

    # Steps.

    def action_forward(self) -> None:
        """One part on."""
        self.step(lambda: self.session.forward(Grain.PART))

    def action_back(self) -> None:
        """One part back."""
        self.step(lambda: self.session.back(Grain.PART))

    def action_update(self) -> None:
        """One update on."""
        self.step(lambda: self.session.forward(Grain.UPDATE))

    def action_update_back(self) -> None:
        """One update back."""
        self.step(lambda: self.session.back(Grain.UPDATE))

    def action_phase(self) -> None:
        """On to the end of the phase."""
        self.step(lambda: self.session.forward(Grain.PHASE))

    def action_phase_back(self) -> None:
        """Back to the start of the phase."""
        self.step(lambda: self.session.back(Grain.PHASE))

    def action_epoch(self) -> None:
        """On to the end of the epoch."""
        self.step(lambda: self.session.forward(Grain.EPOCH))

    def action_epoch_back(self) -> None:
        """Back to the start of the epoch."""
        self.step(lambda: self.session.back(Grain.EPOCH))

    def action_go_to(self) -> None:
        """Ask for an update, and go there."""
        made = self.place.made if self.place is not None else 0
        known = f"The run has been as far as update {count(len(self.session.course.losses))}; later ones are made."
        self.host.push_screen(
            EntryDialog("Go to update", str(max(1, made)), help=known, allowed="a number from 1", fault=not_an_update),
            self._go_to,
        )

    def _go_to(self, answer: str | None) -> None:
        if answer is not None:
            update = int(answer)
            self.step(lambda: self.session.go_to(update), f"Going to update {count(update)}")

    def action_first(self) -> None:
        """Back to the start of the run."""
        self.step(lambda: self.session.go_to(1), "Going back to the start")

    def action_last(self) -> None:
        """On to the end of the run, unless another step calls it off."""
        self.step(self._run_on, "Going on to the end of the run; any step stops it")

    def _run_on(self) -> Place:
        errands = self._errands
        return self.session.to_the_end(
            publish=self.host.runner.publish, cancelled=errands.called_off if errands else None
        )

    def action_more(self) -> None:
        """One decimal more."""
        self.decimals = min(MOST_DECIMALS, self.decimals + 1)
        self.show_place()

    def action_fewer(self) -> None:
        """One decimal less."""
        self.decimals = max(0, self.decimals - 1)
        self.show_place()


def not_an_update(text: str) -> str | None:
    """What is wrong with the number of an update as it was typed, if anything is.

    Args:
        text: What was typed.
    """
    return None if text.strip().isdecimal() and int(text) > 0 else f"“{clean(text, 20)}” is not the number of an update"


def parameter_of(trace: UpdateTrace, part: Part, cell: tuple[int, ...]) -> tuple[str, tuple[int, ...]] | None:
    """The trainable number that a cell of a part belongs to: its own, or the first weight of its neuron.

    Args:
        trace: The update.
        part: The part.
        cell: Place in its value.
    """
    name = part.symbol.removesuffix("_new")
    candidates = (name, name.removeprefix("d"), f"W{name.removeprefix('dR')}")
    own = next((candidate for candidate in candidates if candidate in trace.gradients), None)
    if own is not None:
        return own, cell[: trace.gradients[own].ndim]
    weights = f"W{name.lstrip('abcdefghijklmnopqrstuvwxyz_')}"
    if weights not in trace.gradients or not cell:
        return None
    return weights, (min(cell[-2 if len(cell) > 1 else 0], len(trace.gradients[weights]) - 1), 0)
