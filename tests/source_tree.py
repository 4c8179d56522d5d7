"""The package as its source says: which module imports which, and which methods a class has."""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = "tui_ann"


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its dotted name, parsed."""
    found = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imported(tree: ast.Module) -> set[str]:
    """Modules of the package that a module imports anywhere: at its top, under `TYPE_CHECKING`, in a function."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                names.add(inner if inner in modules() else str(node.module))
    return names & modules().keys()


def circle() -> list[str]:
    """Modules that import each other in a circle, the first one once more at the end; empty if there are none."""
    try:
        TopologicalSorter({name: imported(tree) - {name} for name, tree in modules().items()}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _base_name(base: ast.expr) -> str:
    while isinstance(base, ast.Subscript):
        base = base.value
    return base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""


@cache
def _classes() -> dict[str, ast.ClassDef]:
    nodes = (node for tree in modules().values() for node in ast.walk(tree))
    return {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}


def _methods(name: str) -> set[str]:
    """Methods of a class and of its bases in the package; a property is read like a field and does not count."""
    node = _classes().get(name)
    if node is None:
        return set()
    own = {
        item.name
        for item in node.body
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
        and not any("property" in ast.unparse(decorator) for decorator in item.decorator_list)
    }
    return own.union(*(_methods(_base_name(base)) for base in node.bases if _base_name(base) != name))


def method_counts() -> dict[str, int]:
    """Number of methods of each class, over all its bases in the package."""
    return {name: len(_methods(name)) for name in _classes()}
