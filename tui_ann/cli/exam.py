"""`tui-ann exam`: ten questions over the course, with a score that is kept."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from tui_ann.cli.failures import DONE
from tui_ann.cli.options import json_option
from tui_ann.cli.terminal import say, show, show_json

if TYPE_CHECKING:
    from tui_ann.session.exam.exam import Exam
    from tui_ann.session.exam.question import Question


@click.command(short_help="Ten questions over the course.")
@click.option("--seed", metavar="N", type=click.IntRange(0), help="Which questions; by default the next ones.")
@click.option("--paper", is_flag=True, help="Print the questions and their answers instead; nothing is recorded.")
@json_option
def exam(seed: int | None, paper: bool, as_json: bool) -> int:
    """Ask ten questions over the course, each about another concept, and keep the score.

    The questions come from the pages of the course and from exercises with numbers of their own; the same seed asks the
    same ones.  Answers are read line by line: numbers, matrices with rows separated by ;, or words.  An empty line is
    a wrong answer.  At the end your score, the scores before and your weak points are shown.
    """
    from tui_ann.session.exam.exam import Exam
    from tui_ann.session.exam.records import ExamRecords
    from tui_ann.session.store.paths import UserPaths

    records = ExamRecords(UserPaths.of_user().exams)
    taken = Exam(records.next_seed if seed is None else seed, records)
    if paper:
        _print_paper(taken, as_json)
        return DONE
    out = say if as_json else show
    while (question := taken.question) is not None:
        _show_question(len(taken.answers) + 1, question, out)
        _answer(taken, question, out)
    if as_json:
        show_json(taken.to_json())
    else:
        for line in taken.score_lines():
            show(line)
    return DONE


def _print_paper(taken: "Exam", as_json: bool) -> None:
    if as_json:
        show_json(taken.to_json())
        return
    for number, question in enumerate(taken.questions, start=1):
        _show_question(number, question, show)
    show("Answers")
    for number, question in enumerate(taken.questions, start=1):
        show(f"{number}. {question.expected_text}")


def _show_question(number: int, question: "Question", out: Callable[[str], None]) -> None:
    out(f"{number}. {question.title}")
    for line in question.given:
        out(f"   {line}")
    out(f"   {question.asked}  ({question.wanted})")
    out("")


def _answer(taken: "Exam", question: "Question", out: Callable[[str], None]) -> None:
    """Read an answer; a line that cannot be read is asked for again, the end of the input is a wrong answer."""
    from tui_ann.text.entry import EntryError

    while True:
        line = sys.stdin.readline()
        try:
            right = taken.answer(line)
        except EntryError as error:
            say(f"{error.message} {error.remedy}")
            continue
        out(f"   {'✓ right' if right else '✗ it is ' + question.expected_text}")
        out("")
        return
