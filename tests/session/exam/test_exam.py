import itertools
import re
from datetime import datetime
from functools import cache

import numpy as np
import pytest

from tui_ann.session.course.pages import pages
from tui_ann.session.exam.exam import Exam
from tui_ann.session.exam.page_questions import of_page, page_checks
from tui_ann.session.exam.question import Question
from tui_ann.session.exam.questions import QUESTIONS, draw_questions
from tui_ann.session.exam.records import CONCEPTS, ExamRecord, ExamRecords, weak_points
from tui_ann.text.entry import EntryError

drawn = cache(draw_questions)
"""The questions of a seed, which several tests look at."""


@cache
def asked_on_pages():
    """Every check of every page, with its question."""
    found = [(concept, page, check) for concept in CONCEPTS for page, check in page_checks(concept)]
    return [(check, of_page(concept, page, check)) for concept, page, check in found]


def answer_of(question):
    return question.expected_text.replace("[", "").replace("]", "")


@pytest.mark.parametrize("seed", range(6))
def test_the_answers_that_are_expected_are_right_and_others_are_wrong(seed):
    questions = drawn(seed)
    assert len({question.concept for question in questions}) == QUESTIONS
    for question in questions:
        assert question.judge(answer_of(question)), question
        size = 1 if isinstance(question.expected, str) else question.expected.size
        if size == 1 or 1 in question.expected.shape:
            assert not question.judge(" ".join(["17.5"] * size)), question


def test_a_seed_asks_the_same_and_another_seed_something_else():
    first, again, other = (draw_questions(seed) for seed in (1, 1, 2))
    assert [(q.title, q.given, q.asked) for q in first] == [(q.title, q.given, q.asked) for q in again]
    assert [q.asked for q in first] != [q.asked for q in other]


def test_every_concept_of_the_lecture_is_asked_and_every_page_names_its_concepts():
    assert set(CONCEPTS) == {f"C{n}" for n in range(3, 22)}
    assert {q.concept for seed in range(8) for q in drawn(seed)} == set(CONCEPTS)
    assert all(page.concepts and set(page.concepts) <= set(CONCEPTS) for page in pages())


@pytest.mark.parametrize("seed", range(16))
def test_a_question_shows_what_its_answer_needs(seed):
    for question in drawn(seed):
        assert question.given, question
        assert all(question.given), question
        assert "is set for" not in question.asked
        assert "Step opens" not in " ".join(question.given)
        assert "-" not in question.asked, question
        assert question.expected_text not in (question.given if isinstance(question.expected, str) else ())


def test_every_question_of_a_page_shows_what_its_answer_needs():
    for check, question in asked_on_pages():
        assert question.given, question
        assert check.what.split()[0] != "setting"


def test_a_page_with_dropout_and_one_with_a_slope_show_p_and_alpha():
    asked = [of_page(concept, page, check) for concept in ("C19", "C21") for page, check in page_checks(concept)]
    assert any("units stay with p = 0.5" in question.given[0] for question in asked)
    assert any("α = 0.05" in question.given[0] for question in asked)


@pytest.mark.parametrize(
    ("expected", "wanted"),
    [
        ("relu", "a word"),
        ([[1.0]], "one number"),
        ([[1.0, 2.0]], "2 numbers with spaces between"),
        ([[1.0], [2.0]], "2 numbers with spaces between"),
        ([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]], "6 numbers in 2 rows separated by ;"),
    ],
)
def test_how_numbers_are_separated_is_said_for_a_list_and_for_a_table(expected, wanted):
    answer = expected if isinstance(expected, str) else np.array(expected)
    assert Question("C3", "", ("x",), "What?", answer).wanted == wanted


def test_three_digits_are_enough_and_a_column_may_be_typed_as_a_row():
    question = next(q for q in drawn(10) if q.expected_text == "(1, 2, 1.5)")
    assert question.judge("1 2 1.503")
    assert question.judge("1; 2; 1.5")
    assert not question.judge("1 2 1.6")


@pytest.mark.parametrize(
    ("expected", "typed", "said"),
    [
        ([[1.0], [2.0]], "1", "That is 1 number. Type 2 numbers with spaces between."),
        ([[1.0]], "1; 2", "That is 2 numbers. Type one number."),
        ([[1.0, 2.0], [3.0, 4.0]], "1 2 3 4", "That is 4 numbers in 1 row. Type 4 numbers in 2 rows separated by ;."),
    ],
)
def test_another_count_of_numbers_than_asked_for_may_be_typed_again(expected, typed, said):
    question = Question("C3", "", ("x",), "What?", np.array(expected))
    with pytest.raises(EntryError) as refused:
        question.judge(typed)
    assert f"{refused.value.message} {refused.value.remedy}" == said
    assert question.judge(question.expected_text)


def test_a_transposed_matrix_is_a_mistake():
    assert not Question("C3", "", ("x",), "What?", np.array([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]])).judge("1 3; 2 4; 3 5")


def test_a_word_may_be_written_in_its_usual_ways():
    question = next(q for q in drawn(42) if q.expected_text == "binary cross-entropy")
    assert all(question.judge(word) for word in ("BCE", "binary_crossentropy", "Binary Cross-Entropy"))


def test_an_exam_is_scored_and_kept_over_time(tmp_path):
    records = ExamRecords(tmp_path / "deep" / "exams.json")
    days = map(datetime, itertools.repeat(2030), itertools.repeat(1), itertools.count(1))
    for wrong in (3, 0):
        exam = Exam(records.next_seed, records, now=lambda: next(days))
        for i, question in enumerate(exam.questions):
            exam.answer("" if i < wrong else answer_of(question))
        assert exam.question is None
    assert [(record.seed, record.right) for record in records.all()] == [(1, 7), (2, 10)]
    assert exam.score_lines()[:2] == ["10 of 10 right.", "Before: 7 of 10."]
    assert exam.score_lines()[2].startswith("Weak: ")


def test_what_cannot_be_read_is_asked_again(tmp_path):
    exam = Exam(0, ExamRecords(tmp_path / "exams.json"))
    while isinstance(exam.question.expected, str):
        exam.answer("")
    done = len(exam.answers)
    with pytest.raises(EntryError):
        exam.answer("1 +")
    assert len(exam.answers) == done


def test_the_weakest_points_come_first():
    records = [
        ExamRecord("2030-01-01", 1, (("C3", True), ("C6", False), ("C8", False))),
        ExamRecord("2030-01-02", 2, (("C3", True), ("C6", False), ("C8", True))),
    ]
    assert weak_points(records) == (("C6", 0, 2), ("C8", 1, 2))


def test_every_topic_that_was_wrong_is_named_without_its_code(tmp_path):
    exam = Exam(1, ExamRecords(tmp_path / "exams.json"))
    while exam.question is not None:
        exam.answer("")
    weak = exam.score_lines()[-1]
    assert weak.startswith("Weak: ")
    assert all(CONCEPTS[question.concept] in weak for question in exam.questions)
    assert not any(f"({concept})" in weak for concept in CONCEPTS)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, null]",
        b'[{"when": "x", "seed": 1, "answers": [["C99", true]]}]',
        b'[{"when": "x", "seed": 1, "answers": [[{}, true]]}]',
    ],
)
def test_a_damaged_record_counts_as_empty(tmp_path, content):
    path = tmp_path / "exams.json"
    path.write_bytes(content)
    assert ExamRecords(path).all() == ()


@pytest.mark.parametrize("seed", range(8))
def test_how_an_answer_is_found_is_shown_and_ends_with_the_answer(seed):
    for question in drawn(seed):
        solution = " ".join(question.solution)
        if question.traced is not None:
            assert "=" in solution, question
        elif not question.page:
            assert question.because, question


def test_a_known_mistake_is_named():
    question = next(question for question in draw_questions(0) if question.asked == "What is ∂L/∂W¹?")
    asked = question.traced
    forgotten = asked.trace.value("da1") @ asked.trace.value("x").T
    assert "The slope of the activation is missing" in question.mistake(" ".join(map(str, forgotten.ravel())))
    assert question.mistake("17 17") == ""
    assert question.mistake("") == ""


@pytest.mark.parametrize("seed", range(8))
def test_numbers_and_layers_are_written_in_one_way(seed):
    number = r"−?[\d.]+(e−?\d+)?"
    one_way = re.compile(rf"{number}|\({number}(, {number})+\)|\[{number}( {number})*(; {number}( {number})*)*\]")
    for question in (*drawn(seed), *(question for _, question in asked_on_pages())):
        if question.traced is None:
            continue
        for line in question.given:
            name, equals, value = line.partition(" = ")
            if equals and re.fullmatch(r"\S+", name):
                assert one_way.fullmatch(value), line
        text = "\n".join((*question.given, question.asked, *question.solution))
        assert not ("^[" in text and re.search("[Wbza][¹²³]", text)), text


def test_several_examples_say_how_they_are_written():
    traced = [question for check, question in asked_on_pages() if check.what.split()[0] == "trace"]
    known = [line for question in traced for line in question.given]
    assert "Each column of x and y is an example." in known
