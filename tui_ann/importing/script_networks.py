"""The networks that a script makes: `Sequential` with a list or `add`, and chains of the functional API."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tui_ann.errors import ModelError
from tui_ann.importing.values import UNKNOWN, Made, Unknown, computed, is_literal

MOST_LAYERS = 1000
"""Longer chains are refused."""


@dataclass(eq=False)
class ScriptChain:
    """A network: layers one after the other."""

    line: int
    """Where it is made."""
    layers: list[Any] = field(default_factory=list)
    """`Made` layers and unknown values."""
    compiled: Made | None = None
    """Its last `compile(…)`."""
    fitted: Made | None = None
    """Its last `fit(…)`."""
    number: int = 0
    """When it was made, compiled or fitted last, among all networks."""


@dataclass(frozen=True, eq=False)
class Tensor:
    """What comes out of a layer of the functional API."""

    layers: tuple[Any, ...] = ()
    """The layers from the input to here; the first is `Input`."""
    broken: tuple[int, str] | None = None
    """Where and why it is not a chain of layers."""


@dataclass(frozen=True, eq=False)
class Method:
    """A method of a network, not yet called."""

    owner: ScriptChain
    name: str


class Networks:
    """The networks of one script, and the calls around them.

    Args:
        label: What messages call the script.
    """

    def __init__(self, label: str) -> None:
        self._label = label
        self._number = 0
        self.chains: list[ScriptChain] = []
        """Every network, in the order of their making."""
        self.calls: list[Made] = []
        """Every call of something outside of the script, in the order of the text."""

    def too_much(self) -> ModelError:
        """The error for a script that cannot be followed in reasonable time."""
        return ModelError(
            f"{self._label} is too long or too deep to be followed without running it.",
            remedy="Name a script with the network only.",
            code="too_large",
        )

    def called(self, made: Made) -> Any:
        """What a call gives: a known value, a network, a tensor, or what was `Made`.

        Raises:
            ModelError: It makes a network that is not a chain of layers.
        """
        known = computed(made.name, made.args, made.options)
        if is_literal(known):
            return known
        if made.name == "len" or (made.name == "range" and made.args):
            return Unknown(f"{made.name}(")
        self.calls.append(made)
        if made.name == "Sequential":
            given = made.bound("layers").get("layers")
            return self._new_chain(given if isinstance(given, list) else list(made.args), made.line)
        if made.name == "Model" and (made.args or made.options):
            return self._functional(made)
        if made.name == "Input":
            return Tensor((made,))
        if any(isinstance(each, list) and _tensors(each) for each in made.args):
            return self.applied(made, made.args, made.line)
        if _tensors(made.args):  # relu(x)
            return self.applied(Made("Activation", (made.name,), {}, made.line), made.args, made.line)
        return made

    def _new_chain(self, layers: list[Any], line: int) -> ScriptChain:
        chain = ScriptChain(line, self._flat(layers))
        self.chains.append(chain)
        self._touch(chain)
        return chain

    def _flat(self, layers: Sequence[Any]) -> list[Any]:
        """The layers, with those of inner networks in their place."""
        flat = [
            part for each in layers for part in (each.layers if isinstance(each, Tensor | ScriptChain) else (each,))
        ]
        if len(flat) > MOST_LAYERS:
            raise self.too_much()
        return flat

    def _touch(self, chain: ScriptChain) -> None:
        self._number += 1
        chain.number = self._number

    def _functional(self, made: Made) -> Any:
        outputs = made.bound("inputs", "outputs").get("outputs")
        if isinstance(outputs, list) and len(outputs) == 1:
            outputs = outputs[0]
        if not isinstance(outputs, Tensor):
            raise self.refused(made.line, "this network has several outputs, or none that the text shows")
        if outputs.broken is not None:
            raise self.refused(*outputs.broken)
        return self._new_chain(list(outputs.layers), made.line)

    def refused(self, line: int, why: str) -> ModelError:
        """The error for a network that is not a chain of layers."""
        place = f"{self._label}, line {line}" if line else self._label
        return ModelError(
            f"{place}: {why}; tui-ann holds networks whose layers follow one another.",
            remedy="Take a network without branches.",
            code="not_a_chain",
        )

    def applied(self, layer: Any, args: Sequence[Any], line: int) -> Any:
        """A layer or a network, called with what comes before it."""
        given = args[0] if args else UNKNOWN
        if isinstance(given, list) and _tensors(given):
            first = _tensors(given)[0]
            name = layer.name if isinstance(layer, Made) else "a network"
            return Tensor(first.layers, first.broken or (line, f"{name} joins several branches"))
        if not isinstance(given, Tensor):
            return UNKNOWN
        if len(_tensors(args)) > 1:
            name = layer.name if isinstance(layer, Made) else "a network"
            return Tensor(given.layers, given.broken or (line, f"{name} joins several branches"))
        return Tensor(tuple(self._flat([*given.layers, layer])), given.broken)

    def method(self, method: Method, made: Made) -> Any:
        """What a method of a network gives; what it does to the network is kept."""
        chain = method.owner
        match made.name:
            case "add":
                given = made.bound("layer").get("layer", UNKNOWN)
                chain.layers = self._flat([*chain.layers, given])
                self._touch(chain)
            case "pop" if chain.layers:
                return chain.layers.pop()
            case "compile":
                chain.compiled = made
                self._touch(chain)
            case "fit":
                chain.fitted = made
                self._touch(chain)
            case _:
                self.calls.append(made)
        return Unknown(f"{made.name}(…)")


def _tensors(values: Sequence[Any]) -> list[Tensor]:
    return [each for each in values if isinstance(each, Tensor)]
