"""Which kernel a run uses: the one that its record names, else C where it is installed.

`TUI_ANN_KERNEL` decides over both: `numpy` forces NumPy, `c` requires C.
"""

import os
from functools import cache

from tui_ann.engine.kernel.kernels import NUMPY, CKernel, Kernel
from tui_ann.engine.kernel.library import VARIABLE, library
from tui_ann.errors import EngineError

NAMES = (CKernel.name, NUMPY.name)
"""Every kernel, as `run.json` names it."""


def new_runs_kernel() -> Kernel:
    """The kernel of a new run.

    Raises:
        EngineError: `TUI_ANN_KERNEL` requires one that is not installed, or names none.
    """
    forced = os.environ.get(VARIABLE, "")
    if forced == NUMPY.name:
        return NUMPY
    compiled = _c()
    if forced == CKernel.name and compiled is None:
        raise EngineError(
            f"{VARIABLE} is “c”, but this installation has no compiled kernel.",
            remedy=f"Install tui-ann where a C compiler is, or unset {VARIABLE}.",
            code="no_kernel",
        )
    if forced not in ("", CKernel.name):
        raise EngineError(
            f"{VARIABLE} is “{forced}”; there is no such kernel.",
            remedy="Set it to c or numpy, or unset it.",
            code="no_kernel",
        )
    return compiled or NUMPY


def kernel_named(name: str) -> Kernel | None:
    """The kernel that a record names; None if it cannot be used here.

    Args:
        name: One of `NAMES`.

    Raises:
        EngineError: As `new_runs_kernel`.
    """
    if name == NUMPY.name and os.environ.get(VARIABLE, "") != CKernel.name:
        return NUMPY
    ours = new_runs_kernel()
    return ours if ours.name == name else None


@cache
def _c() -> Kernel | None:
    found = library()
    return CKernel(found) if found else None
