"""One update worked out on paper, complete enough to be handed in, in five formats.

`worked_solution` gives a finished document; `solution` gives the model behind it, for a screen that shows one step at
a time with `text.step_lines`; `tui_ann.export.exercise` makes sheets with blanks of it.
"""

from collections.abc import Callable

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.errors import TuiAnnError
from tui_ann.export.worked.json_ import to_json
from tui_ann.export.worked.latex import to_latex
from tui_ann.export.worked.markdown import to_markdown
from tui_ann.export.worked.python import to_python
from tui_ann.export.worked.solution import solution
from tui_ann.export.worked.steps import Solution
from tui_ann.export.worked.text import to_text

__all__ = ["DECIMALS", "FORMATS", "PRINTED", "printer", "solution", "worked_solution"]

FORMATS = ("text", "markdown", "latex", "json", "python")
"""Formats of a worked solution."""
PRINTED: dict[str, Callable[[Solution, int], str]] = {"text": to_text, "markdown": to_markdown, "latex": to_latex}
"""Formats that a person reads: they round numbers, and an exercise can be written in them."""
DECIMALS = 4
"""Decimals shown, unless asked otherwise."""


def worked_solution(
    network: Network,
    trace: UpdateTrace,
    *,
    format: str = "text",
    decimals: int | None = None,
    name: str = "",
) -> str:
    """One update worked out in full, as a document.

    Args:
        network: The network that was traced.
        trace: The update.
        format: One of `FORMATS`.
        decimals: Decimals shown; 4 by default, 15 in a script. JSON is always exact.
        name: The experiment's name, for the heading.

    Raises:
        TuiAnnError: If there is no such format, or a script would be too large.
    """
    if format == "json":
        return to_json(network, trace)
    told = solution(network, trace, name=name)
    if format == "python":
        return to_python(trace, told, *(() if decimals is None else (decimals,)))
    return printer(format)(told, DECIMALS if decimals is None else decimals)


def printer(format: str) -> Callable[[Solution, int], str]:
    """What writes a solution in one of the formats for people.

    Raises:
        TuiAnnError: If it is none of them.
    """
    if format not in PRINTED:
        known = ", ".join(PRINTED if format in FORMATS else FORMATS)
        raise TuiAnnError(f"There is no format “{format}” for this.", remedy=f"Take one of {known}.", code="bad_format")
    return PRINTED[format]
