"""The style sheets of the application: parsed once, and each node looks only at the rules that can be about it.

Textual parses all of them three times before it shows the first screen, which takes longer than painting it.  For each
node, and for each part of a node that has colours of its own, it then goes through every rule there is.
"""

from functools import lru_cache
from typing import Any

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

_MOST_SHEETS = 512
"""More than there are: with fewer places, each new sheet would push out the one that is looked for next."""


@lru_cache(8)
def _parsed_with(colours: frozenset[tuple[str, str]]) -> LRUCache[tuple[Any, ...], list[RuleSet]]:
    """The rules of every sheet parsed with these colours, so that a theme that was shown before is not parsed again."""
    return LRUCache(_MOST_SHEETS)


class StyleSheets(Stylesheet):
    """Keeps the parsed sheets until a colour changes, and for each kind of node the rules that name it."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache = _parsed_with(frozenset(self._variables.items()))
        self._indexed: dict[str, list[RuleSet]] | None = None
        self._all: list[RuleSet] = []
        self._about: dict[frozenset[str], list[RuleSet]] = {}

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set the colours; if they are unchanged, nothing is parsed again.

        Args:
            variables: Values by name.
        """
        if variables != self._variables:
            self._parse_cache = LRUCache(1)  # the sheets of the old colours stay
            super().set_variables(variables)
            self._parse_cache = _parsed_with(frozenset(variables.items()))

    def reparse(self) -> None:
        """Parse the new sheets; all of them if the colours have changed.

        Raises:
            StylesheetError: A sheet cannot be parsed.
        """
        self.parse()

    def apply(self, node: DOMNode, *, animate: bool = False, cache: Any = None) -> None:
        """Apply the sheets to a node.

        Args:
            node: The node.
            animate: Whether changes are animated.
            cache: What is known of nodes like it.
        """
        whole, self._rules = self.rules, self._rules_about(node)
        try:
            super().apply(node, animate=animate, cache=cache)
        finally:
            self._rules = whole

    def _rules_about(self, node: DOMNode) -> list[RuleSet]:
        """The rules that name the node, in order; the others cannot hold for it."""
        index = self.rules_map
        if index is not self._indexed:  # the sheets were parsed again
            self._indexed, self._all, self._about = index, self.rules, {}
        names = frozenset(index.keys() & node._selector_names)
        if names not in self._about:
            wanted = {id(rule) for name in names for rule in index[name]}
            self._about[names] = [rule for rule in self._all if id(rule) in wanted]
        return self._about[names]
