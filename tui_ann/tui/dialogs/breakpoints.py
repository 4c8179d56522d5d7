"""Breakpoints: the list of conditions at which a run stops."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from tui_ann.errors import TuiAnnError
from tui_ann.session.step.breakpoints import (
    Breakpoint,
    ExampleMet,
    GradientBelow,
    LossBelow,
    NotFinite,
    SignChange,
    weight_named,
)
from tui_ann.text import clean, count, counted, whole_number
from tui_ann.text.entry import parse_number
from tui_ann.text.symbols import spelled
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.dialogs.choose import Choice, ChooseDialog
from tui_ann.tui.dialogs.entry import EntryDialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.row_list import Row, RowList

_MOST_LINES = 10


@dataclass(frozen=True)
class Stops:
    """The answer of the dialog."""

    points: tuple[Breakpoint, ...]
    """The current list."""
    run: bool = False
    """Whether to run until a breakpoint is met."""


class BreakpointsDialog(Dialog[Stops]):
    """Shows, adds and removes breakpoints; always dismissed with the list.

    Args:
        points: The current list.
        shapes: Shape of each trainable parameter.
        examples: Number of training examples.
        weight: Name and index of the weight or bias under the cursor.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("breakpoints")]
    AUTO_FOCUS = "RowList"

    def __init__(
        self,
        points: Sequence[Breakpoint],
        shapes: Mapping[str, tuple[int, ...]],
        examples: int,
        weight: tuple[str, tuple[int, ...]] | None = None,
    ) -> None:
        super().__init__("Breakpoints")
        self.points = list(points)
        """The current list."""
        self._shapes, self._examples, self._weight = shapes, examples, weight

    def compose_content(self) -> Iterable[Widget]:
        """A sentence, the list, the buttons."""
        yield Static("The run continues until one of them is met.", classes="help")
        yield RowList(id="breakpoints", choosable=False, empty="No breakpoints yet.")
        with Horizontal(classes="buttons"):
            yield Button(Content("Add …"), id="add")
            yield Button(Content("Remove"), id="remove")
            yield Button(Content("Run until"), id="run", variant="primary")

    def on_mount(self) -> None:
        """Fill the list."""
        self._show()

    def _show(self, cursor: int = 0) -> None:
        rows = self.query_one(RowList)
        rows.styles.height = max(1, min(len(self.points), _MOST_LINES))
        rows.show(len(self.points), lambda index, width: Row(((f" {self.points[index].words}", ""),)), cursor=cursor)
        for name in ("remove", "run"):
            self.query_one(f"#{name}", Button).disabled = not self.points
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only what is possible now."""
        return bool(self.points) if action in ("remove", "run") else True

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Run the action of the button."""
        event.stop()
        {"add": self.action_add, "remove": self.action_remove, "run": self.action_run}[event.button.id or "add"]()

    def action_cancel(self) -> None:
        """Close; the list is kept."""
        self.dismiss(Stops(tuple(self.points)))

    def action_run(self) -> None:
        """Close, and run until a breakpoint is met."""
        self.dismiss(Stops(tuple(self.points), run=True))

    def action_remove(self) -> None:
        """Remove the breakpoint under the cursor."""
        cursor = self.query_one(RowList).cursor
        del self.points[cursor]
        self._show(min(cursor, len(self.points) - 1))

    def action_add(self) -> None:
        """Ask for the kind of breakpoint to add."""
        choices = [
            Choice("loss", "the loss falls below …", "of the batch of an update"),
            Choice("gradient", "‖∇L‖ falls below …", "length of the gradient"),
            Choice("sign", "any weight or bias changes its sign"),
        ]
        if self._weight is not None:
            name, index = self._weight
            symbol = spelled(name, index=tuple(place + 1 for place in index))
            choices.append(Choice("cursor", f"{symbol} changes its sign", "the one under the cursor"))
        choices += [
            Choice("named", "a particular one changes its sign …", f"such as {self._such}"),
            Choice("example", "an example is in the batch …", f"one of {counted(self._examples, 'training example')}"),
            Choice("finite", "a loss or gradient is not finite", "the run ends there"),
        ]
        self.app.push_screen(ChooseDialog("Stop when", choices), self._ask)

    def _ask(self, choice: Choice | None) -> None:
        if choice is None:
            return
        if choice.value in ("sign", "cursor", "finite"):
            under_cursor = SignChange(*(self._weight or ()))
            at_once: dict[str, Breakpoint] = {"sign": SignChange(), "cursor": under_cursor, "finite": NotFinite()}
            self._add(at_once[choice.value])
            return
        makers: dict[str, tuple[str, str, str, Callable[[str], Breakpoint]]] = {
            "loss": ("Stop when the loss is below", "0.01", "a number", lambda text: LossBelow(parse_number(text))),
            "gradient": (
                "Stop when ‖∇L‖ is below", "0.001", "a number", lambda text: GradientBelow(parse_number(text))
            ),
            "named": ("Stop when it changes its sign", self._such, "a parameter, or a place in it", self._sign_of),
            "example": (
                "Stop when this example is in the batch",
                "1",
                f"a number from 1 to {count(self._examples)}",
                self._example_of,
            ),
        }  # fmt: skip
        title, first, allowed, make = makers[choice.value]

        def fault(text: str) -> str | None:
            try:
                make(text)
            except TuiAnnError as error:
                return error.message.removesuffix(".")
            return None

        def entered(text: str | None) -> None:
            if text is not None:
                self._add(make(text))

        self.app.push_screen(EntryDialog(title, first, allowed=allowed, fault=fault), entered)

    @property
    def _such(self) -> str:
        """The last entry of the first parameter, as the user would type it."""
        name, shape = next(iter(self._shapes.items()))
        return " ".join([name, *map(str, shape)])

    def _sign_of(self, text: str) -> Breakpoint:
        return SignChange(*weight_named(text, self._shapes))

    def _example_of(self, text: str) -> Breakpoint:
        number = whole_number(text)
        if number is None or not 1 <= number <= self._examples:
            raise TuiAnnError(f"There is no training example {clean(text.strip(), 20)}.", code="no_such_example")
        return ExampleMet(number - 1)

    def _add(self, point: Breakpoint) -> None:
        if point not in self.points:
            self.points.append(point)
        self._show(self.points.index(point))
