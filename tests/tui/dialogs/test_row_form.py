"""The words of the form for a row."""

from tui_ann.tui.dialogs.row_form import effect_text


def test_one_sigma_less_and_more_is_no_range_but_that_of_labels_is():
    assert effect_text(0.62, 0.63, probability=True) == "0.62, 0.63", "ŷ of the row may be 0.136"
    assert effect_text(0.62, 0.99999, probability=True, labels=True) == "0.62 … 0.9999"
    assert effect_text(-1.25, 3.0, probability=False) == "−1.25, 3"
