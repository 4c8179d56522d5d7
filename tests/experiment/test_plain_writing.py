import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ann.data.samples import SAMPLES, sample_folder
from tui_ann.experiment import writing
from tui_ann.experiment.decode import encode
from tui_ann.experiment.files import load
from tui_ann.experiment.writing import document


def by_tomlkit(tree, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(writing, "_plain_text", lambda tree: None)
        return document(tree)


@pytest.mark.parametrize("sample", [sample.name for sample in SAMPLES])
def test_the_fast_text_is_that_of_tomlkit(sample, monkeypatch):
    tree = encode(load(sample_folder(sample) / "experiment.toml"))
    assert writing._plain_text(tree) is not None
    assert document(tree) == by_tomlkit(tree, monkeypatch)


@given(name=st.text(min_size=1, max_size=20), rate=st.floats(1e-300, 1e300))
def test_any_name_and_number(name, rate):
    experiment = load(sample_folder("diabetes") / "experiment.toml")
    training = msgspec.structs.replace(experiment.training, learning_rate=rate)
    tree = encode(msgspec.structs.replace(experiment, name=name, training=training))
    with pytest.MonkeyPatch.context() as patched:
        assert document(tree) == by_tomlkit(tree, patched)
