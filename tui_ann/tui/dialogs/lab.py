"""A dialog with what a lab proposes; every value can be edited."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from tui_ann.errors import ExperimentError, TuiAnnError
from tui_ann.session.labs.proposal import LabPlan, LabProposal
from tui_ann.session.labs.words import lab_words
from tui_ann.text import counted
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.plain_input import PlainInput


class LabDialog(Dialog[LabPlan]):
    """One line for each choice of a lab; dismissed with its plan.

    Args:
        proposal: What the lab proposes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dialog", "done")]
    AUTO_FOCUS = "Input"

    def __init__(self, proposal: LabProposal) -> None:
        words = lab_words()[proposal.lab.name]
        super().__init__(words.title)
        self._proposal, self._shows = proposal, words.shows
        self._plan: LabPlan | None = None
        self._fault = ""

    def compose_content(self) -> Iterable[Widget]:
        """What the lab shows, its choices, what is wrong with them."""
        yield Static(plain(self._shows), classes="help", markup=False)
        with VerticalScroll(id="choices"):
            for place, choice in enumerate(self._proposal.choices):
                with Horizontal(classes="choice"):
                    yield Static(plain(choice.label), classes="label", markup=False)
                    yield PlainInput(choice.text, id=f"choice-{place}", select_on_focus=False)
        yield Static(id="allowed", markup=False)
        with Horizontal(classes="buttons"):
            yield Button(Content("Start"), id="start", variant="primary")

    def on_mount(self) -> None:
        """Check the proposal."""
        self._judge()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Explain the choice."""
        self._judge()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._judge()

    def _judge(self) -> None:
        """Say how many runs there will be, or what is wrong."""
        inputs = list(self.query(Input))
        texts = {choice.key: each.value for choice, each in zip(self._proposal.choices, inputs, strict=True)}
        self._plan, self._fault = None, ""
        try:
            self._plan = self._proposal.plan(texts)
        except ExperimentError as error:
            problem = error.problems[0]
            self._fault = f"{problem.message} {problem.remedy}"
        except TuiAnnError as error:
            self._fault = f"{error.message} {error.remedy}"
        place = inputs.index(self.focused) if isinstance(self.focused, Input) else -1
        about = f"{self._proposal.choices[place].help} " if place >= 0 else ""
        made = f"{about}{counted(self._plan.sweep.runs, 'run')} in all." if self._plan is not None else ""
        note = self.query_one("#allowed", Static)
        note.update(plain(self._fault or made))
        note.set_class(bool(self._fault), "-bad")
        self.query_one("#start", Button).disabled = self._plan is None

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_done()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Start."""
        event.stop()
        self.action_done()

    def action_done(self) -> None:
        """Start, if the values can be used."""
        if self._plan is None:
            self.app.bell()
        else:
            self.dismiss(self._plan)
