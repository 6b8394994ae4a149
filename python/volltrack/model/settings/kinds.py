"""What a field takes, read from its annotation: a number and its range, a choice, a list, a table, other settings."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final

from annotated_types import Ge, GroupedMetadata, Gt, Le, Lt, MinLen, MultipleOf, Predicate

from volltrack.model.settings.facts import Infinite, NoneMeans, Unit

__all__ = ["Kind", "find_kinds"]

_UNITS: Final = {
    "_counts": "counts",
    "_deg": "degrees",
    "_degrees": "degrees",
    "_frames": "frames",
    "_gb": "GiB",
    "_min": "minutes",
    "_px": "pixels",
    "_s": "seconds",
    "_um": "µm",
    "_um_per_min": "µm/min",
    "_voxels": "voxels",
}
"""The unit that the end of a name states."""


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
    multiple_of
        What the number is a multiple of, or None.
    is_valid
        What else must be true of the value; its name says it: ``is_odd``.
    allows_infinite
        Whether infinity is a number here.
    choices
        The only values, where there are few.
    unit
        What a number counts or measures; may be empty.
    allows_none
        Whether the field may be left open.
    none_means
        What happens then, such as ``to estimate it``; may be empty.
    members
        Of a list: the kind of each member, or one for all where `length` is None. Of a table: the kind of its values.
    length
        Number of members of a list, None for any.
    least_length
        Least number of members of a list of any length.
    """

    base: type
    low: float | None = None
    high: float | None = None
    low_excluded: bool = False
    high_excluded: bool = False
    multiple_of: float | None = None
    is_valid: Callable[[Any], bool] | None = None
    allows_infinite: bool = False
    choices: tuple[Any, ...] = ()
    unit: str = ""
    allows_none: bool = False
    none_means: str = ""
    members: tuple[Kind, ...] = ()
    length: int | None = None
    least_length: int = 0

    def describe(self) -> str:
        """Return what the field takes, in words: ``a finite number > 0, or none``."""
        return self._describe_value() + (f", or none {self.none_means}".rstrip() if self.allows_none else "")

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

    def describe_rule(self) -> str:
        """Return what else must be true, ``is odd``; empty where nothing must."""
        if self.multiple_of is not None:
            return f"is a multiple of {self.multiple_of:g}"
        return "" if self.is_valid is None else self.is_valid.__name__.replace("_", " ")

    def _describe_value(self) -> str:
        if self.choices:
            return " or ".join(", ".join(map(repr, self.choices)).rsplit(", ", 1))
        if self.base in (int, float):
            words = "a whole number" if self.base is int else f"a {'' if self.allows_infinite else 'finite '}number"
            words += f" of {self.unit}" if self.unit and self.base is int else ""
            rule = f"that {self.describe_rule()}" if self.describe_rule() else ""
            return " ".join(part for part in (words, self.describe_range(), rule) if part)
        if self.base is tuple:
            each = self.members[0]._describe_value() if self.members else "values"
            count = {2: "two values", 3: "three values (z, y, x)"}.get(self.length or 0, "a list")
            return f"{count}{f' of {self.least_length} or more' if self.least_length else ''}, each {each}"
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
    kinds = {f.name: _read(hints[f.name]) for f in dataclasses.fields(cls) if f.init}
    return types.MappingProxyType({name: _with_unit_of_name(kind, name) for name, kind in kinds.items()})


def _with_unit_of_name(kind: Kind, name: str) -> Kind:
    """Return the kind with the unit that the name of its field states, unless the annotation states one."""
    if kind.base is tuple:
        return dataclasses.replace(kind, members=tuple(_with_unit_of_name(each, name) for each in kind.members))
    if kind.unit or kind.base not in (int, float):
        return kind
    ends = sorted((end for end in _UNITS if name.removesuffix("_zyx").endswith(end)), key=len)
    return dataclasses.replace(kind, unit=_UNITS[ends[-1]]) if ends else kind


def _read(hint: Any, *, facts: tuple[Any, ...] = ()) -> Kind:
    """Return the kind that an annotation says."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _read(parts[0], facts=(*parts[1:], *facts))
    if origin in (typing.Union, types.UnionType):
        values = [part for part in parts if part is not types.NoneType]
        kind = (
            _read(values[0], facts=facts) if len(values) == 1 else Kind(base=object, members=tuple(map(_read, values)))
        )
        return dataclasses.replace(kind, allows_none=len(values) < len(parts))
    if origin is typing.Literal:
        return Kind(base=type(parts[0]), choices=parts)
    if origin is tuple:
        is_open = parts[-1] is Ellipsis
        members = tuple(_read(part) for part in (parts[:1] if is_open else parts))
        kind = Kind(base=tuple, members=members, length=None if is_open else len(members))
        return dataclasses.replace(kind, **_read_facts(facts))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return Kind(base=Mapping, members=(_read(parts[1]),))
    base = hint if isinstance(hint, type) else object
    return dataclasses.replace(Kind(base=base), **_read_facts(facts))


def _read_facts(facts: tuple[Any, ...]) -> dict[str, Any]:
    """Return the limits, the rules and the unit that the annotation states."""
    found: dict[str, Any] = {}
    for fact in facts:
        for each in fact if isinstance(fact, GroupedMetadata) else (fact,):
            found |= _read_fact(each)
    return found


def _read_fact(fact: Any) -> dict[str, Any]:
    match fact:
        case Gt():
            return {"low": fact.gt, "low_excluded": True}
        case Ge():
            return {"low": fact.ge}
        case Lt():
            return {"high": fact.lt, "high_excluded": True}
        case Le():
            return {"high": fact.le}
        case MultipleOf():
            return {"multiple_of": fact.multiple_of}
        case MinLen():
            return {"least_length": fact.min_length}
        case Predicate():
            return {"is_valid": fact.func}
        case Unit():
            return {"unit": fact.name}
        case Infinite():
            return {"allows_infinite": True}
        case NoneMeans():
            return {"none_means": fact.words}
    raise TypeError(f"a field annotated with {fact!r}: the check of settings does not know it")
