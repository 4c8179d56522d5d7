"""Undo and redo: a list of immutable states; an edit makes a new one."""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

State = TypeVar("State")


class _Entry(NamedTuple, Generic[State]):
    label: str
    state: State


class UndoStack(Generic[State]):
    """The states before each edit, with a short label each.

    Args:
        limit: Maximum number of edits that can be undone.
        heavy: Number of states that keep heavy content, such as a trained network; older ones are lightened.
        lighten: Removes heavy content from a state.
    """

    def __init__(self, lighten: Callable[[State], State], *, limit: int = 500, heavy: int = 3) -> None:
        self._lighten = lighten
        self._limit = limit
        self._heavy = heavy
        self._done: list[_Entry[State]] = []
        self._undone: list[_Entry[State]] = []

    @property
    def undo_label(self) -> str | None:
        """The label of the edit that `undo` would undo; `None` if there is none."""
        return self._done[-1].label if self._done else None

    @property
    def redo_label(self) -> str | None:
        """The label of the edit that `redo` would redo; `None` if there is none."""
        return self._undone[-1].label if self._undone else None

    def push(self, label: str, left: State) -> None:
        """Store the state before an edit; edits undone earlier can no longer be redone."""
        self._undone.clear()
        self._append(self._done, _Entry(label, left))
        del self._done[: -self._limit]

    def undo(self, left: State) -> State:
        """The state before the last edit; `left` is the current one.

        Raises:
            IndexError: There is nothing to undo.
        """
        entry = self._done.pop()
        self._append(self._undone, _Entry(entry.label, left))
        return entry.state

    def redo(self, left: State) -> State:
        """The state after the last undone edit; `left` is the current one.

        Raises:
            IndexError: There is nothing to redo.
        """
        entry = self._undone.pop()
        self._append(self._done, _Entry(entry.label, left))
        return entry.state

    def clear(self) -> None:
        """Drop all states."""
        self._done.clear()
        self._undone.clear()

    def _append(self, entries: list[_Entry[State]], entry: _Entry[State]) -> None:
        entries.append(entry)
        if len(entries) > self._heavy:
            old = entries[-self._heavy - 1]
            entries[-self._heavy - 1] = _Entry(old.label, self._lighten(old.state))
