"""Settings given by name, as keyword arguments, to a settings class that a method or a step has."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from typing import Any, TypeVar

from volltrack.errors import BadSettings

__all__ = ["with_given"]

S = TypeVar("S")


def with_given(settings: S, given: Mapping[str, Any]) -> S:
    """Return settings with those that are given in their place, also where they stand in settings of their own.

    Raises
    ------
    BadSettings
        A name that there is not (with the nearest one), or a value out of its range.
    """
    names = _list_names(settings)
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"expected some of {', '.join(names)}"
            raise BadSettings(f"no setting {name!r} in {type(settings).__name__}: {hint}")
    changed: dict[str, Any] = {}
    for name, value in given.items():
        inner = names[name]
        if inner is None:
            changed[name] = value
        else:
            changed[inner] = dataclasses.replace(changed.get(inner, getattr(settings, inner)), **{name: value})
    return dataclasses.replace(settings, **changed) if changed else settings  # type: ignore[type-var]


def _list_names(settings: Any) -> dict[str, str | None]:
    """Return the fields, and those of settings within, with the field that these are in."""
    own = {field.name: getattr(settings, field.name) for field in dataclasses.fields(settings) if field.init}
    inner = {
        field.name: name
        for name, value in own.items()
        if dataclasses.is_dataclass(value)
        for field in dataclasses.fields(value)
    }
    return {**inner, **dict.fromkeys(own)}
