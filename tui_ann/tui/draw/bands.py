"""Equations with matrices in bands: a band is as tall as its matrices, and a product never goes on in a shifted one.

An equation stands on one band if it fits, in a wide pane with "⋮" and "…" in what is larger than 4×4.  Else each side
of it has a band of its own, and if that is not enough, each term and factor stands below the other, behind its sign.
"""

import re
from collections.abc import Iterator, Sequence

from tui_ann.export.worked.layout import Block, Printer, beside, segmented
from tui_ann.export.worked.nodes import MatrixNode, OperatorNode, Row, row
from tui_ann.export.worked.notation import leaves
from tui_ann.text import cell_width

LEAST = 4
"""A matrix of so many rows and columns is elided only if it does not fit on a line of its own."""
_ROOMY = 100
"""From this width on the whole equation stands on one band, even if its larger matrices are elided for that."""
_COLUMNS = (64, 48, 32, 24, 16, 12, 10, 8, 7, 6, 5, 4, 3)
"""How many columns of a matrix may be shown, in the order in which they are tried."""
_ENDLESS = 100_000
_SIGNS = tuple(map(re.compile, (r"(?<=,) ", r" (?=[+−] )", r" (?=[·⊙] )")))
"""Where a long line is broken at one depth of brackets, the best first."""
_DEEPEST = 3
"""Depth of brackets from which on a line is broken at any blank."""
_BREAKS = (*((depth, sign) for depth in range(_DEEPEST) for sign in _SIGNS), (_ENDLESS, re.compile(" ")))
"""Where a long line is broken, the best first: at most so deep in brackets."""
_OPENING, _CLOSING = "([{", ")]}"
_EQUALS = OperatorNode("=")


class Bands:
    """Lays out equations.

    Args:
        decimals: Maximum number of decimals.
        width: Line width in cells.
        rows: How many rows of a matrix are shown.
    """

    def __init__(self, decimals: int, width: int, rows: int = 10) -> None:
        self._decimals, self._width, self._rows = decimals, width, max(LEAST, rows)

    def equations(self, left: Row, rights: Sequence[Row]) -> list[str]:
        """One left-hand side and its right-hand sides.

        Args:
            left: The left-hand side.
            rights: The others, each equal to the one before it.
        """
        if any(map(_is_tall, rights)):
            return self._in_bands(row(*left, *(item for right in rights for item in ("=", right))))
        at = self._hanging(left)
        lines = self._words(row(*left, "=", rights[0]))
        return lines + [line for right in rights[1:] for line in self._wrapped_side(row("=", right), at)]

    def lines(self, equation: Row) -> list[str]:
        """An equation of one line or of matrices."""
        return self._in_bands(equation) if _is_tall(equation) else self._words(equation)

    def _words(self, equation: Row) -> list[str]:
        """An equation without matrices, each side on its own line if it is too long for one."""
        text = self._line_of(equation)
        if cell_width(text) <= self._width:
            return [text]
        first, *others = _sides(equation)
        if not others:
            return _wrapped(text, self._width, 0)
        at = self._hanging(first)
        lines = _wrapped(f"{self._line_of(first)} {self._line_of(others[0])}", self._width, 0, at + 2)
        return lines + [line for side in others[1:] for line in self._wrapped_side(side, at)]

    def _line_of(self, side: Row) -> str:
        return self._block(side, _ENDLESS, self._rows).lines[0].strip()

    def _hanging(self, left: Row) -> int:
        """Where the signs of the sides after the first one stand: under its sign, if there is room."""
        at = cell_width(self._line_of(left)) + 1
        return at if at <= self._width // 3 else 2

    def _wrapped_side(self, side: Row, at: int) -> list[str]:
        return _wrapped(self._line_of(side), self._width, at, at + 2)

    def _in_bands(self, equation: Row) -> list[str]:
        least = LEAST if self._width >= _ROOMY else _columns_of(equation)
        whole = self._fitting([equation], 0, least)
        if whole is not None:
            return _printed(whole)
        first, *others = _sides(equation)
        if not others:
            return self._chain(first, 0)
        left = beside([self._block(first, _ENDLESS, self._rows), Block((" ",))])
        if left.is_tall or not self._is_chainable(others, left.width):  # a product on the left, or a long name
            return [line for side in (first, *others) for line in self._side(side, 2)]
        lines: list[str] = []
        for i, side in enumerate(others):
            lines += self._side(side, left.width, left.lines[0] if i == 0 else "")
        return lines

    def _is_chainable(self, sides: Sequence[Row], indent: int) -> bool:
        """Whether each term and factor fits behind a left-hand side of this width."""
        return all(self._fitting([part], indent, 3) is not None for side in sides for part in _signed(side))

    def _side(self, side: Row, indent: int, before: str = "") -> list[str]:
        """A side with its sign, on one band, or as a chain of its terms and factors."""
        band = self._fitting([side], indent, LEAST)
        lines = _printed(band, indent) if band is not None else self._chain(side, indent)
        at = band[0].baseline if band is not None else self._base(side)
        if before:
            lines[at] = before + lines[at][len(before) :]
        return lines

    def _chain(self, side: Row, indent: int) -> list[str]:
        """The terms and factors of a side below one another, each behind its sign."""
        lines: list[str] = []
        for part in _signed(side):
            found = self._fitting([part], indent, 3)
            lines += _printed(found or [self._block(part, 3, LEAST)], indent)
        return lines

    def _base(self, side: Row) -> int:
        """The line of the sign of a chain."""
        first = _signed(side)[0]
        found = self._fitting([first], 0, 3)
        return (found or [self._block(first, 3, LEAST)])[0].baseline

    def _fitting(self, rows: Sequence[Row], indent: int, least: int) -> list[Block] | None:
        """Rows as blocks with as many columns of matrices as fit, at least so many; None if they never do."""
        widest = max(map(_columns_of, rows))
        for most in (widest, *(most for most in _COLUMNS if most < widest)):
            if most < min(least, widest):
                return None
            blocks = [self._block(each, most, self._rows) for each in rows]
            if all(indent + block.width <= self._width for block in blocks):
                return blocks
        return None

    def _block(self, part: Row, columns: int, rows: int) -> Block:
        printer = Printer(self._decimals, _ENDLESS, _ENDLESS, most=(rows, max(3, columns)))
        signed = isinstance(part[0], OperatorNode)
        block = printer.block(part, leading=signed)
        return _unindented(block) if signed else block


def _columns_of(equation: Row) -> int:
    return max((node.array.shape[1] for node in leaves(equation) if isinstance(node, MatrixNode)), default=1)


def _is_tall(equation: Row) -> bool:
    return any(isinstance(node, MatrixNode) and node.array.size > 1 for node in leaves(equation))


def _sides(equation: Row) -> list[Row]:
    """What stands before the first =, then each side with its =."""
    sides: list[Row] = []
    for segment in segmented(equation):
        if segment[0] == _EQUALS or not sides:
            sides.append(segment)
        else:
            sides[-1] = (*sides[-1], *segment)
    return sides


def _signed(side: Row) -> list[Row]:
    """A side split before its signs; what has no matrix stays with what follows it."""
    parts: list[Row] = []
    waiting: Row = ()
    for segment in segmented(side):
        waiting = (*waiting, *segment)
        if _is_tall(segment):
            parts.append(waiting)
            waiting = ()
    if waiting:
        parts[-1:] = [(*parts[-1], *waiting)] if parts else [waiting]
    return parts


def _unindented(block: Block) -> Block:
    """A block that begins with its sign instead of the blank before it."""
    return Block(tuple(line[1:] for line in block.lines), block.baseline)


def _printed(blocks: Sequence[Block], indent: int = 0) -> list[str]:
    return [(" " * indent + line).rstrip() for block in blocks for line in block.lines]


def _wrapped(text: str, width: int, indent: int, hanging: int = 2) -> list[str]:
    """A long side, broken after commas, before + and −, or before · and ⊙: inside brackets only if it must be."""
    lines, line = list[str](), " " * indent
    for piece, alone in _pieces(text, width - hanging, _BREAKS):
        if line.strip() and (alone or cell_width(line) + 1 + cell_width(piece) > width):
            lines.append(line)
            line = " " * hanging
        line += (" " if line.strip() else "") + piece
    return [*lines, line]


def _pieces(text: str, width: int, breaks: Sequence[tuple[int, re.Pattern[str]]]) -> Iterator[tuple[str, bool]]:
    """A text in pieces of at most this width, split at the first kind of break that is enough.

    Each says whether it begins a line: what is divided itself does not share its lines with what is beside it.
    """
    if not breaks or (cell_width(text) <= width and breaks is not _BREAKS):
        yield text, False
        return
    divided = False
    for number, part in enumerate(_split(text, *breaks[0])):
        first, *others = _pieces(part, width, breaks[1:])
        yield first[0], first[1] or (number > 0 and (divided or bool(others)))
        yield from others
        divided = bool(others)


def _split(text: str, deepest: int, blank: re.Pattern[str]) -> Iterator[str]:
    """A text split at some blanks, unless they are deeper in its brackets."""
    depth = begin = done = 0
    for match in blank.finditer(text):
        between = text[done : match.start()]
        depth += sum(map(between.count, _OPENING)) - sum(map(between.count, _CLOSING))
        done = match.start()
        if depth <= deepest:
            yield text[begin:done]
            begin = match.end()
    yield text[begin:]
