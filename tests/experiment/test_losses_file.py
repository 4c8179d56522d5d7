import csv
import math

import numpy as np
import pytest

from tui_ann.errors import SessionError
from tui_ann.experiment.losses_file import LossesFile


def numbers(path):
    with path.open(newline="", encoding="utf-8") as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


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


def test_nothing_is_padded(tmp_path):
    with LossesFile(tmp_path / "losses.csv") as file:
        file.extend(np.array([0.25, 1e-9, math.inf]))
        file.extend(np.array([0.1], np.float32))
    assert file.path.read_bytes() == b"loss\n0.25\n1e-09\ninf\n0.10000000149011612\n"


def test_it_is_cut_to_any_number_of_updates_and_goes_on(tmp_path):
    values = np.random.default_rng(0).normal(size=5_000) ** 3
    with LossesFile(tmp_path / "losses.csv") as file:
        kept = 0
        for size, left in ((3_000, 2_999), (1, 3_000), (2_000, 1_500), (700, 700), (900, 0), (1_600, 1_600)):
            file.extend(values[kept : kept + size])
            file.cut(left)
            kept = left
            assert file.written == left
            assert numbers(file.path) == values[:left].tolist()


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SessionError, match="Cannot write"):
        LossesFile(tmp_path / "file" / "losses.csv")
