"""Text from outside comes out as one harmless line of known width."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui_ann.text import cell_width, clean, ends, fit, phrase

HOSTILE = [
    "\x1b]0;title\x07",
    "\x1b[2J",
    "\x9b31m",
    "a\u202eb\u2066c",
    "zero\u200bwidth\u200d\ufeff",
    "e" + "\u0301" * 40,
    "\ud800",
    "👨\u200d👩\u200d👧",
    "❤\ufe0f",
    "👍🏽",
    "\u0301start",
    "\u3164\u115f",
    "[@click=app.quit]x[/]",
]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("price [kg]", "price [kg]"),
        ("\x1b]0;pwn\x07", "␛]0;pwn␇"),
        ("a\nb\r\nc\rd\te\x00\x7f", "a⏎b⏎c␍d e␀␡"),
        ("\x9b31m", "\ufffd31m"),
        ("a\u202eb\u200bc\ufeffd\u00ade", "abcde"),
        ("e\u0301\u0301\u0301\u0301x", "é\u0301\u0301x"),
        ("\u0301a", "a"),
        ("\ud800", "\ufffd"),
        ("a\u00a0b\u3000c", "a b c"),
        ("👨\u200d👩\u200d👧", "👨👩👧"),
        ("", ""),
    ],
)
def test_shows_each_kind_of_character(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("hello", 5, "hello"),
        ("hello!", 5, "hell…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("日本語", 1, "…"),
        ("ab", 0, ""),
        ("x" * 1_000_000, 3, "xx…"),
        ("\u200b" * 1_000_000, 3, "…"),
    ],
)
def test_cuts_by_cells(text: str, width: int, shown: str) -> None:
    assert clean(text, width) == shown


@given(st.text(st.characters(), max_size=60), st.integers(0, 20))
def test_holds_nothing_that_a_terminal_obeys_and_fits(text: str, width: int) -> None:
    shown = clean(text)
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in shown)
    assert clean(shown) == shown
    assert cell_width(clean(text, width)) <= width
    assert cell_width(fit(text, width)) == width


@pytest.mark.parametrize("text", HOSTILE)
def test_agrees_with_the_width_that_textual_lays_out_by(text: str) -> None:
    shown = clean(text)
    assert cell_width(shown) == cell_len(shown)


def test_agrees_on_the_width_of_every_character() -> None:
    shown = [clean("x" + chr(code)) for code in range(0x110000)]
    assert [text for text in shown if cell_width(text) != cell_len(text)] == []


@pytest.mark.parametrize(("align", "shown"), [("left", "ab   "), ("right", "   ab"), ("center", " ab  ")])
def test_fills_its_cells(align: str, shown: str) -> None:
    assert fit("ab", 5, align) == shown
    assert fit("日本", 5, align).replace("日本", "") == shown.replace("ab", "")[:1]


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (80, "one update · ŷ = w₁x₁, with g(z) = z (by hand)"),
        (40, "one update · ŷ = w₁x₁, with g(z) = z"),
        (30, "one update"),
        (8, "one upd…"),
    ],
)
def test_a_phrase_is_whole(width: int, shown: str) -> None:
    assert phrase("one update · ŷ = w₁x₁, with g(z) = z (by hand)", width) == shown


@pytest.mark.parametrize(
    ("width", "shown"),
    [(40, "Dense(3, linear), Dense(1, sigmoid), …"), (37, "Dense(3, linear), …"), (16, "Dense(3, linear…")],
)
def test_a_list_that_is_cut_says_so_and_keeps_its_brackets(width: int, shown: str) -> None:
    assert phrase("Dense(3, linear), Dense(1, sigmoid), SGD 0.02", width) == shown
    assert phrase("data, an experiment or a run", 10) == "data, …"


def test_names_that_differ_at_one_end_are_told_apart():
    assert ends("iris", 16) == "iris"
    assert ends("learning-rate-study-of-spirals-a", 16) == "learning…irals-a"
    assert ends("learning-rate-study-of-spirals-b", 16).endswith("b")
    assert ends("abc", 1) == "…"
    assert ends("abc", 0) == ""


@given(st.text(max_size=60), st.integers(0, 30))
def test_both_ends_of_any_text_fit(text, width):
    shown = ends(text, width)
    assert cell_width(shown) <= width
    assert cell_len(shown) == cell_width(shown)
