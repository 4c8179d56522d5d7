"""Every rule and every remedy has its words, and they fit the numbers."""

import re
from importlib.resources import files

import pytest

from tests.engine.diagnostics.test_rules import CASES, found
from tui_ann.engine.diagnostics.finding import RunFinding, Severity
from tui_ann.engine.diagnostics.rules import RULES
from tui_ann.session.doctor.remedies import REMEDIES
from tui_ann.session.doctor.words import Shown, finding_words, layers_in_words, remedy_words
from tui_ann.text import cell_width

MOST_BRIEF = 52
"""Cells of the doctor's line at 80 columns besides the shortest remedies and the key."""


def test_words_and_remedies_are_those_of_the_rules():
    names = {rule.id for rule in RULES}
    assert set(finding_words()) == names
    assert set(REMEDIES) == names
    assert set(remedy_words()) == {make.__name__ for treatments in REMEDIES.values() for make in treatments}


@pytest.mark.parametrize("name", CASES)
def test_a_finding_can_be_said(name):
    finding = found(CASES[name][0])[name]
    words = finding_words()[name]
    sentence = words.sentence(finding, feature="code")
    assert sentence.endswith(".")
    assert not re.search(r"[{}]|nan|inf\b", sentence)
    brief = words.in_brief(finding, feature="code")
    assert not re.search(r"[{}]|nan|inf\b", brief)
    assert cell_width(brief) <= max(MOST_BRIEF, cell_width("code alone explains 99.99 % of the target's variance."))
    assert words.why.endswith(".")
    assert words.judged.endswith(".")
    assert all((words.title, words.section, words.passed))


@pytest.mark.parametrize("name", CASES)
def test_every_variant_has_the_numbers_it_names(name):
    words, numbers = finding_words()[name], found(CASES[name][0])[name].numbers
    own = {
        "learning_rate_large": {"times", "step"},
        "learning_rate_small": {"gain"},
        "imbalance": {"found", "label", "few", "rows"},
    }.get(name, set())
    known = {*numbers, "layers", "elsewhere", *own}
    for template in (
        words.says,
        words.also,
        words.brief,
        *(words.variants or {}).values(),
        *(words.briefs or {}).values(),
    ):
        assert set(re.findall(r"\{(\w+)", template)) <= known
    assert words.says or words.variants


def test_numbers_are_written_like_everywhere():
    assert f"{Shown(0.0312345)}" == "0.0312"
    assert f"{Shown(0.456):%}" == "46 %"
    assert f"{Shown(0.99996):%}" == "99.99 %"
    assert f"{Shown(1.0):%}" == "100 %"
    assert f"{Shown(float('nan')):%} {Shown(float('nan')):n}" == "– –"
    assert f"{Shown(12345.0):n}" == "12 345"
    with pytest.raises(ValueError, match="no format"):
        f"{Shown(1.0):.2f}"


@pytest.mark.parametrize(("name", "variant"), [("dead", each) for each in ("before", "start", "course", "both")])
def test_one_unit_answers_and_two_answer(name, variant):
    said = []
    for dead in (1, 2):
        numbers = {"dead": dead, "units": 8, "layer": 2, "born": 1, "since": 1}
        said.append(finding_words()[name].sentence(RunFinding(name, Severity.WARNING, numbers, (2,), variant)))
    assert "1 of 8 units in layer 2 " in said[0]
    assert " answers to " in said[0]
    assert " answer to " in said[1]
    assert "1 of 8 units in layer 2 is dead" in finding_words()[name].in_brief(
        RunFinding(name, Severity.WARNING, {"dead": 1, "units": 8, "layer": 2}, (2,), variant)
    )


def test_a_word_goes_with_its_number():
    assert [f"{Shown(n):n} {Shown(n):row|rows}" for n in (0.0, 1.0, 2.0)] == ["0 rows", "1 row", "2 rows"]
    for text in re.findall(r"\{\w+:n\} \w+", (files("tui_ann.text") / "doctor.toml").read_text(encoding="utf-8")):
        assert not re.search(r" (rows|updates|epochs|parameters|inputs)$", text), f"{text}: not after one"


def test_layers_are_listed():
    assert [layers_in_words(layers) for layers in ((), (2,), (1, 2), (1, 2, 3))] == [
        "",
        "layer 2",
        "layers 1 and 2",
        "layers 1, 2 and 3",
    ]


def test_dead_units_are_told_by_when_they_died():
    numbers = {"dead": 3, "units": 8, "layer": 2, "born": 1, "since": 2}
    said = {
        variant: finding_words()["dead"].sentence(RunFinding("dead", Severity.WARNING, numbers, (2,), variant))
        for variant in ("before", "start", "course", "both")
    }
    assert said["both"] == "3 of 8 units in layer 2 answer to no row: 1 as at the start, 2 since then."
    assert len(set(said.values())) == 4


def test_no_two_sentences_of_a_slow_run_contradict_each_other():
    words = finding_words()["plateau"]
    numbers = {"share": 0.868, "epochs": 250, "bounded": 3}
    slow = words.sentence(RunFinding("plateau", Severity.FAULT, numbers, (), "slow"))
    assert slow == "After 250 epochs the loss is still 0.868 of a constant answer's; it falls, but slowly."
    assert "move" not in words.why, "whether it moves is said by the variant"


def test_dead_units_of_all_layers_are_told():
    """Of several layers with dead units only the worst was named."""

    def said(others: int, *layers: int) -> str:
        numbers = {"dead": 5, "units": 32, "layer": 2, "born": 0, "since": 5, "others": others}
        return finding_words()["dead"].sentence(RunFinding("dead", Severity.WARNING, numbers, layers, "course"))

    assert said(0, 2) == "5 of 32 units in layer 2 no longer answer to any row."
    assert said(1, 1, 2) == f"{said(0, 2)} 1 more is dead in layer 1."
    assert said(4, 1, 2, 3) == f"{said(0, 2)} 4 more are dead in layers 1 and 3."


def test_an_unknown_variant_says_the_general_sentence():
    words = finding_words()["overfitting"]
    numbers = {"rise": 1.5, "epoch": 3, "best": 0.2, "now": 0.3}
    general = words.sentence(RunFinding("overfitting", Severity.WARNING, numbers))
    kept = words.sentence(RunFinding("overfitting", Severity.NOTE, numbers, (), "kept"))
    assert general != kept
