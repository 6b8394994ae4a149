"""Settings to and from TOML files: one section for each dataclass in a dataclass."""

from __future__ import annotations

import dataclasses
import difflib
import os
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias, TypeVar

import tomli_w

from volltrack.errors import BadSettings
from volltrack.io.outputs import replace_file
from volltrack.io.settings_toml.toml_text import read_toml

__all__ = ["Kinds", "KindsOf", "read_settings_toml", "settings_from_dict", "settings_to_dict", "write_settings_toml"]

S = TypeVar("S")

_KIND = "kind"
"""Key that names the method of a section which may be one of several."""


class Kinds(Protocol):
    """Names of the settings classes that may stand in a section, such as `volltrack.registry` has them."""

    @property
    def default(self) -> str:
        """The one that a section without a name means."""

    def find(self, name: str) -> tuple[type[Any], Mapping[str, Any]]:
        """Return the class of a name, and the settings that the name decides."""

    def require_name(self, name: str, settings: Any) -> None:
        """Check that settings that were read under a name belong to it."""

    def name_of(self, settings: Any) -> str:
        """Return the name of settings."""

    def fixed_of(self, settings: Any) -> Mapping[str, Any]:
        """Return the settings that the name decides."""


KindsOf: TypeAlias = Mapping[type, Kinds]
"""Which names there are in a field that is of an abstract type of settings."""

_NO_KINDS: Final[KindsOf] = {}

_NONE = "none"
"""How None is written, where it is not the default; TOML has no word for it."""


def write_settings_toml(
    path: str | os.PathLike[str], settings: Any, *, kinds: KindsOf = _NO_KINDS, overwrite: bool = True
) -> None:
    """Write a dataclass of settings; see `settings_to_dict`.

    Raises
    ------
    FileExists, OutputFailed
        See `volltrack.io.outputs.replace_file`.
    """
    with replace_file(path, overwrite=overwrite) as temporary:
        # a name of a file that is not UTF-8 cannot stand in TOML: it is recorded with question marks
        temporary.write_text(tomli_w.dumps(settings_to_dict(settings, kinds=kinds)), encoding="utf-8", errors="replace")


def read_settings_toml(path: str | os.PathLike[str], cls: type[S], *, kinds: KindsOf = _NO_KINDS) -> S:
    """Return the settings in a file; what it does not name has its default.

    Raises
    ------
    BadFile
        No such file, not UTF-8, not TOML; says the line.
    BadSettings
        An unknown name (with the nearest known one), a value of another type or out of its range; says the file.
    """
    path = Path(path)
    content = read_toml(path)
    try:
        return settings_from_dict(cls, content, kinds=kinds)
    except BadSettings as error:
        raise BadSettings(f"{path}: {error}") from error


def settings_to_dict(settings: Any, *, kinds: KindsOf = _NO_KINDS) -> dict[str, Any]:
    """Return plain dictionaries, lists and numbers; fields that are None and have None as default are left out."""
    hints = typing.get_type_hints(type(settings))
    result: dict[str, Any] = {}
    for field in dataclasses.fields(settings):
        value = getattr(settings, field.name)
        if value is None:
            if _default_of(field) is not None:
                result[field.name] = _NONE
        elif dataclasses.is_dataclass(value):
            section = settings_to_dict(value, kinds=kinds)
            named = kinds.get(hints[field.name])
            if named is not None:
                fixed = named.fixed_of(value)
                rest = {key: each for key, each in section.items() if key not in fixed}
                section = {_KIND: named.name_of(value), **rest}
            result[field.name] = section
        elif isinstance(value, Mapping):
            result[field.name] = dict(value)
        else:
            result[field.name] = list(value) if isinstance(value, tuple) else value
    return result


def settings_from_dict(cls: type[S], content: Mapping[str, Any], *, section: str = "", kinds: KindsOf = _NO_KINDS) -> S:
    """Return settings of class `cls` from plain values, such as parsed TOML or JSON.

    Raises
    ------
    BadSettings
        See `read_settings_toml`.
    """
    hints = typing.get_type_hints(cls)
    names = [field.name for field in dataclasses.fields(cls) if field.init]  # type: ignore[arg-type]
    for name in content:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
            hint = f"did you mean '{near[0]}'?" if near else f"expected one of {', '.join(names)}"
            raise BadSettings(f"unknown setting '{section}{name}': {hint}")
    values = {name: _convert(value, hints[name], f"{section}{name}", kinds) for name, value in content.items()}
    try:
        return cls(**values)
    except BadSettings as error:
        raise BadSettings(f"[{section.rstrip('.')}] {error}" if section else str(error)) from error


def _convert(value: Any, hint: Any, name: str, kinds: KindsOf) -> Any:
    """Return `value` as a field of type `hint` wants it."""
    if isinstance(value, Mapping):
        if isinstance(hint, type) and hint in kinds:
            return _convert_named(value, kinds[hint], name, kinds)
        sections = [t for t in _alternatives(hint) if isinstance(t, type) and dataclasses.is_dataclass(t)]
        if sections:
            return settings_from_dict(sections[0], value, section=f"{name}.", kinds=kinds)
    if _fits(value, hint):
        return _shape(value, hint)
    raise BadSettings(f"setting '{name}' = {value!r}: expected {_describe(hint)}")


def _convert_named(value: Mapping[str, Any], named: Kinds, name: str, kinds: KindsOf) -> Any:
    """Return the settings in a section that says which method they belong to."""
    content = dict(value)
    kind = content.pop(_KIND, named.default)
    if not isinstance(kind, str):
        raise BadSettings(f"setting '{name}.{_KIND}' = {kind!r}: expected the name of a method")
    try:
        cls, fixed = named.find(kind)
    except BadSettings as error:
        raise BadSettings(f"setting '{name}.{_KIND}' = {kind!r}: {error}") from error
    for key, decided in fixed.items():
        if content.setdefault(key, decided) != decided:
            raise BadSettings(
                f"setting '{name}.{key}' = {content[key]!r}: kind {kind!r} means {decided!r}; leave one out"
            )
    settings = settings_from_dict(cls, content, section=f"{name}.", kinds=kinds)
    try:
        named.require_name(kind, settings)
    except BadSettings as error:
        raise BadSettings(f"[{name}] {error}") from error
    return settings


def _alternatives(hint: Any) -> list[Any]:
    """Return the members of a union, or the type alone."""
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return list(typing.get_args(hint)) if is_union else [hint]


def _fits(value: Any, hint: Any) -> bool:
    """Whether a plain value can stand for a field of type `hint`."""
    if hint is Any:
        return True
    alternatives = _alternatives(hint)
    if len(alternatives) > 1:
        return any(_fits(value, each) for each in alternatives)
    origin, members = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return value in members
    if origin is tuple:
        if not isinstance(value, list | tuple):
            return False
        wanted = [members[0]] * len(value) if members[-1] is Ellipsis else members
        return len(value) == len(wanted) and all(_fits(v, h) for v, h in zip(value, wanted, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(_fits(v, members[1]) for v in value.values())
    if hint is types.NoneType:
        return value is None or value == _NONE
    if isinstance(value, bool):
        return hint is bool
    if hint is float:
        return isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**1023)
    return isinstance(value, hint)


def _shape(value: Any, hint: Any) -> Any:
    """Return a value that fits in the type that the field has."""
    for each in _alternatives(hint):
        if not _fits(value, each):
            continue
        if each is types.NoneType:
            return None
        if each is float:
            return float(value)
        if typing.get_origin(each) is tuple:
            members = typing.get_args(each)
            wanted = [members[0]] * len(value) if members[-1] is Ellipsis else members
            return tuple(_shape(v, h) for v, h in zip(value, wanted, strict=True))
        return value
    return value


def _describe(hint: Any) -> str:
    """Say in words what a field takes."""
    words = []
    for each in _alternatives(hint):
        origin, members = typing.get_origin(each), typing.get_args(each)
        if each is types.NoneType:
            words.append("'none'")
        elif origin is typing.Literal:
            words.append("one of " + ", ".join(map(repr, members)))
        elif origin is tuple:
            count = "" if members[-1] is Ellipsis else f"{len(members)} "
            words.append(f"a list of {count}{_describe(members[0])}s")
        elif origin is not None:
            words.append("a table of names and numbers")
        else:
            plain = {float: "number", int: "whole number", bool: "true or false", str: "text"}
            words.append(plain.get(each, "section"))
    return " or ".join(words)


def _default_of(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return None if field.default is dataclasses.MISSING else field.default
