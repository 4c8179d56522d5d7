"""Exercise sheets: a worked solution with blanks, and the solution to it.

Blanks are chosen so that nothing else on the sheet reveals them: whole groups are blank together (a layer's z and a,
the losses, a layer's errors), a new value is blank with its gradient, and no formula shows the numbers of a blank.
"""

from dataclasses import replace

import numpy as np

from tui_ann.engine.expression import Constant, Number, is_per_example
from tui_ann.engine.inspect.trace import UpdateTrace
from tui_ann.engine.network import Network
from tui_ann.errors import TuiAnnError
from tui_ann.export.formats import FORMATS, format_named
from tui_ann.export.worked import solution
from tui_ann.export.worked.chain import is_signal_gradient
from tui_ann.export.worked.steps import Section, Solution, Stage, Step
from tui_ann.text.symbols import Role, Symbol

PARTS = ("some", "all")
"""What is blank: about half of the groups, chosen by the seed, or everything that can be computed."""


def exercise(
    network: Network,
    trace: UpdateTrace,
    *,
    seed: int = 0,
    format: str = "text",
    parts: str = "some",
    decimals: int | None = None,
    name: str = "",
) -> tuple[str, str]:
    """A sheet with blanks, and its solution.

    Args:
        network: The network that was traced.
        trace: The update.
        seed: Selects the blanks; the same seed gives the same sheet.
        format: `text`, `markdown` or `latex`.
        parts: One of `PARTS`.
        decimals: Decimals shown, 4 by default.
        name: The experiment's name, for the heading.

    Raises:
        TuiAnnError: If there is no such format or choice of parts.
    """
    if parts not in PARTS:
        raise TuiAnnError(
            f"There is no option for parts “{parts}”.", remedy=f"Take one of {', '.join(PARTS)}.", code="bad_parts"
        )
    chosen = format_named(format, sheet=True)
    write, shown = chosen.write, chosen.decimals if decimals is None else decimals
    told = solution(network, trace, name=name)
    hidden = blanks(told, seed=seed, parts=parts)
    number = f" (sheet {seed})"
    sheet = replace(
        told,
        title=told.title.replace("worked out", "to be worked out") + number,
        remarks=(f"Fill in the blanks; {shown} decimals are enough.", *told.remarks),
        sections=_with_blanks(told, hidden),
    )
    return write(sheet, shown), write(replace(told, title=told.title + number), shown)


def together(sheet: str, solved: str, format: str) -> str:
    """Sheet and solution as one document, the solution on a page of its own.

    Args:
        sheet: The sheet.
        solved: Its solution.
        format: The format of both.
    """
    if format == "latex":
        head, _, _ = sheet.rpartition(r"\end{document}")
        _, _, body = solved.partition(r"\begin{document}")
        return f"{head}{FORMATS[format].page_break}{body}"
    return f"{sheet.rstrip()}\n\n{FORMATS[format].page_break}\n\n{solved}"


def blanks(told: Solution, *, seed: int = 0, parts: str = "some") -> frozenset[Symbol]:
    """Symbols that are blank on a sheet."""
    groups: dict[tuple[str, int], set[Symbol]] = {}
    for section in told.sections:
        for step in section.steps:
            if not step.drawn and not _is_constant(step):
                groups.setdefault(_group(section.stage, step), set()).add(step.symbol)
    chosen = list(groups.values())
    if parts == "some":
        rng = np.random.default_rng([seed, 0xE5])
        order = rng.permutation(len(chosen))
        chosen = [chosen[i] for i in order[: (len(order) + 1) // 2]]
    hidden = frozenset().union(*chosen)
    while more := {step.symbol for step in told.steps if step.symbol not in hidden and _tells(step, told, hidden)}:
        hidden |= more
    return hidden


def _is_constant(step: Step) -> bool:
    """Whether the formula is already the value, as for the slope of g(z) = z."""
    return isinstance(step.expression, Number | Constant)


def _tells(step: Step, told: Solution, hidden: frozenset[Symbol]) -> bool:
    """Whether a shown step would reveal a hidden one."""
    symbol = step.symbol
    if symbol.new and symbol.value.gradient in hidden:  # η and the new value reveal the gradient
        return True
    unknown = [operand for operand in map(_plain, step.operands) if operand in hidden]
    if unknown and Symbol("y") in step.operands and is_signal_gradient(symbol):  # ŷ − y and y reveal ŷ
        return True
    return any(_same(step, told.step(operand)) for operand in unknown)


def _plain(symbol: Symbol) -> Symbol:
    """The symbol of the step of a quantity; a sum with its penalty has the symbol without it."""
    return symbol.value.gradient if symbol.role is Role.TOTAL_GRADIENT else symbol


def _same(step: Step, other: Step) -> bool:
    """Whether two steps have the same numbers, so that one can be copied from the other."""
    mine, others = np.ravel(step.value), np.ravel(other.value)
    return mine.size == others.size and bool(np.allclose(mine, others, rtol=1e-12, atol=0.0))


def _group(stage: Stage, step: Step) -> tuple[str, int]:
    """The group of a step: its layer's steps in a section; gradients of parameters form a separate group."""
    if stage is not Stage.BACKWARD:
        return stage, step.place
    if is_per_example(step.symbol):
        return "errors", step.symbol.number
    return "gradients", step.place


def _with_blanks(told: Solution, hidden: frozenset[Symbol]) -> tuple[Section, ...]:
    def blanked(step: Step) -> Step:
        if step.symbol in hidden:
            return replace(step, numbers=(), entries=(), blank=True)
        return replace(step, numbers=(), entries=()) if hidden & set(map(_plain, step.operands)) else step

    unknown = {symbol.value for symbol in hidden if symbol.new}
    return tuple(
        replace(
            section,
            steps=tuple(map(blanked, section.steps)),
            closing={symbol: equation for symbol, equation in section.closing.items() if symbol not in unknown},
        )
        for section in told.sections
    )
