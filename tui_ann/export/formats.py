"""The formats of worked solutions, one record each; a new format needs a new record.

Nothing heavy is imported here, so that a command can name the formats without loading NumPy.  The formats of a whole
run are in `run_formats`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tui_ann.errors import TuiAnnError


@dataclass(frozen=True)
class Format:
    """A format of anything that is exported."""

    name: str
    """Its name for a command."""
    suffix: str
    """The extension of its files, without the dot."""
    note: str
    """Its purpose in a few words."""
    writer: str
    """Its writer, as `module:function`."""

    @property
    def write(self) -> Callable[..., Any]:
        """The writer."""
        module, _, function = self.writer.partition(":")
        found: Callable[..., Any] = getattr(import_module(module), function)
        return found


@dataclass(frozen=True)
class SolutionFormat(Format):
    """A format of worked solutions; its writer takes a `Solution` and the decimals, and returns the text."""

    decimals: int | None = 4
    """Decimals shown by default; None if the decimals of a screen do not apply."""
    page_break: str = ""
    """The separator between an exercise sheet and its solution; empty if no sheet can be written."""

    @property
    def write(self) -> Callable[..., str]:
        """The writer."""
        return super().write


FORMATS: dict[str, SolutionFormat] = {
    each.name: each
    for each in (
        SolutionFormat(
            "text", "txt", "for a terminal or a printer", "tui_ann.export.worked.text:to_text", page_break="═" * 72
        ),
        SolutionFormat(
            "markdown", "md", "with math blocks", "tui_ann.export.worked.markdown:to_markdown", page_break="---"
        ),
        SolutionFormat(
            "latex", "tex", "for a plain article", "tui_ann.export.worked.latex:to_latex", page_break=r"\clearpage"
        ),
        SolutionFormat("json", "json", "every number, exact", "tui_ann.export.worked.json_:to_json", None),
        SolutionFormat(
            "python",
            "py",
            "a NumPy script of this update that prints the same numbers",
            "tui_ann.export.worked.python:to_python",
            None,
        ),
    )
}
"""Every format by name."""
SHEETS = tuple(each.name for each in FORMATS.values() if each.page_break)
"""Formats of an exercise sheet: those for reading on paper."""


def format_named(name: str, *, sheet: bool = False) -> SolutionFormat:
    """A format by its name.

    Args:
        name: The name.
        sheet: Whether the format is for an exercise sheet.

    Raises:
        TuiAnnError: If there is no such format, or no sheet can be written in it.
    """
    known = SHEETS if sheet else tuple(FORMATS)
    if name not in known:
        raise TuiAnnError(
            f"There is no format “{name}” for this.", remedy=f"Take one of {', '.join(known)}.", code="bad_format"
        )
    return FORMATS[name]
