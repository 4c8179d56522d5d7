"""One update worked out on paper, complete enough to hand in.

`worked_solution` gives a finished document; `solution` gives the model behind it, for a screen that shows one step at
a time with `text.step_lines`; `tui_ann.export.exercise` makes sheets with blanks from it.
"""

from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.export.formats import format_named
from tui_ann.export.worked.solution import solution

__all__ = ["solution", "worked_solution"]


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
        format: A name of `FORMATS`.
        decimals: Decimals shown; the format's own by default. JSON is always exact.
        name: The experiment's name, for the heading.

    Raises:
        TuiAnnError: If there is no such format, or a script would be too large.
    """
    chosen = format_named(format)
    return chosen.write(solution(network, trace, name=name), chosen.decimals if decimals is None else decimals)
