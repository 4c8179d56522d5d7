import pytest

from tui_ann.data.samples import SAMPLES
from tui_ann.experiment.files import load


def test_all_samples_are_listed(command):
    result = command("samples")
    assert result.code == 0
    assert all(sample.name in result.out and sample.shows in result.out for sample in SAMPLES)


def test_a_copy_is_whole(command, working_folder):
    result = command("samples", "copy", "worked-example")
    assert result.code == 0
    folder = working_folder / "worked-example"
    experiment = load(folder / "experiment.toml")
    assert experiment.data.path == str(folder / "data.csv")
    assert {"data.csv", "experiment.toml", "SOURCE.md"} <= {path.name for path in folder.iterdir()}
    assert "tui-ann train worked-example/experiment.toml" in result.err
    assert len(result.out.splitlines()) == len(list(folder.iterdir()))


def test_nothing_is_overwritten(command, working_folder):
    command("samples", "copy", "xor", "mine")
    (working_folder / "mine" / "experiment.toml").write_text("# mine", encoding="utf-8")
    result = command("samples", "copy", "xor", "mine")
    assert result.code == 2
    assert (working_folder / "mine" / "experiment.toml").read_text(encoding="utf-8") == "# mine"


@pytest.mark.parametrize("words", [["copy", "xr"], ["copy"], ["cpy", "xor"], ["copy", "xor", "xor.toml"]])
def test_bad_usage(command, words):
    result = command("samples", *words)
    assert result.code in (1, 2)
    assert result.err.startswith("Error: ")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_sample_trains(command, sample):
    result = command("train", f"sample:{sample.name}", "--set", "training.epochs=1", "--out", "run", "--quiet")
    assert result.code == 0, result.err
