"""Predict, then reveal: asks for the next number of the update, below the ledger, and checks the answer."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_ann.engine.tape import Array
from tui_ann.session.step.reveal import Outcome, Practice
from tui_ann.session.step.stepper import Place
from tui_ann.text import count
from tui_ann.text.entry import EntryError
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.draw.ledger import short_value
from tui_ann.tui.draw.practice import example, hint, how, worked
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.plain_input import PlainInput


class AnswerInput(PlainInput):
    """An input for numbers; a pasted matrix keeps its rows."""

    def _on_paste(self, event: events.Paste) -> None:
        """Insert a pasted matrix with its rows separated by semicolons."""
        event.prevent_default()
        event.stop()
        rows = [row.strip() for row in event.text.splitlines() if row.strip()]
        self.insert_text_at_cursor("; ".join(row.rstrip(";,") if len(rows) > 1 else row for row in rows))


class PracticeDialog(Dialog[Practice]):
    """Asks for one part after the other; dismissed with the final state of the practice.

    Args:
        practice: The first question.
        decimals: Number of decimals expected.
        stand: Moves the run to where this many parts of the update are done; to the next update for `None`.
        scroll: Scrolls the ledger by this many lines.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("reveal")]

    def __init__(
        self,
        practice: Practice,
        decimals: int,
        stand: Callable[[int | None], None],
        scroll: Callable[[int], None],
    ) -> None:
        super().__init__("Predict, then reveal")
        self.practice = practice
        self._decimals, self._stand, self._scroll = decimals, stand, scroll
        self._run_ended = self._waiting = self._leaving = self._hinted = False
        self._before: Practice | None = None
        """The last question; its numbers are shown until the user types something."""

    def compose_content(self) -> Iterable[Widget]:
        """The question, its formula, the line for the answer, and the verdict."""
        yield Static(id="question", markup=False)
        yield Static(id="how", markup=False)
        with Horizontal(id="answer-line"):
            yield Static(id="prompt", markup=False)
            yield AnswerInput(id="answer")
        yield Static(id="read", markup=False)
        yield Static(id="verdict", markup=False)

    def on_mount(self) -> None:
        """Ask."""
        self._ask()

    def on_resize(self) -> None:
        """Fit the formula to the new width."""
        self.call_after_refresh(self._show_how)

    def follow(self, place: Place) -> None:
        """Continue at the new position of the run; another update starts from its first part.

        Args:
            place: The position of the run.
        """
        self._run_ended = place.ended
        if self._waiting and place.trace.update != self.practice.trace.update:
            self._waiting = False
            practice = self.practice
            self.practice = Practice.begin(practice.network, place.trace, place.done, practice.answered)
            self._before = None
            self._say("", "")
            self._ask()
        elif self.practice.part is None:
            self._ask()

    # Display.

    def _ask(self) -> None:
        practice, self._hinted = self.practice, False
        frame = self.query_one(".dialog")
        frame.border_subtitle = Content(str(practice.score))
        answer = self.query_one(AnswerInput)
        answer.value = ""
        self.refresh_bindings()
        if practice.part is None or self._leaving:
            self._show_score()
            return
        rows, columns = practice.shape
        numbers = "one number" if rows * columns == 1 else f"{rows * columns} numbers"
        what = numbers if 1 in (rows, columns) else f"{rows} rows of {columns} numbers"
        self.query_one("#question", Static).update(plain(f"What is {practice.symbol}?  {what}"), layout=False)
        self.query_one("#prompt", Static).update(plain(f"{practice.symbol} = "))
        way = ", spaces between" if 1 in (rows, columns) else ", ; between rows"
        such = f"{example(practice.part.value)}{'' if numbers == 'one number' else way}"
        answer.placeholder = such if self._before is None else f"{such} · Enter: formula"
        self._show_read("")
        self._show_how()

    def _show_score(self) -> None:
        practice = self.practice
        score = practice.score if self._leaving else practice.score_of_update
        update = f"Update {count(practice.trace.update)}"
        head = "The practice" if self._leaving else update
        self.query_one("#question", Static).update(plain(f"{head}: {score}."), layout=False)
        lines = [f"Mistakes: {score.mistakes_text}." if score.mistakes else "No mistakes."]
        if not self._leaving and practice.score.asked > score.asked:
            lines.append(f"All so far: {practice.score}.")
        pane = self.query_one("#how", Static)
        if self._before is not None and not self._leaving:
            lines += worked(self._before, max(20, pane.size.width), pane.size.height - len(lines), self._decimals)
        pane.update(plain_lines(lines), layout=False)
        self.query_one("#prompt", Static).update(Content(""))
        self._show_read("")
        goes_on = "Enter goes to the next update." if not self._run_ended else "The run ends here."
        self.query_one(AnswerInput).placeholder = (
            "Enter closes." if self._leaving else f"{goes_on} Escape ends the practice."
        )

    def _show_how(self) -> None:
        practice = self.practice
        if practice.part is None or self._leaving:
            return
        pane = self.query_one("#how", Static)
        width, room = max(20, pane.size.width), max(1, pane.size.height)
        lines = hint(practice, width, self._decimals) if self._hinted else []
        if self._before is not None:
            lines = worked(self._before, width, room, self._decimals)
        pane.update(plain_lines((lines or how(practice, width, room, self._decimals))[:room]), layout=False)

    def _show_read(self, text: str) -> None:
        """Show how the typed text is parsed."""
        note = ""
        if text.strip() and self.practice.part is not None:
            try:
                entry = self.practice.read(text)
            except EntryError as error:
                note = error.message
            else:
                rows, columns = entry.shape
                numbers = f"{rows * columns} numbers" if 1 in (rows, columns) else f"{rows} × {columns}"
                note = f"read as {numbers if rows * columns > 1 else short(entry.rows[0][0])}"
        self.query_one("#read", Static).update(plain(note), layout=False)

    def _say(self, words: str, look: str) -> None:
        verdict = self.query_one("#verdict", Static)
        verdict.update(plain(words), layout=False)
        verdict.set_classes(look.split())

    # Input.

    @on(Input.Changed, "#answer")
    def _read(self, event: Input.Changed) -> None:
        event.stop()
        if self.practice.part is None or self._leaving:
            event.input.value = ""
        elif event.value:
            self._look_on()
        self._show_read(event.value)

    def _look_on(self) -> None:
        """Show the formula of the question instead of the last answer."""
        if self._before is not None:
            self._before = None
            self._show_how()

    @on(Input.Submitted, "#answer")
    def _submit(self, event: Input.Submitted) -> None:
        """Check the answer; if nothing is asked, continue."""
        event.stop()
        if self._leaving:
            self.dismiss(self.practice)
        elif self._waiting or (self.practice.part is None and self._run_ended):
            self.app.bell()
        elif self.practice.part is None:
            self._waiting = True
            self._stand(None)
        elif self._before is not None and not event.value.strip():
            self._look_on()
        else:
            self._judge(event.value)

    def _judge(self, text: str) -> None:
        before = self.practice
        try:
            self.practice, verdict = before.answer(text, decimals=self._decimals)
        except EntryError as error:
            self._show_read("")
            self._say(f"{error.message} {error.remedy}", "-bad")
            self.app.bell()
            return
        if verdict.right:
            first = " after a hint" if before.hinted else " at the first try" if before.tries == 0 else ""
            self._over(before, f"✓ Right{first}: ", "-good", worked_out=True)
            return
        named = verdict.place is not None and before.shape != (1, 1) and verdict.entry not in verdict.text
        self.query_one(".dialog").border_subtitle = Content(str(self.practice.score))
        head = f"{verdict.entry} is the first wrong entry. " if named else ""
        again = " You gave this answer before; it counts once." if self.practice is before else ""
        self._say(f"✗ {head}{verdict.text}{again}", "-bad")
        self.query_one(AnswerInput).action_select_all()  # typing replaces it

    def _over(self, before: Practice, head: str, look: str, *, worked_out: bool) -> None:
        """Show the correct number, with its working if `worked_out`, and ask for the next one."""
        self._before = before if worked_out else None
        part = before.part
        assert part is not None, "no question is open"
        head = f"Before: {head}"  # the next question stands above it
        width = max(20, self.query_one("#verdict").size.width - len(head) - 8)
        value = part.clean if before.entry is None else _table(part.clean)[before.entry]
        self._say(f"{head}{before.symbol} = {short_value(value, self._decimals, width)}", look)
        self._stand(self.practice.index)
        self._ask()

    def action_hint(self) -> None:
        """Show the formula with its numbers, or say which numbers to insert."""
        if self.practice.part is None or self._leaving:
            return
        self.practice = practice = self.practice.with_hint()
        self._hinted, self._before = True, None
        self._show_how()
        if hint(practice, self.size.width, self._decimals):
            words = f"The numbers are filled in; compute {practice.symbol}."
        else:
            names = " and ".join(operand.name for operand in practice.operands) or "what is given"
            words = f"Put {names} into the formula."
        self._say(f"Hint: {words}", "")

    def action_show(self) -> None:
        """Give up, and show the number."""
        self._give_up(Outcome.REVEALED)

    def action_skip(self) -> None:
        """Skip the number."""
        self._give_up(Outcome.SKIPPED)

    def _give_up(self, outcome: Outcome) -> None:
        before = self.practice
        if before.part is None or self._leaving:
            return
        self.practice = before.give_up(outcome)
        revealed = outcome is Outcome.REVEALED
        self._over(before, "It is " if revealed else "Skipped: ", "", worked_out=revealed)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the hints only while a question is open."""
        return not (action in ("hint", "show", "skip") and (self.practice.part is None or self._leaving))

    def action_scroll_ledger(self, lines: int) -> None:
        """Scroll the ledger.

        Args:
            lines: Lines down; negative for up.
        """
        self._scroll(lines)

    def action_cancel(self) -> None:
        """Show the score of the practice; close if it is shown already."""
        begun = self.practice.answered or self.practice.mistakes
        if self._leaving or not begun or self.practice.part is None:
            self.dismiss(self.practice)
            return
        self._leaving, self._before = True, None
        self._say("", "")
        self._ask()


def _table(value: Array) -> Array:
    """The numbers of a part as rows; for a batch of Jacobians, those of the first."""
    value = value[0] if value.ndim == 3 else value
    return value if value.ndim == 2 else value.reshape(-1, 1)


def plain_lines(lines: Iterable[str]) -> Content:
    """Lines of plain text."""
    return Content("\n").join([plain(line) for line in lines])


def short(value: float) -> str:
    """A number as it was parsed."""
    return f"{value:.6g}".replace("-", "−")
