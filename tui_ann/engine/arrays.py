"""The arrays of the engine."""

from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]
"""An array of the engine's working precision."""
