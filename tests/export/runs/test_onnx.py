"""ONNX models are read back by onnxruntime and by the reference implementation of onnx."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.export.runs.cases import NETWORKS, SAMPLE_NAMES, Runs
from tests.export.runs.raw_rows import Expected, expected

READERS = "install the readers: pip install 'tui-ann[test-readers]'"
onnx = pytest.importorskip("onnx", reason=READERS)
onnxruntime = pytest.importorskip("onnxruntime", reason=READERS)


def feeds(runs: Runs, name: str, want: Expected) -> dict[str, NDArray[Any]]:
    """The raw cells as inputs."""
    columns = (feature.column for feature in runs.run(name).preprocessing.columns)
    return {
        column: np.array(cells, object if isinstance(cells[0], str) else float)[:, None]
        for column, cells in zip(columns, want.columns, strict=True)
    }


def check(runs: Runs, name: str, want: Expected, got: list[NDArray[Any]]) -> None:
    """Compare the outputs of a model with the answers of the program."""
    gelu = "erf" in runs.run(name).pipeline.functions
    tolerance = 1e-6 if gelu else runs.tolerance(name)  # runtimes have erf in float32 alone
    np.testing.assert_allclose(got[-1], want.values, rtol=tolerance, atol=tolerance)
    if runs.run(name).preprocessing.classes:
        assert got[0].tolist() == want.answers


@pytest.mark.parametrize("name", [*NETWORKS, *SAMPLE_NAMES, "hostile"])
def test_answers_as_the_program(name: str, runs: Runs) -> None:
    content = runs.files(name, "onnx")[".onnx"]
    want = expected(runs, name)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    check(runs, name, want, session.run(None, feeds(runs, name, want)))


@pytest.mark.parametrize("name", ["everything", "everything, a number", "one layer", "hostile"])
def test_the_reference_implementation_agrees(name: str, runs: Runs) -> None:
    from onnx.reference import ReferenceEvaluator

    want = expected(runs, name)
    evaluator = ReferenceEvaluator(onnx.load_from_string(runs.files(name, "onnx")[".onnx"]))
    check(runs, name, want, [np.asarray(part) for part in evaluator.run(None, feeds(runs, name, want))])


def test_a_threshold_is_inside(runs: Runs) -> None:
    want = expected(runs, "one layer")
    session = onnxruntime.InferenceSession(runs.files("one layer", "onnx", threshold=1.0)[".onnx"])
    labels, _ = session.run(None, feeds(runs, "one layer", want))
    assert set(labels.tolist()) == {runs.run("one layer").preprocessing.classes[0]}


def test_an_unknown_label_is_none_of_them(runs: Runs) -> None:
    want = expected(runs, "everything", most=1)
    inputs = feeds(runs, "everything", want)
    inputs["colour"] = np.array([["violet"]], object)
    session = onnxruntime.InferenceSession(runs.files("everything", "onnx")[".onnx"])
    _, got = session.run(None, inputs)
    run = runs.run("everything")
    x = [float(cell[0]) for cell in want.columns[:2]]
    features = run.preprocessing.columns
    scaled = [(value - each.offset) / each.scale for value, each in zip(x, features, strict=False)]
    fresh = float(want.columns[3][0] == "yes")
    picked = (want.columns[4][0] - features[4].offset) / features[4].scale
    y_hat = run.network.predict(np.array([[*scaled, 0.0, 0.0, 0.0, fresh, picked]]))
    np.testing.assert_allclose(got, y_hat, atol=1e-12)
