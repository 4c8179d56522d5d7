"""A worked solution as a LaTeX document: the plain article class and amsmath, nothing else."""

from collections.abc import Iterable

from tui_ann.export.worked.nodes import WordsNode
from tui_ann.export.worked.steps import Solution, Step
from tui_ann.export.worked.tex import TexPrinter
from tui_ann.text.markup import latex_text

_PREAMBLE = r"""\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\textwidth}{16cm}
\setlength{\textheight}{24cm}
\setlength{\oddsidemargin}{0pt}
\setlength{\topmargin}{-1.5cm}
\setlength{\arraycolsep}{4pt}
\begin{document}"""
_HEADINGS = (r"\section*", r"\subsection*", r"\subsubsection*", r"\paragraph*")


def latex_document(lines: Iterable[str], packages: Iterable[str] = ("amsmath",)) -> str:
    """A document ready to be compiled.

    Args:
        lines: Its content.
        packages: The packages that it needs.
    """
    head = [r"\documentclass[a4paper]{article}", *(rf"\usepackage{{{name}}}" for name in packages)]
    return "\n".join([*head, _PREAMBLE, *lines, r"\end{document}"]) + "\n"


def to_latex(solution: Solution, decimals: int) -> str:
    """The whole solution, ready to be compiled."""
    return latex_document(latex_lines(solution, decimals))


def latex_lines(solution: Solution, decimals: int, level: int = 1) -> list[str]:
    """The whole solution, as a part of a document.

    Args:
        solution: The solution.
        decimals: Decimals shown.
        level: The level of its heading, 1 for that of a document, or 2.
    """
    printer = TexPrinter(decimals)
    title, part, step_title = _HEADINGS[level - 1], _HEADINGS[2 * level - 2], _HEADINGS[level + 1]
    lines = [rf"{title}{{{latex_text(solution.title)}}}", r"\begin{tabular}{@{}lp{12cm}@{}}"]
    lines += [rf"{label} & {latex_text(text)} \\" for label, text in solution.shown_facts(decimals)]
    lines += [r"\end{tabular}"]
    for remark in solution.remarks:
        lines += ["", r"\medskip", latex_text(remark)]
    for section in solution.sections:
        lines += ["", rf"{part}{{{section.title}}}"]
        for equations in printer.packed(section.rows):
            lines += [r"\[", equations, r"\]"]
        for step in section.steps:
            lines += ["", *_step(step, printer, step_title)]
        if section.closing:
            lines += ["", _heading(step_title, r"Old $\to$ new")]
        for equation in section.closing.values():
            lines += _block(printer.equation(equation))
    return lines


def _step(step: Step, printer: TexPrinter, command: str) -> list[str]:
    lines = [_heading(command, latex_text(step.title), _shapes(step, printer))]
    lines += _block(printer.aligned(step, step.right_sides))
    for entry in step.entries:
        lines += _block(printer.equation(entry))
    if step.note:
        words = tuple(WordsNode(latex_text(node.text)) if isinstance(node, WordsNode) else node for node in step.note)
        lines.append(printer.inline(words))
    return lines


def _heading(command: str, title: str, right: str = "") -> str:
    aside = rf" \hfill \mdseries {right}" if right else ""
    return rf"{command}{{{title}{aside}}}"


def _shapes(step: Step, printer: TexPrinter) -> str:
    words = [latex_text(node.text) for node in step.shapes if isinstance(node, WordsNode)]
    shapes = printer.row(tuple(node for node in step.shapes if not isinstance(node, WordsNode)))
    return " ".join([f"${shapes}$", *words]) if shapes else ""


def _block(mathematics: str) -> list[str]:
    return [r"\begin{align*}", mathematics, r"\end{align*}"]
