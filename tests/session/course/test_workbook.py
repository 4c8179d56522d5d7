"""The course as a workbook: every number of it comes out, each convention is said, and a wrong one is seen."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tui_ann.errors import SessionError
from tui_ann.session.course.pages import Check, Page, find_page, pages
from tui_ann.session.course.queries import CourseQueries
from tui_ann.session.course.workbook import compared, experiment_of, numbers, told, work_out

every_page = pytest.mark.parametrize("page", pages(), ids=lambda page: page.id)


@every_page
def test_every_number_comes_out(page: Page) -> None:
    lines = work_out(page)
    assert lines
    assert [line.check.what for line in lines if not line.holds] == []
    assert all(line.mark == "✓" for line in lines)


@every_page
def test_a_page_fits_into_a_line_each(page: Page) -> None:
    assert 0 < len(page.title) <= 34
    assert 0 < len(page.about) <= 74
    assert 1 <= len(page.notes) <= 2
    assert all(len(note) <= 116 for note in page.notes)
    assert experiment_of(page).name == page.sample


def test_the_pages_are_in_the_order_of_the_course() -> None:
    names = [page.id for page in pages()]
    assert len(set(names)) == len(names)
    order = ["linear-forward", "logistic-gradient", "rate-converges", "rate-diverges", "keras-linear", "output-layer"]
    order += ["worked-forward", "worked-update", "keras-multiclass", "activations", "dropout-classic"]
    places = [names.index(name) for name in order]
    assert places == sorted(places)


@pytest.mark.parametrize(("rate", "page"), [(1, "converges"), (2, "overshoots"), (3, "climbs"), (5, "diverges")])
def test_the_ladder_is_that_of_exact_fractions(rate: int, page: str) -> None:
    told_of = {check.what: numbers(check.expected)[0, 0] for check in find_page(f"rate-{page}").checks[:-2]}
    for update, (answer, loss) in enumerate(ladder(Fraction(rate, 10), 6), start=1):
        assert told_of.get(f"trace a2 {update}", answer) == pytest.approx(float(answer), rel=1e-15)
        assert told_of.get(f"trace L {update}", loss) == pytest.approx(float(loss), rel=1e-15)


def ladder(eta: Fraction, updates: int) -> list[tuple[Fraction, Fraction]]:
    """ŷ and L of the worked example before each update, in fractions."""
    tenths = lambda *values: [Fraction(value, 10) for value in values]  # noqa: E731
    W1, b1, W2, b2, x = (
        [tenths(5, 2), tenths(3, 8), tenths(6, 4)],
        tenths(1, 1, 1),
        tenths(4, 3, 2),
        Fraction(1, 10),
        (1, 2),
    )
    found = []
    for _ in range(updates):
        a = [row[0] * x[0] + row[1] * x[1] + b for row, b in zip(W1, b1, strict=True)]
        answer = sum((w * value for w, value in zip(W2, a, strict=True)), b2)
        off = answer - 1
        found.append((answer, off * off / 2))
        W1 = [
            [w - eta * off * up * value for w, value in zip(row, x, strict=True)]
            for row, up in zip(W1, W2, strict=True)
        ]
        b1 = [b - eta * off * up for b, up in zip(b1, W2, strict=True)]
        W2 = [w - eta * off * value for w, value in zip(W2, a, strict=True)]
        b2 -= eta * off
    return found


def test_a_wrong_number_is_marked() -> None:
    check = Check("trace dW1", "0.16 0.32; 0.12 0.24; 0.08 0.16", "∂L/∂W¹")
    right = np.array([[0.16, 0.32], [0.12, 0.24], [0.08, 0.16]])
    assert compared(check, right).mark == "✓"
    wrong = right.copy()
    wrong[2, 1] += 1e-9
    assert compared(check, wrong).mark == "✗"
    assert compared(check, right.T).mark == "✗"
    assert compared(check, right * np.nan).mark == "✗"
    assert compared(Check("end status", "diverged", "the run"), "completed").mark == "✗"


def test_numbers_are_told_in_lines() -> None:
    assert told(np.array([[1.5]])) == ("1.5",)
    assert told(np.array([[1.0], [2.0]])) == ("(1, 2)",)
    assert told(np.array([[1.0, -2.5], [10.0, 2.0]])) == ("[ 1  −2.5]", "[10     2]")
    assert told("mean_squared_error") == ("mean squared error",)
    rough = compared(Check("trained b1", "58.04", "b", tolerance=0.05), np.array([57.9]))
    assert (rough.expected_text, rough.computed_text, rough.mark) == (("≈ 58.04 ± 5 %",), ("57.9",), "✓")


def test_what_is_not_finite_is_null() -> None:
    line = compared(Check("trace L", "1", "L"), np.array(np.inf))
    assert line.to_json()["computed"] is None
    assert line.to_json()["holds"] is False


def test_what_is_not_there_says_so() -> None:
    with pytest.raises(SessionError, match="no page “nothing”"):
        find_page("nothing")
    with pytest.raises(SessionError, match="“weather today” is not known"):
        CourseQueries(experiment_of(find_page("worked-update"))).value("weather today")


def test_pages_are_read_once() -> None:
    assert pages() is pages()
    assert replace(pages()[0]) == pages()[0]
