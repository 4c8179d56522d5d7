"""One row of the ledger of an update."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tui_ann.engine.expression import Expression
from tui_ann.engine.inspect.noise import Noise, without_dust
from tui_ann.engine.tape import Array, Phase
from tui_ann.text.symbols import Role, Symbol

LOSSES_SYMBOL, LOSS_SYMBOL, PENALTY_SYMBOL = Symbol("l"), Symbol("L"), Symbol("R")
"""The losses of the examples, the loss of the batch, the penalties."""


@dataclass(frozen=True, eq=False)
class Part:
    """One row of the ledger of an update."""

    symbol: Symbol
    """Its name: `x`, `z1`, `a1`, `l`, `L`, `da2`, `g_prime2`, `dz2`, `dW2`, `W2_new` …"""
    expression: Expression
    """Its formula."""
    phase: Phase
    """Forward, loss, backward or update."""
    layer: int
    """Position of its layer, counted from 1; 0 for the whole network."""
    value: Array
    """Its numbers: (units, examples), (neurons, inputs), (units,), 0-d, or Jacobians (examples, units, units)."""
    title: str
    """Its description in words."""
    on_tape: bool = True
    """Whether the trainer computes it; else it is added for the reader, from the tape's results."""
    tangents: Mapping[Symbol, Expression] = field(default_factory=dict)
    """Its change with an operand; see `Operation.tangents`."""
    safe: Expression | None = None
    """The same without overflow; see `Operation.safe`."""
    noise: Noise = 0.0
    """How much of each of its numbers may be rounding; 0.0 if none of them is only that."""

    @cached_property
    def clean(self) -> Array:
        """Its numbers for display: 0 where `value` is only what rounding leaves of an exact 0."""
        return without_dust(self.value, self.noise)

    @property
    def formula(self) -> str:
        """Its formula in symbols."""
        return str(self.expression)

    @cached_property
    def operands(self) -> tuple[Symbol, ...]:
        """Symbols of its operands."""
        return self.expression.symbols

    @property
    def with_penalty(self) -> bool:
        """Whether it is the sum of a loss or a gradient and its penalty, and so has the symbol of another part."""
        return any(s.role is Role.PENALTY_GRADIENT or s == PENALTY_SYMBOL for s in self.operands)

    @cached_property
    def name(self) -> Symbol:
        """Its symbol, with `LR` and `dLR2` for the loss and a gradient with penalties, unlike those without."""
        if not self.with_penalty:
            return self.symbol
        return Symbol("LR") if self.symbol == LOSS_SYMBOL else self.symbol.value.total_gradient
