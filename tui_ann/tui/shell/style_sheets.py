"""The style sheets of the application: parsed once, and each node looks only at the rules that can be about it.

Textual parses all of them three times before it shows the first screen, which takes longer than painting it.  For each
node, and for each part of a node that has colours of its own, it then goes through every rule there is, again with
every change of a class around it.
"""

from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from textual.cache import LRUCache
from textual.css.model import RuleSet, Selector, SelectorType
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

_MOST_SHEETS = 512
"""More than there are: with fewer places, each new sheet would push out the one that is looked for next."""


_NEVER_CHANGES = {"nocolor"}
"""Pseudo-classes that hold as long as the application runs, or never."""


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
        self._fixed: dict[type[DOMNode], bool] = {}
        self._finished: WeakKeyDictionary[DOMNode, dict[str, list[RuleSet]]] = WeakKeyDictionary()

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
        index = self._index()
        names = frozenset(index.keys() & node._selector_names)
        if names not in self._about:
            wanted = {id(rule) for name in names for rule in index[name]}
            self._about[names] = [rule for rule in self._all if id(rule) in wanted]
        return self._about[names]

    def _index(self) -> dict[str, list[RuleSet]]:
        """The rules by the names in them."""
        index = self.rules_map
        if index is not self._indexed:  # the sheets were parsed again
            self._indexed, self._all, self._about, self._fixed = index, self.rules, {}, {}
        return index

    def _process_component_classes(self, node: DOMNode) -> None:
        """Find the styles of the parts of a node; only once if they are the same whatever happens to the node."""
        index = self._index()
        if self._finished.get(node) is not index:
            super()._process_component_classes(node)
            if self._is_fixed(type(node), index):
                self._finished[node] = index

    def _is_fixed(self, kind: type[DOMNode], index: dict[str, list[RuleSet]]) -> bool:
        """Whether the rules of the parts of a kind of node ask for nothing but that kind."""
        if kind not in self._fixed:
            parts = kind._get_component_classes()
            rules = [rule for part in parts for rule in index.get(f".{part}", ())]
            selectors = [each for rule in rules for chain in rule.selector_set for each in chain.selectors]
            self._fixed[kind] = all(_asks_for_kind(selector, parts) for selector in selectors)
        return self._fixed[kind]


def _asks_for_kind(selector: Selector, parts: frozenset[str]) -> bool:
    if not _NEVER_CHANGES.issuperset(selector.pseudo_classes) or selector.type is SelectorType.ID:
        return False
    return selector.type is not SelectorType.CLASS or selector.name in parts
