"""The engine never warns: a warning in any of its tests is a failure.  And the kernels that its tests run on."""

import os
import warnings
from collections.abc import Iterator

import pytest

from tui_ann.compiled import VARIABLE
from tui_ann.engine.kernel.library import library


@pytest.fixture(autouse=True)
def _warnings_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="module", params=["c", "numpy"])
def both_kernels(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run each test of a module on both kernels: those that compare bits, or numbers of Keras."""
    if request.param == "c" and library() is None:
        pytest.skip("this installation has no compiled kernel")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, VARIABLE, request.param)
        yield
