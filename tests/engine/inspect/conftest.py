"""Fixtures of the tests that look at updates."""

from collections.abc import Iterator

import pytest

from tests.engine.inspect.swish import Swish
from tui_ann.engine.activations import ACTIVATIONS


@pytest.fixture
def swish() -> Iterator[str]:
    """The name of an activation that only the test declares, while the program knows it."""
    ACTIVATIONS["swish"] = Swish("swish")
    yield "swish"
    del ACTIVATIONS["swish"]
