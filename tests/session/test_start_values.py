"""Typed weights: they begin a run, can be taken back, and go with the run folder and with an unfinished run."""

import numpy as np
import pytest

from tui_ann.errors import SessionError, TuiAnnError
from tui_ann.experiment.run_folder import RunFolder
from tui_ann.session.start_values import change_in_words, read_weights, text_to_type

PARAMETERS = {"W1": np.arange(6.0).reshape(3, 2), "b1": np.zeros(3)}


@pytest.mark.parametrize(
    ("text", "name", "index", "expected"),
    [
        ("1/3", "W1", (0, 1), [[0, 1 / 3], [2, 3], [4, 5]]),
        ("0.4*0.2", "W1", (2, 0), [[0, 1], [2, 3], [0.4 * 0.2, 5]]),
        ("1 2; 3 4; 5 6", "W1", (), [[1, 2], [3, 4], [5, 6]]),
        ("[[1, 2],\n [3, 4],\n [5, 6]]", "W1", (0, 0), [[1, 2], [3, 4], [5, 6]]),
        ("array([[.5, .2], [.3, .8], [.6, .4]])", "W1", (), [[0.5, 0.2], [0.3, 0.8], [0.6, 0.4]]),
        ("1\t2\n3\t4\n5\t6", "W1", (), [[1, 2], [3, 4], [5, 6]]),
        ("1, 2, 3", "b1", (), [1, 2, 3]),
        ("1\n2\n3", "b1", (1,), [1, 2, 3]),
        ("−2", "b1", (1,), [0, -2, 0]),
    ],
)
def test_what_is_typed_is_put_in_its_place(text, name, index, expected):
    typed = read_weights(text, PARAMETERS, name, index)
    np.testing.assert_array_equal(typed[name], expected)
    assert PARAMETERS["b1"].sum() == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float64(0.06000000000000001), "0.06"),
        (np.float64(0.5), "0.5"),
        (np.float64(-0.0), "0.0"),
        (np.float64(1 / 3), "0.3333333333333333"),
        (np.float64(0.0600000000001), "0.0600000000001"),
        (np.float32(0.06), "0.06"),
        (np.float32(1 / 3), "0.3333333432674408"),
    ],
)
def test_a_number_to_type_over_is_short_and_left_alone_stays_exact(value, text):
    before = {"b1": np.array([value, 1], value.dtype)}
    assert text_to_type(value) == text
    for typed, index in ((text, (0,)), (f"{text}\n1", ()), (f"{text}\n2", ())):
        assert read_weights(typed, before, "b1", index)["b1"][0] == value
    assert read_weights(f"{text}\n2", before, "b1")["b1"][1] == 2


@pytest.mark.parametrize(
    ("text", "name", "index", "words"),
    [
        ("1 2 3; 4 5 6", "W1", (), "are swapped"),
        ("1 2", "W1", (), "W¹ is 3 × 2, what was typed is 1 × 2."),
        ("1 2; 3 4; 5", "W1", (0, 0), "Row 3 has 1 number"),
        ("1 2", "b1", (), "one number for each neuron"),
        ("two", "W1", (0, 0), "two"),
        ("", "W1", (), "Nothing has been entered"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_message(text, name, index, words):
    with pytest.raises(TuiAnnError) as refused:
        read_weights(text, PARAMETERS, name, index)
    assert words in str(refused.value)


def test_numbers_that_the_precision_cannot_hold_are_refused():
    single = {"W1": np.zeros((1, 1), np.float32)}
    with pytest.raises(SessionError, match="too large"), np.errstate(over="ignore"):
        read_weights("1e300", single, "W1", (0, 0))


def test_the_change_in_words():
    typed = read_weights("1/3", PARAMETERS, "W1", (0, 1))
    assert change_in_words(PARAMETERS, typed, "W1") == "W¹₁₂ 1 → 0.3333"
    typed = read_weights("1 1 1", PARAMETERS, "b1")
    assert change_in_words(PARAMETERS, typed, "b1") == "b¹ typed"


def test_typed_at_the_start_they_are_the_start_values(session, experiment_path):
    session.workspace.open(experiment_path)
    drawn = session.runs.prepare().start["W1"].copy()
    edit = session.runs.type_weights("1/3", "W1", (0, 1))
    assert not edit.loses
    run = session.runs.prepare()
    assert run.start["W1"][0, 1] == 1 / 3
    assert run.trainer.update == 0
    assert session.workspace.undo().startswith("W¹₁₂ ")
    np.testing.assert_array_equal(session.runs.prepare().start["W1"], drawn)
    session.workspace.redo()
    assert session.runs.prepare().start["W1"][0, 1] == 1 / 3


def test_typed_in_mid_run_they_begin_a_new_one_and_undo_brings_the_old_one_back(session, experiment_path):
    session.workspace.open(experiment_path)
    session.runs.one_update(7)
    before = session.workspace.run.network.copy_parameters()
    edit = session.runs.type_weights("0", "b1", (2,))
    assert edit.loses == "The run of 7 updates ends."
    begun = session.runs.prepare()
    assert begun.trainer.update == 0
    for name, values in before.items():
        expected = values.copy()
        if name == "b1":
            expected[2] = 0
        np.testing.assert_array_equal(begun.start[name], expected)
    session.runs.one_update(3)
    session.workspace.undo()
    assert session.workspace.run.trainer.update == 7
    np.testing.assert_array_equal(session.workspace.run.network.parameters["b1"], before["b1"])


def test_the_way_from_typed_weights_is_exact_to_and_fro(session, experiment_path):
    session.workspace.open(experiment_path)
    session.runs.type_weights("0.25", "W2", (0, 0))
    session.runs.one_update(9)
    theta = session.workspace.run.network.theta.copy()
    session.runs.seek(2)
    session.runs.seek(9)
    np.testing.assert_array_equal(session.workspace.run.network.theta, theta)
    session.runs.rewind()
    assert session.workspace.run.network.parameters["W2"][0, 0] == 0.25


def test_what_is_not_changed_ends_nothing(session, experiment_path):
    session.workspace.open(experiment_path)
    start = float(session.runs.prepare().start["b1"][0])
    session.runs.type_weights(repr(start), "b1", (0,))
    assert session.workspace.undo_label is None


def test_a_refusal_changes_nothing(session, experiment_path):
    session.workspace.open(experiment_path)
    session.runs.one_update(2)
    with pytest.raises(SessionError):
        session.runs.type_weights("1 2 3", "W1")
    assert session.workspace.run.trainer.update == 2
    assert session.workspace.undo_label is None


def test_the_run_folder_takes_them_along(session, make_session, experiment_path, tmp_path):
    session.workspace.open(experiment_path)
    session.runs.type_weights("1/3", "W1", (0, 1))
    session.runs.one_epoch(2)
    folder = session.store.save(tmp_path / "kept")
    moved = folder.rename(tmp_path / "moved")
    for file in (session.paths.start_values).iterdir():
        file.unlink()
    assert RunFolder.open(moved).weights("initial")["W1"][0, 1] == 1 / 3
    again = make_session()
    again.workspace.open(moved / "experiment.toml")
    assert again.runs.prepare().start["W1"][0, 1] == 1 / 3
    again.runs.one_epoch(2)
    np.testing.assert_array_equal(again.workspace.run.network.theta, session.workspace.run.network.theta)


def test_an_unfinished_run_takes_them_along(session, make_session, experiment_path):
    session.workspace.open(experiment_path)
    session.runs.type_weights("1/3", "W1", (0, 1))
    session.runs.one_update(5)
    session.preserve()
    session.close()
    again = make_session()
    run = again.store.recover(again.store.recoverable()[0])
    assert run.start["W1"][0, 1] == 1 / 3
    np.testing.assert_array_equal(run.network.theta, session.workspace.run.network.theta)
