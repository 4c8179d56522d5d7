"""The declaration of a field of a settings struct: its label, help, kind and limits.

The declaration is the annotation of the field, and this module reads it.  A form, `--set`, the file check and the
engine check all use the same `Declaration`, so that they accept the same values.
"""

import math
import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import Meta, Struct

Kind = Literal["int", "float", "bool", "str", "choice", "list", "layers", "table"]

_GREATEST = sys.float_info.max


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """One field of a settings struct."""

    name: str
    """The name of the field."""
    label: str
    """Its label in a form."""
    help: str
    """One sentence on what it does."""
    kind: Kind
    """The kind of its value; `table` is a section that may be absent, `layers` the list of layers."""
    default: Any
    """The default; also `None` if a value is required (see `required`)."""
    required: bool = False
    """Whether a file must set it."""
    optional: bool = False
    """Whether it may be unset (`None`)."""
    or_list: bool = False
    """Whether a list of strings is allowed instead of a string (the target)."""
    minimum: float | None = None
    """The minimum."""
    above: float | None = None
    """The exclusive minimum."""
    maximum: float | None = None
    """The maximum."""
    below: float | None = None
    """The exclusive maximum."""
    shortest: int = 0
    """The minimum length of a string or list."""
    longest: int | None = None
    """The maximum length of a string or list."""
    choices: tuple[Any, ...] = ()
    """The allowed words for the value or each item of a list."""

    @property
    def words(self) -> tuple[str, ...]:
        """The choices that are strings."""
        return tuple(choice for choice in self.choices if isinstance(choice, str))

    def allowed(self) -> str:
        """The allowed values in words: `a number above 0`, `one of relu, tanh`."""
        match self.kind:
            case "choice":
                return _one_of(self.choices)
            case "list":
                each = f", each {_one_of(self.choices)}" if self.choices else ""
                return f"a list of {'words' if self.choices else 'strings'}{each}" + self._length()
            case "layers":
                return "a list of layers, at least one"
            case "table":
                return "a section of its own"
            case "bool":
                return "true or false"
            case "str":
                return ("a string or a list of strings" if self.or_list else "a string") + self._length()
            case "int":
                return "a whole number" + self._limits()
            case "float":
                return "a number" + self._limits()

    def fault(self, value: Any) -> str | None:
        """What is wrong with a value, or `None`: the wrong kind, or outside the limits; `None` may be optional."""
        if value is None:
            return None if self.optional else "nothing given"
        if self.kind == "list" or (self.or_list and isinstance(value, list | tuple)):
            return self._fault_of_list(value)
        if self.kind == "str":
            return self._fault_of_string(value)
        if self.kind == "choice":
            known = any(type(value) is type(choice) and value == choice for choice in self.choices)
            return None if known else f"found {shown(value)}"
        if self.kind == "bool":
            return None if isinstance(value, bool) else f"found {shown(value)}"
        return None if self._in_limits(value) else f"found {shown(value)}"

    def _fault_of_string(self, value: Any) -> str | None:
        if not isinstance(value, str):
            return f"found {shown(value)}"
        if self.longest is not None and len(value) > self.longest:
            return f"found {len(value)} characters"
        return f"found {shown(value)}" if len(value) < self.shortest or "\0" in value else None

    def _fault_of_list(self, value: Any) -> str | None:
        if not isinstance(value, list | tuple):
            return f"found {shown(value)}"
        unknown = [item for item in value if not isinstance(item, str) or (self.choices and item not in self.choices)]
        if unknown:
            return f"found {', '.join(map(shown, unknown[:10]))} in the list"
        if len(set(value)) < len(value):
            twice = next(item for index, item in enumerate(value) if item in value[:index])
            return f"found {shown(twice)} twice"
        if self.or_list and not value:
            return "found an empty list"
        return "found an empty list" if len(value) < self.shortest else None

    def _in_limits(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int if self.kind == "int" else int | float):
            return False
        if isinstance(value, float) and not math.isfinite(value):
            return False
        return (
            -_GREATEST <= value <= _GREATEST
            and (self.minimum is None or value >= self.minimum)
            and (self.above is None or value > self.above)
            and (self.maximum is None or value <= self.maximum)
            and (self.below is None or value < self.below)
        )

    def _limits(self) -> str:
        words = [
            f"{word} {bound:,}"
            for word, bound in (
                ("from", self.minimum),
                ("above", self.above),
                ("to", self.maximum if self.maximum is None or self.maximum < 2**53 else None),
                ("below", self.below),
            )
            if bound is not None
        ]
        return "".join(f" {word}" for word in words)

    def _length(self) -> str:
        if self.longest is not None:
            return f" of {self.shortest} to {self.longest} characters"
        return ", not empty" if self.shortest else ""


def shown(value: Any) -> str:
    """A value for a message: in TOML syntax, shortened if long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value if len(value) <= 60 else value[:59] + "…"}"'
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "an empty list" if not value else "a list"
    return str(value)


def declarations(struct: type[Struct]) -> dict[str, Declaration]:
    """The declarations of a struct's fields by their names; a field that is itself a required struct has none."""
    hints = typing.get_type_hints(struct, include_extras=True)
    return {
        info.name: _declaration(info.name, hints[info.name], info.default)
        for info in msgspec.structs.fields(struct)
        if not _is_struct(_plain(hints[info.name])[0])
    }


def _is_struct(plain: Any) -> bool:
    return isinstance(plain, type) and issubclass(plain, Struct)


def _one_of(choices: tuple[Any, ...]) -> str:
    return f"one of {', '.join(map(str, choices))}" if len(choices) > 1 else str(choices[0])


def _plain(annotation: Any) -> tuple[Any, list[Meta]]:
    """An annotation without its `Annotated` wrappers, and the `Meta` they carried."""
    metas: list[Meta] = []
    while typing.get_origin(annotation) is typing.Annotated:
        annotation, *found = typing.get_args(annotation)
        metas += found
    return annotation, metas


def _declaration(name: str, annotation: Any, default: Any) -> Declaration:
    plain, metas = _plain(annotation)
    optional = or_list = False
    if isinstance(plain, types.UnionType) or typing.get_origin(plain) is typing.Union:
        members = [member for member in typing.get_args(plain) if member is not types.NoneType]
        optional = len(members) < len(typing.get_args(plain))
        or_list = str in members and len(members) == 2
        plain, more = _plain(members[0])
        metas += more
    kind, choices = _kind(plain)

    def given(attribute: str) -> Any:
        return next((getattr(meta, attribute) for meta in metas if getattr(meta, attribute) is not None), None)

    return Declaration(
        name=name,
        label=given("title") or name,
        help=given("description") or "",
        kind=kind,
        default=None if default is msgspec.NODEFAULT else default,
        required=default is msgspec.NODEFAULT,
        optional=optional,
        or_list=or_list,
        minimum=given("ge"),
        above=given("gt"),
        maximum=given("le"),
        below=given("lt"),
        shortest=given("min_length") or 0,
        longest=given("max_length"),
        choices=choices,
    )


def _kind(plain: Any) -> tuple[Kind, tuple[Any, ...]]:
    if typing.get_origin(plain) is Literal:
        return "choice", typing.get_args(plain)
    if typing.get_origin(plain) is tuple:
        item, _ = _plain(typing.get_args(plain)[0])
        if typing.get_origin(item) is Literal:
            return "list", typing.get_args(item)
        return ("list", ()) if item is str else ("layers", ())
    if _is_struct(plain):
        return "table", ()
    kinds: dict[Any, Kind] = {bool: "bool", int: "int", float: "float", str: "str"}
    return kinds[plain], ()
