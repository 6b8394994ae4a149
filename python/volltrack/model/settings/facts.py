"""What annotations of fields say beyond the vocabulary of `annotated_types`."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Infinite", "NoneMeans", "Unit"]


@dataclass(frozen=True)
class Unit:
    """What a number counts or measures: ``Annotated[int, Ge(0), Unit("hours")]``; needless where the name ends so."""

    name: str


@dataclass(frozen=True)
class Infinite:
    """Infinity, too, is taken: ``Annotated[float, Gt(0), Infinite()]``."""


@dataclass(frozen=True)
class NoneMeans:
    """What none does, for the message: ``Annotated[float, Gt(0), NoneMeans("to estimate it")] | None``."""

    words: str
