import io
import json
import zipfile

import numpy as np
import pytest

from tests.importing.answering import ANSWERS, MODELS, answers
from tui_ann.errors import ModelError
from tui_ann.experiment.spec import BatchNormalizationSpec
from tui_ann.session.imports.reading import read_with_weights


def keras(name: str) -> None:
    pytest.importorskip("h5py")
    assert (MODELS / name).exists()


@pytest.mark.parametrize("name", ["sequential.keras", "sequential.h5", "functional.keras", "functional.h5"])
def test_a_keras_file_answers_as_keras_does(name):
    keras(name)
    read = read_with_weights(MODELS / name)
    assert read.inputs == 3
    np.testing.assert_allclose(answers(read), ANSWERS[name.partition(".")[0]], rtol=0, atol=1e-6)


def test_a_keras_file_keeps_its_training():
    keras("sequential.keras")
    read = read_with_weights(MODELS / "sequential.keras")
    assert read.training["optimizer"] == "momentum"
    assert (read.training["learning_rate"], read.training["momentum"]) == (0.02, 0.5)
    assert read.training["loss"] == "categorical_crossentropy"
    assert read.layers[5] == BatchNormalizationSpec(momentum=0.9)
    assert [remark.text[:20] for remark in read.remarks] == ["a batch normalisatio", "this layer has no bi"]


def test_the_state_of_a_torch_script_lies_beside_it():
    read = read_with_weights(MODELS / "torch_net.py")
    np.testing.assert_allclose(answers(read), ANSWERS["torch_net"], rtol=0, atol=1e-12)
    assert read.training["loss"] == "categorical_crossentropy", "its softmax is inside of the loss there"
    assert (read.training["optimizer"], read.training["learning_rate"]) == ("momentum", 0.05)


def test_a_plain_onnx_network_answers_as_its_reference():
    pytest.importorskip("onnx")
    read = read_with_weights(MODELS / "mlp.onnx")
    np.testing.assert_allclose(answers(read), ANSWERS["mlp"], rtol=0, atol=1e-6)


def test_onnx_weights_may_pass_through_other_operators(tmp_path):
    onnx = pytest.importorskip("onnx")
    model = onnx.load(MODELS / "mlp.onnx")
    tensor = next(each for each in model.graph.initializer if each.name == "W1")
    tensor.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(tensor).T.copy(), "turned"))
    model.graph.node.insert(0, onnx.helper.make_node("Identity", ["turned"], ["same"]))
    model.graph.node.insert(1, onnx.helper.make_node("Transpose", ["same"], ["W1"]))
    onnx.save(model, tmp_path / "mlp.onnx")
    np.testing.assert_allclose(answers(read_with_weights(tmp_path / "mlp.onnx")), ANSWERS["mlp"], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("branches.keras", "does not follow the layer before it"),
        ("image.keras", "Conv2D is a convolution"),
    ],
)
def test_what_cannot_be_held_is_refused_in_a_sentence(name, words):
    keras(name)
    with pytest.raises(ModelError, match=words):
        read_with_weights(MODELS / name)


def repacked(path, **entries: bytes) -> None:
    with zipfile.ZipFile(MODELS / "functional.keras") as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        content = {name: old.read(name) for name in old.namelist()} | entries
        for name, value in content.items():
            new.writestr(name, value)


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"model.weights.h5": bytes(50_000_000)}, "would unpack to"),
        ({"config.json": b"{" * 100_000}, "configuration is damaged"),
        ({"config.json": b"[1]"}, "configuration is damaged"),
        ({"config.json": json.dumps({"class_name": "Own"}).encode()}, "of its own class"),
        ({"model.weights.h5": b"no weights"}, "not an HDF5 file"),
    ],
    ids=["bomb", "nested", "a list", "own class", "no h5"],
)
def test_a_damaged_or_hostile_keras_file_is_refused(tmp_path, entries, words):
    pytest.importorskip("h5py")
    path = tmp_path / "bad.keras"
    repacked(path, **entries)
    with pytest.raises(ModelError, match=words):
        read_with_weights(path)


def test_weights_that_do_not_fit_or_lie_elsewhere_are_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    outside = tmp_path / "outside.h5"
    with h5py.File(outside, "w") as file:
        file["secret"] = np.ones((3, 4))
    for how in ("link", "shape", "external", "none"):
        content = io.BytesIO()
        with h5py.File(content, "w") as file:
            if how != "none":
                group = file.create_group("layers/dense/vars")
                if how == "link":
                    group["0"] = h5py.ExternalLink(str(outside), "secret")
                elif how == "external":
                    group.create_dataset("0", (3, 4), "f8", external=[(str(outside), 0, 96)])
                else:
                    group["0"] = np.ones((2, 2))
        path = tmp_path / f"{how}.keras"
        repacked(path, **{"model.weights.h5": content.getvalue()})
        with pytest.raises(ModelError):
            read_with_weights(path)


@pytest.mark.parametrize("name", ["x.keras", "x.h5", "x.onnx", "x.py"])
def test_a_file_that_is_something_else_is_one_sentence(tmp_path, name):
    pytest.importorskip("h5py")
    pytest.importorskip("onnx")
    (tmp_path / name).write_bytes(b"\xff\xfe nothing \0 of the kind")
    with pytest.raises(ModelError) as refused:
        read_with_weights(tmp_path / name)
    assert refused.value.remedy
    with pytest.raises(ModelError, match="There is no file"):
        read_with_weights(tmp_path / "absent" / name)


def test_the_missing_package_is_named_with_what_installs_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    for name, extra in (("functional.keras", "keras"), ("sequential.h5", "keras"), ("mlp.onnx", "onnx")):
        with pytest.raises(ModelError) as refused:
            read_with_weights(MODELS / name)
        assert f"pip install 'tui-ann[{extra}]'" in refused.value.remedy


def test_a_text_that_the_library_would_read_for_ever_is_damage(tmp_path):
    pytest.importorskip("h5py")
    content = bytearray((MODELS / "functional.h5").read_bytes())
    objects = content.index(b"GCOL") + 16
    content[objects : objects + 16] = bytes(16)  # free space of no size
    path = tmp_path / "endless.h5"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="is damaged"):
        read_with_weights(path)
