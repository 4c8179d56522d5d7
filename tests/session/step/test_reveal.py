"""Predict, then reveal: what is asked in which order, what counts as right, and what the score says."""

import re

import numpy as np
import pytest

from tests.engine.helpers import worked_trainer
from tests.engine.tracing import EVERYTHING, small_trainer, traced
from tui_ann.engine.inspect.trace import trace
from tui_ann.engine.layers import Dense
from tui_ann.session.step.reveal import MOST, Outcome, Practice, Score, is_asked
from tui_ann.text.entry import EntryError
from tui_ann.text.mistakes import NAMES, SENTENCES


def worked() -> Practice:
    trainer = worked_trainer()
    return Practice.begin(trainer.network, trace(trainer))


def right_answer(practice: Practice) -> str:
    """The numbers that are asked for, to their last digit."""
    part = practice.part
    assert part is not None
    value = part.value[0] if part.value.ndim == 3 else part.value
    table = value if value.ndim == 2 else value.reshape(-1, 1)
    table = table if practice.entry is None else np.array([[table[practice.entry]]])
    return "; ".join(" ".join(repr(float(entry)) for entry in row) for row in table)


def to(practice: Practice, symbol: str) -> Practice:
    """Answer rightly until this is asked."""
    while practice.part is not None and str(practice.part.symbol) != symbol:
        practice, verdict = practice.answer(right_answer(practice))
        assert verdict.right
    return practice


def test_the_worked_example_from_end_to_end() -> None:
    practice, asked = worked(), []
    while practice.part is not None:
        asked.append(practice.symbol)
        practice, verdict = practice.answer(right_answer(practice))
        assert verdict.right
    assert asked[:4] == ["z¹", "z²", "l", "∂L/∂a²"]  # a = z and L = l are copies
    assert asked[-4:] == ["new W¹", "new b¹", "new W²", "new b²"]
    assert len(asked) == len(set(asked))
    assert str(practice.score) == f"{len(asked)} of {len(asked)} at the first try"
    assert practice.score.mistakes_text == ""


def test_what_is_given_drawn_or_a_mere_one_is_not_asked() -> None:
    trainer = small_trainer(EVERYTHING, "categorical_crossentropy", optimizer="adam")
    told = traced(trainer, 2)
    left_out = {str(part.symbol) for i, part in enumerate(told.parts) if not is_asked(told, i)}
    assert {"x", "y", "r1", "r2", "R"} <= left_out
    assert all(re.fullmatch(r"x|y|r\d|R|g_prime\d", symbol) for symbol in left_out)


def test_the_new_weights_are_recognised_and_counted() -> None:
    practice = to(worked(), "dW1")
    answered = len(practice.answered)
    practice, verdict = practice.answer("[[.144,.288],[.088,.176],[.056,.112]]")
    assert (verdict.right, verdict.code, verdict.entry) == (False, "new_weights", "∂L/∂W¹₁₁")
    assert "new W²" in verdict.text
    assert (practice.tries, len(practice.answered)) == (1, answered)
    practice, verdict = practice.answer("0.16 0.32; 3/25 .24; 0.4*0.2 .16")
    assert verdict.right
    in_the_end = f"{answered} of {answered + 1} at the first try, {answered + 1} in the end, 1 wrong answer"
    assert str(practice.score) == in_the_end
    assert practice.score.mistakes_text == "used the new weights"


def test_giving_up_and_skipping_bring_no_point() -> None:
    practice = worked().give_up().give_up(Outcome.SKIPPED)
    assert [each.outcome for each in practice.answered] == [Outcome.REVEALED, Outcome.SKIPPED]
    assert (practice.score.at_first, practice.score.right, practice.score.asked) == (0, 0, 2)
    assert practice.symbol == "l"


@pytest.mark.parametrize(
    ("symbol", "text", "told"),
    [
        ("z1", "1 2", "z¹ is 3 numbers, you gave 2."),
        ("z2", ".36 .22 .14", "z² is 1 number, you gave 3."),
        ("dW2", ".4; .8; .6", "∂L/∂W² is one row of 3 numbers, you gave a column."),
        ("dW1", "1 2; 3 4", "∂L/∂W¹ is 3 rows of 2 numbers, you gave 2 × 2."),
    ],
)
def test_an_answer_of_another_size_is_no_try(symbol: str, text: str, told: str) -> None:
    practice = to(worked(), symbol)
    with pytest.raises(EntryError) as refused:
        practice.answer(text)
    assert refused.value.message == told


def test_what_cannot_be_read_is_no_try() -> None:
    practice = worked()
    with pytest.raises(EntryError):
        practice.answer("one; two")
    assert practice.tries == 0


def test_decimals_that_are_shown_are_enough() -> None:
    trainer = small_trainer([Dense(2, "tanh"), Dense(1, "sigmoid")], "binary_crossentropy", n=2, batch_size=2)
    practice = Practice.begin(trainer.network, trace(trainer))
    part = practice.part
    assert part is not None
    for decimals in (2, 4):
        text = "; ".join(" ".join(f"{entry:.{decimals}f}" for entry in row) for row in part.value)
        assert practice.answer(text, decimals=decimals)[1].right


def test_of_a_large_matrix_one_entry_is_asked() -> None:
    trainer = small_trainer([Dense(8, "tanh"), Dense(1, "linear")], "mean_squared_error", m=5, n=3, batch_size=3)
    practice = to(Practice.begin(trainer.network, trace(trainer)), "dW1")
    row, column = practice.entry or (-1, -1)
    assert practice.whole == (8, 5)
    assert practice.shape == (1, 1)
    assert practice.symbol == f"∂L/∂W¹{chr(0x2081 + row)}{chr(0x2081 + column)}"
    assert practice.part is not None
    value = float(practice.part.value[row, column])
    assert practice.answer(f"{value:.6g}")[1].right
    wrong = practice.answer(repr(-value))[1]
    assert (wrong.right, wrong.code, wrong.place) == (False, "wrong_sign", (row, column))
    assert practice.answer(repr(value * 3.7))[1].text == "This is not right."
    with pytest.raises(EntryError):
        practice.answer("1 2")
    small = next(part for part in practice.trace.parts if str(part.symbol) == "db1")
    assert small.value.size <= MOST


def test_a_score_of_several_updates() -> None:
    trainer = worked_trainer()
    practice = Practice.begin(trainer.network, trace(trainer)).give_up()
    again = Practice.begin(trainer.network, trace(trainer), answered=practice.answered)
    again, _ = again.answer("99 99 99")
    again, _ = again.answer(right_answer(again))
    assert (again.score_of_update.asked, again.score.asked) == (1, 2)
    assert again.score.mistakes == (("miscalculated", 1),)
    assert str(Score.of(())) == "nothing answered yet"


def test_every_name_belongs_to_a_mistake() -> None:
    assert set(NAMES) <= {*SENTENCES, "wrong"}


def test_the_score_of_a_question_that_was_only_answered_wrong() -> None:
    practice, _ = worked().with_hint().answer("1 2 1.65")
    assert str(practice.score) == "0 of 1 at the first try, 1 wrong answer"
    practice, _ = practice.answer("1 2 1.7")
    assert str(practice.score) == "0 of 1 at the first try, 2 wrong answers"
    assert str(practice.give_up().score) == "0 of 1 at the first try, 2 wrong answers"


def test_the_mistakes_of_an_open_question_are_in_the_score() -> None:
    practice, _ = worked().answer(right_answer(worked()))
    before, (rows, columns) = practice.score, practice.shape
    practice, verdict = practice.answer("; ".join([" ".join(["99"] * columns)] * rows))
    assert not verdict.right
    assert sum(times for _, times in practice.score.mistakes) == sum(times for _, times in before.mistakes) + 1
    assert (practice.score.asked, practice.score.right) == (before.asked + 1, before.right)


def test_the_same_wrong_answer_counts_once() -> None:
    practice = worked()
    for text in ("1 2 1.65", "1 2 1.65", "1.0; 2; 1.65"):
        practice, verdict = practice.answer(text)
        assert not verdict.right
    assert practice.tries == 1
    assert len(practice.mistakes) == 1
    practice, _ = practice.answer("1 2 1.7")
    practice, _ = practice.answer("1 2 1.5")
    assert practice.answered[-1].tries == 3
    assert practice.wrong == ()


def test_an_answer_after_a_hint_is_not_at_first_try() -> None:
    practice, verdict = worked().with_hint().answer("1 2 1.5")
    assert verdict.right
    assert (practice.score.at_first, practice.score.right, practice.hinted) == (0, 1, False)
