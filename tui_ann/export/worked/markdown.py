"""A worked solution as Markdown with blocks of TeX mathematics, as notebooks and code hosting sites show it."""

from tui_ann.export.worked.nodes import WordsNode
from tui_ann.export.worked.steps import Solution, Step
from tui_ann.export.worked.tex import TexPrinter
from tui_ann.text.markup import markdown_text


def to_markdown(solution: Solution, decimals: int) -> str:
    """The whole solution."""
    return "\n".join(markdown_lines(solution, decimals)) + "\n"


def markdown_lines(solution: Solution, decimals: int, level: int = 1) -> list[str]:
    """The whole solution, as a part of a document.

    Args:
        solution: The solution.
        decimals: Decimals shown.
        level: The level of its heading, 1 for that of a document.
    """
    printer, head = TexPrinter(decimals), "#" * level
    lines = [f"{head} {solution.title}", ""]
    lines += [f"- **{label}:** {markdown_text(text)}" for label, text in solution.shown_facts(decimals)]
    for remark in solution.remarks:
        lines += ["", markdown_text(remark)]
    for section in solution.sections:
        lines += ["", f"{head}# {section.title}"]
        for equations in printer.packed(section.rows):
            lines += ["", "$$", equations, "$$"]
        for step in section.steps:
            lines += ["", *_step(step, printer, f"{head}##")]
        if section.closing:
            lines += ["", f"{head}## Old → new"]
        for equation in section.closing.values():
            lines += ["", *_block(printer.equation(equation))]
    return lines


def _step(step: Step, printer: TexPrinter, head: str) -> list[str]:
    lines = [f"{head} {step.title}", ""]
    if step.shapes:
        lines += [f"Shapes: {_inline_shapes(step, printer)}", ""]
    lines += _block(printer.aligned(step, step.right_sides))
    for entry in step.entries:
        lines += ["", *_block(printer.equation(entry))]
    if step.note:
        lines += ["", printer.inline(step.note)]
    return lines


def _inline_shapes(step: Step, printer: TexPrinter) -> str:
    words = [node.text for node in step.shapes if isinstance(node, WordsNode)]
    shapes = printer.row(tuple(node for node in step.shapes if not isinstance(node, WordsNode)))
    return " ".join([f"${shapes}$", *words])


def _block(mathematics: str) -> list[str]:
    return ["$$", r"\begin{aligned}", mathematics, r"\end{aligned}", "$$"]
