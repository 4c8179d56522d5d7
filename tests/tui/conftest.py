"""What tests of the terminal application stand on: nothing blinks, nothing slides."""

import pytest
from textual import constants
from textual.widgets import Input


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep cursors from blinking and changes from being animated, so that a picture is the same each time."""
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)
    monkeypatch.setattr(constants, "TEXTUAL_ANIMATIONS", "none")
