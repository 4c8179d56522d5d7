"""Folders for TensorBoard are read back by its own accumulator."""

from pathlib import Path

import numpy as np
import pytest

from tests.export.runs.cases import Runs
from tests.export.runs.readers import INSTALL

pytest.importorskip("tensorboardX", reason=INSTALL)
accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator", reason=INSTALL)


@pytest.mark.parametrize("name", ["everything", "one layer", "xor"])
def test_scalars_and_histograms(name: str, runs: Runs, tmp_path: Path) -> None:
    for path, content in runs.files(name, "tensorboard").items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        assert isinstance(content, bytes)
        (tmp_path / path).write_bytes(content)
    run = runs.run(name, "tensorboard")
    for part, prefix in (("train", ""), ("validation", "val_")):
        names = [each for each in run.history.names if each.startswith("val_") == bool(prefix)]
        if not names:
            assert not (tmp_path / part).exists()
            continue
        events = accumulator.EventAccumulator(str(tmp_path / part), {"scalars": 0, "histograms": 0})
        events.Reload()
        for each in names:
            found = events.Scalars(f"epoch_{each.removeprefix('val_')}")
            assert [event.step for event in found] == list(range(len(run.history.epochs)))
            np.testing.assert_allclose([event.value for event in found], run.history.column(each), rtol=1e-6)
        if part == "train":
            assert set(events.Tags()["histograms"]) == set(run.network.parameters)
            start, *between, end = events.Histograms("W1")
            assert [event.step for event in (start, *between, end)] == list(range(len(run.history.epochs) + 1))
            assert start.histogram_value.sum != between[0].histogram_value.sum != end.histogram_value.sum
            assert end.histogram_value.num == run.network.parameters["W1"].size
            assert end.histogram_value.sum == pytest.approx(float(np.sum(run.network.parameters["W1"])))
            assert start.histogram_value.max == pytest.approx(float(np.max(run.start["W1"])))
