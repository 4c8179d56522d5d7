"""The formula of an operation as an immutable tree: symbols, numbers and the arithmetic between them.

Everything that explains an update is a walk over such a tree: its text (`write`), its value and its derivative
(`engine.calculus`), a student's mistake (`rewritten`), the LaTeX and NumPy source of the exports.

Arrays are feature-major, (units, examples); numbers, vectors of units (units, 1) and rows of examples (1, examples)
are broadcast.  `*` is elementwise, `@` is the matrix product.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from tui_ann.engine.arrays import Array
from tui_ann.engine.notation import Axis, Notation, PlainText, T
from tui_ann.text.symbols import Role, Symbol

CASES, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)
"""Precedence of an expression in writing, lowest first."""


class Expression(ABC):
    """A node of the tree; nodes with the same content are equal."""

    binding: ClassVar[int] = ATOM
    """Its precedence in writing."""
    is_open: ClassVar[bool] = False
    """Whether a factor that follows it would be read as part of it, as after Σ."""

    @abstractmethod
    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        """Write it in a notation, with brackets where needed.

        Args:
            notation: The notation for its pieces.
            running: The axis of the enclosing sum, whose index its symbols have.
        """

    def write_within(self, notation: Notation[T], least: int, running: Axis | None = None) -> T:
        """Write it as part of another expression, in brackets if its precedence is lower than `least`."""
        written = self.write(notation, running)
        return notation.group(written) if self.binding < least else written

    @property
    def leading(self) -> "Expression":
        """The leaf at its beginning when it is written."""
        return self

    @property
    def parts(self) -> tuple["Expression", ...]:
        """Its subexpressions in reading order."""
        return ()

    def with_parts(self, parts: tuple["Expression", ...]) -> "Expression":
        """The same node with other parts."""
        raise TypeError(f"{type(self).__name__} has no parts")

    @property
    @abstractmethod
    def is_scalar(self) -> bool:
        """Whether it is one number, whatever the network."""

    def __add__(self, other: "Expression | float") -> "Sum":
        return Sum((*_terms(self), *_terms(expression(other))))

    def __radd__(self, other: float) -> "Sum":
        return expression(other) + self

    def __sub__(self, other: "Expression | float") -> "Sum":
        return Sum((*_terms(self), Negative(expression(other))))

    def __rsub__(self, other: float) -> "Sum":
        return expression(other) - self

    def __neg__(self) -> "Negative":
        return Negative(self)

    def __mul__(self, other: "Expression | float") -> "Product":
        return Product(self, expression(other))

    def __rmul__(self, other: float) -> "Product":
        return Product(expression(other), self)

    def __truediv__(self, other: "Expression | float") -> "Quotient":
        return Quotient(self, expression(other))

    def __rtruediv__(self, other: float) -> "Quotient":
        return Quotient(expression(other), self)

    def __pow__(self, exponent: "Expression | float") -> "Power":
        return Power(self, expression(exponent))

    def __matmul__(self, other: "Expression") -> "MatrixProduct":
        return MatrixProduct(self, other)

    @property
    def T(self) -> "Transpose":  # NumPy's name
        """Transposed."""
        return Transpose(self)

    def walk(self) -> Iterator["Expression"]:
        """This node and all its descendants, a node before its parts."""
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The symbols in it, each once, in reading order."""
        return tuple(dict.fromkeys(node.symbol for node in self.walk() if isinstance(node, Quantity)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    def __str__(self) -> str:
        return self.write(PlainText())


def expression(item: "Expression | Symbol | float") -> Expression:
    """A number or a symbol as an expression."""
    if isinstance(item, Expression):
        return item
    return Quantity(item) if isinstance(item, Symbol) else Number(float(item))


def _terms(item: Expression) -> tuple[Expression, ...]:
    return item.terms if isinstance(item, Sum) else (item,)


_SCALARS = frozenset(("eta", "eta_t", "m", "rho", "epsilon", "beta_1", "beta_2", "t", "L", "R", "LR", "n", "delta"))
"""Letters of scalars."""
_PER_LAYER = frozenset(("mu", "var"))
"""Letters of statistics shared by the units of a layer, if a sum runs over its units."""
_PER_EXAMPLE = frozenset(("x", "y", "y_hat", "z", "a", "d", "n", "r", "x_hat", "l"))
"""Letters of quantities that each example has separately."""


def is_per_example(symbol: Symbol) -> bool:
    """Whether a quantity has a column for each example."""
    owned = symbol.kind in _PER_EXAMPLE and (symbol.number or symbol.kind != "n")
    return bool(owned) and not symbol.state and symbol.role in (Role.VALUE, Role.GRADIENT, Role.DERIVATIVE)


@dataclass(frozen=True, repr=False)
class Quantity(Expression):
    """A quantity by its symbol, or one entry of it."""

    symbol: Symbol
    index: tuple[int, ...] = ()
    """Index of the entry, counted from 1; () for the whole quantity."""
    example: int | None = None
    """Number of its example, counted from 1."""

    @property
    def is_scalar(self) -> bool:
        return self.symbol.kind in _SCALARS and not self.symbol.number and self.symbol.role is Role.VALUE

    @property
    def is_per_example(self) -> bool:
        """Whether it has a column for each example."""
        return is_per_example(self.symbol)

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        has_own = {
            Axis.UNITS: self.symbol.kind not in _PER_LAYER,
            Axis.EXAMPLES: self.is_per_example,
            Axis.ENTRIES: True,
        }
        carried = None if running is None or not has_own[running] else running
        return notation.symbol(self.symbol, self.index, self.example, None if self.index else carried)


@dataclass(frozen=True, repr=False)
class Number(Expression):
    """A number."""

    value: float

    @property
    def is_scalar(self) -> bool:
        return True

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        return notation.number(self.value)


@dataclass(frozen=True, repr=False)
class Constant(Expression):
    """A named number: ε, ρ, β₁, α, the number of examples n in a batch."""

    symbol: Symbol
    value: float
    literal: bool = False
    """Whether it is written as its number; the symbol then only identifies it."""

    @property
    def is_scalar(self) -> bool:
        return True

    @property
    def leading(self) -> Expression:
        return Number(self.value) if self.literal else self

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        return notation.number(self.value) if self.literal else notation.symbol(self.symbol, (), None, None)


@dataclass(frozen=True, eq=False, repr=False)
class Values(Expression):
    """The numbers of a quantity, substituted into a formula (rows, columns)."""

    array: Array

    @property
    def is_scalar(self) -> bool:
        return self.array.size == 1

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        return notation.values(self.array)


@dataclass(frozen=True, repr=False)
class Sum(Expression):
    """A sum of terms; negative ones are subtracted."""

    binding = SUM
    terms: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.terms

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Sum(parts)

    @property
    def is_scalar(self) -> bool:
        return all(term.is_scalar for term in self.terms)

    @property
    def leading(self) -> Expression:
        return self.terms[0].leading

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        items: list[T | str] = []
        for i, term in enumerate(self.terms):
            if isinstance(term, Negative):
                items += ["−", term.inside.write_within(notation, PRODUCT, running)]
            else:
                items += [*("+" if i else ""), term.write_within(notation, PRODUCT, running)]
        return notation.line(*items)


@dataclass(frozen=True, repr=False)
class _Unary(Expression):
    inside: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.inside,)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return type(self)(*parts)

    @property
    def is_scalar(self) -> bool:
        return self.inside.is_scalar


class Negative(_Unary):
    """−inside."""

    binding = SIGN

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        return notation.line("−", self.inside.write_within(notation, PRODUCT, running))


class Root(_Unary):
    """√inside, elementwise."""

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        return notation.root(self.inside.write(notation, running), bare=self.inside.binding >= POWER)


class Transpose(_Unary):
    """insideᵀ; of Jacobians (examples, units, units) each."""

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        return notation.transposed(self.inside.write_within(notation, ATOM, running))


@dataclass(frozen=True, repr=False)
class _Binary(Expression):
    left: Expression
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.left, self.right)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return type(self)(*parts)

    @property
    def is_scalar(self) -> bool:
        return self.left.is_scalar and self.right.is_scalar

    @property
    def leading(self) -> Expression:
        return self.left.leading


class Product(_Binary):
    """left times right, elementwise."""

    binding = PRODUCT

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        left = self.left.write_within(notation, POWER if self.left.is_open else PRODUCT, running)
        sign = [self._sign] if self._sign else []
        least = POWER if isinstance(self.right, Negative) else PRODUCT
        return notation.line(left, *sign, self.right.write_within(notation, least, running))

    @property
    def _sign(self) -> str:
        """⊙ between arrays; nothing after a number, unless digits would be adjacent."""
        if not self.left.is_scalar and not self.right.is_scalar:
            return "⊙"
        digits = isinstance(self.right.leading, Number | Values)
        return "·" if digits or isinstance(self.left, Values) or not self.left.is_scalar else ""


class MatrixProduct(_Binary):
    """The matrix product; of Jacobians (examples, units, units) with a column for each example, each with its own."""

    binding = PRODUCT

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        dot = ["·"] if any(isinstance(leaf, Values) for part in self.parts for leaf in part.walk()) else []
        left = self.left.write_within(notation, PRODUCT, running)
        return notation.line(left, *dot, self.right.write_within(notation, POWER, running))


class Quotient(_Binary):
    """left over right, elementwise."""

    binding = PRODUCT

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        bare = (self.left.binding >= PRODUCT, self.right.binding >= POWER)
        return notation.fraction(self.left.write(notation, running), self.right.write(notation, running), bare=bare)


class Power(_Binary):
    """left to the power of right, elementwise."""

    binding = POWER

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        base = self.left.write_within(notation, ATOM, running)
        if isinstance(self.left, Quantity) and self.left.symbol.number:  # W¹ squared is not W to the power of 12
            base = notation.group(base)
        return notation.power(base, self.right.write(notation, running))


def rewritten(tree: Expression, rule: Callable[[Expression], Expression | None]) -> Expression:
    """The tree with every topmost node that the rule matches replaced; None keeps a node."""
    other = rule(tree)
    if other is not None:
        return other
    if not tree.parts:
        return tree
    parts = tuple(rewritten(part, rule) for part in tree.parts)
    return tree if all(a is b for a, b in zip(parts, tree.parts, strict=True)) else tree.with_parts(parts)


def substituted(tree: Expression, values: Mapping[Symbol, Expression]) -> Expression:
    """The tree with symbols replaced."""

    def rule(node: Expression) -> Expression | None:
        return values.get(node.symbol) if isinstance(node, Quantity) else None

    return rewritten(tree, rule)
