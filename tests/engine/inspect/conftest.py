"""Fixtures of the tests that look at updates."""

from collections.abc import Iterator

import pytest

from tests.engine.inspect.declared import Declared
from tui_ann.engine.activations import ACTIVATIONS


@pytest.fixture
def declared() -> Iterator[str]:
    """The name of an activation that only the test declares, while the program knows it."""
    ACTIVATIONS["declared"] = Declared("declared")
    yield "declared"
    del ACTIVATIONS["declared"]
