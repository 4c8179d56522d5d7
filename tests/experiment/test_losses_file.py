import math

import numpy as np
import pytest

from tui_ann.errors import SessionError
from tui_ann.experiment.losses_file import LossesFile


def numbers(path):
    title, *lines = path.read_text().splitlines()
    assert title.strip() == "loss"
    assert {len(line) for line in lines} <= {len(title)}
    return list(map(float, lines))


def test_every_number_is_read_again_as_it_was(tmp_path):
    values = [0.1, 1 / 3, 1e-308, 1.7e308, -2.5, math.inf]
    with LossesFile(tmp_path / "losses.csv") as file:
        file.extend(np.array(values[:2]))
        file.extend(np.empty(0))
        file.extend(np.array(values[2:]))
        assert file.written == 6
        assert numbers(file.path) == values
        file.cut(1)
        file.extend(np.array([math.nan]))
    assert numbers(file.path)[0] == 0.1
    assert math.isnan(numbers(file.path)[1])


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(SessionError, match="Cannot write"):
        LossesFile(tmp_path / "nowhere" / "losses.csv")
