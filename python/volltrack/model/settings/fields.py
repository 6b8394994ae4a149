"""The fields of a settings class, for people: name, default, unit, range, what it is for."""

from __future__ import annotations

import dataclasses
import inspect
import re
from dataclasses import dataclass
from typing import Any

from volltrack.model.settings.kinds import Kind, find_kinds

__all__ = ["SettingsField", "list_fields"]


@dataclass(frozen=True, kw_only=True)
class SettingsField:
    """One field.

    Parameters
    ----------
    name
        As in Python, TOML and JSON.
    default
        Its default; `dataclasses.MISSING` where it must be given.
    kind
        What it takes.
    unit
        What a number, or each of a list, counts or measures; may be empty.
    takes
        The same in words, with the range.
    description
        What it is for: its text in the docstring of the class.
    """

    name: str
    default: Any
    kind: Kind
    unit: str
    takes: str
    description: str


def list_fields(cls: type) -> tuple[SettingsField, ...]:
    """Return the fields of a settings class in their order; what is inherited comes first."""
    texts = _read_docstrings(cls)
    kinds = find_kinds(cls)
    return tuple(
        SettingsField(
            name=field.name,
            default=_find_default(field),
            kind=kinds[field.name],
            unit=kinds[field.name].unit or next((k.unit for k in kinds[field.name].members), ""),
            takes=kinds[field.name].describe(),
            description=texts.get(field.name, ""),
        )
        for field in dataclasses.fields(cls)
        if field.init
    )


def _find_default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _read_docstrings(cls: type) -> dict[str, str]:
    """Return the text of each field in NumPy's section ``Parameters``; fields may share one."""
    texts: dict[str, str] = {}
    for each in reversed(cls.__mro__):
        doc = inspect.cleandoc(each.__doc__ or "") if dataclasses.is_dataclass(each) else ""
        section = re.search(r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n---|\Z)", doc, re.MULTILINE | re.DOTALL)
        if section is None:
            continue
        for head, body in re.findall(r"^(\S[^\n]*)\n((?:[ ]{4}[^\n]*\n?|\n)+)", section[1] + "\n", re.MULTILINE):
            text = " ".join(body.split())
            is_pointer = text.startswith("See ") and all(name.strip() in texts for name in head.split(","))
            texts |= {} if is_pointer else {name.strip(): text for name in head.split(",")}
    return texts
