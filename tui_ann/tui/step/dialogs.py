"""What the Step screen opens over itself: the microscope, one neuron, what if, breakpoints, typed weights."""

import numpy as np

from tui_ann.data.phrases import counted
from tui_ann.engine.layers import Dense
from tui_ann.engine.network import Network
from tui_ann.engine.tape import Array
from tui_ann.engine.trace import Part, UpdateTrace
from tui_ann.errors import TuiAnnError
from tui_ann.session.start_values import read_weights
from tui_ann.session.step.breakpoints import Breakpoint
from tui_ann.session.step.stepper import Place
from tui_ann.session.step.what_if import Imagined, imagine
from tui_ann.text import count
from tui_ann.text.symbols import spelled
from tui_ann.tui.dialogs.breakpoints import BreakpointsDialog, Stops
from tui_ann.tui.dialogs.matrix_entry import MatrixEntryDialog
from tui_ann.tui.dialogs.microscope import MicroscopeDialog
from tui_ann.tui.dialogs.neuron import NeuronDialog
from tui_ann.tui.dialogs.what_if import WhatIfDialog
from tui_ann.tui.step.practice import StepPractice
from tui_ann.tui.widgets.grid import GridView

_MOST_TYPED = 4000
"""Numbers of a table that are put into the text to be edited; a larger one is pasted into an empty text."""


class StepDialogs(StepPractice):
    """The part of the Step screen that opens dialogs about the update in hand; the screen says what is in hand."""

    def __init__(self) -> None:
        super().__init__()
        self.breakpoints: tuple[Breakpoint, ...] = ()
        """What `run until` stops at."""

    @property
    def part(self) -> Part | None:
        """The part in hand."""
        raise NotImplementedError

    @property
    def cell(self) -> tuple[int, ...]:
        """Place of the chosen number in it, counted from 0."""
        raise NotImplementedError

    @property
    def part_is_told(self) -> bool:
        """Whether its numbers may be seen."""
        raise NotImplementedError

    @property
    def parameter(self) -> tuple[str, tuple[int, ...]] | None:
        """The trainable number that the chosen one belongs to, by name and place."""
        raise NotImplementedError

    @property
    def _input_names(self) -> tuple[str, ...]:
        plan = self.host.plan()
        return tuple(plan.input_names) if plan is not None else ()

    def _looked_at(self) -> tuple[Network, UpdateTrace] | None:
        """The network and the update in hand, if there are any; the numbers of a diverged one say nothing."""
        run, trace = self.session.run, self.trace
        if run is None or trace is None:
            return None
        if not np.isfinite(trace.loss) or not all(np.isfinite(g).all() for g in trace.gradients.values()):
            self.host.tell("The numbers of this update are not finite; go back by one.", "warning")
            return None
        return run.network, trace

    # Taking apart.

    def action_microscope(self) -> None:
        """Take the gradient of one number apart."""
        if (hand := self._looked_at()) is not None:
            name, index = self.parameter or ("", ())
            self.host.push_screen(
                MicroscopeDialog(*hand, name, index, decimals=self.decimals, input_names=self._input_names)
            )

    def action_neuron(self) -> None:
        """Open one neuron."""
        if (hand := self._looked_at()) is not None:
            layer, unit = self._neuron_in_hand(hand[0])
            self.host.push_screen(
                NeuronDialog(*hand, layer, unit, decimals=self.decimals, input_names=self._input_names)
            )

    def _neuron_in_hand(self, network: Network) -> tuple[int, int]:
        """Dense layer and unit of the part in hand."""
        part, cell = self.part, self.cell
        if part is None or not part.layer:
            return 1, 0
        dense = sum(isinstance(layer, Dense) for layer in network.layers[: part.layer])
        return max(1, dense), cell[-2] if len(cell) > 1 else cell[0] if cell else 0

    def action_what_if(self) -> None:
        """Make the update with something else, beside the real one."""
        hand, run = self._looked_at(), self.session.run
        if hand is not None and run is not None:
            real = Imagined.of(*hand)
            self.host.push_screen(
                WhatIfDialog(real, lambda changes: imagine(run.trainer, real.trace, changes), decimals=self.decimals)
            )

    # Breakpoints.

    def action_breakpoints(self) -> None:
        """Show the list of breakpoints."""
        run, trace = self.session.run, self.trace
        if run is not None and trace is not None:
            shapes = {name: gradient.shape for name, gradient in trace.gradients.items()}
            dialog = BreakpointsDialog(self.breakpoints, shapes, len(run.dataset.X_train), self.parameter)
            self.host.push_screen(dialog, self._stop_at)

    def _stop_at(self, stops: Stops | None) -> None:
        if stops is not None:
            self.breakpoints = stops.points
            if stops.run:
                self.action_run_until()

    def action_run_until(self) -> None:
        """Go on until a breakpoint is met; without any, ask for one."""
        if not self.breakpoints:
            self.action_breakpoints()
            return
        session, points, publish = self.session, self.breakpoints, self.host.runner.publish

        def verb() -> Place:
            met = session.run_until(points, publish=publish, cancelled=self.called_off)
            place = session.place()
            self.app.call_later(self._say_met, met, place.made)
            return place

        words = points[0].words if len(points) == 1 else f"one of {len(points)} breakpoints is met"
        self.step(verb, f"Going on until {words}; {self.host.key_of('step.stop')} stops it")

    def _say_met(self, met: str | None, made: int) -> None:
        after = f"after update {count(made)}"
        self.host.tell(f"Stopped {after}: {met}." if met else f"Stopped by you {after}.")

    def action_stop(self) -> None:
        """Stop what goes on for long."""
        self.call_off()

    # Typed weights.

    def on_grid_view_chosen(self, event: GridView.Chosen) -> None:
        """Type the weight or bias that was chosen in the table."""
        part = self.part
        name = part.symbol.removesuffix("_new") if part is not None else ""
        if self.trace is None or part is None:
            return
        event.stop()
        if name in self.trace.before and self.cell:
            self._type(name, self.cell)
        elif name not in self.trace.before:
            key = self.host.key_of("step.weights")
            told = f"{spelled(part.symbol)} is worked out; weights and biases can be typed: {key}, or the rows “new …”."
            self.host.tell(told)

    def action_weights(self) -> None:
        """Type or paste the table that the chosen number belongs to."""
        if self.trace is not None and self.place is not None:
            self._type((self.parameter or (next(iter(self.trace.gradients)), ()))[0], ())

    def _type(self, name: str, index: tuple[int, ...]) -> None:
        """Ask for one number, or for a whole table; all others stay as they are where the cursor is."""
        place, part = self.place, self.part
        if place is None:
            return
        trace = self.trace or place.trace
        new = part is not None and part.symbol.endswith("_new") and self.part_is_told and not place.broken
        base = trace.after if new else trace.before
        moment = f"{'after' if new else 'before'} update {count(trace.update)}"
        moment += " with this example alone" if new and trace is not place.trace else ""

        def fault(text: str) -> str | None:
            try:
                read_weights(text, base, name, index)
            except TuiAnnError as error:
                return str(error)
            return None

        def typed(text: str | None) -> None:
            if text is not None:
                edit = self.session.type_weights(text, name, index, base=base)
                self.host.bench.changed()
                kept = f"{edit.loses} " if edit.loses else ""
                begins = f"A new run begins with it at update 0. {kept}"
                self.host.tell(f"{edit.label}. {begins if made else ''}{self.host.key_of('app.undo')} takes it back.")

        symbol = spelled(name, index=tuple(i + 1 for i in index))
        size = " × ".join(str(n) for n in base[name].shape)
        made = place.made
        begins = (
            f"A new run begins with it at update 0; all other weights and biases stay as they are {moment}. "
            f"Undo brings the run of {counted(made, 'update')} back."
        )
        help = begins if made else "It becomes a start value of the run."
        if not index:
            accept = self.host.key_of("weights.accept")
            help = f"{size} numbers, a row for each neuron; Enter begins a row, {accept} accepts. {help}"
        text = _text_of(base[name], index)
        self.host.push_screen(MatrixEntryDialog(f"Type {symbol}", text, help=help, fault=fault, one=bool(index)), typed)


def _text_of(table: Array, index: tuple[int, ...]) -> str:
    """Numbers as they can be typed: one, or rows on lines of their own."""
    if index:
        return repr(float(table[index]))
    if table.size > _MOST_TYPED:
        return ""
    rows = table[:, None] if table.ndim == 1 else table
    return "\n".join(" ".join(repr(float(value)) for value in row) for row in rows)
