"""Texts that fit their room."""

from tui_ann.tui.draw.fitting import whole_sentences

LOSS = "How far predictions are from targets; training makes it small. Proposed: mse."
TOLERANCE = "Stops when the loss changes by less than this from epoch to epoch; 0: never."


def test_an_explanation_ends_with_a_whole_sentence() -> None:
    assert whole_sentences(LOSS, 80, 2) == LOSS
    assert whole_sentences(LOSS, 36, 2) == "How far predictions are from targets. Proposed: mse."
    assert whole_sentences(LOSS, 20, 2) == "How far predictions are from targets."
    assert whole_sentences(TOLERANCE, 36, 2) == "Stops when the loss changes by less than this from epoch to epoch."
    assert whole_sentences(LOSS, 0, 0) == LOSS
    assert whole_sentences("", 36, 2) == ""
