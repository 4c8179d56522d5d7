"""The exam: ten questions, one after the other; then the score, the scores before, and the weak points."""

import re
import textwrap
from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_ann.session.course.pages import Page, find_page
from tui_ann.session.exam.exam import Exam
from tui_ann.session.exam.question import Question
from tui_ann.text import counted, fit
from tui_ann.text.entry import EntryError
from tui_ann.tui.dialogs.base import Dialog
from tui_ann.tui.dialogs.practice import AnswerInput
from tui_ann.tui.keys.actions import bindings
from tui_ann.tui.widgets.plain import plain
from tui_ann.tui.widgets.row_list import Row, RowList


class ExamDialog(Dialog[Page]):
    """Asks and judges; dismissed with a page to look at, or with nothing.

    Args:
        exam: The exam; a new one, or one that was left in the middle.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("exam")]
    AUTO_FOCUS = "#answer"

    def __init__(self, exam: Exam) -> None:
        super().__init__(f"Exam {exam.seed}")
        self.exam = exam
        self._reviewing = False
        """Whether the last answer is discussed, before the next question."""

    def compose_content(self) -> Iterable[Widget]:
        """The question with what is known, the line for the answer, the verdict; at the end the answers."""
        yield Static(id="question", markup=False)
        yield Static(id="given", markup=False)
        yield Static(id="asked", markup=False)
        yield AnswerInput(id="answer")
        yield Static(id="verdict", markup=False)
        yield RowList(id="answers", choosable=False)

    def on_mount(self) -> None:
        """Ask."""
        self._ask()

    def _ask(self) -> None:
        question, done = self.exam.question, len(self.exam.answers)
        self._reviewing = False
        self._say("", "")
        self.query_one(".dialog").border_subtitle = Content(f"{self.exam.right} of {done} right")
        over = question is None
        self.query_one("#answers").display = over
        for name in ("#given", "#answer"):
            self.query_one(name).display = not over
        if question is None:
            self._show_score()
            return
        heading = f"{done + 1} of {len(self.exam.questions)}   {question.title}"
        self.query_one("#question", Static).update(plain(heading))
        self.query_one("#given", Static).update(Content("\n").join([plain(line) for line in question.given]))
        self.query_one("#asked", Static).update(plain(question.asked))
        answer = self.query_one(AnswerInput)
        answer.value = ""
        answer.placeholder = f"{question.wanted} · Enter alone gives up"

    def _show_score(self) -> None:
        self.query_one("#question", Static).update(Content("The exam is over."))
        rows = self.query_one(RowList)
        rows.show(len(self.exam.answers), self._row, cursor=0)
        rows.focus()
        self.call_after_refresh(self._fit_score)

    def _fit_score(self) -> None:
        """Wrap the score so that no figure is broken, and say how to see all answers."""
        asked = self.query_one("#asked", Static)
        room = max(20, self.query_one("#question").size.width)
        kept = [re.sub(r"(\d) of (?=\d)", "\\1\u00a0of\u00a0", line) for line in self.exam.score_lines()]
        wrapped = [part for line in kept for part in textwrap.wrap(line, room)]
        asked.update(Content("\n").join([plain(line) for line in wrapped]))
        answers = len(self.exam.answers)
        words = f"{self.exam.right} of {answers} right · ↓ all {counted(answers, 'answer')}"
        self.query_one(".dialog").border_subtitle = Content(words)

    def on_resize(self) -> None:
        """Fit the score."""
        if self.exam.question is None and not self._reviewing:
            self._fit_score()

    def _row(self, index: int, width: int) -> Row:
        question, (text, right) = self.exam.questions[index], self.exam.answers[index]
        yours = "" if right else f"   yours: {text.strip() or '–'}"
        role = "good" if right else "bad"
        asked = fit(question.asked, min(34, max(12, width // 3)))
        return Row(((f" {'✓' if right else '✗'} ", role), (asked, ""), (f"  {question.expected_text}{yours}", "muted")))

    @on(Input.Submitted, "#answer")
    def _submit(self, event: Input.Submitted) -> None:
        """Judge the answer and discuss it, then ask the next question."""
        event.stop()
        question = self.exam.question
        if self._reviewing:
            self._ask()
            return
        if question is None:
            return
        try:
            right = self.exam.answer(event.value)
        except EntryError as error:
            self._say(f"{error.message} {error.remedy}", "-bad")
            return
        self._review(question, event.value, right)

    def _review(self, question: Question, text: str, right: bool) -> None:
        """Show the answer to a question, the mistake if it is a known one, and how the answer is found."""
        self._reviewing = True
        self.query_one(".dialog").border_subtitle = Content(f"{self.exam.right} of {len(self.exam.answers)} right")
        mistake = "" if right else question.mistake(text)
        words = f"✓ Right: {question.expected_text}" if right else f"✗ It is {question.expected_text}. {mistake}"
        self._say(words.strip(), "-good" if right else "-bad")
        lines = (*question.solution, "", *question.given)  # in a low terminal the end is cut
        self.query_one("#given", Static).update(Content("\n").join([plain(line) for line in lines]))
        answer = self.query_one(AnswerInput)
        answer.value = ""
        last = len(self.exam.answers) == len(self.exam.questions)
        answer.placeholder = "Enter shows the score" if last else "Enter goes to the next question"

    def _say(self, words: str, look: str) -> None:
        verdict = self.query_one("#verdict", Static)
        verdict.update(plain(words))
        verdict.set_classes(look)

    def _page(self) -> Page | None:
        """The page of the answer under the cursor, once the exam is over."""
        if self.exam.question is not None or self._reviewing:
            return None
        question = self.exam.questions[self.query_one(RowList).cursor]
        return find_page(question.page) if question.page else None

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Offer the page of an answer that has one."""
        event.stop()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable the page only where there is one."""
        return action != "page" or (self.is_mounted and self._page() is not None)

    def action_page(self) -> None:
        """Show the page that explains the answer under the cursor."""
        self.dismiss(self._page())
