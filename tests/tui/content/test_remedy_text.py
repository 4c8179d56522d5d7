import pytest

from tui_ann.data.prepare.missing import REMEDY
from tui_ann.tui.content.remedy_text import in_labels


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Set missing = "most_frequent" to fill them in.', "Set missing cells: most frequent to fill them in."),
        ('Name one column, or set task = "regression".', "Name one column, or set task: regression."),
        ("Use data.validation_split = 0.1 here.", "Use validation share: 0.1 here."),
        ('There is no colour = "red".', 'There is no colour = "red".'),
        ("Check the path.", "Check the path."),
        ('Quote it as "red" there.', 'Quote it as "red" there.'),
        (
            REMEDY,
            "Set missing cells: median, mean or most frequent to fill them in, drop to leave out the rows, "
            "or ignore the column.",
        ),
    ],
)
def test_a_remedy_has_the_labels_of_the_form(text, said):
    assert in_labels(text) == said
