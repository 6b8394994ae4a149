"""Ranges that many fields have."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from annotated_types import Ge, Gt, Interval

__all__ = ["Fraction", "NotNegative", "Positive", "Seed"]

Fraction: TypeAlias = Annotated[float, Interval(ge=0, le=1)]
NotNegative: TypeAlias = Annotated[float, Ge(0)]
Positive: TypeAlias = Annotated[float, Gt(0)]
Seed: TypeAlias = Annotated[int, Ge(0)]
