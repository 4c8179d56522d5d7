"""Every number of a small neural network, in your terminal, on your own data.

From Python: `tui_ann.open(path)` opens what the application opens, `tui_ann.watch(folder)` writes a training of another
program as a run folder, `tui_ann.keras.Watch` is the same as a callback of Keras, and `tui_ann.sklearn` has estimators.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_INTERFACE = "tui_ann.interface"
"""The module with the public functions; it loads NumPy and the engine, so it is imported when one is used."""
_FUNCTIONS = ("open", "watch")
_MODULES = ("keras", "sklearn")
"""Modules for other libraries, which they import."""


def __getattr__(name: str) -> Any:
    """A public function or module."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _FUNCTIONS:
        return getattr(import_module(_INTERFACE), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return ["__version__", *_FUNCTIONS, *_MODULES]
