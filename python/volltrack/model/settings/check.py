"""The one check of settings against the kinds and ranges that their fields state."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

from volltrack.errors import BadSettings
from volltrack.model.settings.kinds import Kind, find_kinds

__all__ = ["require_fields"]


def require_fields(settings: object) -> None:
    """Check every field of a frozen dataclass, and store it in its own type: 2 as 2.0, a list as a tuple.

    NaN, infinity unless it is said to be taken, and true or false for a number are refused.

    Raises
    ------
    BadSettings
        The first field that is of another kind or out of its range: what was found, what was expected.
    """
    for name, kind in find_kinds(type(settings)).items():
        value = getattr(settings, name)
        try:
            fitting = fit(value, kind)
        except ValueError as error:
            inside = f"{error}" if str(error) else f"{name} = {value!r}"
            inside = inside if inside.startswith(name) else f"{name}: {inside}"
            raise BadSettings(f"{inside}: expected {kind.describe()}") from None
        if fitting is not value:
            object.__setattr__(settings, name, fitting)


def fit(value: Any, kind: Kind) -> Any:
    """Return `value` as a field of this kind holds it.

    Raises
    ------
    ValueError
        It is no such value; its text names a member of a table, or is empty.
    """
    if value is None and kind.allows_none:
        return None
    if kind.choices:
        return _fit_choice(value, kind)
    if kind.base is bool:
        return _require(value, isinstance(value, bool))
    if kind.base in (int, float):
        return _fit_number(value, kind)
    if kind.base is tuple:
        return _fit_list(value, kind)
    if kind.base is Mapping:
        return _fit_table(value, kind)
    if kind.base is object:
        return _fit_any(value, kind) if kind.members else value
    return _require(value, isinstance(value, kind.base))


def _fit_any(value: Any, kind: Kind) -> Any:
    """Return `value` as the first of several kinds that takes it."""
    for each in kind.members:
        try:
            return fit(value, each)
        except ValueError:
            continue
    raise ValueError


def _require(value: Any, is_fine: bool) -> Any:
    if not is_fine:
        raise ValueError
    return value


def _fit_choice(value: Any, kind: Kind) -> Any:
    try:
        is_one = any(value == choice and isinstance(value, type(choice)) for choice in kind.choices)
    except (TypeError, ValueError):  # an array, say
        is_one = False
    return _require(value, is_one and isinstance(value, bool) == isinstance(kind.choices[0], bool))


def _fit_number(value: Any, kind: Kind) -> Any:
    _require(value, not isinstance(value, bool) and isinstance(value, Integral if kind.base is int else Real))
    try:
        number = kind.base(value)
    except OverflowError:
        raise ValueError from None
    _require(number, math.isfinite(number) or (kind.allows_infinite and not math.isnan(number)))
    if kind.low is not None:
        _require(number, number > kind.low or (number == kind.low and not kind.low_excluded))
    if kind.high is not None:
        _require(number, number < kind.high or (number == kind.high and not kind.high_excluded))
    if kind.multiple_of is not None:
        _require(number, math.isclose(math.remainder(number, kind.multiple_of), 0, abs_tol=1e-9))
    _require(number, kind.is_valid is None or kind.is_valid(number))
    return number if type(value) is not kind.base else value


def _fit_list(value: Any, kind: Kind) -> tuple[Any, ...]:
    _require(value, isinstance(value, tuple | list) and kind.length in (None, len(value)))
    _require(value, len(value) >= kind.least_length)
    each = kind.members if kind.length is not None else kind.members * len(value)
    fitting = tuple(fit(v, k) for v, k in zip(value, each, strict=True))
    return value if isinstance(value, tuple) and all(a is b for a, b in zip(value, fitting, strict=True)) else fitting


def _fit_table(value: Any, kind: Kind) -> Mapping[str, Any]:
    _require(value, isinstance(value, Mapping))
    fitting = {}
    for key, each in value.items():
        try:
            fitting[_require(key, isinstance(key, str))] = fit(each, kind.members[0])
        except ValueError:
            raise ValueError(f"{key!r} = {each!r}") from None
    return fitting
