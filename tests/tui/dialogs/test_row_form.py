"""The words of the form for a row."""

from textual.widgets import Static

from tests.tui.pilots import press, running, text_of
from tui_ann.tui.dialogs.row_form import effect_text


def test_one_sigma_less_and_more_is_no_range_but_that_of_labels_is():
    assert effect_text(0.62, 0.63, probability=True) == "0.62, 0.63", "ŷ of the row may be 0.136"
    assert effect_text(0.62, 0.99999, probability=True, labels=True) == "0.62 … 0.9999"
    assert effect_text(-1.25, 3.0, probability=False) == "−1.25, 3"


async def test_the_form_says_what_the_bars_are_relative_to_and_how_much_it_was():
    for width in (80, 120):
        async with running("sample:xor", "3", "n", "7", "a", size=(width, 36)) as (app, pilot):
            said = str(app.screen.query_one("#allowed", Static).content)
            assert "Moved the log-odds by 0 from that of the mean row." in said
            await press(pilot, "1")
            said = " ".join(str(app.screen.query_one("#allowed", Static).content).split())
            moved = said.partition("Moved the log-odds by ")[2].partition(" from that")[0]
            assert moved[0] in "+−"
            assert text_of(app).count(moved) == (2 if width == 120 else 1), "beside the bar where there is room"
