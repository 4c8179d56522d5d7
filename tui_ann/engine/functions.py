"""Sums over an axis, functions, cases and random numbers in expressions, and short ways to write them."""

from dataclasses import dataclass

from tui_ann.engine.expression import ATOM, CASES, PRODUCT, Expression, Number
from tui_ann.engine.notation import Axis, Notation, T
from tui_ann.text.symbols import Symbol


@dataclass(frozen=True, repr=False)
class Total(Expression):
    """Σ of inside over an axis."""

    binding = PRODUCT
    is_open = True
    inside: Expression
    over: Axis

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.inside,)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Total(parts[0], self.over)

    @property
    def is_scalar(self) -> bool:
        return self.over is Axis.ENTRIES

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        carried = running if self.over is Axis.ENTRIES else self.over
        return notation.line(notation.total(self.over), self.inside.write_within(notation, PRODUCT, carried))


@dataclass(frozen=True, repr=False)
class Function(Expression):
    """A named function of its arguments; `engine.calculus.FUNCTIONS` knows its value and derivative."""

    name: str
    """`exp`, `ln`, `max`, `min`, `abs`, `sign`, `erf`, `largest`, `diag` or `outer`."""
    arguments: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        return self.arguments

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Function(self.name, parts)

    @property
    def is_scalar(self) -> bool:
        return all(argument.is_scalar for argument in self.arguments)

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        match self.name, self.arguments:
            case "exp", (x,):
                return notation.power(notation.symbol(Symbol("e"), (), None, None), x.write(notation, running))
            case "abs", (x,):
                return notation.group(x.write(notation, running), "||")
            case "outer", (x, y):
                column = x.write_within(notation, ATOM, running)
                return notation.line(column, notation.transposed(y.write_within(notation, ATOM, running)))
        items: list[T | str] = []
        for i, argument in enumerate(self.arguments):
            items += [*("," if i else ""), argument.write(notation, running)]
        return notation.function(self.name, notation.line(*items))


@dataclass(frozen=True, repr=False)
class Cases(Expression):
    """`then` where `positive` > 0, else `otherwise`; elementwise."""

    binding = CASES
    positive: Expression
    then: Expression
    otherwise: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.positive, self.then, self.otherwise)

    def with_parts(self, parts: tuple[Expression, ...]) -> Expression:
        return Cases(*parts)

    @property
    def is_scalar(self) -> bool:
        return all(part.is_scalar for part in self.parts)

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        condition = notation.line(self.positive.write(notation, running), notation.words(">"), notation.number(0.0))
        then, otherwise = self.then.write(notation, running), self.otherwise.write(notation, running)
        return notation.cases(then, condition, otherwise)


@dataclass(frozen=True, repr=False)
class Drawn(Expression):
    """Random numbers: `value` with a probability, else 0.  It cannot be evaluated: its value was drawn."""

    binding = CASES
    value: Expression
    probability: float

    @property
    def is_scalar(self) -> bool:
        return False

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        value, words = self.value.write(notation, running), notation.words("with probability")
        return notation.line(value, words, notation.number(self.probability), ",", notation.words("else 0"))


@dataclass(frozen=True, repr=False)
class Given(Expression):
    """An external input: the batch or its targets."""

    words: str

    @property
    def is_scalar(self) -> bool:
        return False

    def write(self, notation: Notation[T], running: Axis | None = None) -> T:
        return notation.words(self.words)


def exp(x: Expression) -> Function:
    """e^x."""
    return Function("exp", (x,))


def ln(x: Expression) -> Function:
    """The natural logarithm."""
    return Function("ln", (x,))


def larger(x: float, y: Expression) -> Function:
    """max(x, y)."""
    return Function("max", (Number(x), y))


def smaller(x: float, y: Expression) -> Function:
    """min(x, y)."""
    return Function("min", (Number(x), y))


def positive_part(x: Expression) -> Function:
    """max(0, x)."""
    return larger(0.0, x)


def negative_part(x: Expression) -> Function:
    """min(0, x)."""
    return smaller(0.0, x)


def largest(x: Expression) -> Function:
    """The maximum over the units of a layer, for each example."""
    return Function("largest", (x,))


def over_units(x: Expression) -> Total:
    """Σⱼ, over the units of a layer."""
    return Total(x, Axis.UNITS)


def over_examples(x: Expression) -> Total:
    """Σᵢ, over the examples of the batch."""
    return Total(x, Axis.EXAMPLES)


def over_batch(x: Expression, batch_size: int) -> Expression:
    """Σᵢ over the examples of a batch of this size; a batch of one needs no sum."""
    return over_examples(x) if batch_size > 1 else x
