"""A worked solution as a LaTeX document: the plain article class and amsmath, nothing else."""

from tui_ann.export.worked.nodes import WordsNode
from tui_ann.export.worked.steps import Solution, Step
from tui_ann.export.worked.tex import TexPrinter
from tui_ann.text.markup import latex_text

_PREAMBLE = r"""\documentclass[a4paper]{article}
\usepackage{amsmath}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\textwidth}{16cm}
\setlength{\textheight}{24cm}
\setlength{\oddsidemargin}{0pt}
\setlength{\topmargin}{-1.5cm}
\setlength{\arraycolsep}{4pt}
\begin{document}"""


def to_latex(solution: Solution, decimals: int) -> str:
    """The whole solution, ready to be compiled."""
    printer = TexPrinter(decimals)
    lines = [_PREAMBLE, rf"\section*{{{latex_text(solution.title)}}}", r"\begin{tabular}{@{}lp{12cm}@{}}"]
    lines += [rf"{label} & {latex_text(text)} \\" for label, text in solution.shown_facts(decimals)]
    lines += [r"\end{tabular}"]
    for remark in solution.remarks:
        lines += ["", r"\medskip", latex_text(remark)]
    for section in solution.sections:
        lines += ["", rf"\section*{{{section.title}}}"]
        for equations in printer.packed(section.rows):
            lines += [r"\[", equations, r"\]"]
        for step in section.steps:
            lines += ["", *_step(step, printer)]
        if section.closing:
            lines += ["", _heading(r"Old $\to$ new")]
        for equation in section.closing.values():
            lines += _block(printer.equation(equation))
    return "\n".join([*lines, r"\end{document}"]) + "\n"


def _step(step: Step, printer: TexPrinter) -> list[str]:
    lines = [_heading(latex_text(step.title), _shapes(step, printer))]
    lines += _block(printer.aligned(step, step.right_sides))
    for entry in step.entries:
        lines += _block(printer.equation(entry))
    if step.note:
        words = tuple(WordsNode(latex_text(node.text)) if isinstance(node, WordsNode) else node for node in step.note)
        lines.append(printer.inline(words))
    return lines


def _heading(title: str, right: str = "") -> str:
    aside = rf" \hfill \mdseries {right}" if right else ""
    return rf"\subsubsection*{{{title}{aside}}}"


def _shapes(step: Step, printer: TexPrinter) -> str:
    words = [latex_text(node.text) for node in step.shapes if isinstance(node, WordsNode)]
    shapes = printer.row(tuple(node for node in step.shapes if not isinstance(node, WordsNode)))
    return " ".join([f"${shapes}$", *words]) if shapes else ""


def _block(mathematics: str) -> list[str]:
    return [r"\begin{align*}", mathematics, r"\end{align*}"]
