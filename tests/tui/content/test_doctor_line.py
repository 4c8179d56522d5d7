"""The line of the doctor at every width, and the numbers of its page."""

from dataclasses import replace

import pytest

from tests.engine.diagnostics.evidences import evidence, stuck
from tests.session.doctor.test_race import remedy
from tests.tui.runs import snapshot, trainer
from tui_ann.engine.diagnostics.finding import RunFinding, Severity
from tui_ann.engine.stopping import Status, StopReason
from tui_ann.session.doctor.diagnosis import Diagnosis, ExplainedFinding
from tui_ann.session.doctor.words import finding_words
from tui_ann.text import cell_width, number
from tui_ann.tui.content.doctor_line import doctor_line, shortened
from tui_ann.tui.content.doctor_page import DoctorPage, numbered

SENTENCE = "The widest feature spreads 210291 times as far as the narrowest, and features are not scaled."


def explained(name: str, severity: Severity, *titles: str) -> ExplainedFinding:
    remedies = tuple(remedy("training.learning_rate", 0.1, title) for title in titles)
    return ExplainedFinding(RunFinding(name, severity), SENTENCE, remedies, finding_words()[name], "in brief 210291")


def diagnosis(*findings: ExplainedFinding, epochs: int = 3, muted: tuple[str, ...] = ()) -> Diagnosis:
    return Diagnosis(findings, {"dead": "vanishing"}, muted, ("twins", "bad_start"), epochs, evidence())


@pytest.mark.parametrize("width", range(30, 160, 5))
def test_the_line_fits_and_keeps_its_key(width):
    found = diagnosis(explained("features_unscaled", Severity.FAULT, "standardised features"))
    line = doctor_line(found, None, width, "d").plain
    assert cell_width(line) <= width
    assert line.endswith("d checks")
    assert "210291" in line or width < 34


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (140, f"⚕ {SENTENCE} Try standardised features.  d checks"),
        (155, f"⚕ {SENTENCE} Try standardised features.  d 1 applies it  d checks"),
        (78, "⚕ in brief 210291. Try standardised features.  d 1 applies it  d checks"),
        (70, "⚕ in brief 210291. Try standardised features.  d checks"),
    ],
)
def test_a_narrow_line_says_it_in_brief(width, text):
    found = diagnosis(explained("features_unscaled", Severity.FAULT, "standardised features"))
    assert doctor_line(found, None, width, "d").plain == text


def test_a_smaller_rate_that_the_screen_offers_is_not_said_again():
    found = diagnosis(explained("learning_rate_large", Severity.FAULT, "η 12 → 1"))
    assert "Try η 12 → 1." in doctor_line(found, None, 140, "d").plain
    assert "Try" not in doctor_line(found, None, 140, "d", calmer=True).plain


def test_a_remedy_that_was_tried_in_vain_is_not_advised_again():
    found = explained("learning_rate_large", Severity.FAULT, "η 12 → 1", "Adam")
    lost, other = (replace(each, tried=each.title != "Adam") for each in found.remedies)
    line = doctor_line(diagnosis(replace(found, remedies=(other, lost))), None, 160, "d").plain
    assert "Try Adam." in line
    nothing = doctor_line(diagnosis(replace(found, remedies=(lost,))), None, 160, "d").plain
    assert "Try" not in nothing
    assert "applies it" not in nothing


def test_a_note_does_not_spoil_a_run_that_learns_well():
    note = explained("few_epochs", Severity.NOTE, "epochs 100 → 200")
    line = doctor_line(diagnosis(note), snapshot(40), 140, "d").plain
    assert line.startswith("⚕ val loss ")
    assert "not finished" in line
    assert "Try epochs 100 → 200." in line
    for width, end in ((66, "epoch 4"), (76, "not finished")):
        assert f"{end}. Try " in doctor_line(diagnosis(note), snapshot(40), width, "d").plain


def test_the_figure_is_that_of_the_epoch_whose_weights_were_kept():
    ended = snapshot(400, of=trainer(epochs=40))
    last = doctor_line(diagnosis(), ended, 140, "d").plain
    assert last.startswith(f"⚕ learns well: val loss {number(ended.metrics['val_loss'], 3)} in epoch 40 ")
    kept = replace(
        ended, best_epoch=25, stop_reason=StopReason(Status.EARLY_STOPPED, "no better", "the weights were restored")
    )
    best = number(kept.history.epochs.at(25).values["val_loss"], 3)
    line = doctor_line(diagnosis(), kept, 140, "d").plain
    assert line.startswith(f"⚕ learns well: val loss {best} in epoch 25, which was kept ")


def test_only_a_run_that_is_proven_to_learn_is_praised():
    good = diagnosis()
    assert doctor_line(good, snapshot(40), 140, "d").plain.startswith("⚕ learns well: val loss ")
    assert doctor_line(good, None, 140, "d").plain.startswith("⚕ nothing found"), "another network was pasted"
    beaten = doctor_line(replace(good, better="a linear model"), snapshot(40), 140, "d").plain
    assert beaten.startswith("⚕ A linear model is better on unseen rows · val loss ")
    no_better = doctor_line(replace(good, evidence=stuck()), snapshot(40), 140, "d").plain
    assert no_better.startswith("⚕ It does not do clearly better than a constant answer · val loss ")
    muted = doctor_line(diagnosis(muted=("diverged",)), snapshot(40), 140, "d").plain
    assert "learns well" not in muted
    assert "1 muted" in muted


def test_before_training_it_says_that_nothing_was_found():
    assert doctor_line(diagnosis(epochs=0), None, 100, "d").plain.startswith("⚕ nothing found before training by ")
    assert "1 muted" in doctor_line(diagnosis(epochs=0, muted=("dead",)), None, 100, "d").plain


def test_before_training_the_line_and_the_page_count_the_same():
    note = diagnosis(explained("imbalance", Severity.NOTE), epochs=0)
    assert doctor_line(note, None, 100, "d").plain.startswith(
        "⚕ 1 note before training by 4 checks · one class is rare"
    )
    assert DoctorPage(note, frozenset()).title() == "Doctor · before training · 4 checks, 1 note"


def test_nothing_is_known_and_nothing_said():
    assert doctor_line(None, None, 100, "d").plain == ""


def test_a_text_is_cut_after_a_whole_word():
    assert shortened("one, two three", 14) == "one, two three"
    assert shortened("one, two three", 12) == "one, two …"
    assert shortened("one, two three", 7) == "one …"
    assert shortened("one", 2) == ""


def test_remedies_are_numbered_through():
    first = explained("learning_rate_large", Severity.FAULT, "η 12 → 1", "Adam")
    second = explained("plateau", Severity.WARNING, "more units")
    page = DoctorPage(diagnosis(first, second), frozenset({"dead"}))
    assert [entry.id for entry in page.entries] == ["learning_rate_large", "plateau", "dead"]
    assert [numbered(page.entries, n) and numbered(page.entries, n).title for n in range(5)] == [
        None,
        "η 12 → 1",
        "Adam",
        "more units",
        None,
    ]


def test_the_page_names_causes_and_what_was_fine():
    text = "\n".join(
        "".join(part for part, _ in line) for line in DoctorPage(diagnosis(), frozenset()).lines(80, 0, 0)[0]
    )
    assert "Dead units: follows from “Vanishing gradients”" in text
    assert "✓ start weights differ" in text


@pytest.mark.parametrize("width", range(1, 40))
def test_the_page_is_written_in_any_width(width):
    found = diagnosis(explained("features_unscaled", Severity.FAULT, "standardised features"))
    assert DoctorPage(found, frozenset({"dead"})).lines(width, 0, 0)[0]


@pytest.mark.parametrize("width", [40, 80, 140])
def test_beside_an_earlier_moment_the_line_says_that_it_is_about_now(width):
    found = diagnosis(explained("features_unscaled", Severity.FAULT, "standardised features"))
    line = doctor_line(found, None, width, "d", past=True).plain
    assert line.startswith("⚕ now: ")
    assert line.endswith("d checks")
    assert cell_width(line) <= width
    assert doctor_line(None, None, width, "d", past=True).plain == ""
    assert "now" not in doctor_line(found, None, width, "d", race="half done", past=True).plain
