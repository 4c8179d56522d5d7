"""What people type and paste is read as they mean it; what cannot be read is said with its place."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ann.text.entry import LONGEST, EntryError, parse_entry, parse_number
from tui_ann.text.rounding import shown


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.4", 0.4),
        (" -3 ", -3.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("007", 7.0),
        ("1e-3", 1e-3),
        ("3.16e−4", 3.16e-4),
        ("1/3", 1 / 3),
        ("⅓", 1 / 3),
        ("-½", -0.5),
        ("0.4*0.2", 0.4 * 0.2),
        ("0.4 · 0.2", 0.4 * 0.2),
        ("(1.4-1)*2", (1.4 - 1) * 2),
        ("(1,4 − 1)·2", (1.4 - 1) * 2),
        ("0,4", 0.4),
        ("1,25", 1.25),
        ("0.5 - 0.1 * 0.16", 0.5 - 0.1 * 0.16),
        ("0.5 -0.1", 0.4),
        ("2^-1", 0.5),
        ("-2²", -4.0),
        ("2**3**2", 512.0),
        ("1/(1+exp(-0.4))", 1 / (1 + math.exp(-0.4))),
        ("e^-1", math.exp(-1)),
        ("-ln(0.25)", -math.log(0.25)),
        ("sigmoid(-800)", 0.0),
        ("max(0, 1.5)", 1.5),
        ("√(2)", math.sqrt(2)),
        ("3.2·10^-4", 3.2e-4),
        ("--1", 1.0),
        ("[0.4]", 0.4),
    ],
)
def test_a_number(text: str, value: float) -> None:
    assert parse_number(text) == pytest.approx(value, rel=1e-14)


ROWS = ((0.144, 0.288), (0.088, 0.176), (0.056, 0.112))


@pytest.mark.parametrize(
    "text",
    [
        ".144 .288\n.088 .176\n.056 .112",
        "0.144 0.288; 0.088 0.176; 0.056 0.112",
        "0.144, 0.288\n0.088, 0.176\n0.056, 0.112\n",
        "0.144\t0.288\r\n0.088\t0.176\r\n0.056\t0.112\r\n",
        "0,144\t0,288\n0,088\t0,176\n0,056\t0,112",
        "0,144 0,288\n0,088 0,176\n0,056 0,112",
        "0,144, 0,288\n0,088, 0,176\n0,056, 0,112",
        "[[.144,.288],[.088,.176],[.056,.112]]",
        "[[0.144 0.288]\n [0.088 0.176]\n [0.056 0.112]]",
        "array([[0.144, 0.288],\n       [0.088, 0.176],\n       [0.056, 0.112]])",
        "⎡0.144 0.288⎤\n⎢0.088 0.176⎥\n⎣0.056 0.112⎦",
        r"\begin{bmatrix} 0.144 & 0.288 \\ 0.088 & 0.176 \\ 0.056 & 0.112 \end{bmatrix}",
        "0.36 * 0.4 0.72*0.4; 0.36*0.4-0.056 0.176; 0.056 (0.112)",
    ],
)
def test_a_matrix(text: str) -> None:
    entry = parse_entry(text)
    assert entry.shape == (3, 2)
    for row, expected in zip(entry.rows, ROWS, strict=True):
        assert row == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1 2 1.5", ((1, 2, 1.5),)),
        ("(1, 2, 1.5)", ((1, 2, 1.5),)),
        ("1;2;3", ((1,), (2,), (3,))),
        ("1 -2", ((1, -2),)),
        ("1 - 2", ((-1,),)),
        ("1 +2", ((3,),)),
        ("1- 2 3", ((-1, 3),)),
        ("1/3 2/4", ((1 / 3, 0.5),)),
        ("(1 + 1) (2)", ((2, 2),)),
        ("exp(0) 2", ((1, 2),)),
        ("1,2,3", ((1, 2, 3),)),
        ("0,4 0,2", ((0.4, 0.2),)),
        ("1.5,2", ((1.5, 2),)),
        ("max(0, 1) 2", ((1, 2),)),
        ("1\t 2", ((1, 2),)),
    ],
)
def test_what_parts_the_numbers(text: str, rows: tuple[tuple[float, ...], ...]) -> None:
    assert parse_entry(text).rows == rows


@pytest.mark.parametrize(
    ("text", "shape", "rows"),
    [
        ("1,2", (1, 1), ((1.2,),)),
        ("1,2", (1, 2), ((1, 2),)),
        ("1,2", (2, 1), ((1, 2),)),
        ("0,4;0,2", (2, 1), ((0.4,), (0.2,))),
        ("0,4;0,2", (2, 2), ((0, 4), (0, 2))),
        ("1,5 2,5", (1, 2), ((1.5, 2.5),)),
        ("1,5*2", (1, 1), ((3,),)),
    ],
)
def test_the_shape_decides_about_a_comma(
    text: str, shape: tuple[int, int], rows: tuple[tuple[float, ...], ...]
) -> None:
    assert parse_entry(text, shape).rows == rows


@pytest.mark.parametrize("text", ["1,2", "1,5;2,5", "{3,4}"])
def test_a_comma_that_can_mean_two_things_is_asked_about(text: str) -> None:
    with pytest.raises(EntryError, match="comma") as refused:
        parse_entry(text)
    assert refused.value.code == "ambiguous_comma"
    assert "point" in refused.value.remedy


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Nothing has been entered"),
        (" \n ; \n", "Nothing has been entered"),
        ("0.4*", "“0.4*” is not complete"),
        ("((1)", "lacks a closing parenthesis"),
        ("1)", "a parenthesis too many"),
        ("2x", "cannot be read at “x”"),
        ("a", "“a” is no number"),
        ("1 2\n3 b", "Row 2, number 2: “b”"),
        ("__import__('os')", "unknown function “__import__”"),
        ("1/0", "divides by zero"),
        ("sqrt(-1)", "has no value"),
        ("ln(0)", "has no value"),
        ("(-1)^0.5", "has no value"),
        ("9^9^9^9", "is too large"),
        ("1e999", "is too large"),
        ("(" * 90 + "1" + ")" * 90, "too many parentheses"),
        ("2^" * 90 + "1", "too many powers"),
        ("1 2;3", "Row 2 has 1 number, row 1 has 2 numbers"),
        ("1,,2", "a number is missing"),
        ("1\t2 3", "two numbers in one cell"),
        ("max(1)", "needs two numbers"),
        ("exp()", "lacks a number"),
        ("lambda: 0", "unknown name"),
        ("1 if 1 else 2", "“if” is no number"),
        ("\N{MATHEMATICAL DOUBLE-STRUCK DIGIT ONE}", "cannot be read"),
        ("1" * (LONGEST + 1), "too long"),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(EntryError) as refused:
        parse_entry(text)
    assert message in refused.value.message
    assert refused.value.remedy


@pytest.mark.parametrize("text", ["1 2", "1;2"])
def test_more_than_one_number(text: str) -> None:
    with pytest.raises(EntryError):
        parse_number(text)


def test_an_error_shows_nothing_that_a_terminal_obeys() -> None:
    with pytest.raises(EntryError) as refused:
        parse_entry("\x1b[31m")
    assert "\x1b" not in str(refused.value)


@given(st.text(alphabet=st.sampled_from("0123456789.,;+-*/^() \t\neEx½²−·[]&\\maxp"), max_size=40))
@settings(max_examples=400, deadline=None)
def test_anything_is_read_or_refused(text: str) -> None:
    for shape in (None, (1, 1), (2, 2)):
        try:
            entry = parse_entry(text, shape)
        except EntryError:
            continue
        assert all(len(row) == entry.shape[1] for row in entry.rows)
        assert all(math.isfinite(value) for row in entry.rows for value in row)


@given(st.lists(st.lists(st.floats(-1e5, 1e5), min_size=3, max_size=3), min_size=1, max_size=4))
@settings(deadline=None)
def test_what_the_program_prints_can_be_pasted_back(rows: list[list[float]]) -> None:
    printed = [[shown(value, 4) for value in row] for row in rows]
    entry = parse_entry("\n".join(f"⎢{' '.join(row)}⎥" for row in printed))
    assert entry.rows == tuple(tuple(float(cell.replace("−", "-")) for cell in row) for row in printed)
