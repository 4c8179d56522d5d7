"""Remarks below a step.  Not every quantity has one; formulas do not belong here."""

import numpy as np

from tui_ann.engine.expression import Number, is_per_example
from tui_ann.engine.functions import Drawn
from tui_ann.engine.inspect.part import Part
from tui_ann.export.worked.nodes import Row, SymbolNode, WordsNode, row
from tui_ann.text.symbols import Role, Symbol

_BY_ROLE = {
    Role.PENALTY_GRADIENT: "",
    Role.TOTAL_GRADIENT: "The update takes this sum.",
}
_BY_KIND = {
    "R": "The sums go over all entries of a matrix.",
    "LR": "Gradient descent makes this sum smaller.",
}


def remark(part: Part, output: Symbol, examples: int) -> Row:
    """The remark on a part; () if there is none.

    Args:
        part: The part.
        output: The symbol of the network's outputs.
        examples: Examples in the batch.
    """
    name, value = part.name, part.symbol.value
    if name.role is Role.VALUE:
        if name == output:
            return row(WordsNode("This is the output of the network,"), Symbol("y_hat"), "=", output)
        if isinstance(part.expression, Drawn):
            kept = "kept" if part.expression.value == Number(1.0) else "kept and scaled up"
            return _words(f"Units are {kept} at random; the way back uses the same mask.")
        shared = [symbol for symbol in part.operands if symbol.kind == "b"]
        if shared and examples > 1 and not name.new:
            return (SymbolNode(shared[0]), WordsNode("is added to every column."))
        return _words(_BY_KIND.get(name.kind, ""))
    if name.role is Role.GRADIENT:
        return _of_gradient(part, value, output, examples)
    if name.role is Role.DERIVATIVE:
        return _words("Every output depends on every net input." if part.value.ndim == 3 else "")
    return _words(_BY_ROLE[name.role])


def _of_gradient(part: Part, value: Symbol, output: Symbol, examples: int) -> Row:
    if not np.isfinite(part.value).all() and value == output:
        return _words("A target meets an output of exactly 0 or 1 here: only the product with ∂a/∂z exists.")
    weights = [symbol for symbol in part.operands if symbol.kind == "W"]
    if weights:
        return (SymbolNode(weights[0]), WordsNode("as it was before the update."))
    if not is_per_example(value):
        several = value.kind in ("b", "beta") and examples > 1
        return _words("The columns, one for each example, are added up." if several else "")
    if value.kind == "z" and Symbol("y") in part.operands:
        return _words("All else cancels: the denominators, and the products of target and output.")
    if any(symbol.kind == "var" for symbol in part.operands):
        return _words("Each number also moves the mean and the variance, hence the two last terms.")
    return ()


def _words(text: str) -> Row:
    return (WordsNode(text),) if text else ()
