import pytest

from tui_ann.text import cell_width
from tui_ann.tui.content.setting_text import short_value


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, "/home/someone/files/worked/weights.safetensors"),
        (30, "…/worked/weights.safetensors"),
        (23, "…/weights.safetensors"),
        (12, "…safetensors"),
        (0, ""),
    ],
)
def test_a_path_is_cut_from_the_left_at_its_folders(width, shown):
    assert short_value("/home/someone/files/worked/weights.safetensors", width) == shown
    assert cell_width(shown) <= width


def test_other_values_are_cut_from_the_right():
    assert short_value("accuracy, f1, auc", 10) == "accuracy,…"
