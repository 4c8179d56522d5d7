"""Which kernel a run uses: the one that its record names, else C where it is installed.

`TUI_ANN_KERNEL` may be `numpy`, and then no run uses C, or `c`, and then it is an error if C is not installed.
"""

from functools import cache

from tui_ann.compiled import VARIABLE, forced
from tui_ann.engine.kernel.kernels import NUMPY, CKernel, Kernel
from tui_ann.engine.kernel.library import library
from tui_ann.errors import EngineError
from tui_ann.text import clean


def new_runs_kernel() -> Kernel:
    """The kernel of a new run.

    Raises:
        EngineError: `TUI_ANN_KERNEL` requires one that is not installed, or names none.
    """
    wanted = forced()
    if wanted == NUMPY.name:
        return NUMPY
    compiled = _c()
    if wanted == CKernel.name and compiled is None:
        raise EngineError(
            f"{VARIABLE} is “c”, but this installation has no compiled kernel.",
            remedy=f"Install tui-ann where a C compiler is, or unset {VARIABLE}.",
            code="no_kernel",
        )
    if wanted not in ("", CKernel.name):
        raise EngineError(
            f"{VARIABLE} is “{clean(wanted)}”; there is no such kernel.",
            remedy="Set it to c or numpy, or unset it.",
            code="no_kernel",
        )
    return compiled or NUMPY


def kernel_named(name: str) -> Kernel | None:
    """The kernel that a record names; None if it cannot be used here.

    Args:
        name: `c` or `numpy`; a later version may know others.

    Raises:
        EngineError: As `new_runs_kernel`.
    """
    if name == NUMPY.name:
        return NUMPY
    ours = new_runs_kernel()
    return ours if ours.name == name else None


@cache
def _c() -> Kernel | None:
    found = library()
    return CKernel(found) if found else None
