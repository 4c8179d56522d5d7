"""Asks for a weight, a bias or a whole table of them; the answer starts a new run."""

from collections.abc import Mapping
from dataclasses import replace

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.tape import Array
from tui_ann.errors import TuiAnnError
from tui_ann.session.start_values import read_weights, text_to_type
from tui_ann.text import count, counted
from tui_ann.text.symbols import spelled
from tui_ann.tui.dialogs.matrix_entry import MatrixEntryDialog
from tui_ann.tui.services.screen_host import ScreenHost
from tui_ann.tui.step.captions import present
from tui_ann.tui.step.selection import Selection

_MOST_TYPED = 4000
"""Maximum size of a table that is offered for editing; for a larger one the text is initially empty."""


class WeightsEntry:
    """Lets the user type parameters.

    Args:
        host: The application.
        selection: The current selection.
    """

    def __init__(self, host: ScreenHost, selection: Selection) -> None:
        self._host, self._selection = host, selection

    def ask_number(self) -> bool:
        """Ask for the number under the cursor, or say that it cannot be typed.

        Returns:
            Whether there is an update to choose from.
        """
        trace, part = self._selection.trace, self._selection.part
        if trace is None or part is None:
            return False
        name = str(replace(part.symbol, new=False))
        if name not in trace.before:
            key = self._host.key_of("step.weights")
            computed = f"{spelled(part.symbol)} is computed."
            self._host.tell(f"{computed} Only weights and biases can be typed: {key}, or the rows “new …”.")
        elif self._selection.cell:
            self._ask(name, self._selection.cell)
        return True

    def ask_table(self) -> None:
        """Ask for the table that the number under the cursor belongs to."""
        trace = self._selection.trace
        if trace is not None:
            self._ask((self._selection.parameter or (next(iter(trace.gradients)), ()))[0], ())

    def _ask(self, name: str, index: tuple[int, ...]) -> None:
        """Ask for one number, or for a whole table; all others keep the values on display."""
        place, trace = self._selection.place, self._selection.trace
        if place is None or trace is None:
            return
        base, moment = self._base(place.broken, trace)
        made = place.made

        def fault(text: str) -> str | None:
            try:
                read_weights(text, base, name, index)
            except TuiAnnError as error:
                return str(error)
            return None

        def typed(text: str | None) -> None:
            if text is not None:
                edit = self._host.session.runs.type_weights(text, name, index, base=base)
                self._host.bench.changed()
                kept = f"{edit.loses} " if edit.loses else ""
                begins = f"A new run starts with it at update 0. {kept}"
                undo = self._host.key_of("app.undo")
                self._host.tell(f"{edit.label}. {begins if made else ''}{undo} takes it back.")

        begins = (
            f"A new run starts with it at update 0; all other weights and biases stay as they are {moment}. "
            f"Undo brings the run of {counted(made, 'update')} back."
        )
        help = begins if made else "It becomes a start value of the run."
        if not index:
            size, accept = " × ".join(str(n) for n in base[name].shape), self._host.key_of("weights.accept")
            shape = "1 number" if base[name].size == 1 else f"{size} numbers, a row for each neuron"
            rows = "" if base[name].size == 1 else "Enter starts a row, "
            help = f"{shape}; {rows}{accept} accepts. {help}"
        title = f"Type {spelled(name, index=tuple(place + 1 for place in index))}"
        text = _text_of(base[name], index)
        self._host.push_screen(MatrixEntryDialog(title, text, help=help, fault=fault, one=bool(index)), typed)

    def _base(self, broken: bool, trace: UpdateTrace) -> tuple[Mapping[str, Array], str]:
        """The parameters on display, and their moment in words."""
        part = self._selection.part
        new = part is not None and part.symbol.new and not part.symbol.state and self._selection.is_done and not broken
        moment = f"{'after' if new else 'before'} update {count(trace.update)}"
        if trace.row and self._selection.place is not None:
            moment = present(self._selection.place)
            return (trace.after, f"{moment} and this row alone") if new else (trace.before, moment)
        if not new:
            return trace.before, moment
        return trace.after, moment + (" with this example alone" if self._selection.is_alone else "")


def _text_of(table: Array, index: tuple[int, ...]) -> str:
    """Numbers as text to edit: one, or one row per line."""
    if index:
        return text_to_type(table[index])
    if table.size > _MOST_TYPED:
        return ""
    rows = table[:, None] if table.ndim == 1 else table
    return "\n".join(" ".join(text_to_type(value) for value in row) for row in rows)
