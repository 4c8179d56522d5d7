import numpy as np
import pytest

from tui_ann.engine.losses import LOSSES, loss_named
from tui_ann.errors import ExperimentError, SessionError
from tui_ann.session.exercise.draft import Draft
from tui_ann.session.exercise.fields import proposed, read_sizes
from tui_ann.session.exercise.reading import faults, read_exercise, read_text
from tui_ann.session.session import Session
from tui_ann.session.store.paths import UserPaths


@pytest.fixture
def session(tmp_path):
    home = tmp_path / "home"
    return Session(paths=UserPaths(home, home, home))


def test_without_a_word_it_is_the_worked_example(session):
    session.open_exercise({})
    trace = session.stepper.trace_of(1)
    assert trace.value("L") == pytest.approx(0.08, rel=1e-12)
    assert np.allclose(trace.after["W1"], [[0.484, 0.168], [0.288, 0.776], [0.592, 0.384]], rtol=1e-12)


def test_exactly_the_numbers_of_the_fields_are_used(session):
    fields = {
        "sizes": "2-2-1",
        "activations": "tanh, sigmoid",
        "eta": "1/2",
        "x": "1, -1",
        "y": "0",
        "W1": "np.array([[.1, .2], [.3, .4]])",
        "b1": r"\begin{pmatrix} 0.5 \\ 0.6 \end{pmatrix}",
        "W2": ".7 .8",
        "b2": "-0,9",
    }
    session.open_exercise(fields)
    trace = session.stepper.trace_of(1)
    a1 = np.tanh([0.1 - 0.2 + 0.5, 0.3 - 0.4 + 0.6])
    y_hat = 1 / (1 + np.exp(-(0.7 * a1[0] + 0.8 * a1[1] - 0.9)))
    assert trace.value("a2") == pytest.approx(y_hat, rel=1e-14)
    assert trace.value("L") == pytest.approx(-np.log(1 - y_hat), rel=1e-12)
    assert trace.learning_rate == 0.5


def test_several_examples_are_one_batch_and_a_class_is_a_number(session):
    session.open_exercise({"sizes": "2-2-3", "activations": "relu, softmax", "x": "1 2; 3 4", "y": "1 3"})
    y = session.stepper.trace_of(1).value("y")
    assert y.tolist() == [[1, 0], [0, 0], [0, 1]]


@pytest.mark.parametrize(
    ("fields", "y"),
    [
        ({"sizes": "2-2-1", "y": "3; 3"}, [[3, 3]]),
        ({"sizes": "2-2-2", "y": "1 2; 1 2"}, [[1, 1], [2, 2]]),
        ({"sizes": "2-2-1", "activations": "tanh, sigmoid", "y": "0; 0"}, [[0, 0]]),
    ],
)
def test_several_examples_may_have_the_same_target(session, fields, y):
    session.open_exercise({"x": "1 2; 3 4", **fields})
    assert session.stepper.trace_of(1).value("y").tolist() == y
    assert session.runs.one_update(5).update == 5


def test_an_example_may_be_written_as_a_column():
    assert read_exercise({"x": r"\begin{bmatrix} 1 \\ 2 \end{bmatrix}"}).X.tolist() == [[1, 2]]


def test_prelu_starts_with_its_usual_slope(session):
    session.open_exercise({"activations": "prelu, linear"})
    assert session.stepper.trace_of(1).before["alpha1"].tolist() == [0.05] * 3
    session.open_exercise({"activations": "elu:0.5, linear"})
    assert session.workspace.experiment.network.layers[0].alpha == 0.5


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("sizes", "two", "not a network"),
        ("sizes", "4000-4000", "too large"),
        ("activations", "linear, sog", "“sog” is not known"),
        ("activations", "linear, linear, linear", "2 layers and 3 activations"),
        ("activations", "linear:2, linear", "has no α"),
        ("loss", "foo", "not known"),
        ("eta", "-1", "0 or more"),
        ("x", "1 2 3", "2 inputs"),
        ("y", "1; 2", "one example"),
        ("W1", "1 2; 3", "Row 2"),
        ("W1", "1 2 3; 4 5 6", "3 × 2"),
        ("b1", "1 2", "3 × 1"),
        ("b3", "1", "no b3"),
        ("W2", "1 foo 2", "foo"),
    ],
)
def test_a_mistake_is_at_the_name_of_its_field(field, text, words):
    found = faults({field: text})
    assert words in found[field]


def test_all_mistakes_are_reported_at_once():
    assert set(faults({"eta": "x", "W1": "1", "loss": "foo"})) == {"eta", "W1", "loss"}


def test_a_loss_that_does_not_fit_is_a_mistake_of_the_loss():
    assert "loss" in faults({"sizes": "2-2", "activations": "sigmoid", "loss": "binary_crossentropy", "y": "0 1"})


def test_a_text_names_the_fields_and_a_wrong_name_its_line():
    assert read_text("sizes = 2-1\nW1 = [[1, 2]]") == {"sizes": "2-1", "W1": "[[1, 2]]"}
    with pytest.raises(ExperimentError, match="cannot be read") as error:
        read_text("sizes = 2-1\nweigths = 3")
    assert error.value.problems[0].where == "line 2"


@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.name)
def test_a_loss_may_be_called_as_the_program_calls_it(loss):
    for text in (
        loss.name,
        loss.label,
        loss.title,
        loss.title.lower(),
        loss.title.replace("-", " "),
        f'"{loss.label}"',
    ):
        problem = faults({"sizes": "2-2", "activations": "softmax", "loss": text}).get("loss", "")
        assert "not known" not in problem
    assert loss_named(loss.title.upper()) == loss.name
    assert loss_named("entropy") is None


@pytest.mark.parametrize("text", ["Leaky ReLU, linear", "leaky-relu linear", "leaky_relu, Linear", "LeakyReLU; linear"])
def test_an_activation_may_be_written_with_blanks_and_hyphens(text):
    layers = read_exercise({"activations": text}).experiment.network.layers
    assert [layer.activation for layer in layers] == ["leaky_relu", "linear"]


@pytest.mark.parametrize("text", ["2-3-1", "2 3 1", "[2, 3, 1]", "2 → 3 → 1"])
def test_sizes_are_read_however_they_are_written(text):
    assert read_sizes(text) == (2, 3, 1)


@pytest.mark.parametrize("sizes", ["1-1", "2-3-1", "3-4-3", "5-5-5-5-2"])
@pytest.mark.parametrize("last", ["linear", "sigmoid", "softmax", "relu"])
def test_what_is_proposed_is_an_exercise(sizes, last):
    if last == "softmax" and sizes.endswith("-1"):
        return
    activations = ", ".join(["tanh"] * (sizes.count("-") - 1) + [last])
    given = {"sizes": sizes, "activations": activations}
    assert faults(proposed(given) | given) == {}


def test_the_same_exercise_is_kept_once_and_a_full_folder_is_not_touched(session, tmp_path):
    assert session.open_exercise({"y": "2"}) == session.open_exercise({"y": "2"})
    assert session.open_exercise({"y": "3"}) != session.open_exercise({"y": "2"})
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SessionError, match="not empty"):
        session.open_exercise({}, folder)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_nothing_typed_is_lost_when_the_sizes_change():
    draft = Draft()
    draft.put("W2", ".9 .8 .7")
    draft.put("sizes", "2-1")
    assert "W2" not in draft.texts
    draft.put("sizes", "2-3-1")
    assert draft.texts["W2"] == ".9 .8 .7"
    draft.put("W2", "")
    assert draft.texts["W2"] == ".4 .3 .2"


def test_a_pasted_text_fills_the_fields_that_it_names():
    draft = Draft()
    assert not draft.fill("1 2; 3 4")
    draft.fill("sizes = 2-2-1\nW1 = [[1, 2],\n [3, 4]]")
    assert draft.sizes == (2, 2, 1)
    assert faults(draft.texts) == {}


def test_the_loss_is_that_of_the_output_however_it_is_written():
    losses = {
        last: proposed({"sizes": "2-3-1", "activations": f"tanh, {last}"})["loss"] for last in ("Sigmoid", "linear")
    }
    assert losses == {"Sigmoid": "binary_crossentropy", "linear": "half_squared_error"}


def test_what_is_typed_stays_typed_even_if_it_is_what_is_proposed():
    draft = Draft()
    draft.put("loss", "half_squared_error")
    draft.put("activations", "sigmoid")
    assert draft.texts["loss"] == "half_squared_error"


@pytest.mark.parametrize("activations", ["sigmoid", "linear, sigmoid"])
@pytest.mark.parametrize("y", ["0.9", "9/10", "-1", "0,9"])
def test_targets_that_are_no_classes_have_a_loss_that_compares_numbers(activations, y):
    draft = Draft()
    draft.put("activations", activations)
    draft.put("y", y)
    assert draft.texts["loss"] == "half_squared_error"
    assert faults(draft.texts) == {}
    draft.put("y", "1")
    assert draft.texts["loss"] == "binary_crossentropy"
