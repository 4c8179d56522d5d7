import pytest

from tui_ann.session.undo import UndoStack


def stack(**limits: int) -> UndoStack[str]:
    return UndoStack(lambda state: state.lower(), **limits)


def test_back_and_forth() -> None:
    undo = stack()
    undo.push("a → b", "A")
    undo.push("b → c", "B")
    assert undo.undo_label == "b → c"
    assert undo.undo("C") == "B"
    assert (undo.undo_label, undo.redo_label) == ("a → b", "b → c")
    assert undo.undo("B") == "A"
    assert undo.undo_label is None
    assert undo.redo("A") == "B"
    assert undo.redo("B") == "C"
    assert undo.redo_label is None


def test_a_new_edit_ends_redo() -> None:
    undo = stack()
    undo.push("one", "A")
    undo.undo("B")
    undo.push("two", "A")
    assert undo.redo_label is None
    with pytest.raises(IndexError):
        undo.redo("C")


def test_old_states_are_light_and_few() -> None:
    undo = stack(limit=4, heavy=2)
    for state in "ABCDEF":
        undo.push("edit", state)
    found = []
    now = "G"
    while undo.undo_label:
        now = undo.undo(now)
        found.append(now)
    assert found == ["F", "E", "d", "c"]


def test_clear() -> None:
    undo = stack()
    undo.push("one", "A")
    undo.clear()
    assert undo.undo_label is None
    assert undo.redo_label is None
