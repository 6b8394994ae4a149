"""What a field takes, read from its annotation: a number and its range, a choice, a list, a table, other settings."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from annotated_types import Ge, Gt, Interval, Le, Lt

__all__ = ["Kind", "Unit", "find_kinds"]


@dataclass(frozen=True)
class Unit:
    """What a number counts or measures, for people: ``Annotated[int, Ge(0), Unit("frames")]``."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a field, or each member of a list, takes.

    Parameters
    ----------
    base
        ``bool``, ``int``, ``float``, ``str``, ``tuple``, ``Mapping``, a class of settings, or ``object`` (anything).
    low, high
        Limits of a number, or None.
    low_excluded, high_excluded
        Whether the limits themselves are out.
    choices
        The only values, where there are few.
    unit
        What a number counts or measures; may be empty.
    allows_none
        Whether the field may be left open.
    members
        Of a list: the kind of each member, or one for all where `length` is None. Of a table: the kind of its values.
    length
        Number of members of a list, None for any.
    """

    base: type
    low: float | None = None
    high: float | None = None
    low_excluded: bool = False
    high_excluded: bool = False
    choices: tuple[Any, ...] = ()
    unit: str = ""
    allows_none: bool = False
    members: tuple[Kind, ...] = ()
    length: int | None = None

    def describe(self) -> str:
        """Return what the field takes, in words: ``a finite number > 0, or none``."""
        return self._describe_value() + (", or none" if self.allows_none else "")

    def describe_range(self) -> str:
        """Return the range of a number, ``> 0`` or ``from 0 to 1``; empty where it has none."""
        low, high = (None if v is None else f"{v:g}" for v in (self.low, self.high))
        if low is not None and high is not None:
            if self.low_excluded:
                return f"above {low} and {'below' if self.high_excluded else 'at most'} {high}"
            return f"from {low} to {'below ' if self.high_excluded else ''}{high}"
        if low is not None:
            return f"{'>' if self.low_excluded else '>='} {low}"
        if high is not None:
            return f"{'<' if self.high_excluded else '<='} {high}"
        return ""

    def _describe_value(self) -> str:
        if self.choices:
            return " or ".join(", ".join(map(repr, self.choices)).rsplit(", ", 1))
        if self.base in (int, float):
            words = "a whole number" if self.base is int else "a finite number"
            words += f" of {self.unit}" if self.unit and self.base is int else ""
            return " ".join(part for part in (words, self.describe_range()) if part)
        if self.base is tuple:
            each = self.members[0]._describe_value() if self.members else "values"
            count = {None: "a list", 2: "two values", 3: "three values (z, y, x)"}.get(self.length, "a list")
            return f"{count}, each {each}"
        if self.base is Mapping:
            return f"a table of names, each with {self.members[0]._describe_value()}"
        plain = {bool: "true or false", str: "a text"}
        return plain.get(self.base, "settings of their own")


def find_kinds(cls: type) -> Mapping[str, Kind]:
    """Return what each field of a settings class takes."""
    return _find_kinds(cls)


@cache
def _find_kinds(cls: Any) -> Mapping[str, Kind]:
    hints = typing.get_type_hints(cls, include_extras=True)
    return types.MappingProxyType({f.name: _read(hints[f.name]) for f in dataclasses.fields(cls) if f.init})


def _read(hint: Any, *, facts: tuple[Any, ...] = ()) -> Kind:
    """Return the kind that an annotation says."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _read(parts[0], facts=(*parts[1:], *facts))
    if origin in (typing.Union, types.UnionType):
        values = [part for part in parts if part is not types.NoneType]
        kind = _read(values[0], facts=facts) if len(values) == 1 else Kind(base=object)
        return dataclasses.replace(kind, allows_none=len(values) < len(parts))
    if origin is typing.Literal:
        return Kind(base=type(parts[0]), choices=parts)
    if origin is tuple:
        is_open = parts[-1] is Ellipsis
        members = tuple(_read(part) for part in (parts[:1] if is_open else parts))
        return Kind(base=tuple, members=members, length=None if is_open else len(members))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return Kind(base=Mapping, members=(_read(parts[1]),))
    base = hint if isinstance(hint, type) else object
    return dataclasses.replace(Kind(base=base), **_read_facts(facts))


def _read_facts(facts: tuple[Any, ...]) -> dict[str, Any]:
    """Return the limits and the unit that the annotation states."""
    found: dict[str, Any] = {}
    for fact in facts:
        for each in fact if isinstance(fact, Interval) else (fact,):
            match each:
                case Gt():
                    found |= {"low": each.gt, "low_excluded": True}
                case Ge():
                    found |= {"low": each.ge}
                case Lt():
                    found |= {"high": each.lt, "high_excluded": True}
                case Le():
                    found |= {"high": each.le}
                case Unit():
                    found |= {"unit": each.name}
    return found
