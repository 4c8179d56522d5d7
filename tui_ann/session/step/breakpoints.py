"""Conditions at which a run stops; each is checked after every update."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from tui_ann.engine.arrays import norm
from tui_ann.engine.stopping import Status
from tui_ann.engine.tape import Array
from tui_ann.engine.trainer import Trainer
from tui_ann.errors import SessionError
from tui_ann.text import clean, number
from tui_ann.text.symbols import spelled


class Breakpoint(Protocol):
    """A condition that stops the run."""

    @property
    def reads_examples(self) -> bool:
        """Whether it needs the examples of an update."""

    @property
    def words(self) -> str:
        """The condition in words."""

    def begin(self, trainer: Trainer) -> None:
        """Store the values to compare with when the run starts or continues.

        Raises:
            SessionError: The network does not have what is watched.
        """

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """A description of what happened if the condition is met, else `None`.

        Args:
            trainer: The trainer after an update.
            examples: Rows of the training data in the update; given if one of the breakpoints reads them.
        """


@dataclass
class LossBelow:
    """Stop when the loss of an update's batch falls below a number; if it was below before, it must rise first."""

    limit: float
    reads_examples: bool = field(default=False, init=False)
    _below: bool = field(default=False, init=False, repr=False, compare=False)

    @property
    def words(self) -> str:
        """The condition in words."""
        return f"the loss of a batch falls below {number(self.limit)}"

    def begin(self, trainer: Trainer) -> None:
        """Store whether the loss is below the limit."""
        self._below = bool(trainer.update) and self._loss(trainer) < self.limit

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """Whether the last update's loss fell below the limit."""
        before, loss = self._below, self._loss(trainer)
        self._below = loss < self.limit
        return f"the loss is {number(loss, 6)}, below {number(self.limit)}" if self._below > before else None

    def _loss(self, trainer: Trainer) -> float:
        return float(trainer.history.update_losses[-1])


@dataclass
class GradientBelow:
    """Stop when ‖∂L/∂θ‖ falls below a number; if it was below before, it must rise first."""

    limit: float
    reads_examples: bool = field(default=False, init=False)
    _below: bool = field(default=False, init=False, repr=False, compare=False)

    @property
    def words(self) -> str:
        """The condition in words."""
        return f"‖∇L‖ falls below {number(self.limit)}"

    def begin(self, trainer: Trainer) -> None:
        """Store whether the gradient is below the limit."""
        self._below = bool(trainer.update) and self._norm(trainer) < self.limit

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """Whether the last update's gradient fell below the limit."""
        before, norm = self._below, self._norm(trainer)
        self._below = norm < self.limit
        return f"‖∇L‖ is {number(norm, 6)}, below {number(self.limit)}" if self._below > before else None

    def _norm(self, trainer: Trainer) -> float:
        return norm(trainer.network.gradient)


@dataclass
class SignChange:
    """Stop when an entry of a parameter changes sign."""

    name: str = ""
    """The parameter; any if empty."""
    index: tuple[int, ...] = ()
    """The index in it, counted from 0; any if empty."""
    reads_examples: bool = field(default=False, init=False)
    _signs: dict[str, Array] = field(default_factory=dict, init=False, repr=False, compare=False)
    _seen: tuple[int, int] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def words(self) -> str:
        """The condition in words."""
        place = tuple(i + 1 for i in self.index)
        which = spelled(self.name, index=place) if place else f"an entry of {spelled(self.name)}" if self.name else ""
        return f"{which or 'any weight or bias'} changes its sign"

    def begin(self, trainer: Trainer) -> None:
        """Store the signs, unless the run only continues after a pause: a 0 keeps the sign before it."""
        if self._seen == (id(trainer), trainer.update):
            return
        watched = [self.name] if self.name else list(trainer.network.gradients)
        if self.name and not self._is_in(trainer):
            raise SessionError(
                f"The network has changed: there is no place where {self.words}.",
                remedy="Remove this breakpoint.",
                code="no_such_parameter",
            )
        self._signs = {name: np.sign(trainer.network.parameters[name]) for name in watched}

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """Whether a sign has changed in the update."""
        found = None
        for name, before in self._signs.items():
            now = np.sign(trainer.network.parameters[name])
            changed = now * before < 0
            if self.index and not changed[self.index]:
                changed = np.zeros_like(changed)
            if found is None and changed.any():
                place = self.index or tuple(int(i) for i in np.argwhere(changed)[0])
                value = float(trainer.network.parameters[name][place])
                symbol = spelled(name, index=[i + 1 for i in place])
                found = f"{symbol} changed sign, it is {number(value, 6)}"
            self._signs[name] = np.where(now == 0, before, now)
        self._seen = (id(trainer), trainer.update)
        return found

    def _is_in(self, trainer: Trainer) -> bool:
        """Whether the network has the entry."""
        gradients = trainer.network.gradients
        shape = gradients[self.name].shape if self.name in gradients else ()
        inside = all(place < size for place, size in zip(self.index, shape, strict=False))
        return self.name in gradients and len(self.index) in (0, len(shape)) and inside


@dataclass
class ExampleMet:
    """Stop when an update uses a certain example."""

    example: int
    """Its row in the training data, counted from 0."""
    reads_examples: bool = field(default=True, init=False)

    @property
    def words(self) -> str:
        """The condition in words."""
        return f"example {self.example + 1} is in the batch"

    def begin(self, trainer: Trainer) -> None:
        """Nothing to store."""

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """Whether it was in the last update's batch."""
        here = examples is not None and self.example in examples
        return f"example {self.example + 1} was in the batch" if here else None


@dataclass
class NotFinite:
    """Stop when a number is no longer finite; the run ends there in any case."""

    reads_examples: bool = field(default=False, init=False)

    @property
    def words(self) -> str:
        """The condition in words."""
        return "a loss or gradient is no longer finite"

    def begin(self, trainer: Trainer) -> None:
        """Nothing to store."""

    def met(self, trainer: Trainer, examples: Array | None) -> str | None:
        """Whether the run has diverged."""
        reason = trainer.stop_reason
        return reason.text if reason is not None and reason.status is Status.DIVERGED else None


def weight_named(text: str, shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, tuple[int, ...]]:
    """Parse a parameter, or an entry of it, as people write it: `W1`, `W1 2 3`, `W1[2,3]`, `W¹₂₃`, `W^[1]₂₃`.

    Args:
        text: What was typed; indices are counted from 1.
        shapes: The existing parameters.

    Returns:
        Its name, and the index counted from 0; () for the whole parameter.

    Raises:
        SessionError: There is no such parameter or entry.
    """
    plain = re.sub(r"\^\[(\d+)\]", r"\1 ", text.replace(",", " "))
    below = "".join(f" {unicodedata.digit(c)} " if c in "₀₁₂₃₄₅₆₇₈₉" else c for c in plain)
    found = re.fullmatch(r"\s*([A-Za-zα-ω]+)\s*(\d+)\D*((?:\d+\D*)*)", unicodedata.normalize("NFKC", below))
    greek = {"α": "alpha", "γ": "gamma", "β": "beta"}
    name = f"{greek.get(found[1], found[1])}{found[2]}" if found else ""
    known = next((other for other in shapes if other.casefold() == name.casefold()), None)
    if found is None or known is None:
        raise SessionError(
            f"There is no parameter “{clean(text.strip(), 30)}”.",
            remedy=f"Write one of {', '.join(shapes)}, with a place as in W1 2 3.",
            code="no_such_parameter",
        )
    index = tuple(int(digits) - 1 for digits in re.findall(r"\d+", found[3]))
    shape = shapes[known]
    if index and (len(index) != len(shape) or not all(0 <= i < size for i, size in zip(index, shape, strict=True))):
        size = " × ".join(map(str, shape))
        raise SessionError(
            f"{spelled(known)} has no place {' '.join(str(i + 1) for i in index)}, it is {size}.",
            remedy="Count neurons first, then inputs, from 1.",
            code="no_such_place",
        )
    return known, index
