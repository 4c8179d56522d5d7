"""How a person did in their exams, over time; and what they got wrong most."""

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tui_ann.errors import SessionError
from tui_ann.experiment.atomic import make_folder, write_text

CONCEPTS = {
    "C3": "the artificial neuron",
    "C4": "linear and logistic unit",
    "C5": "losses",
    "C6": "gradients by the chain rule",
    "C7": "gradient descent",
    "C8": "the learning rate",
    "C9": "stochastic gradient descent",
    "C10": "batch against stochastic",
    "C11": "mini-batches",
    "C12": "Keras, one neuron, regression",
    "C13": "Keras, one neuron, two classes",
    "C14": "the output layer of a task",
    "C15": "the forward pass of a network",
    "C16": "one update of a network",
    "C17": "Keras, one hidden layer",
    "C18": "the size of a network",
    "C19": "activation functions",
    "C20": "vanishing gradients",
    "C21": "overfitting and its cures",
}
"""The concepts of the lecture that are examined."""


@dataclass(frozen=True)
class ExamRecord:
    """One exam that was taken."""

    when: str
    """The day, as 2030-01-31."""
    seed: int
    """The seed of its questions."""
    answers: tuple[tuple[str, bool], ...]
    """The concept of each question, and whether it was answered right."""

    @property
    def right(self) -> int:
        """How many answers were right."""
        return sum(right for _, right in self.answers)


class ExamRecords:
    """The record of one person.

    Args:
        file: Its file; a damaged one counts as empty.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def all(self) -> tuple[ExamRecord, ...]:
        """Every exam, the oldest first."""
        try:
            content = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return ()
        found = (_record(entry) for entry in content) if isinstance(content, list) else ()
        return tuple(record for record in found if record is not None)

    def add(self, record: ExamRecord) -> None:
        """Keep an exam; a file that cannot be written stays as it is."""
        content = json.dumps([asdict(each) for each in (*self.all(), record)], indent=1)
        with contextlib.suppress(SessionError):
            make_folder(self._file.parent)
            write_text(self._file, content + "\n")

    @property
    def next_seed(self) -> int:
        """The seed of the next exam, so that each has other questions."""
        return len(self.all()) + 1


def weak_points(records: Iterable[ExamRecord]) -> tuple[tuple[str, int, int], ...]:
    """The concepts that were answered wrong, the most often first.

    Args:
        records: The exams.

    Returns:
        Concept, right answers, questions.
    """
    counts: dict[str, list[int]] = {}
    for record in records:
        for concept, right in record.answers:
            entry = counts.setdefault(concept, [0, 0])
            entry[0] += right
            entry[1] += 1
    wrong = [(concept, right, asked) for concept, (right, asked) in counts.items() if right < asked]
    return tuple(sorted(wrong, key=lambda entry: (entry[1] - entry[2], entry[1] / entry[2], int(entry[0][1:]))))


def _record(entry: Any) -> ExamRecord | None:
    """One exam of the file, or `None` if it is damaged."""
    if not isinstance(entry, Mapping):
        return None
    match entry.get("when"), entry.get("seed"), entry.get("answers"):
        case str(when), int(seed), list(answers):
            pairs = [
                (pair[0], pair[1])
                for pair in answers
                if isinstance(pair, list)
                and len(pair) == 2
                and isinstance(pair[0], str)
                and pair[0] in CONCEPTS
                and isinstance(pair[1], bool)
            ]
            return ExamRecord(when, seed, tuple(pairs)) if len(pairs) == len(answers) else None
    return None
