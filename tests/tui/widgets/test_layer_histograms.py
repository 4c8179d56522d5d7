"""The picture of the layers' histograms, and its line of words."""

import numpy as np

from tui_ann.session.explore.histograms import LayerHistograms, NetworkHistograms, Spread
from tui_ann.text.symbols import require_brackets
from tui_ann.tui.widgets.layer_histograms import LayerHistogramsPicture


def test_its_words_name_a_layer_as_its_strips_do():
    values = {"z": Spread(-2.0, 2.0, np.ones(64, np.int64))}
    layer = LayerHistograms(1, "tanh", 32, values, values, 0.2, 0.0, 0.01)
    picture = LayerHistogramsPicture()
    picture.set_data(NetworkHistograms((layer,), 256, 300, 5), {})
    assert "slope < 0.1: 20 % of sampled z¹" in picture.describe()
    require_brackets(True)
    try:
        assert "20 % of sampled z^[1]" in picture.describe()
    finally:
        require_brackets(False)
