"""The samples: complete, as described, found, small."""

import csv

import numpy as np
import pytest
from safetensors.numpy import load_file

from tui_ann.data.samples import SAMPLES, Sample, sample_folder
from tui_ann.errors import DataError

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)


@every_sample
def test_has_its_files(sample: Sample) -> None:
    folder = sample_folder(sample.name)
    assert all((folder / file).is_file() for file in ("data.csv", "experiment.toml", "SOURCE.md"))
    source = (folder / "SOURCE.md").read_text(encoding="utf-8")
    assert "Origin" in source
    assert "Licence" in source


@every_sample
def test_is_as_large_as_it_says(sample: Sample) -> None:
    with (sample_folder(sample.name) / "data.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert (len(rows), len(header)) == (sample.rows, sample.columns)
    assert all(len(row) == len(header) for row in rows)
    assert all(name.strip() == name and name for name in header)
    assert len(set(header)) == len(header)


def test_all_samples_together_are_small() -> None:
    folders = [sample_folder(sample.name) for sample in SAMPLES]
    assert sum(path.stat().st_size for folder in folders for path in folder.iterdir()) < 700_000


def test_names_are_unique_and_lines_are_short() -> None:
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)
    assert all(len(sample.shows) <= 80 and "\n" not in sample.shows for sample in SAMPLES)


def test_worked_example_starts_from_the_numbers_of_the_course() -> None:
    start = load_file(sample_folder("worked-example") / "weights.safetensors")
    np.testing.assert_array_equal(start["W1"], [[0.5, 0.2], [0.3, 0.8], [0.6, 0.4]])
    np.testing.assert_array_equal(start["b1"], [0.1, 0.1, 0.1])
    np.testing.assert_array_equal(start["W2"], [[0.4, 0.3, 0.2]])
    np.testing.assert_array_equal(start["b2"], [0.1])
    assert all(values.dtype == np.float64 for values in start.values())


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(DataError, match="'spirals'"):
        sample_folder("spiral")
    with pytest.raises(DataError, match="worked-example, linear-by-hand"):
        sample_folder("../../etc")
