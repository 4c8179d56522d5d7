"""Common mistakes of students: each replaces a formula of the ledger.

In the forward pass a mistake affects only its own step.  In the loss and the backward pass it propagates: using the new
W² in the backward pass makes every earlier gradient wrong, each in its own way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from tui_ann.engine.expression import Expression
from tui_ann.engine.inspect.ledger import Ledger
from tui_ann.engine.inspect.part import Part
from tui_ann.engine.inspect.rules import Rule
from tui_ann.engine.inspect.slips_backward import BACKWARD, UPDATE
from tui_ann.engine.inspect.slips_forward import FORWARD, LOSS
from tui_ann.engine.tape import Phase
from tui_ann.text.symbols import Role, Symbol, spelled

RULES: Mapping[Phase, tuple[Rule, ...]] = {
    Phase.UPDATE: UPDATE,
    Phase.FORWARD: FORWARD,
    Phase.LOSS: LOSS,
    Phase.BACKWARD: BACKWARD,
}
"""Every rule, by the phase of the parts it applies to; likelier mistakes first."""


@dataclass(frozen=True)
class Slip:
    """A mistake at one place, or at every possible place."""

    code: str
    """Its code in `text.mistakes`."""
    about: str
    """The subject of its sentence; empty if there is none."""
    formulas: Mapping[Symbol, Expression]
    """The wrong formulas, by the name of their part."""


def slips(ledger: Ledger, target: Part) -> Iterator[Slip]:
    """Every mistake that may lead to a wrong value of a part, likelier ones first."""
    parts = ledger.leading_to(target)
    for phase, rules in RULES.items():
        within = [part for part in parts if part.phase is phase]
        for rule in rules if within else ():
            yield from _made(ledger, rule, within)


def slips_with(ledger: Ledger, target: Part, code: str) -> list[Slip]:
    """The mistakes with one code that may lead to a wrong value of a part."""
    return [slip for slip in slips(ledger, target) if slip.code == code]


def _made(ledger: Ledger, rule: Rule, parts: list[Part]) -> Iterator[Slip]:
    """A mistake in each layer alone, the last layer first, then in all of them."""
    found: dict[Symbol, tuple[Part, Expression]] = {}
    for part in parts:
        wrong = rule.rewrite(ledger, part)
        if wrong is not None and wrong != part.expression:
            found[part.name] = (part, wrong)
    by_layer = [
        {part.name: found[part.name] for part, _ in group}
        for _, group in groupby(sorted(found.values(), key=lambda item: -item[0].layer), lambda item: item[0].layer)
    ]
    alone = [] if rule.together else by_layer
    everywhere = [found] if found and len(alone) != 1 else []
    for made in (*alone, *everywhere):
        about = _about(rule, [part for part, _ in made.values()])
        yield Slip(rule.code, about, {name: wrong for name, (_, wrong) in made.items()})


def _about(rule: Rule, parts: list[Part]) -> str:
    """The subject of the sentence: the quantity, or its letter if there are several."""
    if rule.about is None:
        return ""
    named = list(dict.fromkeys(rule.about(part) for part in parts))
    first = named[0]
    if isinstance(first, str) or len(named) == 1:
        return first if isinstance(first, str) else spelled(first)
    return "g′(z)" if first.role is Role.DERIVATIVE else first.kind
