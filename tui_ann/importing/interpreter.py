"""Follows the statements of a script as far as the text alone goes.

Calls are not made: a call of anything but a function of the script itself is only noted as `Made`.  The work is
bounded, whatever the script says.
"""

import ast
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tui_ann.importing.script_networks import Method, Networks, ScriptChain, Tensor
from tui_ann.importing.values import (
    MOST_ITEMS,
    UNKNOWN,
    Made,
    Name,
    Unknown,
    combined,
    is_literal,
    signed,
)

MOST_STEPS = 200_000
"""Expressions and statements that are followed at most."""
DEEPEST = 40
"""Functions in functions."""


@dataclass(frozen=True, eq=False)
class ScriptFunction:
    """A function of the script."""

    node: ast.FunctionDef

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name


class _Returned(Exception):  # noqa: N818 - a signal, not an error
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _Left(Exception):  # noqa: N818 - likewise: break or continue
    pass


class Interpreter:
    """Follows one script.

    Args:
        label: What messages call it.
    """

    def __init__(self, label: str) -> None:
        self.networks = Networks(label)
        """What the script makes."""
        self._names: list[dict[str, Any]] = [{}]
        self._steps = 0
        self.functions: set[str] = set()
        """Names of the functions of the script."""
        self.classes: list[ast.ClassDef] = []
        """The classes of the script."""

    def follow(self, tree: ast.Module) -> None:
        """Follow a whole script.

        Raises:
            ModelError: It would be too much work.
        """
        try:
            self._block(tree.body)
        except (_Returned, _Left):
            pass
        except RecursionError as error:
            raise self.networks.too_much() from error

    @property
    def names(self) -> Mapping[str, Any]:
        """What the names at the top of the script stand for."""
        return self._names[0]

    def call_functions(self) -> None:
        """Follow every function of the script as if it were called: another library may be meant to do so.

        Raises:
            ModelError: It would be too much work.
        """
        for function in [each for each in self.names.values() if isinstance(each, ScriptFunction)]:
            try:
                self._inside(function, [], {})
            except RecursionError as error:
                raise self.networks.too_much() from error

    def _count(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise self.networks.too_much()

    # ------------------------------------------------------------------ statements

    def _block(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self._count()
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign():
                value = self.value(node.value)
                for target in node.targets:
                    self._assign(target, value)
            case ast.AnnAssign(value=ast.expr() as right):
                self._assign(node.target, self.value(right))
            case ast.AugAssign():
                self._assign(node.target, self._joined(type(node.op), self.value(node.target), self.value(node.value)))
            case ast.Expr():
                self.value(node.value)
            case ast.Return():
                raise _Returned(self.value(node.value) if node.value is not None else None)
            case ast.Break() | ast.Continue():
                raise _Left
            case ast.FunctionDef():
                self._names[-1][node.name] = ScriptFunction(node)
                self.functions.add(node.name)
            case ast.ClassDef():
                self.classes.append(node)
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    self._names[-1][alias.asname or alias.name.partition(".")[0]] = Name(
                        alias.name if alias.asname or isinstance(node, ast.ImportFrom) else alias.name.partition(".")[0]
                    )
            case ast.If():
                self._branch(node)
            case ast.For():
                self._loop(node.target, self.value(node.iter), node.body)
            case ast.While():
                with suppress(_Left):
                    self._block(node.body)
            case ast.With():
                self._block(node.body)
            case ast.Try():
                self._block([*node.body, *node.orelse, *node.finalbody])
            case _:  # what changes no name that matters: pass, del, assert, raise …
                pass

    def _branch(self, node: ast.If) -> None:
        """Both ways of an unknown condition may build the network; the first one counts."""
        test = self.value(node.test)
        taken = node.orelse if is_literal(test) and not test else node.body
        self._block(taken)

    def _loop(self, target: ast.expr, items: Any, body: list[ast.stmt]) -> None:
        """An unknown number of turns is followed once."""
        for item in items if isinstance(items, list | tuple) else [UNKNOWN]:
            self._count()
            self._assign(target, item)
            with suppress(_Left):
                self._block(body)

    def _assign(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name():
                self._names[-1][target.id] = value
            case ast.Tuple() | ast.List():
                parts = value if isinstance(value, list | tuple) and len(value) == len(target.elts) else None
                for place, each in enumerate(target.elts):
                    self._assign(each, parts[place] if parts is not None else UNKNOWN)
            case ast.Subscript():
                owner, key = self.value(target.value), self.value(target.slice)
                if isinstance(owner, dict) and isinstance(key, str | int):
                    owner[key] = value
            case _:  # a field of something unknown
                pass

    # ------------------------------------------------------------------ expressions

    def value(self, node: ast.expr) -> Any:
        """What an expression stands for; `Unknown` where only a run would tell."""
        self._count()
        match node:
            case ast.Constant():
                return node.value if is_literal(node.value) else UNKNOWN
            case ast.Name():
                return self._named(node.id)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
            case ast.List() | ast.Tuple():
                return self._items(node.elts)
            case ast.Dict():
                return self._dict(node)
            case ast.BinOp():
                return self._joined(type(node.op), self.value(node.left), self.value(node.right))
            case ast.UnaryOp():
                return signed(type(node.op), self.value(node.operand))
            case ast.Compare(ops=[op], comparators=[right]):
                left, other = self.value(node.left), self.value(right)
                if isinstance(node.left, ast.Name) and node.left.id == "__name__":
                    return True
                return combined(type(op), left, other) if is_literal(left) and is_literal(other) else UNKNOWN
            case ast.IfExp():
                test = self.value(node.test)
                return self.value(node.orelse if is_literal(test) and not test else node.body)
            case ast.Subscript():
                return self._item(node)
            case ast.ListComp(generators=[generator]) if not generator.ifs:
                made: list[Any] = []
                items = self.value(generator.iter)
                for item in items if isinstance(items, list | tuple) else [UNKNOWN]:
                    self._assign(generator.target, item)
                    made.append(self.value(node.elt))
                return made
            case _:
                return Unknown(_words(node))

    def _named(self, name: str) -> Any:
        for names in (self._names[-1], self._names[0]):
            if name in names:
                return names[name]
        return Name(name)

    def _attribute(self, node: ast.Attribute) -> Any:
        base = self.value(node.value)
        if isinstance(base, Name):
            return Name(f"{base.path}.{node.attr}")
        if isinstance(base, ScriptChain):
            return Method(base, node.attr)
        return Unknown(_words(node))

    def _items(self, nodes: Iterable[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                inner = self.value(node.value)
                found += inner if isinstance(inner, list | tuple) else [inner]
            else:
                found.append(self.value(node))
            if len(found) > MOST_ITEMS:
                raise self.networks.too_much()
        return found

    def _dict(self, node: ast.Dict) -> dict[Any, Any]:
        pairs = {}
        for key, value in zip(node.keys, node.values, strict=True):
            known = self.value(key) if key is not None else UNKNOWN
            if isinstance(known, str | int | float):
                pairs[known] = self.value(value)
        return pairs

    def _joined(self, kind: type[ast.AST], left: Any, right: Any) -> Any:
        """Two values and an operator; lists may hold layers."""
        if kind is ast.Add and isinstance(left, list) and isinstance(right, list):
            if len(left) + len(right) > MOST_ITEMS:
                raise self.networks.too_much()
            return [*left, *right]
        if kind is ast.Mult and isinstance(left, list) and isinstance(right, int):
            if len(left) * max(right, 0) > MOST_ITEMS:
                raise self.networks.too_much()
            return left * right
        if any(isinstance(each, Tensor) for each in (left, right)):
            chain = next(each for each in (left, right) if isinstance(each, Tensor))
            line = getattr(chain.layers[-1], "line", 0) if chain.layers else 0
            return Tensor(
                chain.layers, chain.broken or (line, "the output of this layer is combined with something else")
            )
        return combined(kind, left, right) if is_literal(left) and is_literal(right) else UNKNOWN

    def _item(self, node: ast.Subscript) -> Any:
        base, key = self.value(node.value), self.value(node.slice)
        if isinstance(base, list | tuple | dict | str) and is_literal(key):
            with suppress(LookupError, TypeError):
                return base[key]
        if isinstance(key, str):
            self.networks.calls.append(Made("column", (key,), line=node.lineno))
        elif isinstance(key, list) and key and is_literal(key):
            self.networks.calls.append(Made("columns", tuple(key), line=node.lineno))
        return Unknown(_words(node))

    # ------------------------------------------------------------------ calls

    def _call(self, node: ast.Call) -> Any:
        function = self.value(node.func)
        args = self._items(node.args)
        options = {word.arg: self.value(word.value) for word in node.keywords if word.arg is not None}
        for word in node.keywords:
            if word.arg is None and isinstance(inner := self.value(word.value), dict):
                options |= {key: value for key, value in inner.items() if isinstance(key, str)}
        line = node.lineno
        if isinstance(function, ScriptFunction):
            return self._inside(function, args, options)
        if isinstance(function, Method):
            return self.networks.method(function, Made(function.name, args, options, line))
        if isinstance(function, Made | ScriptChain):
            return self.networks.applied(function, args, line)
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            owner = self._named(node.func.value.id)
            if isinstance(owner, list):
                return self._grown(owner, node.func.attr, args)
        if not isinstance(function, Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            self.networks.calls.append(Made(name, args, options, line))
            return Unknown(_words(node))
        return self.networks.called(Made(function.last, args, options, line, function.path))

    def _grown(self, items: list[Any], method: str, args: list[Any]) -> Any:
        """A list after `append`, `extend` or `insert`."""
        match method, args:
            case "append", [item]:
                items.append(item)
            case "extend", [list() as more]:
                items.extend(more)
            case "insert", [int() as place, item]:
                items.insert(place, item)
            case _:
                return UNKNOWN
        if len(items) > MOST_ITEMS:
            raise self.networks.too_much()
        return None

    def _inside(self, function: ScriptFunction, args: list[Any], options: Mapping[str, Any]) -> Any:
        """The value that a function of the script returns."""
        if len(self._names) > DEEPEST:
            raise self.networks.too_much()
        form = function.node.args
        names = [each.arg for each in [*form.posonlyargs, *form.args]]
        values = dict.fromkeys([*names, *(each.arg for each in form.kwonlyargs)], UNKNOWN)
        defaults = form.defaults
        values |= dict(zip(names[len(names) - len(defaults) :], map(self.value, defaults), strict=True))
        values |= {
            each.arg: self.value(default)
            for each, default in zip(form.kwonlyargs, form.kw_defaults, strict=True)
            if default is not None
        }
        values |= dict(zip(names, args, strict=False))
        values |= {name: value for name, value in options.items() if name in values}
        self._names.append(values)
        try:
            self._block(function.node.body)
        except _Returned as returned:
            return returned.value
        except _Left:
            pass
        finally:
            self._names.pop()
        return None


def _words(node: ast.AST) -> str:
    """The text of an expression, shortened."""
    try:
        text = ast.unparse(node)
    except (ValueError, RecursionError):
        return ""
    return text if len(text) <= 60 else f"{text[:57]}…"
