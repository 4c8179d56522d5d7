import numpy as np
import pytest
import safetensors.numpy
from numpy.testing import assert_array_equal

from tui_ann.errors import SessionError
from tui_ann.experiment.weights import load_weights, save_weights


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_views_with_gaps_come_back_bit_for_bit(tmp_path, dtype):
    block = np.arange(12, dtype=dtype).reshape(3, 4) / 7
    parameters = {"W1": block[:, :3], "b1": block[:, 3]}
    save_weights(tmp_path / "w.safetensors", parameters)
    loaded = load_weights(tmp_path / "w.safetensors")
    assert list(loaded) == ["W1", "b1"]
    for name, values in parameters.items():
        assert_array_equal(loaded[name], values)
        assert loaded[name].dtype == dtype


def test_whole_numbers_become_floats(tmp_path):
    (tmp_path / "w").write_bytes(safetensors.numpy.save({"b1": np.array([1, 2])}))
    assert load_weights(tmp_path / "w")["b1"].dtype == np.float64


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a safetensors file, or it is damaged"),
        (b"PK\x03\x04" + bytes(100), "not a safetensors file"),
        (safetensors.numpy.save({"W1": np.ones((2, 2))})[:-3], "damaged"),
        (safetensors.numpy.save({"W1": np.array([[1.0, np.nan]])}), "W1 has a value that is not finite"),
        (safetensors.numpy.save({"W1": np.array([True])}), "W1 has bool values"),
    ],
)
def test_files_that_are_no_parameters(tmp_path, content, words):
    (tmp_path / "w").write_bytes(content)
    with pytest.raises(SessionError, match=words) as caught:
        load_weights(tmp_path / "w")
    assert caught.value.code == "bad_weights"
    assert caught.value.remedy


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SessionError, match="There is no file"):
        load_weights(tmp_path / "w")
    with pytest.raises(SessionError, match="Cannot read"):
        load_weights(tmp_path)
