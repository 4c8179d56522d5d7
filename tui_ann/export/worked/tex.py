"""Mathematics in TeX, shared by Markdown and LaTeX: only commands that amsmath and TeX renderers in browsers know."""

import math
from collections.abc import Sequence

from tui_ann.engine.arrays import Array
from tui_ann.export.worked.elision import MOST_COLUMNS, MOST_ROWS, places
from tui_ann.export.worked.layout import Printer, segmented
from tui_ann.export.worked.nodes import (
    BlankNode,
    CasesNode,
    FractionNode,
    FunctionNode,
    GroupNode,
    MatrixNode,
    Node,
    NumberNode,
    OperatorNode,
    PartialNode,
    PowerNode,
    RootNode,
    Row,
    ShapeNode,
    SymbolNode,
    TotalNode,
    TransposedNode,
    WordsNode,
)
from tui_ann.export.worked.steps import Step
from tui_ann.text.markup import latex_text
from tui_ann.text.rounding import shown
from tui_ann.text.symbols import Symbol, spelled

WIDTH = 68
"""Maximum width of a line of mathematics, in terminal cells."""
_OPERATORS = {"−": "-", "·": r"\cdot", "⊙": r"\odot", "→": r"\to", ",": r",\quad", ":": r":\quad"}
_DOTS = Symbol("…")
_FUNCTIONS = frozenset(("max", "min", "ln", "tanh"))
"""Functions with a TeX command; all others use an operator name."""


class TexPrinter:
    """Prints rows in TeX.

    Args:
        decimals: Decimals shown at most.
    """

    def __init__(self, decimals: int) -> None:
        self.decimals = decimals
        self._measure = Printer(decimals, 10 * WIDTH)

    def aligned(self, step: Step, right_sides: Sequence[Row]) -> str:
        """The lines of a step for `aligned` or `align*`, with aligned equals signs."""
        lines = [line for right in right_sides for line in self._lines(right)]
        left = self.node(step.left_side)
        return " \\\\\n".join(f"{left if i == 0 else ''} &{line}" for i, line in enumerate(lines))

    def equation(self, row: Row) -> str:
        """A separate equation for the same environments, aligned at its first equals sign."""
        segments = segmented(row)
        first = next((i for i, segment in enumerate(segments) if segment[0] == OperatorNode("=")), None)
        if first is None:
            return "&" + " \\\\\n&".join(self._broken(segments))
        left = self.row(tuple(node for segment in segments[:first] for node in segment))
        return f"{left} &" + " \\\\\n &".join(self._broken(segments[first:]))

    def packed(self, rows: Sequence[Row]) -> list[str]:
        """Equations side by side while they fit, one string per line."""
        lines: list[str] = []
        width = 0
        for equation in rows:
            wide = self._measure.block(equation).width + 4
            if lines and width + wide <= WIDTH:
                lines[-1] += rf" \qquad {self.row(equation)}"
                width += wide
            else:
                lines.append(self.row(equation))
                width = wide
        return lines

    def _lines(self, right: Row) -> list[str]:
        return self._broken(segmented((OperatorNode("="), *right)))

    def _broken(self, segments: Sequence[Row]) -> list[str]:
        """Segments grouped into lines of acceptable width."""
        lines: list[str] = []
        width = 0
        for segment in segments:
            wide = self._measure.block(segment, leading=True).width
            if lines and width + wide <= WIDTH:
                lines[-1] += " " + self.row(segment)
                width += wide
            else:
                indent = r"\quad " if lines and segment[0] != OperatorNode("=") else ""
                lines.append(indent + self.row(segment))
                width = wide
        return lines

    def row(self, row: Row) -> str:
        """A row."""
        parts: list[str] = []
        for i, node in enumerate(row):
            before = row[i - 1] if i else None
            text = self.node(node)
            negative = (isinstance(node, NumberNode) and node.value < 0) or (
                isinstance(node, MatrixNode) and node.array.size == 1 and node.array.item() < 0
            )
            clear = before is None or before in (
                OperatorNode("="),
                OperatorNode("→"),
                OperatorNode(","),
                OperatorNode(":"),
            )
            parts.append(f"({text})" if negative and not clear else text)
        return " ".join(parts)

    def inline(self, row: Row) -> str:
        """Words with mathematics between them, for a paragraph."""
        parts = [node.text if isinstance(node, WordsNode) else f"${self.node(node)}$" for node in row]
        return " ".join(parts).replace(" .", ".")

    def node(self, node: Node) -> str:
        """One node."""
        match node:
            case SymbolNode(symbol, index, example):
                return r"\cdots" if symbol == _DOTS else spelled(symbol, "latex", index=index, example=example)
            case PartialNode(of, by):
                return rf"\frac{{\partial {self.node(of)}}}{{\partial {self.node(by)}}}"
            case OperatorNode(text):
                return _OPERATORS.get(text, text)
            case WordsNode(text):
                return rf"\text{{ {latex_text(text)} }}"
            case NumberNode(value):
                return self.number(value)
            case MatrixNode(array):
                return self.matrix(array)
            case BlankNode(rows, columns):
                return _blank(rows, columns)
            case ShapeNode(rows, columns):
                return rf"{rows} \times {columns}"
            case FractionNode(top_row, bottom_row):
                return rf"\frac{{{self.row(top_row)}}}{{{self.row(bottom_row)}}}"
            case RootNode(inside):
                return rf"\sqrt{{{self.row(inside)}}}"
            case PowerNode(base, exponent):
                return rf"{{{self.row(base)}}}^{{{self.row(exponent)}}}"
            case GroupNode(inside, brackets):
                return rf"\left{brackets[0]} {self.row(inside)} \right{brackets[1]}"
            case FunctionNode(name, inside):
                operator = rf"\{name}" if name in _FUNCTIONS else rf"\operatorname{{{name}}}"
                return rf"{operator}\left( {self.row(inside).replace(_OPERATORS[','], ',')} \right)"
            case TransposedNode(inside):
                text = self.row(inside)
                ratio = isinstance(inside[0], PartialNode | SymbolNode) and text.startswith(r"\frac")
                return rf"{{{rf'{chr(92)}left( {text} {chr(92)}right)' if ratio else text}}}^{{\top}}"
            case TotalNode(running):
                return rf"\sum_{{{running}}}" if running else r"\sum"
            case CasesNode(first, condition, second):
                head = rf"{self.row(first)} & \text{{if }} {self.row(condition)}"
                return rf"\begin{{cases}} {head} \\ {self.row(second)} & \text{{else}} \end{{cases}}"

    def number(self, value: float) -> str:
        """A number; a very small or large one with a power of ten."""
        if math.isnan(value):
            return r"\text{--}"
        if math.isinf(value):
            return r"\infty" if value > 0 else r"-\infty"
        mantissa, _, exponent = shown(value, self.decimals).replace("−", "-").partition("e")
        return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa

    def matrix(self, array: Array) -> str:
        """A matrix; of a large one only the corners and the shape."""
        if array.size == 1:
            return self.number(float(array.item()))
        rows, most = places(array.shape[0], MOST_ROWS), MOST_COLUMNS
        while True:
            columns = places(array.shape[1], most)
            cells = [[self._cell(array, row, column) for column in columns] for row in rows]
            if sum(max(map(_width, column)) + 2 for column in zip(*cells, strict=True)) <= WIDTH or len(columns) <= 3:
                break
            most = len(columns) - 1
        body = r" \\ ".join(" & ".join(line) for line in cells)
        elided = None in rows or None in columns
        shape = rf"_{{{array.shape[0]} \times {array.shape[1]}}}" if elided else ""
        return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}{shape}"

    def _cell(self, array: Array, row: int | None, column: int | None) -> str:
        if row is None:
            return r"\ddots" if column is None else r"\vdots"
        return r"\cdots" if column is None else self.number(float(array[row, column]))


def _width(cell: str) -> int:
    """Cells that a number would take on a terminal, its power of ten written out."""
    return len(cell.replace(r" \cdot 10^{", "·10").rstrip("}")) if cell[0] != "\\" else 1


def _blank(rows: int, columns: int) -> str:
    line = r"\underline{\hspace{3em}}"
    if rows == columns == 1:
        return line
    body = r" \\ ".join([" & ".join([line] * min(columns, MOST_COLUMNS))] * min(rows, MOST_ROWS))
    elided = rows > MOST_ROWS or columns > MOST_COLUMNS
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}" + (rf"_{{{rows} \times {columns}}}" if elided else "")
