"""An exam that is being taken: one question after the other, then the score and the weak points."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tui_ann.session.exam.question import Question
from tui_ann.session.exam.questions import draw_questions
from tui_ann.session.exam.records import CONCEPTS, ExamRecord, ExamRecords, weak_points
from tui_ann.text import counted

_MOST_WEAK = 10
"""How many weak topics are named: as many as an exam can have."""


@dataclass
class Exam:
    """An exam; it is recorded when the last question has been answered."""

    seed: int
    """The seed of its questions."""
    records: ExamRecords
    """Where it is recorded."""
    now: Callable[[], datetime] = datetime.now
    """The time of day."""
    answers: list[tuple[str, bool]] = field(default_factory=list)
    """The answers so far, and whether they were right."""

    def __post_init__(self) -> None:
        self.questions = draw_questions(self.seed)

    @property
    def question(self) -> Question | None:
        """The question to answer now; `None` at the end."""
        return self.questions[len(self.answers)] if len(self.answers) < len(self.questions) else None

    @property
    def right(self) -> int:
        """How many answers were right."""
        return sum(right for _, right in self.answers)

    def answer(self, text: str) -> bool:
        """Answer the question; an empty answer is a wrong one.

        Raises:
            EntryError: Numbers are expected, and the text has none; the question stays.
            LookupError: The exam is over.
        """
        if self.question is None:
            raise LookupError("the exam is over")
        right = bool(text.strip()) and self.question.judge(text)
        self.answers.append((text, right))
        if self.question is None:
            self.records.add(self.record)
        return right

    @property
    def record(self) -> ExamRecord:
        """The exam as it is recorded."""
        pairs = zip(self.questions, self.answers, strict=False)
        marks = tuple((question.concept, right) for question, (_, right) in pairs)
        return ExamRecord(f"{self.now():%Y-%m-%d}", self.seed, marks)

    def score_lines(self) -> list[str]:
        """The score, the scores before, and the weak points over all exams, as sentences."""
        taken = self.records.all()
        lines = [f"{self.right} of {len(self.answers)} right."]
        if before := taken[:-1]:
            lines.append(f"Before: {', '.join(f'{record.right} of {len(record.answers)}' for record in before[-8:])}.")
        weak = weak_points(taken)
        named = [f"{CONCEPTS[concept]} ({right} of {asked})" for concept, right, asked in weak[:_MOST_WEAK]]
        more = f"; and {counted(len(weak) - _MOST_WEAK, 'more topic')}" if len(weak) > _MOST_WEAK else ""
        lines.append(f"Weak: {'; '.join(named)}{more}." if weak else "No weak points.")
        return lines

    def to_json(self) -> dict[str, Any]:
        """The exam with its questions, answers and weak points."""
        answers = [*self.answers, *[(None, None)] * (len(self.questions) - len(self.answers))]
        return {
            "seed": self.seed,
            "right": self.right,
            "asked": len(self.answers),
            "questions": [
                {
                    "concept": question.concept,
                    "title": question.title,
                    "given": list(question.given),
                    "asked": question.asked,
                    "expected": question.expected if isinstance(question.expected, str) else question.expected.tolist(),
                    "answer": answer,
                    "right": right,
                    "page": question.page or None,
                }
                for question, (answer, right) in zip(self.questions, answers, strict=True)
            ],
            "weak": [
                {"concept": concept, "title": CONCEPTS[concept], "right": right, "asked": asked}
                for concept, right, asked in weak_points(self.records.all())
            ],
        }
