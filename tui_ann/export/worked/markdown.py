"""A worked solution as Markdown with blocks of TeX mathematics, as notebooks and code hosting sites show it."""

from tui_ann.export.worked.nodes import WordsNode
from tui_ann.export.worked.steps import Solution, Step
from tui_ann.export.worked.tex import TexPrinter
from tui_ann.text.markup import markdown_text


def to_markdown(solution: Solution, decimals: int) -> str:
    """The whole solution."""
    printer = TexPrinter(decimals)
    lines = [f"# {solution.title}", ""]
    lines += [f"- **{label}:** {markdown_text(text)}" for label, text in solution.shown_facts(decimals)]
    for remark in solution.remarks:
        lines += ["", markdown_text(remark)]
    for section in solution.sections:
        lines += ["", f"## {section.title}"]
        for equations in printer.packed(section.rows):
            lines += ["", "$$", equations, "$$"]
        for step in section.steps:
            lines += ["", *_step(step, printer)]
        if section.closing:
            lines += ["", "### Old → new"]
        for equation in section.closing.values():
            lines += ["", *_block(printer.equation(equation))]
    return "\n".join(lines) + "\n"


def _step(step: Step, printer: TexPrinter) -> list[str]:
    lines = [f"### {step.title}", ""]
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
