"""A worked solution as plain text for a terminal or a printer."""

import textwrap
from collections.abc import Sequence

from tui_ann.export.worked.layout import Block, Printer, beside
from tui_ann.export.worked.nodes import Row, row
from tui_ann.export.worked.steps import Section, Solution, Step
from tui_ann.text import cell_width, clean

WIDTH = 80
"""Terminal cells per line; only a single wide matrix may exceed it."""


def to_text(solution: Solution, decimals: int) -> str:
    """The whole solution."""
    printer = Printer(decimals, WIDTH)
    lines = [solution.title, "═" * cell_width(solution.title), ""]
    facts = solution.shown_facts(decimals)
    widest = max(len(label) for label, _ in facts)
    for label, text in facts:
        lines += _wrapped(clean(text), f"{label:<{widest}}  ")
    if solution.remarks:
        lines.append("")
    for remark in solution.remarks:
        lines += textwrap.wrap(remark, WIDTH)
    for section in solution.sections:
        lines += ["", "", section.title.upper(), "─" * cell_width(section.title)]
        lines += section_lines(section, printer)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def section_lines(section: Section, printer: Printer) -> list[str]:
    """A section's equations and steps."""
    lines = _packed(section.rows, printer)
    for step in section.steps:
        lines += ["", *step_lines(step, printer)]
    if section.closing:
        lines += ["", "Old → new", ""]
    for equation in section.closing.values():
        lines += [*printer.lines(equation, 2), ""]
    return lines[:-1] if section.closing else lines


def _packed(rows: Sequence[Row], printer: Printer) -> list[str]:
    """Equations side by side while they fit, then on new lines."""
    lines: list[str] = []
    waiting: list[Block] = []
    gap, room = Block(("    ",)), WIDTH - 2
    for equation in rows:
        block = printer.block(equation)
        if waiting and sum(other.width for other in (*waiting, gap, block)) > room:
            lines += [*_indented(waiting), ""]
            waiting = []
        if block.width > room:
            lines += [*printer.lines(equation, 2), ""]
        else:
            waiting += [gap, block] if waiting else [block]
    return [*lines, *_indented(waiting)] if waiting else lines[:-1]


def _indented(blocks: Sequence[Block]) -> list[str]:
    return [f"  {line}" for line in beside(blocks).lines]


def step_lines(step: Step, printer: Printer) -> list[str]:
    """A step: its title and shapes, its equations, the worked-out entries, and its remark."""
    shapes = printer.block(step.shapes).lines[0] if step.shapes else ""
    title = step.title
    if shapes:
        gap = WIDTH - cell_width(title) - cell_width(shapes)
        title = f"{title}{' ' * gap}{shapes}" if gap >= 2 else f"{title}  {shapes}"
    lines = [title]
    indent = 3 + cell_width(printer.block(row(step.left_side)).lines[0])
    for i, right in enumerate(step.right_sides):
        first = row(step.left_side, "=", right)
        lines += printer.lines(first, 2) if i == 0 else printer.lines(row("=", right), indent)
    for entry in step.entries:
        lines += printer.lines(entry, 4)
    if step.note:
        lines += textwrap.wrap(
            printer.block(step.note).lines[0], WIDTH - 2, initial_indent="  ", subsequent_indent="  "
        )
    return lines


def _wrapped(text: str, label: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=label, subsequent_indent=" " * cell_width(label)) or [label]
