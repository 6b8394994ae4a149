"""JSON Schema (draft 2020-12) of settings: what Fiji's dialogs and other programs take defaults and ranges from."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from typing import Any, Final

from volltrack.model.settings.fields import list_fields
from volltrack.model.settings.kinds import Kind

__all__ = ["DRAFT", "make_schema"]

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"

_TYPES: Final = {bool: "boolean", int: "integer", float: "number", str: "string", tuple: "array", Mapping: "object"}


def make_schema(cls: type) -> dict[str, Any]:
    """Return the schema of a settings class.

    Fields that may be left open have no default and accept null; ``x-unit`` says what a number counts or measures,
    ``x-null`` what null does, ``x-rule`` what else must be true. Infinity, which some fields take, is no JSON.
    """
    properties, required = {}, []
    for field in list_fields(cls):
        entry = _of_kind(field.kind)
        if field.description:
            entry["description"] = field.description
        if field.default is dataclasses.MISSING:
            required.append(field.name)
        elif field.default is not None:
            entry["default"] = _to_plain(field.default)
        properties[field.name] = entry
    schema: dict[str, Any] = {"$schema": DRAFT, "title": cls.__name__}
    schema["description"] = (inspect.getdoc(cls) or "").partition("\n\n")[0].replace("\n", " ")
    schema |= {"type": "object", "additionalProperties": False, "properties": properties}
    return schema | ({"required": required} if required else {})


def _of_kind(kind: Kind) -> dict[str, Any]:
    """Return the schema of what a field takes."""
    entry: dict[str, Any] = {}
    if dataclasses.is_dataclass(kind.base):
        entry = {k: v for k, v in make_schema(kind.base).items() if k != "$schema"}
    elif kind.choices:
        entry = {"enum": list(kind.choices)}
    elif kind.base in _TYPES:
        entry = {"type": _TYPES[kind.base]}
    if kind.low is not None:
        entry["exclusiveMinimum" if kind.low_excluded else "minimum"] = kind.low
    if kind.high is not None:
        entry["exclusiveMaximum" if kind.high_excluded else "maximum"] = kind.high
    if kind.multiple_of is not None:
        entry["multipleOf"] = kind.multiple_of
    if kind.is_valid is not None:
        entry["x-rule"] = kind.describe_rule()
    if kind.base is object and kind.members:
        entry["anyOf"] = [_of_kind(each) for each in kind.members]
    if kind.least_length:
        entry["minItems"] = kind.least_length
    if kind.base is tuple:
        if kind.length is None:
            entry["items"] = _of_kind(kind.members[0])
        else:
            entry |= {"prefixItems": [_of_kind(k) for k in kind.members], "items": False, "minItems": kind.length}
    if kind.base is Mapping:
        entry["additionalProperties"] = _of_kind(kind.members[0])
    if kind.unit:
        entry["x-unit"] = kind.unit
    if kind.none_means:
        entry["x-null"] = kind.none_means
    if kind.allows_none and "type" in entry:
        entry["type"] = [entry["type"], "null"]
    elif kind.allows_none and "enum" in entry:
        entry["enum"] = [*entry["enum"], None]
    return entry


def _to_plain(value: Any) -> Any:
    """Return a default as JSON holds it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _to_plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.init}
    if isinstance(value, tuple | list):
        return [_to_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {k: _to_plain(v) for k, v in value.items()}
    return value
