"""Step: one update of the run taken apart: its ledger, the formula of one part with all numbers, forwards and back."""

from collections.abc import Callable, Iterable
from typing import ClassVar

import numpy as np
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from tui_ann.engine.trace import Part, UpdateTrace
from tui_ann.export.worked.reading import Reading
from tui_ann.export.worked.solution import steps_of
from tui_ann.export.worked.steps import Step
from tui_ann.session.run.snapshot import Snapshot
from tui_ann.text import count
from tui_ann.tui.content.plan import Plan
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.services.errands import Stepped
from tui_ann.tui.step.captions import (
    batch,
    change,
    ending,
    fitting,
    given_steps,
    made_parts,
    read_step,
    sentence,
    title,
    unmade,
)  # fmt: skip
from tui_ann.tui.step.course_curve import CourseCurve
from tui_ann.tui.step.dialogs import StepDialogs
from tui_ann.tui.step.numeric_check import NumericCheck
from tui_ann.tui.step.picture import lights
from tui_ann.tui.widgets.describing import Described
from tui_ann.tui.widgets.formula import FormulaView
from tui_ann.tui.widgets.grid import GridView
from tui_ann.tui.widgets.ledger import Ledger, everything
from tui_ann.tui.widgets.loss_curve import LossCurve
from tui_ann.tui.widgets.network_picture import NetworkPicture
from tui_ann.tui.widgets.panes import Pane, Panes
from tui_ann.tui.widgets.part_numbers import PartNumbers
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import RowList
from tui_ann.tui.widgets.status_line import StatusLine

_SCROLLED = 4
"""Lines that the formula is scrolled by."""


class StepScreen(StepDialogs):
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
        self.told: Callable[[int], bool] = everything
        """Whether the numbers of a part may be seen once it is done, by its index."""
        self._plan: Plan | None = None
        self._alone: UpdateTrace | None = None
        self._reading: Reading | None = None
        self._check = NumericCheck()
        self._shown_part: int | None = None
        self._formula_title = ""
        self._shown_state = ""
        self._course = CourseCurve()

    def compose_body(self) -> Iterable[Widget]:
        """The panes."""
        curve = LossCurve()
        curve.pickable = True
        yield Panes(
            Pane(Ledger(), title="Update", id="ledger-pane", beside="formula-pane", topic="ledger"),
            Pane(FormulaView(), title="Formula", id="formula-pane", beside="ledger-pane", topic="formula"),
            Pane(NetworkPicture(), title="Network", id="network-pane", topic="lit_network"),
            Pane(PartNumbers(), title="Numbers", id="numbers-pane", topic="part_numbers"),
            Pane(curve, title="Loss", id="loss-pane", topic="course"),
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
    def part_is_told(self) -> bool:
        """Whether the numbers of the part under the cursor may be seen."""
        place, index = self.place, self.part_index
        return place is not None and index is not None and index < place.done and self.told(index)

    @property
    def cell(self) -> tuple[int, ...]:
        """Place of the chosen number in the part's value, counted from 0; () in a single number."""
        return self.query_one(PartNumbers).place

    @property
    def parameter(self) -> tuple[str, tuple[int, ...]] | None:
        """The trainable number that the chosen cell belongs to, by name and place; None where there is none."""
        trace, part = self.trace, self.part
        return None if trace is None or part is None else parameter_of(trace, part, self.cell)

    @property
    def forward_key(self) -> str:
        """The key that takes the next part from where the keyboard is: where one moves a cursor, another one."""
        active = self.active_bindings.values()
        binding = next((key.binding for key in active if key.binding.id == "step.forward"), None)
        return self.host.get_key_display(binding) if binding else self.host.key_of("step.forward")

    def on_descendant_focus(self) -> None:
        """Name the keys that do something there."""
        self.refresh_status()

    # Following the session.

    def show_session(self) -> None:
        """Take the network's shape, and ask where the run stands."""
        self._plan = self.host.plan()
        self._let_go()
        self._ask()

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Ask where the run stands, if it has moved; of a run that goes on only the losses are shown."""
        if self.host.runner.running:
            if self.place is not None or self._shown_state != self._state():
                self._let_go()
        elif self.place is None or (snapshot is not None and snapshot.update != self.place.made):
            if self._shown_state != self._state():
                self._let_go()
            if not self.busy:
                self._ask()
        self._show_loss()

    def _let_go(self) -> None:
        """Have no update in hand."""
        self.place = self._alone = self._reading = self.example = None
        self.show_place()

    def _state(self) -> str:
        """What stands where no update is in hand."""
        if not self.host.runner.running:
            return "No update is in hand."
        return f"The run goes on. {self.forward_key} pauses it here and takes its next update apart."

    def _ask(self) -> None:
        host, session = self.host, self.session
        held = host.runner.running or host.bench.preparing or (session.run is None and session.saved_run is not None)
        if self._plan is not None and not held and host.bench.trouble is None:
            self.step(session.place)

    def on_stepped(self, event: Stepped) -> None:
        """Show where the run stands."""
        event.stop()
        self.note_way(event.place)
        self.place, self._alone, self.doing = event.place, event.alone, ""
        self.show_place()
        self._show_loss()

    # Showing.

    def show_place(self) -> None:
        """Show what is in hand, anew."""
        ledger, place, trace = self.query_one(Ledger), self.place, self.trace
        pane = self.query_one("#ledger-pane", Pane)
        if place is None or trace is None:
            formula, numbers = self.query_one(FormulaView), self.query_one(PartNumbers)
            self._shown_state = formula.empty = self._state()
            ledger.empty = self._shown_state.partition(" and ")[0].rstrip(".") + "."
            numbers.empty = self._shown_state.partition(". ")[0].rstrip(".") + "."
            ledger.set_data((), 0, self.decimals)
            pane.border_title, pane.border_subtitle = plain("Update"), plain("")
            formula.set_data((), self.decimals)
            self._entitle("Formula")
            numbers.set_part(None, (), ())
            self._show_network()
        else:
            self._entitle_update()
            who = batch(trace, self.session.dataset, self.session.table)
            if trace is self._alone:
                member = trace.examples[0] in place.trace.examples
                who = f"{who} alone" if member else f"{who} alone, not of this batch"
            pane.border_subtitle = plain(who)
            made, done = made_parts(place, trace), min(place.done, len(trace.parts))
            ledger.set_data(trace.parts, done, self.decimals, self.told, made=made)
            self._show_part()
        self.refresh_status()

    def _entitle_update(self) -> None:
        if self.place is not None:
            pane = self.query_one("#ledger-pane", Pane)
            pane.border_title = plain(title(self.place, pane.size.width - 2, alone=self.trace is not self.place.trace))

    def on_resize(self) -> None:
        """Fit the title of the ledger to its frame, and the status line."""
        super().on_resize()
        self.call_after_refresh(self._entitle_update)
        self.call_after_refresh(self.refresh_status)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Look at another part."""
        event.stop()
        if self._shown_part != self.part_index:
            self._show_part()
            self.refresh_status()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Go to the part that was chosen."""
        event.stop()
        index = self.part_index
        if index is not None:
            self.step(lambda: self.session.go_to_part(index + 1))

    def on_grid_view_cursor_moved(self, event: GridView.CursorMoved) -> None:
        """Give the number under the cursor in full."""
        event.stop()
        self._show_formula()

    def on_loss_curve_picked(self, event: LossCurve.Picked) -> None:
        """Go to the update that was picked on the curve."""
        event.stop()
        self.go_to(event.update)

    def on_described(self, event: Described) -> None:
        """Have what a picture says of itself written on the frame of its pane."""
        event.stop()
        pane = next((node for node in event.widget.ancestors if isinstance(node, Pane)), None)
        if pane is not None:
            pane.tell(plain(fitting(event.text, pane.size.width - 4)))

    def _show_part(self) -> None:
        trace, part = self.trace, self.part
        self._shown_part = self.part_index
        names = self._plan.input_names if self._plan is not None else ()
        shown = part if self.part_is_told else None
        examples = [int(example) for example in trace.examples] if trace is not None else []
        self.query_one(PartNumbers).set_part(shown, examples, names)
        self._show_formula()
        self._show_network()

    def _show_formula(self) -> None:
        trace, part = self.trace, self.part
        view = self.query_one(FormulaView)
        if self.place is None or trace is None or part is None:
            return
        if self.place.done == 0 and self.part_index == 0:
            view.set_data(given_steps(trace), self.decimals)
            self._entitle("Before the update")
            return
        told = self.part_is_told
        cell = self.cell if part.value.size > 1 or part.value.ndim == 0 else (0,) * part.value.ndim
        run = self.session.run
        check = self._check.words(run.network, trace, part, cell) if told and run is not None else ""
        view.set_data(
            self._steps(part),
            self.decimals,
            told=told,
            cell=cell,
            examples=trace.examples,
            change=change(trace, part),
            check=check,
        )
        unmade = " · not made by the run" if self._unmade else ""
        self._entitle(f"{view.title or 'Formula'}{unmade}")

    @property
    def _unmade(self) -> bool:
        """Whether the part under the cursor is worked out, but not made by the run."""
        place, trace, index = self.place, self.trace, self.part_index
        return place is not None and trace is not None and index is not None and index >= made_parts(place, trace)

    def _entitle(self, title: str) -> None:
        if title != self._formula_title:  # writing it paints the whole pane
            self._formula_title = title
            self.query_one("#formula-pane", Pane).border_title = plain(title)

    def _steps(self, part: Part) -> list[Step]:
        trace, run = self.trace, self.session.run
        if trace is None or run is None:
            return []
        if part.symbol in ("x", "y"):
            return [read_step(part)]
        if self._reading is None or self._reading.trace is not trace:
            self._reading = Reading(run.network, trace)
        return steps_of(self._reading, part)

    def _show_network(self) -> None:
        picture, place, trace, run = self.query_one(NetworkPicture), self.place, self.trace, self.session.run
        if self._plan is None:
            picture.set_data(())
        elif place is None or trace is None or run is None:
            picture.set_data(self._plan.views())
        else:
            index = self.part_index
            done = place.done if index is None else min(place.done, index + 1)
            while done and not self.told(done - 1):  # what is hidden in the ledger is not given away here
                done -= 1
            shown = lights(self._plan.views(), run.network, trace, done)
            picture.set_data(shown.views, shown.weights, shown.lit)

    def _show_loss(self) -> None:
        run, host = self.session.run, self.host
        course = self.session.course if run is not None and self.place is not None else None
        self._course.show(self.query_one(LossCurve), host.snapshot, self.place, course)

    def action_formula_down(self) -> None:
        """Scroll the formula down."""
        self.query_one(FormulaView).scroll_relative(y=_SCROLLED, animate=False)

    def action_formula_up(self) -> None:
        """Scroll the formula up."""
        self.query_one(FormulaView).scroll_relative(y=-_SCROLLED, animate=False)

    # Words.

    def refresh_status(self) -> None:
        """Write the status line anew; where there is little room the sentence has all of it."""
        super().refresh_status()
        if self.has_class("-narrow"):
            self.query_one(StatusLine).show_run(Content(""))

    def status(self) -> tuple[Content, str]:
        """The part in hand in a sentence, or why there is none."""
        key, host = self.host.key_of, self.host
        if self._plan is None:
            return plain(f"Nothing is open yet: {key('app.start')} leads to the examples."), "note"
        if self._plan.problems:
            return plain(f"✗ {self._plan.problems[0].message} {key('app.build')} leads to the remedy."), "bad"
        if host.bench.trouble is not None and self.place is None:
            return plain(f"✗ {host.bench.trouble.message} {key('app.data')} leads to the data."), "bad"
        if self.busy and self.doing:
            return plain(f"{self.doing} …"), "note"
        forward = self.forward_key
        if host.runner.running:
            return plain(self._state()), "note"
        if self.place is None:
            kept = self.session.run is None and self.session.saved_run is not None
            return plain(f"A saved run: {forward} makes it again from its start." if kept else ""), "note"
        if self.way_back and self.part_index == max(0, self.place.done - 1):
            return plain(self.way_back), "note"
        if self.place.done == 0 and self.part_index == 0:
            update = count(self.place.trace.update)
            return plain(f"Update {update} is about to begin. {forward} takes its first part."), "note"
        if self.place.ended and self.part_index == self.place.done - 1 and run_ended(self):
            return plain(run_ended(self)), "bad" if self.place.broken else "good"
        part = self.part
        if part is None:
            return plain(""), ""
        if self._unmade and self.part_is_told and self.place is not None and self.trace is not None:
            return plain(unmade(self.place, self.trace)), "bad" if self.place.broken else "note"
        broken = self.part_is_told and not np.isfinite(part.value).all()
        return plain(sentence(part, told=self.part_is_told)), "bad" if broken else ""


def run_ended(screen: StepScreen) -> str:
    """Why the run ended; empty while it has not."""
    run = screen.session.run
    return ending(run.trainer) if run is not None else ""


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
