"""Mathematics on a terminal: rows of nodes as blocks of text, matrices in tall brackets, with line breaks."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui_ann.engine.arrays import Array
from tui_ann.export.worked.elision import MOST_COLUMNS, MOST_ROWS, places
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
from tui_ann.text import cell_width
from tui_ann.text.rounding import shown
from tui_ann.text.symbols import Role, spelled

APART = tuple(map(OperatorNode, "=→,:"))
"""Operators after which a negative number needs no parentheses."""
_BELOW = str.maketrans("ij", "ᵢⱼ")
_ABOVE = str.maketrans("0123456789−t", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵗ")
_TALL = {"(": "⎛⎜⎝", ")": "⎞⎟⎠", "[": "⎡⎢⎣", "]": "⎤⎥⎦", "|": "⎪⎪⎪"}


@dataclass(frozen=True)
class Block:
    """Lines of equal width, as one piece."""

    lines: tuple[str, ...]
    baseline: int = 0
    """The line that aligns with the text next to it."""

    @property
    def width(self) -> int:
        """Terminal cells."""
        return cell_width(self.lines[0])

    @property
    def is_tall(self) -> bool:
        """Whether it takes more than one line."""
        return len(self.lines) > 1


def beside(blocks: Sequence[Block]) -> Block:
    """Blocks side by side, their baselines level."""
    above = max(block.baseline for block in blocks)
    below = max(len(block.lines) - block.baseline for block in blocks)
    lines = [""] * (above + below)
    for block in blocks:
        first = above - block.baseline
        for i in range(len(lines)):
            inside = first <= i < first + len(block.lines)
            lines[i] += block.lines[i - first] if inside else " " * block.width
    return Block(tuple(lines), above)


class Printer:
    """Prints rows.

    Args:
        decimals: Decimals shown at most.
        width: Terminal cells per line.
        matrix_width: Cells that a matrix may take before columns are omitted; by default most of a line.
        most: How many rows and columns of a matrix are shown.
        style: Style of the symbols that have none of their own; by default that of the terminal.
    """

    def __init__(
        self,
        decimals: int,
        width: int = 80,
        matrix_width: int | None = None,
        *,
        most: tuple[int, int] = (MOST_ROWS, MOST_COLUMNS),
        style: str = "",
    ) -> None:
        self.decimals, self.width, self._most, self._style = decimals, width, most, style
        self.matrix_width = width - 23 if matrix_width is None else matrix_width

    def lines(self, row: Row, indent: int = 0) -> list[str]:
        """A row as lines of text; a wide row is broken before an = if that helps, else at another operator."""
        sides = _sides(segmented(row))
        left = _width([self.block(part) for part, _ in sides[0]]) if len(sides) > 1 else 0
        lines: list[str] = []
        waiting: list[Block] = []
        room = self.width - indent
        for number, side in enumerate(sides):
            blocks = [piece for part, leading in side for piece in self._pieces(part, room - left - 3, leading=leading)]
            if _width([*waiting, *blocks]) <= room:
                waiting += blocks
                continue
            if waiting and (number > 1 or left == 0) and left + _width(blocks) <= room:
                lines += self._flushed(waiting, indent)
                waiting = [Block((" " * left,)), *blocks] if left else self._from_margin(side)
                continue
            for block in blocks:
                if waiting and _width([*waiting, block]) > room:
                    lines += self._flushed(waiting, indent)
                    waiting = [Block((" " * (left + 3),))]
                waiting.append(block)
        return [*lines, *self._flushed(waiting, indent)]

    def _pieces(self, part: Row, room: int, *, leading: bool) -> list[Block]:
        """A segment as one block; if it is too wide, the content of its brackets is broken at operators."""
        block, last = self.block(part, leading=leading), part[-1]
        if block.width <= room or block.is_tall or not isinstance(last, GroupNode):
            return [block]
        head = [self.block(part[:-1], leading=leading)] if len(part) > 1 else []
        gap = [Block((" ",))] if head and not isinstance(part[-2], OperatorNode) else []
        inside = segmented(last.inside)
        pieces = [piece for i, item in enumerate(inside) for piece in self._pieces(item, room, leading=i > 0)]
        pieces[0] = beside([*head, *gap, Block((last.brackets[0],)), pieces[0]])
        return [*pieces[:-1], beside([pieces[-1], Block((last.brackets[1],))])]

    def _from_margin(self, side: list[tuple[Row, bool]]) -> list[Block]:
        """A side that begins a line with its =."""
        return [self.block(part, leading=i > 0) for i, (part, _) in enumerate(side)]

    def _flushed(self, blocks: list[Block], indent: int) -> list[str]:
        return [(" " * indent + line).rstrip() for line in beside(blocks).lines]

    def block(self, row: Row, *, leading: bool = False) -> Block:
        """A row as one block.

        Args:
            row: The row.
            leading: Whether an operator at its beginning joins it to the previous text.
        """
        blocks: list[Block] = []
        for i, node in enumerate(row):
            before = row[i - 1] if i else None
            if isinstance(node, OperatorNode):
                unary = (i == 0 and not leading) or isinstance(before, OperatorNode)
                blocks.append(Block((_operator(node.text, unary),)))
            else:
                if before is not None and not isinstance(before, OperatorNode):
                    blocks.append(Block((" ",)))
                bracketed = _is_negative(node) and before is not None and before not in APART
                blocks.append(self._bracketed(self.node(node), "()") if bracketed else self.node(node))
        return beside(blocks) if blocks else Block(("",))

    def node(self, node: Node) -> Block:
        """One node as a block."""
        match node:
            case SymbolNode(symbol, index, example, style):
                return Block((spelled(symbol, style or self._style, index=index, example=example),))
            case PartialNode(of, by):
                return beside([Block(("∂",)), self.node(of), Block(("/∂",)), self.node(by)])
            case OperatorNode(text) | WordsNode(text):
                return Block((text,))
            case NumberNode(value):
                return Block((shown(value, self.decimals),))
            case MatrixNode(array):
                return self._matrix(array)
            case BlankNode(rows, columns):
                return self._blank(rows, columns)
            case ShapeNode(rows, columns):
                return Block((f"{rows}×{columns}",))
            case FractionNode(top, bottom):
                return self._fraction(self.block(top), self.block(bottom), top, bottom)
            case RootNode(inside):
                plain = len(inside) == 1 and not isinstance(inside[0], MatrixNode | FractionNode)
                block = self.block(inside)
                return beside([Block(("√",)), block if plain else self._bracketed(block, "()")])
            case PowerNode(base, exponent):
                return self._power(self.block(base), self.block(exponent), exponent)
            case GroupNode(inside, brackets):
                return self._bracketed(self.block(inside), brackets)
            case FunctionNode(name, inside):
                return beside([Block((name,)), self._bracketed(self.block(inside), "()")])
            case TransposedNode(inside):
                block = self.block(inside)
                return beside([self._bracketed(block, "()") if _is_ratio(inside) else block, Block(("ᵀ",))])
            case TotalNode(running):
                return Block((f"Σ{running.translate(_BELOW)}",))
            case CasesNode(first, condition, second):
                parts = [self.block(first), Block((" if ",)), self.block(condition), Block((", else ",))]
                return beside([*parts, self.block(second)])

    def _fraction(self, top: Block, bottom: Block, top_row: Row, bottom_row: Row) -> Block:
        if top.is_tall or bottom.is_tall:
            width = max(top.width, bottom.width)
            lines = [*_centred(top, width), "─" * width, *_centred(bottom, width)]
            return Block(tuple(lines), len(top.lines))
        top = self._bracketed(top, "()") if any(isinstance(node, OperatorNode) for node in top_row[1:]) else top
        bottom = self._bracketed(bottom, "()") if len(bottom_row) > 1 or _is_ratio(bottom_row) else bottom
        return beside([top, Block(("/",)), bottom])

    def _power(self, base: Block, exponent: Block, row: Row) -> Block:
        text = exponent.lines[0]
        if set(text) <= set("0123456789−t"):
            raised = Block((text.translate(_ABOVE),))
        else:
            plain = len(row) == 1 and text[0] != "−" and not _is_ratio(row)
            plain = plain and text.isascii() and "^" not in text  # e^(z^[2])
            raised = Block((f"^{text}" if plain else f"^({text})",))
        return beside([base, raised])

    def _matrix(self, array: Array) -> Block:
        if array.size == 1:
            return Block((shown(array.item(), self.decimals),))
        rows, most = places(array.shape[0], self._most[0]), self._most[1]
        while True:
            columns = places(array.shape[1], most)
            cells = [_aligned(self._cells(array, rows, column)) for column in columns]
            block = self._bracketed(Block(tuple(" ".join(line) for line in zip(*cells, strict=True))), "[]")
            if block.width <= self.matrix_width or len(columns) <= 3:
                break
            most = len(columns) - 1
        elided = None in rows or None in columns
        return beside([block, Block((f" {array.shape[0]}×{array.shape[1]}",))]) if elided else block

    def _cells(self, array: Array, rows: Sequence[int | None], column: int | None) -> list[str]:
        if column is None:
            return ["⋱" if row is None else "…" for row in rows]
        return ["⋮" if row is None else shown(array[row, column], self.decimals) for row in rows]

    def _blank(self, rows: int, columns: int) -> Block:
        if rows == columns == 1:
            return Block(("________",))
        shape = f" {rows}×{columns}"
        elided = rows > MOST_ROWS or columns > MOST_COLUMNS
        line = " ".join(["______"] * min(columns, MOST_COLUMNS))
        block = self._bracketed(Block((line,) * min(rows, MOST_ROWS)), "[]")
        return beside([block, Block((shape,))]) if elided else block

    def _bracketed(self, block: Block, brackets: str) -> Block:
        height, left, right = len(block.lines), brackets[0], brackets[1]
        if height == 1:
            return Block((left + block.lines[0] + right,))
        sides = [_TALL[side][0] + _TALL[side][1] * (height - 2) + _TALL[side][2] for side in (left, right)]
        middle = (height - 1) // 2
        lines = tuple(a + line + b for a, line, b in zip(sides[0], block.lines, sides[1], strict=True))
        return Block(lines, middle if brackets == "[]" else block.baseline)


def segmented(row: Row) -> list[Row]:
    """A row split before each operator where it may be broken; a leading sign stays."""
    parts: list[list[Node]] = [[]]
    for i, node in enumerate(row):
        binary = i > 0 and not isinstance(row[i - 1], OperatorNode)
        if isinstance(node, OperatorNode) and binary and parts[-1]:
            parts.append([])
        parts[-1].append(node)
    return [tuple(part) for part in parts]


def _sides(segments: list[Row]) -> list[list[tuple[Row, bool]]]:
    """Segments grouped between one = and the next, each with whether anything comes before it."""
    sides: list[list[tuple[Row, bool]]] = [[]]
    for i, segment in enumerate(segments):
        if segment[0] == OperatorNode("="):
            sides.append([])
        sides[-1].append((segment, i > 0))
    return sides


def _width(blocks: Sequence[Block]) -> int:
    return sum(block.width for block in blocks)


def _is_negative(node: Node) -> bool:
    if isinstance(node, MatrixNode):
        return node.array.size == 1 and bool(node.array.item() < 0)
    if isinstance(node, FractionNode):
        return len(node.top) == 1 and _is_negative(node.top[0])
    return isinstance(node, NumberNode) and node.value < 0


def _is_ratio(row: Row) -> bool:
    """Whether a row is one quotient or derivative, which needs brackets before a raised sign."""
    only = row[0]
    written = isinstance(only, SymbolNode) and only.symbol.role is not Role.VALUE
    return len(row) == 1 and (written or isinstance(only, FractionNode | PartialNode))


def _operator(text: str, unary: bool) -> str:
    if text in ",:":
        return f"{text} "
    if unary:
        return text if text in "−+" else f"{text} "
    return f" {text} "


def _centred(block: Block, width: int) -> list[str]:
    blank = width - block.width
    return [" " * (blank // 2) + line + " " * (blank - blank // 2) for line in block.lines]


def _aligned(cells: list[str]) -> list[str]:
    """The cells of one column with aligned decimal points."""
    heads = [cell.partition(".")[0] for cell in cells]
    before = max(map(len, heads))
    shifted = [" " * (before - len(head)) + cell for head, cell in zip(heads, cells, strict=True)]
    after = max(map(len, shifted))
    return [cell.ljust(after) for cell in shifted]
