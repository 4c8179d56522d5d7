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
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

_MOST_SHEETS = 512
"""More than there are: with fewer places, each new sheet would push out the one that is looked for next."""


_NEVER_CHANGES = {"nocolor"}
"""Pseudo-classes that hold as long as the application runs, or never."""


_GIVEN: WeakKeyDictionary[DOMNode, tuple[int, RulesMap]] = WeakKeyDictionary()
"""The rules that a node was given last, with the number of changes of its styles until then."""


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
        self._parts: dict[type[DOMNode], dict[str, RulesMap]] = {}
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

    @classmethod
    def replace_rules(cls, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:
        """Give a node its rules; the same rules are not set again.

        Args:
            node: The node.
            rules: Its rules.
            animate: Whether changes are animated.
        """
        base = node.styles.base
        if _GIVEN.get(node) == (base._updates, rules):
            node.notify_style_update()  # what is around it may have changed
        else:
            super().replace_rules(node, rules, animate)
            _GIVEN[node] = (base._updates, rules)

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
            self._indexed, self._all = index, self.rules
            self._about, self._fixed, self._parts = {}, {}, {}
        return index

    def _process_component_classes(self, node: DOMNode) -> None:
        """Find the styles of the parts of a node; only once for a kind of node if they depend on nothing else."""
        index, kind = self._index(), type(node)
        if not self._is_fixed(kind, index):
            super()._process_component_classes(node)
        elif self._finished.get(node) is not index:
            if kind in self._parts:
                self._share_parts(node)
            else:
                super()._process_component_classes(node)
                self._parts[kind] = {name: styles.base.get_rules() for name, styles in node._component_styles.items()}
            self._finished[node] = index

    def _share_parts(self, node: DOMNode) -> None:
        """Give a node the styles of the parts of another node of its kind."""
        for name, rules in self._parts[type(node)].items():
            part = DOMNode(classes=name)
            part._attach(node)
            part.styles.base.merge_rules(rules)
            node._component_styles[name] = part.styles
        node.refresh()

    def _is_fixed(self, kind: type[DOMNode], index: dict[str, list[RuleSet]]) -> bool:
        """Whether the rules of the parts of a kind of node ask for nothing but that kind."""
        if kind not in self._fixed:
            parts = kind._get_component_classes()
            rules = [rule for part in parts for rule in index.get(f".{part}", ())]
            selectors = [each for rule in rules for chain in rule.selector_set for each in chain.selectors]
            self._fixed[kind] = all(_asks_for_kind(selector, kind, parts) for selector in selectors)
        return self._fixed[kind]


def _asks_for_kind(selector: Selector, kind: type[DOMNode], parts: frozenset[str]) -> bool:
    if not _NEVER_CHANGES.issuperset(selector.pseudo_classes):
        return False
    match selector.type:
        case SelectorType.UNIVERSAL | SelectorType.NESTED:
            return True
        case SelectorType.TYPE:
            return selector.name in kind._css_type_names
        case SelectorType.CLASS:
            return selector.name in parts
        case SelectorType.ID:
            return False
